/* tests/mw/rtps/test_limits.c: errors instead of replies, replies that are held, the depth, and clients that die. */
#include "sides.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void a_refusal_arrives_as_an_error_with_its_text(void **state) /* SRV-11 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER), *b = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 10);
    rtps_replier *replier = replier_of(b, 10);
    mw_request_id id;
    int64_t sequence;
    char text[256];
    WAIT_UNTIL(is_available(requester));
    int64_t asked = ask(requester, 1, 1);
    hear(replier, &id);
    assert_int_equal(table->replier_refuse(replier, &id, RCLIO_BAD_DATA, "service '/add': no such sum"), RCLIO_OK);
    assert_int_equal(get_failure(requester, &sequence, text), RCLIO_BAD_DATA);
    assert_int_equal(sequence, asked);
    assert_string_equal(text, "service '/add': no such sum");
    table->requester_destroy(requester);
    table->replier_destroy(replier);
    table->close(a);
    table->close(b);
}

static void clients_that_are_not_rclio_get_no_refusal(void **state) /* SRV-11, DIS-13 */
{
    (void)state;
    rtps *b = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(b, 10);
    mw_request_id id;
    peer client = peer_start("rtps stranger");
    int64_t sum = hear(replier, &id);
    assert_false(id.client_is_rclio);
    assert_memory_equal(id.client_topics, id.client_gid, 12);
    assert_int_equal(table->replier_refuse(replier, &id, RCLIO_BAD_DATA, "no"), RCLIO_UNAVAILABLE);
    assert_int_equal(answer(replier, &id, sum), RCLIO_OK);
    peer_expect(&client, "asked");
    peer_tell(&client);
    peer_expect(&client, "a");
    peer_stop(&client);
    table->replier_destroy(replier);
    table->close(b);
}

static void a_refusal_of_cyclones_dialect_is_understood(void **state) /* SRV-11 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 10);
    int64_t sequence;
    char text[256];
    peer server = peer_start("cyclone refuser");
    WAIT_UNTIL(is_available(requester));
    int64_t asked = ask(requester, 1, 1);
    assert_int_equal(get_failure(requester, &sequence, text), RCLIO_BAD_STATE);
    assert_int_equal(sequence, asked);
    assert_string_equal(text, "not now");
    peer_expect(&server, "serving");
    peer_stop(&server);
    table->requester_destroy(requester);
    table->close(a);
}

static const uint8_t request[] = {0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0};

static void a_reply_is_held_until_its_reader_is_matched(void **state) /* SRV-6 */
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, 10);
    raw *client = raw_writer_new(seam_domain(), request_topic, request_type);
    mw_request_id id;
    WAIT_UNTIL(raw_matched(client) == 1);
    raw_write(client, request, sizeof request);
    int64_t sum = hear(replier, &id);
    assert_int_equal(answer(replier, &id, sum), RCLIO_OK);
    assert_int_equal(answer(replier, &id, sum), RCLIO_OK);
    raw_add_reader(client, reply_topic, reply_type);
    WAIT_UNTIL(raw_samples(client) == 2);
    raw_destroy(client);
    table->replier_destroy(replier);
    table->close(a);
}

static void a_held_reply_is_dropped_when_its_client_leaves(void **state)
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, 10);
    raw *client = raw_writer_new(seam_domain(), request_topic, request_type);
    mw_request_id id;
    WAIT_UNTIL(raw_matched(client) == 1);
    raw_write(client, request, sizeof request);
    int64_t sum = hear(replier, &id);
    assert_int_equal(answer(replier, &id, sum), RCLIO_OK);
    raw_destroy(client);
    WAIT_UNTIL(table->replier_client_is_gone(replier, &id));
    assert_int_equal(answer(replier, &id, sum), RCLIO_UNAVAILABLE);
    table->replier_destroy(replier);
    table->close(a);
}

static void an_answer_to_a_client_nobody_knows_is_dropped(void **state)
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, 10);
    mw_request_id id = {.sequence = 1, .opaque = {1, 2, 3}};
    assert_true(table->replier_client_is_gone(replier, &id));
    assert_int_equal(answer(replier, &id, 3), RCLIO_UNAVAILABLE);
    table->replier_destroy(replier);
    table->close(a);
}

/* More than the sockets between two processes hold. */
static size_t size_that_is_not_buffered(void)
{
    size_t most = 0;
    FILE *file = fopen("/proc/sys/net/core/rmem_max", "r");
    if (!file || fscanf(file, "%zu", &most) != 1 || most > 4 << 20) most = 4 << 20;
    if (file) fclose(file);
    return 2 * most + (1 << 20);
}

static void over_the_depth_the_oldest_call_ends_with_an_error(void **state) /* SRV-11 */
{
    (void)state;
    enum { CALLS = 8, DEPTH = 3 };
    rtps *a = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, DEPTH);
    mw_request_id ids[CALLS];
    int64_t sums[CALLS];
    char line[512];
    peer client = peer_start("rtps patient asker 8"); /* no more than DEPTH requests are kept, either */
    for (int i = 0; i < CALLS; i++) {
        sums[i] = hear(replier, &ids[i]);
        peer_tell(&client);
    }
    peer_expect(&client, "asked");
    kill(client.pid, SIGSTOP);
    assert_int_equal(waitpid(client.pid, NULL, WUNTRACED), client.pid);
    int lines = log_lines();
    for (int i = 0; i < CALLS; i++) /* never blocks */
        assert_int_equal(answer_sized(replier, &ids[i], sums[i], size_that_is_not_buffered()), RCLIO_OK);
    assert_int_equal(log_lines(), lines + 1); /* one for the client */
    log_last(line);
    assert_non_null(strstr(line, "/add"));
    assert_non_null(strstr(line, "(client 010f"));
    kill(client.pid, SIGCONT);
    peer_tell(&client);
    peer_expect(&client, "eeeeeaaa");
    peer_stop(&client);
    table->replier_destroy(replier);
    table->close(a);
}

static void a_request_beyond_the_depth_is_refused(void **state)
{
    (void)state;
    enum { DEPTH = 3 };
    rtps *a = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, DEPTH);
    char why[RTPS_WHY_SIZE] = "";
    int64_t sequence;
    rclio_status status = RCLIO_OK;
    peer server = peer_start("rtps silent server");
    WAIT_UNTIL(is_available(requester));
    kill(server.pid, SIGSTOP);
    assert_int_equal(waitpid(server.pid, NULL, WUNTRACED), server.pid);
    for (int i = 0; i < DEPTH; i++) ask(requester, 1, 1);
    mw_buffer *buffer = table->buffer_new(20);
    memset(buffer->data, 0, 20);
    status = table->requester_send(requester, buffer, &sequence, why);
    assert_int_equal(status, RCLIO_LIMIT);
    assert_non_null(strstr(why, "/add"));
    peer_kill(&server);
    table->requester_destroy(requester);
    table->close(a);
}

static void requests_that_a_server_has_no_room_for_are_refused(void **state) /* SRV-11 */
{
    (void)state;
    enum { ROOM = 1000, MORE = 5 }; /* of a server that takes nothing */
    rtps *a = participant_open(NODE_MARKER), *b = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(a, 2 * ROOM);
    rtps_replier *replier = replier_of(b, 10);
    int64_t sequence, asked[ROOM + MORE];
    char text[256];
    WAIT_UNTIL(is_available(requester));
    for (int i = 0; i < ROOM + MORE; i++) asked[i] = ask(requester, 1, 1);
    for (int i = 0; i < MORE; i++) {
        assert_int_equal(get_failure(requester, &sequence, text), RCLIO_LIMIT);
        assert_int_equal(sequence, asked[ROOM + i]);
        assert_non_null(strstr(text, "too many requests"));
    }
    mw_request_id id;
    for (int i = 0; i < ROOM; i++) assert_int_equal(hear(replier, &id), 2); /* those that it had room for */
    table->requester_destroy(requester);
    table->replier_destroy(replier);
    table->close(a);
    table->close(b);
}

static size_t resident_pages(void)
{
    size_t size, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%zu %zu", &size, &resident) != 2) abort();
    fclose(file);
    return resident;
}

/* 8 answers of 8 MB wait for a client that is stopped; it is killed, and when its loss is noticed their memory is free. It is noticed when
 * its lease ends: before the last of them is sent, where the machine is busy enough. */
static void a_killed_client_is_forgotten_with_its_replies(void **state) /* SRV-4 */
{
    (void)state;
    enum { CALLS = 8, SIZE = 8 << 20, PAGE = 4096 };
    rtps *a = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(a, 100);
    mw_request_id ids[CALLS];
    int64_t sums[CALLS];
    peer client = peer_start("rtps asker 8");
    for (int i = 0; i < CALLS; i++) sums[i] = hear(replier, &ids[i]);
    peer_expect(&client, "asked");
    kill(client.pid, SIGSTOP);
    assert_int_equal(waitpid(client.pid, NULL, WUNTRACED), client.pid);
    size_t before = resident_pages();
    rclio_status status = RCLIO_OK;
    for (int i = 0; i < CALLS && status == RCLIO_OK; i++) status = answer_sized(replier, &ids[i], sums[i], SIZE);
    size_t held = resident_pages();
    bool gone = table->replier_client_is_gone(replier, &ids[0]);
    assert_int_equal(status, gone && status ? RCLIO_UNAVAILABLE : RCLIO_OK);
    assert_true(gone || held > before + CALLS * SIZE / PAGE / 2);
    peer_kill(&client);
    WAIT_UNTIL(table->replier_client_is_gone(replier, &ids[0])); /* when its lease ends */
    assert_int_equal(answer(replier, &ids[0], 1), RCLIO_UNAVAILABLE);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they keep what is freed */
    while (resident_pages() > before + SIZE / PAGE) sched_yield();  /* the pump is about to free it; nothing tells of it */
#endif
    table->replier_destroy(replier);
    table->close(a);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_arrives_as_an_error_with_its_text),
        cmocka_unit_test(clients_that_are_not_rclio_get_no_refusal),
        cmocka_unit_test(a_refusal_of_cyclones_dialect_is_understood),
        cmocka_unit_test(a_reply_is_held_until_its_reader_is_matched),
        cmocka_unit_test(a_held_reply_is_dropped_when_its_client_leaves),
        cmocka_unit_test(an_answer_to_a_client_nobody_knows_is_dropped),
        cmocka_unit_test(over_the_depth_the_oldest_call_ends_with_an_error),
        cmocka_unit_test(a_request_beyond_the_depth_is_refused),
        cmocka_unit_test(requests_that_a_server_has_no_room_for_are_refused),
        cmocka_unit_test(a_killed_client_is_forgotten_with_its_replies),
    };
    return cmocka_run_group_tests_name("limits on RTPS", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return sides_main(argc, argv, run);
}
