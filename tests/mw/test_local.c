/* tests/mw/test_local.c: pools of messages that are passed by reference: the rules LO1 to LO5 of mw/local/message.h. */
#include "mw/local/message.h"

#include "rclio/types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

typedef struct string_message { /* std_msgs/msg/String */
    rosidl_runtime_c__String data;
} string_message;

static rclio_types *types;
static const rclio_type *string_type;

static int begin(void **state)
{
    (void)state;
    types = rclio_types_new(NULL, NULL);
    string_type = rclio_types_get(types, "std_msgs/msg/String");
    return string_type ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    rclio_types_destroy(types);
    return 0;
}

static void write_text(local_message *message, const char *text)
{
    string_message *string = local_message_data(message);
    assert_true(rosidl_runtime_c__String__assign(&string->data, text));
}

static const char *text_of(local_message *message)
{
    return ((string_message *)local_message_data(message))->data.data;
}

static void a_message_comes_back_with_its_memory(void **state) /* LO3 */
{
    (void)state;
    local_pool *pool = local_pool_new(types, string_type);
    local_message *message = local_pool_get(pool);
    assert_string_equal(text_of(message), "");
    write_text(message, "a text that needs memory of its own");
    assert_int_equal(local_message_seal(message), RCLIO_OK);
    const void *data = local_message_data(message), *bytes = local_message_bytes(message);
    local_message_unref(message);
    local_message *again = local_pool_get(pool);
    assert_ptr_equal(again, message);
    assert_ptr_equal(local_message_data(again), data);
    write_text(again, "a shorter text");
    assert_int_equal(local_message_seal(again), RCLIO_OK);
    assert_false(local_message_is_encoded(again));
    assert_ptr_equal(local_message_bytes(again), bytes);
    local_message_unref(again);
    local_pool_close(pool);
}

static void messages_that_are_out_at_one_time_are_different(void **state) /* LO3 */
{
    (void)state;
    enum { COUNT = 20 };
    local_message *out[COUNT];
    local_pool *pool = local_pool_new(types, string_type);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++) {
            char text[16];
            out[i] = local_pool_get(pool);
            snprintf(text, sizeof text, "%d", i);
            write_text(out[i], text);
        }
        for (int i = 0; i < COUNT; i++) {
            char text[16];
            snprintf(text, sizeof text, "%d", i);
            assert_string_equal(text_of(out[i]), text);
            local_message_unref(out[i]);
        }
    }
    local_pool_close(pool);
}

static void it_becomes_bytes_once_and_only_when_asked(void **state) /* LO2, CDR-2 */
{
    static const uint8_t golden[] = {0, 1, 0, 0, 3, 0, 0, 0, 'h', 'i', 0, 0}; /* the last one is padding */
    (void)state;
    local_pool *pool = local_pool_new(types, string_type);
    local_message *message = local_pool_get(pool);
    write_text(message, "hi");
    assert_int_equal(local_message_seal(message), RCLIO_OK);
    assert_int_equal(local_message_size(message), 11);
    assert_false(local_message_is_encoded(message));
    const uint8_t *bytes = local_message_bytes(message);
    assert_true(local_message_is_encoded(message));
    assert_memory_equal(bytes, golden, sizeof golden);
    assert_int_equal(local_message_seal(message), RCLIO_OK); /* again */
    assert_true(local_message_is_encoded(message));
    assert_ptr_equal(local_message_own(message), message); /* to be written once more */
    assert_false(local_message_is_encoded(message));
    write_text(message, "ho");
    assert_int_equal(local_message_seal(message), RCLIO_OK);
    assert_int_equal(local_message_bytes(message)[9], 'o');
    local_message_unref(message);
    local_pool_close(pool);
}

static void who_writes_after_sealing_sends_zeros_and_breaks_nothing(void **state) /* LO1, LO2 */
{
    (void)state;
    local_pool *pool = local_pool_new(types, string_type);
    local_message *message = local_pool_get(pool);
    write_text(message, "short");
    assert_int_equal(local_message_seal(message), RCLIO_OK);
    write_text(message, "much longer than there is room for");
    const uint8_t *bytes = local_message_bytes(message);
    for (size_t i = 0; i < local_message_size(message); i++) assert_int_equal(bytes[i], 0);
    local_message_unref(message);
    local_pool_close(pool);
}

static void a_broken_bound_is_refused_when_it_is_sealed(void **state) /* LO2 */
{
    static const char definition[] = "string<=3 data\n";
    (void)state;
    const rclio_type *bounded =
        rclio_types_parse(types, "own_msgs/msg/Bounded", "Bounded.msg", definition, sizeof definition - 1);
    local_pool *pool = local_pool_new(types, bounded);
    local_message *message = local_pool_get(pool);
    write_text(message, "four");
    assert_int_equal(local_message_seal(message), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "'data'"));
    local_message_unref(message);
    local_pool_close(pool);
}

static void the_last_reference_frees_pool_and_types(void **state) /* LO4: the address sanitizer watches */
{
    (void)state;
    rclio_types *own = rclio_types_new(NULL, NULL);
    local_pool *pool = local_pool_new(own, rclio_types_get(own, "std_msgs/msg/String"));
    local_message *message = local_message_ref(local_pool_get(pool));
    write_text(message, "outlives all");
    assert_int_equal(local_message_seal(message), RCLIO_OK);
    local_message_unref(message);
    local_pool_close(pool);
    rclio_types_destroy(own);
    assert_string_equal(text_of(message), "outlives all");
    assert_string_equal(local_message_type(message)->name, "std_msgs/msg/String");
    assert_non_null(local_message_bytes(message));
    local_message_unref(message);
}

static void to_write_a_shared_message_is_to_copy_it(void **state) /* LO1 */
{
    (void)state;
    local_pool *pool = local_pool_new(types, string_type);
    local_message *message = local_pool_get(pool);
    write_text(message, "ours");
    assert_int_equal(local_message_seal(message), RCLIO_OK);
    assert_true(local_message_is_sole(message));
    local_message *own = local_message_own(local_message_ref(message));
    assert_ptr_not_equal(own, message);
    assert_true(local_message_is_sole(own) && local_message_is_sole(message));
    assert_string_equal(text_of(own), "ours");
    write_text(own, "mine");
    assert_string_equal(text_of(message), "ours");
    assert_ptr_equal(local_message_own(own), own);
    local_message_unref(own);
    local_message_unref(message);
    local_pool_close(pool);
}

static void types_fit_by_content(void **state)
{
    (void)state;
    rclio_types *others = rclio_types_new(NULL, NULL);
    local_pool *pool = local_pool_new(types, string_type);
    local_message *message = local_pool_get(pool);
    const rclio_type *twin = rclio_types_get(others, "std_msgs/msg/String");
    assert_ptr_not_equal(twin, string_type);
    assert_true(local_message_fits(message, string_type));
    assert_true(local_message_fits(message, twin));
    assert_false(local_message_fits(message, rclio_types_get(others, "std_msgs/msg/Char")));
    assert_false(local_message_fits(message, rclio_types_get(others, "std_msgs/msg/Int64")));
    local_message_unref(message);
    local_pool_close(pool);
    rclio_types_destroy(others);
}

static void what_is_lent_comes_back_once(void **state) /* LO5 */
{
    string_message foreign = {0};
    (void)state;
    local_pool *pool = local_pool_new(types, string_type);
    void *lent = local_pool_lend(pool);
    void *other = local_pool_lend(pool);
    assert_null(local_pool_take_back(pool, &foreign));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    local_message *message = local_pool_take_back(pool, lent);
    assert_ptr_equal(local_message_data(message), lent);
    assert_null(local_pool_take_back(pool, lent));
    local_message_unref(message);
    assert_null(local_pool_take_back(pool, NULL));
    (void)other; /* goes with the pool */
    local_pool_close(pool);
}

static void a_pool_lends_so_many_and_no_more(void **state) /* LO5 */
{
    static void *lent[LOCAL_LENT_MAX];
    (void)state;
    local_pool *pool = local_pool_new(types, string_type);
    for (size_t i = 0; i < LOCAL_LENT_MAX; i++) assert_non_null(lent[i] = local_pool_lend(pool));
    assert_null(local_pool_lend(pool));
    assert_int_equal(rclio_error_status(), RCLIO_LIMIT);
    local_message_unref(local_pool_take_back(pool, lent[0]));
    assert_non_null(lent[0] = local_pool_lend(pool));
    local_pool_close(pool);
}

typedef struct crowd {
    local_pool *pool;
    _Atomic(local_message *) handed[64];
    atomic_int wrong;
} crowd;

/* Each takes messages, hands them to the others in passing, and reads what it finds. */
static void *take_and_pass(void *arg)
{
    crowd *c = arg;
    for (int i = 0; i < 3000; i++) {
        local_message *message = local_pool_get(c->pool);
        write_text(message, i % 2 ? "one" : "another text");
        if (local_message_seal(message)) atomic_fetch_add(&c->wrong, 1);
        size_t expected = i % 2 ? 4 : 13;
        if (local_message_bytes(message)[4] != expected) atomic_fetch_add(&c->wrong, 1);
        local_message *found = atomic_exchange(&c->handed[i % 64], message);
        if (!found) continue;
        local_message_ref(found);
        if (local_message_bytes(found)[4] != strlen(text_of(found)) + 1) atomic_fetch_add(&c->wrong, 1);
        local_message_unref(found);
        local_message_unref(found);
    }
    return NULL;
}

static void threads_share_a_pool(void **state)
{
    crowd c = {.pool = local_pool_new(types, string_type)};
    pthread_t threads[4];
    (void)state;
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, take_and_pass, &c), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 64; i++) local_message_unref(c.handed[i]);
    assert_int_equal(c.wrong, 0);
    local_pool_close(c.pool);
}

static void *read_bytes(void *arg)
{
    return (void *)(uintptr_t)local_message_bytes(arg);
}

static void threads_that_ask_for_bytes_get_the_same(void **state) /* LO2 */
{
    (void)state;
    local_pool *pool = local_pool_new(types, string_type);
    for (int round = 0; round < 50; round++) {
        pthread_t threads[3];
        void *bytes;
        local_message *message = local_pool_get(pool);
        write_text(message, "for all");
        assert_int_equal(local_message_seal(message), RCLIO_OK);
        for (int i = 0; i < 3; i++) assert_int_equal(pthread_create(&threads[i], NULL, read_bytes, message), 0);
        for (int i = 0; i < 3; i++) {
            pthread_join(threads[i], &bytes);
            assert_string_equal((char *)bytes + 8, "for all");
        }
        local_message_unref(message);
    }
    local_pool_close(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back_with_its_memory),
        cmocka_unit_test(messages_that_are_out_at_one_time_are_different),
        cmocka_unit_test(it_becomes_bytes_once_and_only_when_asked),
        cmocka_unit_test(who_writes_after_sealing_sends_zeros_and_breaks_nothing),
        cmocka_unit_test(a_broken_bound_is_refused_when_it_is_sealed),
        cmocka_unit_test(the_last_reference_frees_pool_and_types),
        cmocka_unit_test(to_write_a_shared_message_is_to_copy_it),
        cmocka_unit_test(types_fit_by_content),
        cmocka_unit_test(what_is_lent_comes_back_once),
        cmocka_unit_test(a_pool_lends_so_many_and_no_more),
        cmocka_unit_test(threads_share_a_pool),
        cmocka_unit_test(threads_that_ask_for_bytes_get_the_same),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
