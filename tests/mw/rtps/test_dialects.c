/* tests/mw/rtps/test_dialects.c: Cyclone's dialect beside Fast DDS's: first calls, who gets a sample and who does not, bad bytes. */
#include "sides.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CALLS = 50 };

/* Topics of Cyclone under their DDS names, with any bytes. */
static const rclio_qos plain = {.reliability = RCLIO_RELIABLE,
                                .durability = RCLIO_VOLATILE,
                                .history = RCLIO_KEEP_ALL,
                                .avoid_ros_namespace_conventions = true};

static const rclio_type *part(rclio_part which)
{
    return adder_type->parts[which];
}

static void the_first_reply_to_a_client_of_cyclone_arrives(void **state) /* SRV-10, SRV-6 */
{
    (void)state;
    char role[64];
    rtps *a = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, 10);
    snprintf(role, sizeof role, "cyclone first calls %d", FIRST_CALLS);
    peer client = peer_start(role);
    for (int i = 0; i < FIRST_CALLS; i++) {
        mw_request_id id;
        int64_t sum = hear(replier, &id);
        assert_int_equal(sum, i + 1);
        assert_true(id.client_is_rclio);                   /* DIS-13 */
        assert_memory_equal(id.client_gid, "\x01\x10", 2); /* GID-2 */
        assert_memory_equal(id.client_topics, id.client_gid, 12);
        assert_int_equal(answer(replier, &id, sum), RCLIO_OK);
    }
    peer_expect(&client, "answered");
    peer_stop(&client);
    table->replier_destroy(replier);
    table->close(a);
}

static void the_first_request_to_a_server_of_cyclone_arrives(void **state) /* SRV-10, SRV-1 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    peer server = peer_start("cyclone server");
    peer_expect(&server, "serving");
    for (int64_t i = 0; i < FIRST_CALLS; i++) {
        int64_t sequence;
        rtps_requester *requester = requester_of(a, 10);
        WAIT_UNTIL(is_available(requester)); /* SRV-5 */
        int64_t asked = ask(requester, i, 1);
        assert_int_equal(get(requester, &sequence), i + 1);
        assert_int_equal(sequence, asked);
        table->requester_destroy(requester);
    }
    peer_stop(&server);
    table->close(a);
}

static void the_first_request_to_a_server_of_cyclone_that_just_started_arrives(void **state) /* SRV-10 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 10);
    for (int64_t i = 0; i < 10; i++) {
        int64_t sequence;
        peer server = peer_start("cyclone server");
        WAIT_UNTIL(is_available(requester));
        int64_t asked = ask(requester, i, 1);
        assert_int_equal(get(requester, &sequence), i + 1);
        assert_int_equal(sequence, asked);
        peer_expect(&server, "serving");
        peer_stop(&server);
        WAIT_UNTIL(newest_server(requester) == 0);
    }
    table->requester_destroy(requester);
    table->close(a);
}

static void clients_of_both_dialects_are_answered_at_once(void **state)
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, 100);
    peer cyclone = peer_start("cyclone first calls 20"), fast = peer_start("rtps asker 20");
    for (int i = 0; i < 40; i++) {
        mw_request_id id;
        int64_t sum = hear(replier, &id);
        assert_int_equal(answer(replier, &id, sum), RCLIO_OK);
    }
    peer_expect(&cyclone, "answered");
    peer_expect(&fast, "asked");
    peer_tell(&fast);
    peer_expect(&fast, "aaaaaaaaaaaaaaaaaaaa");
    peer_stop(&cyclone);
    peer_stop(&fast);
    table->replier_destroy(replier);
    table->close(a);
}

static bool is_cyclone(const mw_request_id *id)
{
    return memcmp(id->client_gid, "\x01\x10", 2) == 0; /* GID-2 */
}

/* Another client is answered at the moment that one of Cyclone is met, and then nobody for a while. */
static void a_client_of_cyclone_gets_in_step_while_another_is_answered(void **state) /* SRV-10, SRV-13 */
{
    (void)state;
    char role[64];
    rtps *a = participant_open(NODE_MARKER), *b = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, 1000);
    rtps_requester *fast = requester_of(b, 1000);
    WAIT_UNTIL(is_available(fast));
    snprintf(role, sizeof role, "cyclone first calls %d", FIRST_CALLS);
    peer cyclone = peer_start(role);
    ask(fast, 0, 1);
    for (int answered = 0; answered < FIRST_CALLS; answered++) {
        mw_request_id ids[2];
        int64_t sums[2], sequence;
        for (int i = 0; i < 2; i++) {
            mw_request_id id;
            int64_t sum = hear(replier, &id);
            ids[is_cyclone(&id)] = id;
            sums[is_cyclone(&id)] = sum;
        }
        for (int i = 0; i < 2; i++) assert_int_equal(answer(replier, &ids[i], sums[i]), RCLIO_OK);
        assert_int_equal(get(fast, &sequence), sums[0]);
        ask(fast, answered, 1);
    }
    peer_expect(&cyclone, "answered");
    peer_stop(&cyclone);
    table->requester_destroy(fast);
    table->replier_destroy(replier);
    table->close(a);
    table->close(b);
}

/* Raw readers stand for Fast DDS's clients and servers, which would misread what is not meant for them. */
static void a_reply_of_cyclones_dialect_never_reaches_a_reader_of_fast_dds(void **state) /* SRV-9 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    raw *replies = raw_reader_new(seam_domain(), reply_topic, reply_type);
    rtps_replier *replier = replier_of(a, 100);
    WAIT_UNTIL(raw_matched(replies) == 1);
    peer client = peer_start("cyclone first calls 20");
    for (int i = 0; i < 20; i++) {
        mw_request_id id;
        int64_t sum = hear(replier, &id);
        assert_int_equal(answer(replier, &id, sum), RCLIO_OK);
    }
    peer_expect(&client, "answered");
    peer_stop(&client);
    table->replier_destroy(replier);
    WAIT_UNTIL(raw_matched(replies) == 0); /* whatever was on its way has come */
    assert_int_equal(raw_samples(replies), 0);
    raw_destroy(replies);
    table->close(a);
}

static void a_request_of_cyclones_dialect_never_reaches_a_reader_of_fast_dds(void **state) /* SRV-9 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    raw *requests = raw_reader_new(seam_domain(), request_topic, request_type);
    peer server = peer_start("cyclone server");
    rtps_requester *requester = requester_of(a, 100);
    WAIT_UNTIL(is_available(requester));
    WAIT_UNTIL(raw_matched(requests) == 1);
    for (int64_t i = 0; i < 20; i++) {
        int64_t sequence;
        ask(requester, i, 1);
        assert_int_equal(get(requester, &sequence), i + 1);
    }
    table->requester_destroy(requester);
    WAIT_UNTIL(raw_matched(requests) == 0);
    assert_int_equal(raw_samples(requests), 0);
    peer_expect(&server, "serving");
    peer_stop(&server);
    raw_destroy(requests);
    table->close(a);
}

static void a_sample_of_fast_ddss_dialect_never_reaches_a_reader_of_cyclone(void **state) /* SRV-9 */
{
    (void)state;
    side s = side_open("listener");
    rtps *a = participant_open(NODE_MARKER), *b = participant_open(NODE_MARKER);
    mw_reader *replies = ops->reader_new(s.node, reply_topic, part(RCLIO_PART_RESPONSE), &plain, false, NULL, WAKE, WAKE);
    mw_reader *requests = ops->reader_new(s.node, request_topic, part(RCLIO_PART_REQUEST), &plain, false, NULL, WAKE, WAKE);
    if (!replies || !requests) fail_msg("%s", rclio_error());
    rtps_replier *replier = replier_of(a, 100);
    rtps_requester *requester = requester_of(b, 100);
    WAIT_UNTIL(is_available(requester) && ops->reader_matched(replies) == 1 && ops->reader_matched(requests) == 1);
    for (int64_t i = 0; i < 20; i++) {
        mw_request_id id;
        int64_t sequence;
        ask(requester, i, 1);
        assert_int_equal(answer(replier, &id, hear(replier, &id)), RCLIO_OK);
        assert_int_equal(get(requester, &sequence), i + 1);
    }
    table->requester_destroy(requester);
    table->replier_destroy(replier);
    WAIT_UNTIL(ops->reader_matched(replies) == 0 && ops->reader_matched(requests) == 0);
    mw_sample sample;
    assert_int_equal(ops->reader_take(replies, &sample), RCLIO_EMPTY);
    assert_int_equal(ops->reader_take(requests, &sample), RCLIO_EMPTY);
    ops->reader_destroy(replies);
    ops->reader_destroy(requests);
    table->close(a);
    table->close(b);
    side_close(&s);
}

static void a_call_goes_to_servers_of_one_dialect_only(void **state) /* SRV-9, SRV-4 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER), *b = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 100);
    int64_t sequence;
    peer server = peer_start("cyclone server");
    WAIT_UNTIL(is_available(requester));
    uint64_t cyclones = newest_server(requester);

    rtps_replier *replier = replier_of(b, 100); /* that of Fast DDS is preferred */
    WAIT_UNTIL(newest_server(requester) > cyclones);
    assert_int_equal(oldest_server(requester), cyclones); /* it may still answer calls of before */
    uint64_t fasts = newest_server(requester);
    mw_request_id id;
    mw_sample sample;
    int64_t first = ask(requester, 1, 1);
    assert_int_equal(hear(replier, &id), 2);
    table->replier_destroy(replier);              /* without an answer */
    WAIT_UNTIL(oldest_server(requester) > fasts); /* the call is lost: the server of Cyclone never had it */

    int64_t second = ask(requester, 2, 2);
    assert_true(second > first);
    assert_int_equal(get(requester, &sequence), 4);
    assert_int_equal(sequence, second);
    assert_int_equal(table->requester_take(requester, &sample, &sequence), RCLIO_EMPTY);
    peer_expect(&server, "serving");
    peer_stop(&server);
    table->requester_destroy(requester);
    table->close(a);
    table->close(b);
}

static void short_requests_and_strange_headers_are_dropped(void **state)
{
    (void)state;
    static const uint8_t strange[] = {0x40, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0},
                         good[] = {0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0},
                         without_id[] = {0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    side s = side_open("writer");
    rtps *a = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, 10);
    raw *fast = raw_writer_new(seam_domain(), request_topic, request_type);
    mw_writer *cyclone = ops->writer_new(s.node, request_topic, part(RCLIO_PART_REQUEST), &plain, WAKE);
    if (!cyclone) fail_msg("%s", rclio_error());
    WAIT_UNTIL(raw_matched(fast) == 1 && ops->writer_matched(cyclone) == 1);
    mw_buffer *buffer = ops->writer_buffer(cyclone, sizeof without_id);
    memcpy(buffer->data, without_id, sizeof without_id);
    assert_int_equal(ops->writer_write(cyclone, buffer, 0), RCLIO_OK);
    assert_int_equal(ops->writer_wait_acknowledged(cyclone, RCLIO_S(20)), RCLIO_OK);
    raw_write(fast, strange, sizeof strange);
    raw_write(fast, good, sizeof good);
    mw_request_id id;
    int64_t sum;
    assert_int_equal(hear(replier, &id), 3);
    assert_false(id.client_is_rclio);
    assert_false(try_hear(replier, &id, &sum));
    assert_int_equal(raw_taken(fast), true);
    ops->writer_destroy(cyclone);
    raw_destroy(fast);
    table->replier_destroy(replier);
    table->close(a);
    side_close(&s);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_reply_to_a_client_of_cyclone_arrives),
        cmocka_unit_test(the_first_request_to_a_server_of_cyclone_arrives),
        cmocka_unit_test(the_first_request_to_a_server_of_cyclone_that_just_started_arrives),
        cmocka_unit_test(clients_of_both_dialects_are_answered_at_once),
        cmocka_unit_test(a_client_of_cyclone_gets_in_step_while_another_is_answered),
        cmocka_unit_test(a_reply_of_cyclones_dialect_never_reaches_a_reader_of_fast_dds),
        cmocka_unit_test(a_request_of_cyclones_dialect_never_reaches_a_reader_of_fast_dds),
        cmocka_unit_test(a_sample_of_fast_ddss_dialect_never_reaches_a_reader_of_cyclone),
        cmocka_unit_test(a_call_goes_to_servers_of_one_dialect_only),
        cmocka_unit_test(short_requests_and_strange_headers_are_dropped),
    };
    return cmocka_run_group_tests_name("both dialects", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return sides_main(argc, argv, run);
}
