/* tests/mw/test_seam_services.c: services through the seam, for every implementation of it: calls, availability, loss of either side. */
#include "seam.h"

#include "base/clock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const rclio_qos services = {
    .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_LAST, .depth = 10};

static mw_requester *requester_of(side *s, const char *service)
{
    mw_requester *requester = ops->requester_new(s->node, service, adder_type, &services, WAKE, WAKE);
    if (!requester) fail_msg("%s", rclio_error());
    return requester;
}

static mw_replier *replier_of(side *s, const char *service)
{
    mw_replier *replier = ops->replier_new(s->node, service, adder_type, &services, WAKE);
    if (!replier) fail_msg("%s", rclio_error());
    return replier;
}

static int64_t ask(mw_requester *requester, int64_t a, int64_t b)
{
    int64_t terms[2] = {a, b}, sequence = 0;
    mw_buffer *buffer = ops->requester_buffer(requester, 4 + sizeof terms);
    memcpy(buffer->data, "\0\1\0\0", 4);
    memcpy(buffer->data + 4, terms, sizeof terms);
    assert_int_equal(ops->requester_send(requester, buffer, &sequence), RCLIO_OK);
    assert_true(sequence > 0);
    return sequence;
}

/* Waits for a request; returns the sum it asks for. */
static int64_t hear(mw_replier *replier, mw_request_id *id)
{
    mw_sample sample;
    int64_t terms[2];
    WAIT_UNTIL(ops->replier_take(replier, &sample, id) == RCLIO_OK);
    assert_int_equal(sample.size, 4 + sample.offset + sizeof terms);
    memcpy(terms, sample.data + 4 + sample.offset, sizeof terms);
    ops->replier_return(replier, &sample);
    return terms[0] + terms[1];
}

static rclio_status answer(mw_replier *replier, const mw_request_id *id, int64_t sum)
{
    mw_buffer *buffer = ops->replier_buffer(replier, 4 + sizeof sum);
    memcpy(buffer->data, "\0\1\0\0", 4);
    memcpy(buffer->data + 4, &sum, sizeof sum);
    return ops->replier_send(replier, id, buffer);
}

/* Waits for a reply; returns its sum. */
static int64_t get(mw_requester *requester, int64_t *sequence)
{
    mw_sample sample;
    int64_t sum;
    WAIT_UNTIL(ops->requester_take(requester, &sample, sequence) == RCLIO_OK);
    assert_int_equal(sample.size, 4 + sample.offset + sizeof sum);
    memcpy(&sum, sample.data + 4 + sample.offset, sizeof sum);
    ops->requester_return(requester, &sample);
    return sum;
}

static uint64_t oldest_server(mw_requester *requester)
{
    uint64_t oldest, newest;
    ops->requester_server_range(requester, &oldest, &newest);
    return oldest;
}

static uint64_t newest_server(mw_requester *requester)
{
    uint64_t oldest, newest;
    ops->requester_server_range(requester, &oldest, &newest);
    return newest;
}

static void a_call_is_answered(void **state) /* SRV-1, SRV-2 */
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    mw_requester *requester = requester_of(&a, "/add");
    assert_false(ops->requester_is_available(requester));
    mw_replier *replier = replier_of(&b, "/add");
    WAIT_UNTIL(ops->requester_is_available(requester)); /* SRV-5 */
    assert_int_equal(oldest_server(requester), newest_server(requester));
    mw_request_id id;
    uint8_t gid[RCLIO_GID_SIZE];
    int64_t asked = ask(requester, 2, 3), answered = 0;
    assert_int_equal(hear(replier, &id), 5);
    assert_int_equal(id.sequence, asked);
    ops->requester_gid(requester, gid);
    assert_memory_equal(id.client_gid, gid, RCLIO_GID_SIZE);
    assert_false(ops->replier_client_is_gone(replier, &id));
    assert_int_equal(answer(replier, &id, 5), RCLIO_OK);
    assert_int_equal(get(requester, &answered), 5);
    assert_int_equal(answered, asked);
    ops->requester_destroy(requester);
    ops->replier_destroy(replier);
    side_close(&a);
    side_close(&b);
}

static void a_reply_reaches_only_the_client_that_asked(void **state) /* SRV-3 */
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    mw_replier *replier = replier_of(&b, "/add");
    mw_requester *first = requester_of(&a, "/add"), *second = requester_of(&a, "/add");
    mw_sample sample;
    mw_request_id ids[2];
    int64_t sequence;
    WAIT_UNTIL(ops->requester_is_available(first) && ops->requester_is_available(second));
    ask(first, 1, 1);
    int64_t sum = hear(replier, &ids[0]);
    assert_int_equal(answer(replier, &ids[0], sum), RCLIO_OK);
    ask(second, 10, 10);
    sum = hear(replier, &ids[1]);
    assert_int_equal(answer(replier, &ids[1], sum), RCLIO_OK);
    assert_int_equal(get(second, &sequence), 20);
    assert_int_equal(get(first, &sequence), 2);
    assert_int_equal(ops->requester_take(first, &sample, &sequence), RCLIO_EMPTY);
    assert_int_equal(ops->requester_take(second, &sample, &sequence), RCLIO_EMPTY);
    ops->requester_destroy(first);
    ops->requester_destroy(second);
    ops->replier_destroy(replier);
    side_close(&a);
    side_close(&b);
}

static void many_calls_at_once_lose_no_answer(void **state) /* SRV-8 */
{
    (void)state;
    enum { CALLS = 500 };
    side a = side_open("client");
    peer server = peer_start("server");
    peer_expect(&server, "serving");
    mw_requester *requester = requester_of(&a, "/add");
    int64_t first = 0, sequence, sum;
    WAIT_UNTIL(ops->requester_is_available(requester));
    for (int64_t i = 0; i < CALLS; i++) {
        sequence = ask(requester, i, 1000);
        if (i == 0) first = sequence;
    }
    for (int64_t i = 0; i < CALLS; i++) {
        sum = get(requester, &sequence);
        assert_int_equal(sum, 1000 + sequence - first);
    }
    peer_stop(&server);
    ops->requester_destroy(requester);
    side_close(&a);
}

static void the_first_call_to_a_server_that_just_appeared_is_answered(void **state) /* SRV-5, SRV-6 */
{
    (void)state;
    for (int round = 0; round < 5; round++) {
        int64_t sequence;
        side a = side_open("client");
        mw_requester *requester = requester_of(&a, "/add");
        peer server = peer_start("server");
        WAIT_UNTIL(ops->requester_is_available(requester));
        ask(requester, round, 1);
        assert_int_equal(get(requester, &sequence), round + 1);
        peer_stop(&server);
        ops->requester_destroy(requester);
        side_close(&a);
    }
}

static void a_server_that_leaves_is_seen_to_leave(void **state) /* SRV-4 */
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    atomic_int changes = 0;
    mw_replier *replier = replier_of(&b, "/add");
    mw_requester *requester = ops->requester_new(a.node, "/add", adder_type, &services, WAKE, COUNT_IN(&changes));
    WAIT_UNTIL(ops->requester_is_available(requester));
    int before = atomic_load(&changes);
    ops->replier_destroy(replier);
    WAIT_UNTIL(oldest_server(requester) == 0);
    assert_true(atomic_load(&changes) > before);
    ops->requester_destroy(requester);
    side_close(&a);
    side_close(&b);
}

static void a_request_has_lost_its_server_though_a_newer_one_is_there(void **state) /* SRV-4 */
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    mw_requester *requester = requester_of(&a, "/add");
    assert_int_equal(oldest_server(requester), 0);
    assert_int_equal(newest_server(requester), 0);
    mw_replier *first = replier_of(&b, "/add");
    mw_request_id id;
    int64_t answered;
    WAIT_UNTIL(oldest_server(requester) > 0);
    uint64_t at_first = newest_server(requester);
    ask(requester, 1, 1);
    hear(first, &id);

    mw_replier *second = replier_of(&b, "/add");
    WAIT_UNTIL(newest_server(requester) > at_first);
    uint64_t at_second = newest_server(requester);
    assert_int_equal(oldest_server(requester), at_first); /* the first can still answer */
    int64_t asked = ask(requester, 2, 2);

    ops->replier_destroy(first);
    WAIT_UNTIL(oldest_server(requester) == at_second);
    assert_int_equal(newest_server(requester), at_second);
    int64_t sum = hear(second, &id); /* of the second request: the first was sent before this server came */
    assert_int_equal(answer(second, &id, sum), RCLIO_OK);
    assert_int_equal(get(requester, &answered), 4);
    assert_int_equal(answered, asked);
    ops->replier_destroy(second);
    WAIT_UNTIL(oldest_server(requester) == 0);
    ops->requester_destroy(requester);
    side_close(&a);
    side_close(&b);
}

static void numbers_of_servers_are_not_used_twice(void **state) /* SRV-4 */
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    mw_requester *requester = requester_of(&a, "/add");
    for (uint64_t last = 0, round = 0; round < 3; round++) {
        mw_replier *replier = replier_of(&b, "/add");
        WAIT_UNTIL(oldest_server(requester) > last);
        last = newest_server(requester);
        ops->replier_destroy(replier);
        WAIT_UNTIL(oldest_server(requester) == 0);
    }
    ops->requester_destroy(requester);
    side_close(&a);
    side_close(&b);
}

static void a_server_that_is_killed_is_seen_to_leave_at_once(void **state) /* SRV-4, DIS-13 */
{
    (void)state;
    side a = side_open("client");
    mw_requester *requester = requester_of(&a, "/add");
    peer server = peer_start("silent server");
    WAIT_UNTIL(ops->requester_is_available(requester));
    ask(requester, 1, 2);
    peer_expect(&server, "serving");
    peer_expect(&server, "request");
    int64_t killed = clock_steady_ns();
    peer_kill(&server);
    WAIT_UNTIL(oldest_server(requester) == 0);
    assert_true(clock_steady_ns() - killed < NO_LEASE_NS);
    ops->requester_destroy(requester);
    side_close(&a);
}

static void a_client_that_is_killed_is_forgotten_at_once(void **state) /* DIS-13 */
{
    (void)state;
    side a = side_open("server");
    mw_replier *replier = replier_of(&a, "/add");
    peer client = peer_start("client");
    mw_request_id id;
    assert_int_equal(hear(replier, &id), 3);
    assert_false(ops->replier_client_is_gone(replier, &id));
    int64_t killed = clock_steady_ns();
    peer_kill(&client);
    WAIT_UNTIL(ops->replier_client_is_gone(replier, &id));
    assert_true(clock_steady_ns() - killed < NO_LEASE_NS);
    assert_int_equal(answer(replier, &id, 3), RCLIO_UNAVAILABLE);
    ops->replier_destroy(replier);
    side_close(&a);
}

static void a_client_that_leaves_gets_no_answer(void **state)
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    mw_replier *replier = replier_of(&b, "/add");
    mw_requester *requester = requester_of(&a, "/add");
    mw_request_id id;
    WAIT_UNTIL(ops->requester_is_available(requester));
    ask(requester, 1, 2);
    hear(replier, &id);
    ops->requester_destroy(requester);
    WAIT_UNTIL(ops->replier_client_is_gone(replier, &id));
    assert_int_equal(answer(replier, &id, 3), RCLIO_UNAVAILABLE);
    assert_non_null(strstr(rclio_error(), "/add"));
    ops->replier_destroy(replier);
    side_close(&a);
    side_close(&b);
}

static void an_answer_to_a_client_nobody_knows_is_dropped(void **state)
{
    (void)state;
    side b = side_open("server");
    mw_replier *replier = replier_of(&b, "/add");
    mw_request_id id = {.sequence = 1, .opaque = {1, 2, 3}};
    assert_true(ops->replier_client_is_gone(replier, &id));
    assert_int_equal(answer(replier, &id, 3), RCLIO_UNAVAILABLE);
    ops->replier_destroy(replier);
    side_close(&b);
}

static void a_call_without_a_server_is_not_answered_later(void **state)
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    mw_requester *requester = requester_of(&a, "/add");
    mw_request_id id;
    int64_t sequence;
    ask(requester, 1, 1);
    mw_replier *replier = replier_of(&b, "/add");
    WAIT_UNTIL(ops->requester_is_available(requester));
    ask(requester, 2, 2);
    assert_int_equal(hear(replier, &id), 4);
    assert_int_equal(answer(replier, &id, 4), RCLIO_OK);
    assert_int_equal(get(requester, &sequence), 4);
    assert_int_equal(sequence, 2);
    ops->requester_destroy(requester);
    ops->replier_destroy(replier);
    side_close(&a);
    side_close(&b);
}

static void a_message_type_is_no_service(void **state)
{
    (void)state;
    side a = side_open("client");
    assert_null(ops->requester_new(a.node, "/add", string_type, &services, WAKE, WAKE));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(ops->replier_new(a.node, "/add", string_type, &services, WAKE));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    side_close(&a);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_answered),
        cmocka_unit_test(a_reply_reaches_only_the_client_that_asked),
        cmocka_unit_test(many_calls_at_once_lose_no_answer),
        cmocka_unit_test(the_first_call_to_a_server_that_just_appeared_is_answered),
        cmocka_unit_test(a_server_that_leaves_is_seen_to_leave),
        cmocka_unit_test(a_request_has_lost_its_server_though_a_newer_one_is_there),
        cmocka_unit_test(numbers_of_servers_are_not_used_twice),
        cmocka_unit_test(a_server_that_is_killed_is_seen_to_leave_at_once),
        cmocka_unit_test(a_client_that_is_killed_is_forgotten_at_once),
        cmocka_unit_test(a_client_that_leaves_gets_no_answer),
        cmocka_unit_test(an_answer_to_a_client_nobody_knows_is_dropped),
        cmocka_unit_test(a_call_without_a_server_is_not_answered_later),
        cmocka_unit_test(a_message_type_is_no_service),
    };
    return cmocka_run_group_tests_name("services through the seam", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return seam_main(argc, argv, run);
}
