/* tests/types/test_cdr_random.c: plans of types made by chance against CDR written value by value (plain_cdr.h). */
#include "plain_cdr.h"
#include "random_type.h"
#include "rclio/cdr.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void mark_used(const rclio_type *type, char *used)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        bool is_sequence = field->shape == RCLIO_SEQUENCE || field->shape == RCLIO_BOUNDED_SEQUENCE;
        size_t count = field->shape == RCLIO_ARRAY ? field->capacity : 1, size = rclio_field_element_size(field);
        if (is_sequence) size = 3 * sizeof(size_t);
        for (size_t index = 0; index < count; index++) {
            char *at = used + field->offset + index * size;
            if (field->base == RCLIO_NESTED && !is_sequence)
                mark_used(field->nested, at);
            else
                memset(at, 1, size);
        }
    }
}

/* What lies between the fields never reaches the wire: here it is anything but zeros. */
static void soil_padding(const rclio_type *type, void *message)
{
    char *used = calloc(1, type->size), *bytes = message;
    assert_non_null(used);
    mark_used(type, used);
    for (size_t i = 0; i < type->size; i++) {
        if (!used[i]) bytes[i] = (char)0xA5;
    }
    free(used);
}

static void encodes_to(const rclio_codec *codec, const void *message, const uint8_t *expected, size_t expected_size)
{
    size_t size = 0;
    uint8_t *bytes = rclio_encode_new(codec, message, &size);
    assert_non_null(bytes);
    assert_int_equal(size, expected_size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

static void decodes_to(const rclio_codec *codec, const uint8_t *bytes, size_t size, void *target, const void *expected)
{
    if (rclio_decode(codec, bytes, size, 0, target)) fail_msg("%s", rclio_error());
    assert_true(rclio_message_equal(rclio_codec_type(codec), target, expected));
}

struct room {
    struct block *blocks;
    size_t bytes;
};
struct block {
    struct block *next;
    _Alignas(max_align_t) char bytes[];
};

static void *take_room(size_t size, void *arg)
{
    struct room *room = arg;
    struct block *block = malloc(sizeof *block + size);
    assert_non_null(block);
    block->next = room->blocks;
    room->blocks = block;
    room->bytes += size;
    return memset(block->bytes, 0xA5, size);
}

static void end_room(struct room *room)
{
    for (struct block *block = room->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
}

/* A lent message holds what an owned one holds: it encodes to the same bytes. It is read from the end of a block, where sanitizers see
 * each byte too many, and at an odd address. */
static void is_lent(const rclio_codec *codec, const uint8_t *bytes, size_t size, const uint8_t *little, size_t little_size)
{
    for (size_t shift = 0; shift < 2; shift++) {
        struct room room = {0};
        uint8_t *block = malloc(size + shift);
        assert_non_null(block);
        memcpy(block + shift, bytes, size);
        void *message = take_room(rclio_codec_type(codec)->size, &room);
        room.bytes = 0;
        if (rclio_decode_lent(codec, block + shift, size, 0, message, take_room, &room)) fail_msg("%s", rclio_error());
        encodes_to(codec, message, little, little_size);
        assert_true(room.bytes <= 9 * size);
        free(block);
        end_room(&room);
    }
}

static void is_lent_up_to_the_cut(const rclio_codec *codec, const uint8_t *bytes, size_t size)
{
    struct room room = {0};
    void *message = take_room(rclio_codec_type(codec)->size, &room);
    assert_int_equal(rclio_decode_lent(codec, bytes, size, 0, message, take_room, &room), RCLIO_BAD_DATA);
    end_room(&room);
}

static void round_trips(dice *d, const rclio_codec *codec, void *target)
{
    const rclio_type *type = rclio_codec_type(codec);
    void *message = rclio_message_new(type);
    size_t size, big_size;
    assert_non_null(message);
    random_fill(d, type, message);
    soil_padding(type, message);
    uint8_t *bytes = plain_cdr_encode(type, message, false, &size), *big_bytes = plain_cdr_encode(type, message, true, &big_size);
    assert_non_null(bytes);
    assert_non_null(big_bytes);
    encodes_to(codec, message, bytes, size);
    decodes_to(codec, bytes, size, target, message);
    decodes_to(codec, big_bytes, big_size, target, message); /* CDR-7 */
    assert_int_equal(rclio_decode(codec, bytes, size - 1, 0, target), RCLIO_BAD_DATA);
    is_lent(codec, bytes, size, bytes, size);
    is_lent(codec, big_bytes, big_size, bytes, size);
    is_lent_up_to_the_cut(codec, bytes, size - 1);
    assert_int_equal(rclio_message_copy(type, message, target), RCLIO_OK);
    assert_true(rclio_message_equal(type, message, target));
    free(bytes);
    free(big_bytes);
    rclio_message_destroy(type, message);
}

static void any_type_is_written_and_read_as_value_by_value(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 600; seed++) {
        dice d = {seed * UINT64_C(0x9E3779B97F4A7C15)};
        rclio_type *type = random_type_new(&d, 3);
        if (type->size < 100000) {
            rclio_codec *codec = rclio_codec_new(type);
            void *target = rclio_message_new(type);
            assert_non_null(codec);
            assert_non_null(target);
            for (int i = 0; i < 3; i++) round_trips(&d, codec, target);
            rclio_message_destroy(type, target);
            rclio_codec_destroy(codec);
        }
        random_type_destroy(type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_type_is_written_and_read_as_value_by_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
