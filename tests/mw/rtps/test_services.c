/* tests/mw/rtps/test_services.c: calls in Fast DDS's dialect: within a process and across two, sizes, many at once, who gets what,
 * servers that come and go. */
#include "sides.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct two { /* participants of this process; what was made of them */
    rtps *a, *b;
    rtps_requester *requester;
    rtps_replier *replier;
} two;

static two two_open(void)
{
    return (two){.a = participant_open(NODE_MARKER), .b = participant_open(NODE_MARKER)};
}

static void two_close(two *t)
{
    table->requester_destroy(t->requester);
    table->replier_destroy(t->replier);
    table->close(t->a);
    table->close(t->b);
}

/* A requester of one participant, a second process that serves; closed in the order of the parameters. */
static void one_close(peer *server, rtps_requester *requester, rtps *a)
{
    if (server) peer_stop(server);
    table->requester_destroy(requester);
    table->close(a);
}

static void answer_next(rtps_replier *replier, mw_request_id *id, int64_t sum)
{
    assert_int_equal(hear(replier, id), sum);
    assert_int_equal(answer(replier, id, sum), RCLIO_OK);
}

static void expect_answer(rtps_requester *requester, int64_t asked, int64_t sum)
{
    int64_t answered = 0;
    assert_int_equal(get(requester, &answered), sum);
    assert_int_equal(answered, asked);
}

static void a_call_is_answered_within_a_process(void **state) /* SRV-12 */
{
    (void)state;
    two t = two_open();
    t.requester = requester_of(t.a, 10);
    assert_false(is_available(t.requester));
    t.replier = replier_of(t.b, 10);
    WAIT_UNTIL(is_available(t.requester)); /* SRV-5 */
    mw_request_id id;
    uint8_t writer[RCLIO_GID_SIZE], reader[RCLIO_GID_SIZE];
    int64_t asked = ask(t.requester, 2, 3);
    assert_int_equal(hear(t.replier, &id), 5);
    table->requester_gids(t.requester, writer, reader);
    assert_memory_equal(id.client_gid, writer, RCLIO_GID_SIZE);
    assert_memory_equal(writer, "\x01\x0f", 2); /* GID-2 */
    assert_memory_equal(writer, reader, 12);
    assert_true(id.client_is_rclio); /* DIS-13 */
    assert_memory_equal(id.client_topics, "\1\2\3\4\5\6\7\10\11\12\13\14", 12);
    assert_false(table->replier_client_is_gone(t.replier, &id));
    assert_int_equal(answer(t.replier, &id, 5), RCLIO_OK);
    expect_answer(t.requester, asked, 5);
    two_close(&t);
}

static void a_call_is_answered_within_a_participant(void **state)
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 10);
    rtps_replier *replier = replier_of(a, 10);
    WAIT_UNTIL(is_available(requester));
    mw_request_id id;
    int64_t asked = ask(requester, 2, 3);
    answer_next(replier, &id, 5);
    assert_true(id.client_is_rclio);
    expect_answer(requester, asked, 5);
    table->replier_destroy(replier);
    one_close(NULL, requester, a);
}

static void calls_are_answered_across_processes(void **state)
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 100);
    peer server = peer_start("rtps server");
    peer_expect(&server, "serving");
    WAIT_UNTIL(is_available(requester));
    for (int64_t i = 0; i < 20; i++) {
        int64_t asked = ask(requester, i, 3);
        expect_answer(requester, asked, i + 3);
    }
    one_close(&server, requester, a);
}

enum { FIRST_CALLS = 50 };

/* A call at the moment that its server counts: it has found us, but perhaps not both of our endpoints. */
static void the_first_call_is_answered(rtps *client, rtps_replier *replier, int64_t number)
{
    mw_request_id id;
    rtps_requester *requester = requester_of(client, 10);
    WAIT_UNTIL(is_available(requester));
    int64_t asked = ask(requester, number, 1);
    if (replier) answer_next(replier, &id, number + 1);
    expect_answer(requester, asked, number + 1);
    table->requester_destroy(requester);
}

static void first_calls_are_answered_across_processes(void **state) /* SRV-5 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    peer server = peer_start("rtps server");
    for (int64_t i = 0; i < FIRST_CALLS; i++) the_first_call_is_answered(a, NULL, i);
    peer_expect(&server, "serving");
    peer_stop(&server);
    table->close(a);
}

static void first_calls_are_answered_within_a_process(void **state) /* SRV-5 */
{
    (void)state;
    two t = two_open();
    t.replier = replier_of(t.b, 10);
    for (int64_t i = 0; i < FIRST_CALLS; i++) the_first_call_is_answered(t.a, t.replier, i);
    two_close(&t);
}

static void first_calls_to_a_server_that_just_appeared_are_answered(void **state) /* SRV-5 */
{
    (void)state;
    two t = two_open();
    t.requester = requester_of(t.a, 10);
    for (int64_t i = 0; i < FIRST_CALLS; i++) {
        mw_request_id id;
        rtps_replier *replier = replier_of(i % 2 ? t.a : t.b, 10);
        WAIT_UNTIL(is_available(t.requester));
        int64_t asked = ask(t.requester, i, 1);
        answer_next(replier, &id, i + 1);
        expect_answer(t.requester, asked, i + 1);
        table->replier_destroy(replier);
        WAIT_UNTIL(newest_server(t.requester) == 0);
    }
    two_close(&t);
}

struct thread_of_ready {
    pthread_t thread;
    atomic_bool is_known;
};

static void note_thread(void *arg)
{
    struct thread_of_ready *noted = arg;
    noted->thread = pthread_self();
    atomic_store(&noted->is_known, true);
    wake_all(NULL);
}

/* Nothing is handed over past the transport, and so past what makes it reliable. */
static void a_request_within_a_process_does_not_arrive_in_the_thread_that_sends_it(void **state) /* SRV-14 */
{
    (void)state;
    for (int same = 0; same < 2; same++) {
        struct thread_of_ready noted = {0};
        mw_request_id id;
        two t = two_open();
        t.replier = replier_told(same ? t.a : t.b, 10, (mw_callback){note_thread, &noted});
        t.requester = requester_of(t.a, 10);
        WAIT_UNTIL(is_available(t.requester));
        ask(t.requester, 1, 1);
        WAIT_UNTIL(atomic_load(&noted.is_known));
        assert_false(pthread_equal(noted.thread, pthread_self()));
        assert_int_equal(hear(t.replier, &id), 2);
        two_close(&t);
    }
}

/* Participants and endpoints meet in any order. */
static void first_calls_between_participants_that_just_met_are_answered(void **state) /* SRV-5 */
{
    (void)state;
    for (int64_t i = 0; i < FIRST_CALLS; i++) {
        rtps *a = participant_open(NODE_MARKER);
        rtps_requester *early = i % 2 ? requester_of(a, 10) : NULL;
        rtps *b = participant_open(NODE_MARKER);
        rtps_replier *replier = replier_of(b, 10);
        the_first_call_is_answered(a, replier, i);
        if (early) table->requester_destroy(early);
        table->replier_destroy(replier);
        table->close(a);
        table->close(b);
    }
}

static void a_megabyte_travels_both_ways(void **state)
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 10);
    peer server = peer_start("rtps large server");
    WAIT_UNTIL(is_available(requester));
    for (int64_t i = 0; i < 5; i++) {
        int64_t sequence;
        mw_sample sample;
        ask_sized(requester, i, 1, 1 << 20);
        WAIT_UNTIL(table->requester_take(requester, &sample, &sequence) == RCLIO_OK);
        assert_int_equal(sample.size, 1 << 20);
        assert_int_equal(sample.data[4], i + 1);
        assert_true(sample.source_timestamp_ns > INT64_C(1600000000000000000));
        assert_true(sample.received_timestamp_ns >= sample.source_timestamp_ns);
        table->sample_return(&sample);
    }
    peer_expect(&server, "serving");
    one_close(&server, requester, a);
}

static void a_thousand_calls_at_once_lose_no_answer(void **state) /* SRV-8 */
{
    (void)state;
    enum { CALLS = 1000 };
    static bool seen[CALLS];
    rtps *a = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, CALLS);
    peer server = peer_start("rtps server");
    WAIT_UNTIL(is_available(requester));
    int64_t first = 0, sequence;
    for (int64_t i = 0; i < CALLS; i++) {
        sequence = ask(requester, i, 1000);
        if (i == 0) first = sequence;
    }
    for (int64_t i = 0; i < CALLS; i++) {
        int64_t sum = get(requester, &sequence), call = sequence - first;
        assert_true(call >= 0 && call < CALLS && !seen[call]);
        seen[call] = true;
        assert_int_equal(sum, 1000 + call);
    }
    peer_expect(&server, "serving");
    one_close(&server, requester, a);
}

static void a_reply_reaches_only_the_client_that_asked(void **state) /* SRV-12 */
{
    (void)state;
    two t = two_open();
    t.replier = replier_of(t.b, 10);
    rtps_requester *first = requester_of(t.a, 10), *second = requester_of(t.a, 10);
    mw_request_id ids[2];
    mw_sample sample;
    int64_t sequence;
    WAIT_UNTIL(is_available(first) && is_available(second));
    ask(first, 1, 1);
    int64_t sum = hear(t.replier, &ids[0]);
    ask(second, 10, 10);
    assert_int_equal(hear(t.replier, &ids[1]), 20);
    assert_int_equal(answer(t.replier, &ids[0], sum), RCLIO_OK);
    assert_int_equal(answer(t.replier, &ids[1], 20), RCLIO_OK);
    assert_int_equal(get(second, &sequence), 20);
    assert_int_equal(get(first, &sequence), 2);
    assert_int_equal(table->requester_take(first, &sample, &sequence), RCLIO_EMPTY);
    assert_int_equal(table->requester_take(second, &sample, &sequence), RCLIO_EMPTY);
    table->requester_destroy(first);
    table->requester_destroy(second);
    two_close(&t);
}

static void a_request_has_lost_its_server_though_a_newer_one_is_there(void **state) /* SRV-4 */
{
    (void)state;
    two t = two_open();
    atomic_int changes = 0;
    rtps_requester *requester = t.requester = requester_told(t.a, 10, &changes);
    assert_int_equal(newest_server(requester), 0);
    rtps_replier *first = replier_of(t.b, 10);
    mw_request_id id;
    WAIT_UNTIL(oldest_server(requester) > 0);
    assert_true(atomic_load(&changes) > 0);
    uint64_t at_first = newest_server(requester);
    ask(requester, 1, 1);
    hear(first, &id);

    rtps_replier *second = replier_of(t.b, 10);
    WAIT_UNTIL(newest_server(requester) > at_first);
    uint64_t at_second = newest_server(requester);
    assert_int_equal(oldest_server(requester), at_first);
    int64_t asked = ask(requester, 2, 2);

    table->replier_destroy(first);
    WAIT_UNTIL(oldest_server(requester) == at_second);
    assert_int_equal(newest_server(requester), at_second);
    answer_next(second, &id, 4); /* the second request: the first was sent before this server came */
    expect_answer(requester, asked, 4);
    table->replier_destroy(second);
    WAIT_UNTIL(oldest_server(requester) == 0);
    two_close(&t);
}

static void a_call_without_a_server_is_not_answered_later(void **state) /* SRV-4 */
{
    (void)state;
    two t = two_open();
    rtps_requester *requester = t.requester = requester_of(t.a, 10);
    mw_request_id id;
    int64_t lost = ask(requester, 1, 1);
    t.replier = replier_of(t.b, 10);
    WAIT_UNTIL(is_available(requester));
    int64_t asked = ask(requester, 2, 2);
    assert_true(asked > lost);
    answer_next(t.replier, &id, 4);
    expect_answer(requester, asked, 4);
    two_close(&t);
}

static void a_server_that_is_killed_is_seen_to_leave(void **state) /* SRV-4 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 10);
    peer server = peer_start("rtps silent server");
    WAIT_UNTIL(is_available(requester));
    ask(requester, 1, 2);
    peer_expect(&server, "request");
    peer_kill(&server);
    WAIT_UNTIL(oldest_server(requester) == 0); /* when its lease ends */
    one_close(NULL, requester, a);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_answered_within_a_process),
        cmocka_unit_test(a_call_is_answered_within_a_participant),
        cmocka_unit_test(calls_are_answered_across_processes),
        cmocka_unit_test(first_calls_are_answered_across_processes),
        cmocka_unit_test(first_calls_are_answered_within_a_process),
        cmocka_unit_test(first_calls_to_a_server_that_just_appeared_are_answered),
        cmocka_unit_test(first_calls_between_participants_that_just_met_are_answered),
        cmocka_unit_test(a_request_within_a_process_does_not_arrive_in_the_thread_that_sends_it),
        cmocka_unit_test(a_megabyte_travels_both_ways),
        cmocka_unit_test(a_thousand_calls_at_once_lose_no_answer),
        cmocka_unit_test(a_reply_reaches_only_the_client_that_asked),
        cmocka_unit_test(a_request_has_lost_its_server_though_a_newer_one_is_there),
        cmocka_unit_test(a_call_without_a_server_is_not_answered_later),
        cmocka_unit_test(a_server_that_is_killed_is_seen_to_leave),
    };
    return cmocka_run_group_tests_name("services on RTPS", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return sides_main(argc, argv, run);
}
