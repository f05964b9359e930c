/* tests/mw/test_discovery_info.c: the message of ros_discovery_info against bytes of the real system, whole, cut and bent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/discovery_info.h"

#include <stdlib.h>
#include <string.h>

/* One node without readers, with one writer: captured (wire.md, section 5). */
static const uint8_t golden[] = {0x00, 0x01, 0x00, 0x00, 0x01, 0x10, 0xe6, 0xac, 0x02, 0xd1, 0x3f, 0x07, 0x21, 0x24, 0xb6,
                                 0xc3, 0x00, 0x00, 0x01, 0xc1, 0x01, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x2f, 0x00,
                                 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x6c, 0x69, 0x73, 0x74, 0x65, 0x6e, 0x65, 0x72, 0x00,
                                 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x10, 0xe6, 0xac,
                                 0x02, 0xd1, 0x3f, 0x07, 0x21, 0x24, 0xb6, 0xc3, 0x00, 0x00, 0x06, 0x03};

static void the_captured_message_is_read(void **state) /* DIS-5 */
{
    (void)state;
    discovery_info info;
    assert_int_equal(discovery_info_decode(golden, sizeof golden, &info), RCLIO_OK);
    assert_memory_equal(info.participant.data, golden + 4, 16);
    assert_int_equal(info.node_count, 1);
    assert_string_equal(info.nodes[0].name_space, "/");
    assert_string_equal(info.nodes[0].name, "listener");
    assert_int_equal(info.nodes[0].readers.size, 0);
    assert_int_equal(info.nodes[0].writers.size, 1);
    assert_memory_equal(info.nodes[0].writers.data[0].data, golden + 56, 16);

    size_t size;
    uint8_t *bytes = discovery_info_encode(&info, &size); /* and written the same */
    assert_int_equal(size, sizeof golden);
    assert_memory_equal(bytes, golden, size);
    free(bytes);
    discovery_info_fini(&info);
}

static void a_participant_without_nodes_is_24_bytes(void **state) /* DIS-6 */
{
    (void)state;
    discovery_info info = {0}, read;
    size_t size;
    memcpy(info.participant.data, golden + 4, 16);
    uint8_t *bytes = discovery_info_encode(&info, &size);
    assert_int_equal(size, 24);
    assert_memory_equal(bytes + 20, "\0\0\0\0", 4);
    assert_int_equal(discovery_info_decode(bytes, size, &read), RCLIO_OK);
    assert_int_equal(read.node_count, 0);
    discovery_info_fini(&read);
    free(bytes);
}

static void several_nodes_go_there_and_back(void **state)
{
    (void)state;
    discovery_gid gids[3] = {{{1}}, {{2}}, {{3}}};
    discovery_node nodes[2] = {{.name_space = "/a/b", .name = "x", .readers = {gids, 3, 3}, .writers = {gids + 1, 2, 2}},
                               {.name_space = "/", .name = "twelve_chars", .readers = {gids, 1, 1}}};
    discovery_info info = {.nodes = nodes, .node_count = 2}, read;
    size_t size;
    uint8_t *bytes = discovery_info_encode(&info, &size);
    assert_int_equal(discovery_info_decode(bytes, size, &read), RCLIO_OK);
    assert_int_equal(read.node_count, 2);
    assert_string_equal(read.nodes[0].name_space, "/a/b");
    assert_int_equal(read.nodes[0].readers.size, 3);
    assert_memory_equal(read.nodes[0].readers.data, gids, sizeof gids);
    assert_memory_equal(read.nodes[0].writers.data, gids + 1, 32);
    assert_string_equal(read.nodes[1].name, "twelve_chars");
    assert_int_equal(read.nodes[1].writers.size, 0);
    discovery_info_fini(&read);
    free(bytes);
}

static void big_endian_messages_are_read(void **state) /* CDR-7 */
{
    (void)state;
    uint8_t swapped[sizeof golden];
    static const size_t counts[] = {20, 24, 32, 48, 52};
    memcpy(swapped, golden, sizeof golden);
    swapped[1] = 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (size_t b = 0; b < 4; b++) swapped[counts[i] + b] = golden[counts[i] + 3 - b];
    discovery_info info;
    assert_int_equal(discovery_info_decode(swapped, sizeof swapped, &info), RCLIO_OK);
    assert_string_equal(info.nodes[0].name, "listener");
    discovery_info_fini(&info);
}

static void a_message_that_ends_early_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof golden; size++) {
        discovery_info info;
        uint8_t *cut = malloc(size + 1); /* so that a sanitizer sees a step beyond */
        memcpy(cut, golden, size);
        uint8_t *exact = realloc(cut, size ? size : 1);
        assert_int_equal(discovery_info_decode(exact, size, &info), RCLIO_BAD_DATA);
        assert_int_equal(info.node_count, 0);
        assert_null(info.nodes);
        free(exact);
    }
}

static void a_hostile_count_allocates_nothing(void **state)
{
    (void)state;
    static const size_t counts[] = {20, 24, 32, 48, 52};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        uint8_t bent[sizeof golden];
        discovery_info info;
        memcpy(bent, golden, sizeof golden);
        memset(bent + counts[i], 0xff, 4);
        assert_int_equal(discovery_info_decode(bent, sizeof bent, &info), RCLIO_BAD_DATA);
        assert_null(info.nodes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_captured_message_is_read),         cmocka_unit_test(a_participant_without_nodes_is_24_bytes),
        cmocka_unit_test(several_nodes_go_there_and_back),      cmocka_unit_test(big_endian_messages_are_read),
        cmocka_unit_test(a_message_that_ends_early_is_refused), cmocka_unit_test(a_hostile_count_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
