/* tests/mw/test_seam_local.c: messages by reference through the seam, for every implementation of it: who gets the message itself, who its
 * bytes, and that the rules of quality of service are those of any other message. */
#include "seam.h"

#include <stdatomic.h>
#include <string.h>

typedef struct string_message { /* std_msgs/msg/String */
    rosidl_runtime_c__String data;
} string_message;

static const rclio_qos reliable = {
    .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_LAST, .depth = 10};
static const rclio_qos everything = {.reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_ALL};

static mw_writer *writer_of(side *s, const char *topic, const rclio_qos *qos)
{
    mw_writer *writer = ops->writer_new(s->node, topic, string_type, qos, WAKE);
    if (!writer) fail_msg("%s", rclio_error());
    return writer;
}

static mw_reader *reader_of(side *s, const char *topic, const rclio_type *type, const rclio_qos *qos, bool accepts)
{
    mw_reader *reader = ops->reader_new(s->node, topic, type, qos, false, NULL, WAKE, WAKE);
    if (!reader) fail_msg("%s", rclio_error());
    if (accepts) ops->reader_accept_messages(reader);
    return reader;
}

/* A sealed message; the reference is the caller's. */
static local_message *message_of(local_pool *pool, const char *text)
{
    local_message *message = local_pool_get(pool);
    assert_true(rosidl_runtime_c__String__assign(&((string_message *)local_message_data(message))->data, text));
    assert_int_equal(local_message_seal(message), RCLIO_OK);
    return message;
}

static void send_text(mw_writer *writer, local_pool *pool, const char *text)
{
    assert_int_equal(ops->writer_write_message(writer, message_of(pool, text), 0), RCLIO_OK);
}

static bool is_text(const mw_sample *sample, const char *text) /* of bytes */
{
    return sample->data && sample->size >= 8 + strlen(text) + 1 && strcmp((const char *)sample->data + 8, text) == 0;
}

static void a_message_is_handed_over_and_never_encoded(void **state) /* LO2, GID-1 */
{
    (void)state;
    side a = side_open("alice");
    local_pool *pool = local_pool_new(NULL, string_type);
    mw_writer *writer = writer_of(&a, "/near", &reliable);
    mw_reader *one = reader_of(&a, "/near", string_type, &reliable, true);
    mw_reader *two = reader_of(&a, "/near", string_type, &reliable, true);
    mw_sample first, second;
    uint8_t gid[RCLIO_GID_SIZE];
    assert_true(ops->writer_has_local(writer));
    local_message *message = message_of(pool, "here"), *kept = local_message_ref(message);
    assert_int_equal(ops->writer_write_message(writer, message, RCLIO_S(7)), RCLIO_OK);
    take_one(one, &first);
    take_one(two, &second);
    assert_ptr_equal(first.message, kept);
    assert_ptr_equal(second.message, kept);
    assert_null(first.data);
    assert_int_equal(first.source_timestamp_ns, RCLIO_S(7));
    ops->writer_gid(writer, gid);
    assert_memory_equal(first.publisher_gid, gid, RCLIO_GID_SIZE);
    assert_false(local_message_is_encoded(kept));
    ops->reader_return(one, &first);
    assert_false(local_message_is_sole(kept));
    ops->reader_return(two, &second);
    assert_true(local_message_is_sole(kept)); /* nobody else has anything of it */
    assert_int_equal(ops->reader_take(one, &first), RCLIO_EMPTY);
    local_message_unref(kept);
    ops->reader_destroy(two);
    ops->reader_destroy(one);
    ops->writer_destroy(writer);
    local_pool_close(pool);
    side_close(&a);
}

static void contexts_of_a_process_share_it(void **state)
{
    (void)state;
    rclio_types *others = rclio_types_new(NULL, NULL);
    side a = side_open("alice"), b = side_open("bob");
    local_pool *pool = local_pool_new(NULL, string_type);
    mw_writer *writer = writer_of(&a, "/next", &reliable);
    mw_reader *reader = reader_of(&b, "/next", rclio_types_get(others, "std_msgs/msg/String"), &reliable, true);
    mw_sample sample;
    WAIT_UNTIL(ops->writer_matched(writer) == 1 && ops->reader_matched(reader) == 1);
    assert_true(ops->writer_has_local(writer));
    send_text(writer, pool, "next door");
    take_one(reader, &sample);
    assert_non_null(sample.message);
    assert_string_equal(((string_message *)local_message_data(sample.message))->data.data, "next door");
    assert_false(local_message_is_encoded(sample.message));
    ops->reader_return(reader, &sample);
    ops->reader_destroy(reader);
    ops->writer_destroy(writer);
    local_pool_close(pool);
    side_close(&b);
    side_close(&a);
    rclio_types_destroy(others);
}

static void who_does_not_accept_messages_gets_their_bytes(void **state) /* CDR-2 */
{
    (void)state;
    side a = side_open("alice");
    local_pool *pool = local_pool_new(NULL, string_type);
    mw_writer *writer = writer_of(&a, "/mixed", &reliable);
    mw_reader *plain = reader_of(&a, "/mixed", string_type, &reliable, false);
    mw_reader *accepts = reader_of(&a, "/mixed", string_type, &reliable, true);
    mw_sample sample;
    send_text(writer, pool, "for both");
    take_one(accepts, &sample);
    assert_non_null(sample.message);
    ops->reader_return(accepts, &sample);
    take_one(plain, &sample);
    assert_null(sample.message);
    assert_true(is_text(&sample, "for both"));
    ops->reader_return(plain, &sample);

    assert_int_equal(send_bytes(writer, 9, 3), RCLIO_OK); /* and bytes stay bytes */
    take_one(accepts, &sample);
    assert_null(sample.message);
    assert_true(has_bytes(&sample, 9, 3));
    ops->reader_return(accepts, &sample);
    ops->reader_destroy(accepts);
    ops->reader_destroy(plain);
    ops->writer_destroy(writer);
    local_pool_close(pool);
    side_close(&a);
}

/* The definition of a type may have changed between two contexts that read it. */
static void a_type_of_another_content_gets_bytes(void **state)
{
    static const char definition[] = "string data\nstring more\n";
    (void)state;
    rclio_types *others = rclio_types_new(NULL, NULL);
    const rclio_type *changed = rclio_types_parse(others, "std_msgs/msg/String", "String.msg", definition, sizeof definition - 1);
    side a = side_open("alice");
    local_pool *pool = local_pool_new(NULL, string_type);
    mw_writer *writer = writer_of(&a, "/changed", &reliable);
    mw_reader *reader = reader_of(&a, "/changed", changed, &reliable, true);
    mw_sample sample;
    send_text(writer, pool, "old form");
    take_one(reader, &sample);
    assert_null(sample.message);
    assert_true(is_text(&sample, "old form"));
    ops->reader_return(reader, &sample);
    ops->reader_destroy(reader);
    ops->writer_destroy(writer);
    local_pool_close(pool);
    side_close(&a);
    rclio_types_destroy(others);
}

static void depth_is_respected_and_what_is_pushed_out_goes_back(void **state) /* QOS-3 */
{
    (void)state;
    side a = side_open("alice");
    rclio_qos two = reliable;
    two.depth = 2;
    local_pool *pool = local_pool_new(NULL, string_type);
    mw_writer *writer = writer_of(&a, "/deep", &reliable);
    mw_reader *reader = reader_of(&a, "/deep", string_type, &two, true);
    mw_sample sample;
    local_message *oldest = message_of(pool, "0");
    local_message_ref(oldest);
    assert_int_equal(ops->writer_write_message(writer, oldest, 0), RCLIO_OK);
    for (int i = 1; i < 5; i++) send_text(writer, pool, (const char[]){(char)('0' + i), '\0'});
    assert_true(local_message_is_sole(oldest));
    for (int i = 3; i < 5; i++) {
        take_one(reader, &sample);
        assert_int_equal(((string_message *)local_message_data(sample.message))->data.data[0], '0' + i);
        ops->reader_return(reader, &sample);
    }
    assert_int_equal(ops->reader_take(reader, &sample), RCLIO_EMPTY);
    local_message_unref(oldest);
    ops->reader_destroy(reader);
    ops->writer_destroy(writer);
    local_pool_close(pool);
    side_close(&a);
}

static void a_late_joiner_gets_what_is_latched_by_reference(void **state) /* QOS-2 */
{
    (void)state;
    side a = side_open("alice");
    rclio_qos latched = reliable;
    latched.durability = RCLIO_TRANSIENT_LOCAL;
    latched.depth = 2;
    local_pool *pool = local_pool_new(NULL, string_type);
    mw_writer *writer = writer_of(&a, "/map", &latched);
    mw_sample sample;
    for (int i = 0; i < 4; i++) send_text(writer, pool, (const char[]){(char)('0' + i), '\0'});
    mw_reader *late = reader_of(&a, "/map", string_type, &latched, true);
    for (int i = 2; i < 4; i++) {
        take_one(late, &sample);
        assert_non_null(sample.message);
        assert_int_equal(((string_message *)local_message_data(sample.message))->data.data[0], '0' + i);
        ops->reader_return(late, &sample);
    }
    assert_int_equal(ops->reader_take(late, &sample), RCLIO_EMPTY);
    ops->writer_destroy(writer);
    ops->reader_destroy(late);
    local_pool_close(pool);
    side_close(&a);
}

static void a_message_outlives_its_writer_in_a_readers_cache(void **state) /* LO4 */
{
    (void)state;
    rclio_types *own = rclio_types_new(NULL, NULL);
    side a = side_open("alice"), b = side_open("bob");
    local_pool *pool = local_pool_new(own, rclio_types_get(own, "std_msgs/msg/String"));
    mw_writer *writer = writer_of(&a, "/last", &reliable);
    mw_reader *reader = reader_of(&b, "/last", string_type, &reliable, true);
    mw_reader *never_reads = reader_of(&b, "/last", string_type, &reliable, true);
    mw_sample sample;
    send_text(writer, pool, "last words");
    ops->writer_destroy(writer);
    local_pool_close(pool);
    rclio_types_destroy(own);
    side_close(&a);
    take_one(reader, &sample);
    assert_string_equal(((string_message *)local_message_data(sample.message))->data.data, "last words");
    local_message *kept = local_message_ref(sample.message);
    ops->reader_return(reader, &sample);
    ops->reader_destroy(reader);
    ops->reader_destroy(never_reads);
    side_close(&b);
    assert_true(local_message_is_sole(kept));
    assert_string_equal(((string_message *)local_message_data(kept))->data.data, "last words");
    local_message_unref(kept);
}

static void another_process_gets_the_bytes_and_each_reader_one(void **state)
{
    (void)state;
    peer echo = peer_start("echo");
    side a = side_open("alice");
    local_pool *pool = local_pool_new(NULL, string_type);
    mw_writer *writer = writer_of(&a, "/ping", &everything);
    mw_reader *pong = reader_of(&a, "/pong", string_type, &everything, true);
    mw_sample sample;
    peer_expect(&echo, "matched");
    WAIT_UNTIL(ops->writer_matched(writer) == 1 && ops->reader_matched(pong) == 1);
    assert_false(ops->writer_has_local(writer)); /* nobody here: whoever has a choice sends bytes */
    send_text(writer, pool, "far");
    take_one(pong, &sample);
    assert_true(is_text(&sample, "far"));
    ops->reader_return(pong, &sample);

    mw_reader *near = reader_of(&a, "/ping", string_type, &everything, true);
    assert_true(ops->writer_has_local(writer));
    send_text(writer, pool, "near and far");
    take_one(near, &sample);
    assert_string_equal(((string_message *)local_message_data(sample.message))->data.data, "near and far");
    ops->reader_return(near, &sample);
    take_one(pong, &sample);
    assert_true(is_text(&sample, "near and far"));
    ops->reader_return(pong, &sample);
    assert_int_equal(ops->reader_take(near, &sample), RCLIO_EMPTY);
    assert_int_equal(ops->reader_take(pong, &sample), RCLIO_EMPTY);
    ops->reader_destroy(near);
    assert_false(ops->writer_has_local(writer));
    ops->reader_destroy(pong);
    ops->writer_destroy(writer);
    local_pool_close(pool);
    side_close(&a);
    peer_stop(&echo);
}

static void large_messages_go_both_ways(void **state) /* fragments, of bytes that are made while they are sent */
{
    (void)state;
    enum { SIZE = 900000 };
    static char text[SIZE + 1];
    memset(text, 'x', SIZE);
    peer echo = peer_start("echo");
    side a = side_open("alice");
    local_pool *pool = local_pool_new(NULL, string_type);
    mw_writer *writer = writer_of(&a, "/ping", &everything);
    mw_reader *pong = reader_of(&a, "/pong", string_type, &everything, true);
    mw_reader *near = reader_of(&a, "/ping", string_type, &everything, true);
    mw_sample sample;
    peer_expect(&echo, "matched");
    WAIT_UNTIL(ops->writer_matched(writer) == 2 && ops->reader_matched(pong) == 1);
    for (int i = 0; i < 10; i++) {
        text[0] = (char)('0' + i);
        send_text(writer, pool, text);
    }
    for (int i = 0; i < 10; i++) {
        text[0] = (char)('0' + i);
        take_one(near, &sample);
        assert_string_equal(((string_message *)local_message_data(sample.message))->data.data, text);
        ops->reader_return(near, &sample);
        take_one(pong, &sample);
        assert_true(is_text(&sample, text));
        ops->reader_return(pong, &sample);
    }
    ops->reader_destroy(near);
    ops->reader_destroy(pong);
    ops->writer_destroy(writer);
    local_pool_close(pool);
    side_close(&a);
    peer_stop(&echo);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_handed_over_and_never_encoded),
        cmocka_unit_test(contexts_of_a_process_share_it),
        cmocka_unit_test(who_does_not_accept_messages_gets_their_bytes),
        cmocka_unit_test(a_type_of_another_content_gets_bytes),
        cmocka_unit_test(depth_is_respected_and_what_is_pushed_out_goes_back),
        cmocka_unit_test(a_late_joiner_gets_what_is_latched_by_reference),
        cmocka_unit_test(a_message_outlives_its_writer_in_a_readers_cache),
        cmocka_unit_test(another_process_gets_the_bytes_and_each_reader_one),
        cmocka_unit_test(large_messages_go_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return seam_main(argc, argv, run);
}
