/* tests/mw/test_seam_topics.c: topics through the seam, for every implementation of it: delivery, history, events, life and death. */
#include "seam.h"

#include "support/sanitized.h"
#include "support/watchdog.h"

#include "base/clock.h"
#include "base/thread.h"

#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const rclio_qos reliable = {
    .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_LAST, .depth = 10};
static const rclio_qos everything = {.reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_ALL};

static mw_writer *writer_of(side *s, const char *topic, const rclio_qos *qos)
{
    mw_writer *writer = ops->writer_new(s->node, topic, string_type, qos, WAKE);
    if (!writer) fail_msg("%s", rclio_error());
    return writer;
}

static mw_reader *reader_of(side *s, const char *topic, const rclio_qos *qos)
{
    mw_reader *reader = ops->reader_new(s->node, topic, string_type, qos, false, NULL, WAKE, WAKE);
    if (!reader) fail_msg("%s", rclio_error());
    return reader;
}

static void a_message_arrives_with_its_writer_and_its_time(void **state) /* GID-1 */
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    mw_writer *writer = writer_of(&a, "/chatter", &reliable);
    mw_reader *reader = reader_of(&b, "/chatter", &reliable);
    uint8_t gid[RCLIO_GID_SIZE], participant[RCLIO_GID_SIZE];
    mw_sample sample;
    WAIT_UNTIL(ops->writer_matched(writer) == 1 && ops->reader_matched(reader) == 1);
    assert_int_equal(send_bytes(writer, 13, 1), RCLIO_OK);
    take_one(reader, &sample);
    assert_true(has_bytes(&sample, 13, 1));
    assert_int_equal(sample.offset, 0);
    ops->writer_gid(writer, gid);
    ops->participant_gid(a.m, participant);
    assert_memory_equal(sample.publisher_gid, gid, RCLIO_GID_SIZE);
    assert_memory_equal(gid, participant, 12);
    assert_memory_equal(participant + 12, "\0\0\1\xc1", 4);
    int64_t now = clock_system_ns();
    assert_in_range(now - sample.source_timestamp_ns, 0, RCLIO_S(60));
    assert_in_range(now - sample.received_timestamp_ns, 0, RCLIO_S(60));
    ops->reader_return(reader, &sample);

    mw_buffer *buffer = ops->writer_buffer(writer, 8);
    fill_bytes(buffer, 2);
    assert_int_equal(ops->writer_write(writer, buffer, RCLIO_S(7)), RCLIO_OK); /* a time of its own */
    take_one(reader, &sample);
    assert_int_equal(sample.source_timestamp_ns, RCLIO_S(7));
    ops->reader_return(reader, &sample);
    assert_int_equal(ops->reader_take(reader, &sample), RCLIO_EMPTY);
    mw_status status;
    assert_int_equal(ops->reader_status(reader, MW_EVENT_MESSAGE_LOST, &status), RCLIO_OK);
    assert_int_equal(status.total, 0);
    ops->writer_destroy(writer);
    ops->reader_destroy(reader);
    side_close(&a);
    side_close(&b);
}

static void a_buffer_may_be_discarded_instead_of_written(void **state)
{
    (void)state;
    side a = side_open("alice");
    mw_writer *writer = writer_of(&a, "/chatter", &reliable);
    ops->buffer_discard(ops->writer_buffer(writer, 1000));
    assert_null(ops->writer_buffer(writer, SIZE_MAX - 100)); /* larger than memory, larger than DDS can carry */
    assert_int_equal(rclio_error_status(), RCLIO_LIMIT);
    ops->writer_destroy(writer);
    side_close(&a);
}

static void a_reader_may_ignore_its_own_participant(void **state)
{
    (void)state;
    side a = side_open("alice");
    mw_writer *writer = writer_of(&a, "/own", &reliable);
    mw_reader *deaf = ops->reader_new(a.node, "/own", string_type, &reliable, true, NULL, WAKE, WAKE);
    mw_reader *hears = reader_of(&a, "/own", &reliable);
    mw_sample sample;
    assert_int_equal(send_bytes(writer, 5, 3), RCLIO_OK);
    take_one(hears, &sample);
    ops->reader_return(hears, &sample);
    assert_int_equal(ops->reader_take(deaf, &sample), RCLIO_EMPTY);
    ops->reader_destroy(hears);
    ops->reader_destroy(deaf);
    ops->writer_destroy(writer);
    side_close(&a);
}

static void a_late_joiner_gets_the_last_messages_that_are_latched(void **state) /* QOS-2 */
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    rclio_qos latched = reliable;
    latched.durability = RCLIO_TRANSIENT_LOCAL;
    latched.depth = 3;
    mw_writer *writer = writer_of(&a, "/latched", &latched);
    mw_sample sample;
    for (unsigned i = 0; i < 5; i++) assert_int_equal(send_bytes(writer, 9, i), RCLIO_OK);
    mw_reader *reader = reader_of(&b, "/latched", &latched);
    for (unsigned i = 2; i < 5; i++) {
        take_one(reader, &sample);
        assert_true(has_bytes(&sample, 9, i));
        ops->reader_return(reader, &sample);
    }
    ops->writer_destroy(writer);
    WAIT_UNTIL(ops->reader_matched(reader) == 0);
    assert_int_equal(ops->reader_take(reader, &sample), RCLIO_EMPTY); /* QOS-4: its end is no message */
    ops->reader_destroy(reader);
    side_close(&a);
    side_close(&b);
}

static void a_writer_knows_whether_anybody_hears_it(void **state) /* QOS-2 */
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    mw_writer *writer = writer_of(&a, "/heard", &reliable);
    assert_false(ops->writer_is_heard(writer));
    for (int i = 0; i < 50; i++) {
        mw_reader *reader = reader_of(&b, "/heard", &reliable);
        WAIT_UNTIL(ops->writer_matched(writer) == 1);
        assert_true(ops->writer_is_heard(writer)); /* never behind what was told */
        ops->reader_destroy(reader);
        WAIT_UNTIL(ops->writer_matched(writer) == 0 && !ops->writer_is_heard(writer));
    }
    ops->writer_destroy(writer);
    side_close(&a);
    side_close(&b);
}

static void a_write_that_means_something_by_itself_is_always_heard(void **state) /* QOS-2, QOS-5 */
{
    (void)state;
    side a = side_open("alice");
    rclio_qos latched = reliable, timed = reliable, manual = reliable;
    latched.durability = RCLIO_TRANSIENT_LOCAL;
    timed.deadline_ns = RCLIO_S(1);
    manual.liveliness = RCLIO_MANUAL_BY_TOPIC;
    const rclio_qos *profiles[] = {&latched, &timed, &manual};
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        mw_writer *writer = writer_of(&a, "/unheard", profiles[i]);
        assert_true(ops->writer_is_heard(writer));
        ops->writer_destroy(writer);
    }
    side_close(&a);
}

static void keep_last_keeps_the_newest(void **state) /* QOS-3 */
{
    (void)state;
    static const struct {
        rclio_history history;
        size_t depth, kept;
    } cases[] = {{RCLIO_KEEP_LAST, 2, 2}, {RCLIO_HISTORY_SYSTEM_DEFAULT, 0, 1}};
    side a = side_open("alice");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        rclio_qos qos = reliable;
        qos.history = cases[c].history;
        qos.depth = cases[c].depth;
        mw_writer *writer = writer_of(&a, "/newest", &everything);
        mw_reader *reader = reader_of(&a, "/newest", &qos);
        mw_sample sample;
        for (unsigned i = 0; i < 9; i++) assert_int_equal(send_bytes(writer, 4, i), RCLIO_OK);
        for (size_t i = 0; i < cases[c].kept; i++) {
            take_one(reader, &sample);
            assert_true(has_bytes(&sample, 4, (unsigned)(9 - cases[c].kept + i)));
            ops->reader_return(reader, &sample);
        }
        assert_int_equal(ops->reader_take(reader, &sample), RCLIO_EMPTY);
        ops->reader_destroy(reader);
        ops->writer_destroy(writer);
    }
    side_close(&a);
}

static void qos_in_force_reads_back(void **state) /* QOS-6 */
{
    (void)state;
    side a = side_open("alice");
    const rclio_qos asked = {.reliability = RCLIO_BEST_EFFORT,
                             .durability = RCLIO_TRANSIENT_LOCAL,
                             .history = RCLIO_KEEP_LAST,
                             .depth = 42,
                             .deadline_ns = RCLIO_MS(1500),
                             .liveliness = RCLIO_MANUAL_BY_TOPIC,
                             .lease_ns = RCLIO_S(3)};
    rclio_qos qos;
    mw_writer *writer = writer_of(&a, "/qos", &asked);
    ops->writer_qos(writer, &qos);
    assert_int_equal(qos.reliability, RCLIO_BEST_EFFORT);
    assert_int_equal(qos.durability, RCLIO_TRANSIENT_LOCAL);
    assert_int_equal(qos.history, RCLIO_KEEP_LAST);
    assert_int_equal(qos.depth, 42);
    assert_int_equal(qos.deadline_ns, RCLIO_MS(1500));
    assert_int_equal(qos.lifespan_ns, RCLIO_FOREVER);
    assert_int_equal(qos.liveliness, RCLIO_MANUAL_BY_TOPIC);
    assert_int_equal(qos.lease_ns, RCLIO_S(3));
    mw_reader *reader = reader_of(&a, "/qos", &everything);
    ops->reader_qos(reader, &qos);
    assert_int_equal(qos.reliability, RCLIO_RELIABLE);
    assert_int_equal(qos.history, RCLIO_KEEP_ALL);
    assert_int_equal(qos.deadline_ns, RCLIO_FOREVER);
    ops->reader_destroy(reader);
    ops->writer_destroy(writer);
    side_close(&a);
}

static void an_illegal_qos_is_an_error(void **state)
{
    (void)state;
    side a = side_open("alice");
    rclio_qos qos = reliable;
    qos.depth = (size_t)INT32_MAX + 1;
    assert_null(ops->writer_new(a.node, "/x", string_type, &qos, WAKE));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    side_close(&a);
}

static void messages_cross_between_processes(void **state)
{
    (void)state;
    enum { BURST = 20000, LARGE = 4 * 1024 * 1024 };
    side a = side_open("alice");
    peer echo = peer_start("echo");
    mw_writer *writer = writer_of(&a, "/ping", &everything);
    mw_reader *reader = reader_of(&a, "/pong", &everything);
    mw_sample sample;
    WAIT_UNTIL(ops->writer_matched(writer) == 1 && ops->reader_matched(reader) == 1);
    peer_expect(&echo, "matched");

    assert_int_equal(send_bytes(writer, LARGE + 1, 5), RCLIO_OK);
    take_one(reader, &sample);
    assert_true(has_bytes(&sample, LARGE + 1, 5));
    ops->reader_return(reader, &sample);

    for (unsigned i = 0; i < BURST; i++) /* keep all: none may be lost */
        assert_int_equal(send_bytes(writer, 32, i), RCLIO_OK);
    for (unsigned i = 0; i < BURST; i++) {
        take_one(reader, &sample);
        if (!has_bytes(&sample, 32, i)) fail_msg("message %u of the burst is not the one that was sent", i);
        ops->reader_return(reader, &sample);
    }
    assert_int_equal(ops->writer_wait_acknowledged(writer, RCLIO_S(30)), RCLIO_OK);
    assert_int_equal(ops->reader_take(reader, &sample), RCLIO_EMPTY);
    peer_stop(&echo);
    WAIT_UNTIL(ops->writer_matched(writer) == 0 && ops->reader_matched(reader) == 0);
    ops->writer_destroy(writer);
    ops->reader_destroy(reader);
    side_close(&a);
}

static void a_stopped_reader_holds_nobody_up_and_gets_the_newest(void **state)
{
    (void)state;
    side a = side_open("alice");
    rclio_qos qos = reliable;
    qos.depth = 1;
    mw_writer *writer = writer_of(&a, "/flood", &qos);
    peer flooded = peer_start("flooded");
    WAIT_UNTIL(ops->writer_matched(writer) == 1);
    peer_expect(&flooded, "matched");
    kill(flooded.pid, SIGSTOP);
    int64_t start = clock_steady_ns();
    for (unsigned i = 0; i < 64; i++) assert_int_equal(send_bytes(writer, 1024 * 1024, i), RCLIO_OK);
    assert_true(clock_steady_ns() - start < RCLIO_S(20)); /* keep last never waits for a reader */
    mw_buffer *last = ops->writer_buffer(writer, 8);
    fill_bytes(last, 0);
    last->data[4] = 255;
    assert_int_equal(ops->writer_write(writer, last, 0), RCLIO_OK);
    kill(flooded.pid, SIGCONT);
    peer_expect(&flooded, "has the last");
    peer_stop(&flooded);
    ops->writer_destroy(writer);
    side_close(&a);
}

#define QUICK 4000 /* the collector's */

static void what_is_written_in_quick_succession_arrives_whole_and_in_order(void **state) /* BA1, BA3 */
{
    (void)state;
    side a = side_open("alice");
    rclio_qos deep = reliable;
    deep.depth = 2 * QUICK;
    mw_writer *writer = writer_of(&a, "/quick", &deep), *other = writer_of(&a, "/other", &reliable);
    peer collector = peer_start("collector");
    WAIT_UNTIL(ops->writer_matched(writer) == 1);
    peer_expect(&collector, "matched");
    unsigned kept = 0, flushed = 0;
    for (unsigned i = 0; i < QUICK; i++) {
        assert_int_equal(send_bytes(writer, 16, i), RCLIO_OK);
        bool keeps = ops->writer_keeps_back(writer);
        kept += keeps;
        if (!keeps || i % 100 > 1) continue;
        if (i % 100 == 0)
            ops->writer_flush(writer);
        else
            assert_int_equal(send_bytes(other, 16, i), RCLIO_OK);
        flushed += !ops->writer_keeps_back(writer);
    }
    peer_expect(&collector, "has all"); /* nobody sends the last ones but the thread */
    if (IS_SANITIZED)
        print_message("a sanitizer is slow: whether messages came quickly enough to be kept back is not looked at\n");
    else
        assert_true(kept > QUICK / 2 && flushed > 0);
    peer_stop(&collector);
    ops->writer_destroy(other);
    ops->writer_destroy(writer);
    side_close(&a);
}

static void what_is_kept_back_is_sent_before_acknowledgements_are_waited_for(void **state) /* BA3 */
{
    (void)state;
    side a = side_open("alice");
    rclio_qos deep = reliable;
    deep.depth = 2 * QUICK;
    mw_writer *writer = writer_of(&a, "/quick", &deep);
    peer collector = peer_start("collector");
    WAIT_UNTIL(ops->writer_matched(writer) == 1);
    peer_expect(&collector, "matched");
    for (unsigned i = 0; i < QUICK; i++) assert_int_equal(send_bytes(writer, 16, i), RCLIO_OK);
    assert_int_equal(ops->writer_wait_acknowledged(writer, RCLIO_FOREVER), RCLIO_OK);
    assert_false(ops->writer_keeps_back(writer));
    peer_expect(&collector, "has all");
    peer_stop(&collector);
    ops->writer_destroy(writer);
    side_close(&a);
}

static void a_write_that_must_wait_gives_up_at_its_limit(void **state) /* M5 */
{
    (void)state;
    side a = side_open_with("alice", RCLIO_MS(200));
    mw_writer *writer = writer_of(&a, "/flood", &everything);
    peer flooded = peer_start("flooded");
    WAIT_UNTIL(ops->writer_matched(writer) == 1);
    peer_expect(&flooded, "matched");
    kill(flooded.pid, SIGSTOP);
    rclio_status status = RCLIO_OK;
    for (unsigned i = 0; i < 100 && !status; i++) status = send_bytes(writer, 1024 * 1024, i);
    assert_int_equal(status, RCLIO_TIMEOUT);
    assert_non_null(strstr(rclio_error(), "rt/flood"));
    peer_kill(&flooded); /* and nothing waits for the dead */
    ops->writer_destroy(writer);
    side_close(&a);
}

static void a_reader_that_says_whose_it_is_matches_that_client_only(void **state) /* DIS-17 */
{
    (void)state;
    const uint8_t first[RCLIO_GID_SIZE] = {1, 2, 3}, second[RCLIO_GID_SIZE] = {1, 2, 4};
    uint8_t participant[RCLIO_GID_SIZE];
    side a = side_open("alice"), b = side_open("bob");
    mw_writer *writer = writer_of(&a, "/feedback", &reliable);
    mw_reader *reader = ops->reader_new(b.node, "/feedback", string_type, &reliable, false, first, WAKE, WAKE);
    WAIT_UNTIL(ops->writer_matched(writer) == 1);
    ops->participant_gid(b.m, participant);
    assert_true(ops->writer_matches_client(writer, participant, first));
    assert_false(ops->writer_matches_client(writer, participant, second));
    ops->reader_destroy(reader);
    reader = ops->reader_new(b.node, "/feedback", string_type, &reliable, false, second, WAKE, WAKE);
    WAIT_UNTIL(ops->writer_matches_client(writer, participant, second));
    ops->reader_destroy(reader);
    ops->writer_destroy(writer);
    side_close(&a);
    side_close(&b);
}

static void both_sides_learn_of_a_match_and_of_its_end(void **state)
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    mw_status status;
    atomic_int events = 0;
    mw_writer *writer = ops->writer_new(a.node, "/match", string_type, &reliable, COUNT_IN(&events));
    mw_reader *reader = reader_of(&b, "/match", &reliable);
    WAIT_UNTIL(ops->writer_take_events(writer) & MW_EVENT_MATCHED);
    assert_true(atomic_load(&events) > 0);
    assert_int_equal(ops->writer_status(writer, MW_EVENT_MATCHED, &status), RCLIO_OK);
    assert_int_equal(status.total, 1);
    assert_int_equal(status.total_change, 1);
    assert_int_equal(status.current, 1);
    assert_int_equal(status.current_change, 1);
    WAIT_UNTIL(ops->reader_take_events(reader) & MW_EVENT_MATCHED);
    assert_int_equal(ops->reader_status(reader, MW_EVENT_MATCHED, &status), RCLIO_OK);
    assert_int_equal(status.current_change, 1);

    const uint8_t client[RCLIO_GID_SIZE] = {1};
    uint8_t participant[RCLIO_GID_SIZE];
    ops->participant_gid(b.m, participant);
    assert_true(ops->writer_matches_client(writer, participant, client));
    ops->participant_gid(a.m, participant);
    assert_false(ops->writer_matches_client(writer, participant, client));

    ops->reader_destroy(reader);
    WAIT_UNTIL(ops->writer_take_events(writer) & MW_EVENT_MATCHED);
    assert_int_equal(ops->writer_status(writer, MW_EVENT_MATCHED, &status), RCLIO_OK);
    assert_int_equal(status.total, 1);
    assert_int_equal(status.total_change, 0);
    assert_int_equal(status.current, 0);
    assert_int_equal(status.current_change, -1);
    assert_int_equal(ops->writer_take_events(writer), 0);
    ops->writer_destroy(writer);
    side_close(&a);
    side_close(&b);
}

static void both_sides_learn_which_policy_keeps_them_apart(void **state) /* QOS-5, QOS-9 */
{
    (void)state;
    const struct {
        const char *policy;
        rclio_qos offered, requested;
    } cases[] = {
        {"RELIABILITY", {.reliability = RCLIO_BEST_EFFORT}, {.reliability = RCLIO_RELIABLE}},
        {"DURABILITY", {.durability = RCLIO_VOLATILE}, {.durability = RCLIO_TRANSIENT_LOCAL}},
        {"DEADLINE", {.deadline_ns = RCLIO_S(2)}, {.deadline_ns = RCLIO_S(1)}},
        {"LIVELINESS", {.liveliness = RCLIO_AUTOMATIC}, {.liveliness = RCLIO_MANUAL_BY_TOPIC}},
        {"LIVELINESS", {.lease_ns = RCLIO_S(9)}, {.lease_ns = RCLIO_S(3)}},
    };
    side a = side_open("alice"), b = side_open("bob");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mw_status status;
        rclio_qos offered = rclio_qos_resolve(cases[i].offered, reliable),
                  requested = rclio_qos_resolve(cases[i].requested, reliable);
        assert_int_equal(rclio_qos_compatible(&offered, &requested), RCLIO_INVALID);
        assert_string_equal(rclio_error(), cases[i].policy);
        mw_writer *writer = writer_of(&a, "/apart", &offered);
        mw_reader *reader = reader_of(&b, "/apart", &requested);
        WAIT_UNTIL(ops->writer_take_events(writer) & MW_EVENT_INCOMPATIBLE_QOS);
        WAIT_UNTIL(ops->reader_take_events(reader) & MW_EVENT_INCOMPATIBLE_QOS);
        assert_int_equal(ops->writer_status(writer, MW_EVENT_INCOMPATIBLE_QOS, &status), RCLIO_OK);
        assert_int_equal(status.total_change, 1);
        assert_string_equal(status.last_policy, cases[i].policy);
        assert_int_equal(ops->reader_status(reader, MW_EVENT_INCOMPATIBLE_QOS, &status), RCLIO_OK);
        assert_int_equal(status.total, 1);
        assert_string_equal(status.last_policy, cases[i].policy);
        assert_int_equal(ops->writer_matched(writer), 0);
        ops->writer_destroy(writer);
        ops->reader_destroy(reader);
    }
    side_close(&a);
    side_close(&b);
}

static void a_missed_deadline_is_told_to_both_sides(void **state)
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    rclio_qos qos = reliable;
    qos.deadline_ns = RCLIO_MS(50);
    mw_status status;
    mw_writer *writer = writer_of(&a, "/deadline", &qos);
    mw_reader *reader = reader_of(&b, "/deadline", &qos);
    WAIT_UNTIL(ops->writer_matched(writer) == 1 && ops->reader_matched(reader) == 1);
    assert_int_equal(send_bytes(writer, 4, 0), RCLIO_OK); /* and no second one */
    WAIT_UNTIL(ops->writer_take_events(writer) & MW_EVENT_DEADLINE);
    WAIT_UNTIL(ops->reader_take_events(reader) & MW_EVENT_DEADLINE);
    assert_int_equal(ops->writer_status(writer, MW_EVENT_DEADLINE, &status), RCLIO_OK);
    assert_true(status.total >= 1 && status.total_change == status.total);
    assert_int_equal(ops->reader_status(reader, MW_EVENT_DEADLINE, &status), RCLIO_OK);
    assert_true(status.total >= 1);
    ops->writer_destroy(writer);
    ops->reader_destroy(reader);
    side_close(&a);
    side_close(&b);
}

static void a_writer_that_does_not_assert_itself_loses_its_liveliness(void **state)
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    rclio_qos qos = reliable;
    qos.liveliness = RCLIO_MANUAL_BY_TOPIC;
    qos.lease_ns = RCLIO_MS(100);
    mw_status status, sum = {0};
    mw_writer *writer = writer_of(&a, "/alive", &qos);
    mw_reader *reader = reader_of(&b, "/alive", &qos);
    WAIT_UNTIL(ops->writer_matched(writer) == 1 && ops->reader_matched(reader) == 1);
    assert_int_equal(ops->writer_assert_liveliness(writer), RCLIO_OK);
    WAIT_UNTIL(ops->writer_take_events(writer) & MW_EVENT_LIVELINESS);
    assert_int_equal(ops->writer_status(writer, MW_EVENT_LIVELINESS, &status), RCLIO_OK);
    assert_true(status.total >= 1);
    WAIT_UNTIL((ops->reader_status(reader, MW_EVENT_LIVELINESS, &status), sum.current_change += status.current_change,
                sum.not_alive_change += status.not_alive_change, status.not_alive == 1));
    assert_int_equal(status.current, 0);
    assert_int_equal(sum.not_alive_change, 1);
    assert_int_equal(sum.current_change, 0); /* came and went */
    ops->writer_destroy(writer);
    ops->reader_destroy(reader);
    side_close(&a);
    side_close(&b);
}

static void a_topic_of_another_type_is_not_matched(void **state) /* DIS-9 */
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    mw_sample sample;
    mw_writer *writer = writer_of(&a, "/typed", &reliable);
    mw_reader *stranger = ops->reader_new(b.node, "/typed", other_type, &reliable, false, NULL, WAKE, WAKE);
    assert_non_null(stranger);
    side c = side_open("carol");
    mw_reader *reader = reader_of(&c, "/typed", &reliable);
    assert_int_equal(send_bytes(writer, 4, 0), RCLIO_OK);
    take_one(reader, &sample);
    ops->reader_return(reader, &sample);
    assert_int_equal(ops->reader_matched(stranger), 0);
    assert_int_equal(ops->writer_matched(writer), 1);
    ops->reader_destroy(stranger);
    ops->reader_destroy(reader);
    ops->writer_destroy(writer);
    side_close(&c);
    side_close(&b);
    side_close(&a);
}

struct doomed { /* M3 */
    atomic_bool destroyed;
    atomic_int calls;
};

static void on_doomed(void *arg)
{
    struct doomed *d = arg;
    if (atomic_load(&d->destroyed)) abort();
    atomic_fetch_add(&d->calls, 1);
    wake_all(NULL);
}

static void write_until_told(void *arg)
{
    struct flood {
        mw_writer *writer;
        atomic_bool stop;
    } *flood = arg;
    for (unsigned i = 0; !atomic_load(&flood->stop); i++)
        if (send_bytes(flood->writer, 16, i)) abort();
}

static void a_destroyed_reader_calls_nobody(void **state)
{
    (void)state;
    struct flood {
        mw_writer *writer;
        atomic_bool stop;
    } flood = {0};
    side a = side_open("alice"), b = side_open("bob");
    flood.writer = writer_of(&a, "/doomed", &reliable);
    thread writer = {0};
    assert_int_equal(thread_start(&writer, "flood", write_until_told, &flood), RCLIO_OK);
    for (int i = 0; i < 50; i++) {
        struct doomed d = {0};
        mw_callback callback = {.call = on_doomed, .arg = &d};
        mw_reader *reader = ops->reader_new(b.node, "/doomed", string_type, &reliable, false, NULL, callback, callback);
        WAIT_UNTIL(atomic_load(&d.calls) > 3);
        ops->reader_destroy(reader);
        atomic_store(&d.destroyed, true);
    }
    atomic_store(&flood.stop, true);
    thread_join(&writer);
    ops->writer_destroy(flood.writer);
    side_close(&a);
    side_close(&b);
}

static void make_and_destroy(side *a, side *b, int count)
{
    for (int i = 0; i < count; i++) {
        mw_writer *writer = writer_of(a, "/fleeting", &reliable);
        mw_reader *reader = reader_of(b, "/fleeting", &reliable);
        ops->reader_destroy(reader);
        ops->writer_destroy(writer);
        alarm(WATCHDOG_SECONDS);
    }
}

static void endpoints_come_and_go_without_growth(void **state)
{
    (void)state;
    enum { WARM_UP = TIMES(200, 20), MADE = TIMES(1000, 100) };
    side a = side_open("alice"), b = side_open("bob");
    make_and_destroy(&a, &b, WARM_UP);
    malloc_trim(0);
    size_t before = mallinfo2().uordblks;
    make_and_destroy(&a, &b, MADE);
    malloc_trim(0);
    size_t after = mallinfo2().uordblks;
    /* Cyclone itself keeps about 250 bytes of each endpoint there ever was until its participant ends. */
    if (after > before + MADE * 1024) fail_msg("%d pairs of endpoints left %zu bytes behind", MADE, after - before);
    side_close(&a);
    side_close(&b);
}

/* M5; DIS-13: the reader's process is alive, then killed: the writer blocks, then goes on at once. */
static void a_writer_that_a_killed_reader_blocked_goes_on_at_once(void **state)
{
    (void)state;
    side a = side_open_with("alice", RCLIO_S(2));
    mw_writer *writer = writer_of(&a, "/known", &everything);
    peer listener = peer_start("listener");
    peer_expect(&listener, "listening");
    WAIT_UNTIL(ops->writer_matched(writer) == 1);
    peer_freeze(&listener);
    rclio_status status = RCLIO_OK;
    for (int i = 0; i < 1000 && status == RCLIO_OK; i++) status = send_bytes(writer, 60000, 1);
    assert_int_equal(status, RCLIO_TIMEOUT);
    peer_kill(&listener);
    assert_int_equal(send_bytes(writer, 60000, 2), RCLIO_OK); /* within those two seconds */
    WAIT_UNTIL(ops->writer_matched(writer) == 0);
    ops->writer_destroy(writer);
    side_close(&a);
}

/* A peer that a test stops is not to be taken for dead on a slow machine: no lease ends before the watchdog's time. */
static void prolong_leases(void)
{
    char configuration[1024];
    const char *given = getenv("CYCLONEDDS_URI");
    if (!given || strstr(given, "LeaseDuration")) return;
    snprintf(configuration, sizeof configuration,
             "%s,<CycloneDDS><Domain><Discovery><LeaseDuration>10min</LeaseDuration></Discovery></Domain></CycloneDDS>", given);
    setenv("CYCLONEDDS_URI", configuration, 1);
}

static int run(void)
{
    prolong_leases();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_arrives_with_its_writer_and_its_time),
        cmocka_unit_test(a_buffer_may_be_discarded_instead_of_written),
        cmocka_unit_test(a_reader_may_ignore_its_own_participant),
        cmocka_unit_test(a_late_joiner_gets_the_last_messages_that_are_latched),
        cmocka_unit_test(a_writer_knows_whether_anybody_hears_it),
        cmocka_unit_test(a_write_that_means_something_by_itself_is_always_heard),
        cmocka_unit_test(keep_last_keeps_the_newest),
        cmocka_unit_test(qos_in_force_reads_back),
        cmocka_unit_test(an_illegal_qos_is_an_error),
        cmocka_unit_test(a_reader_that_says_whose_it_is_matches_that_client_only),
        cmocka_unit_test(both_sides_learn_of_a_match_and_of_its_end),
        cmocka_unit_test(both_sides_learn_which_policy_keeps_them_apart),
        cmocka_unit_test(a_missed_deadline_is_told_to_both_sides),
        cmocka_unit_test(a_writer_that_does_not_assert_itself_loses_its_liveliness),
        cmocka_unit_test(a_topic_of_another_type_is_not_matched),
        cmocka_unit_test(messages_cross_between_processes),
        cmocka_unit_test(a_stopped_reader_holds_nobody_up_and_gets_the_newest),
        cmocka_unit_test(what_is_written_in_quick_succession_arrives_whole_and_in_order),
        cmocka_unit_test(what_is_kept_back_is_sent_before_acknowledgements_are_waited_for),
        cmocka_unit_test(a_write_that_must_wait_gives_up_at_its_limit),
        cmocka_unit_test(a_destroyed_reader_calls_nobody),
        cmocka_unit_test(endpoints_come_and_go_without_growth),
        cmocka_unit_test(a_writer_that_a_killed_reader_blocked_goes_on_at_once),
    };
    return cmocka_run_group_tests_name("topics through the seam", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return seam_main(argc, argv, run);
}
