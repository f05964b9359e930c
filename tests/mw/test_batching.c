/* tests/mw/test_batching.c: which messages are kept back to travel together, and when they go. Times are the test's own. */
#include "mw/cyclone/batching.h"

#include "support/watchdog.h"

#include "base/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define QUICK RCLIO_US(3)
#define SMALL 64
#define IN_A_ROW 16 /* BA1 */

static mutex lock = MUTEX_INITIALIZER;
static condition came;
static int32_t sent[64]; /* by entity */

static void note(int32_t entity)
{
    mutex_lock(&lock);
    sent[entity]++;
    condition_signal_all(&came);
    mutex_unlock(&lock);
}

static int sent_of(int32_t entity)
{
    mutex_lock(&lock);
    int count = sent[entity];
    mutex_unlock(&lock);
    return count;
}

/* But for the test of the thread there is none: it would send by the clock. */
typedef struct stage {
    batching b;
    pace deep, other;
    int64_t now_ns;
    bool has_no_thread;
} stage;

static stage *begin_with_thread(unsigned depth)
{
    stage *s = calloc(1, sizeof *s);
    assert_non_null(s);
    for (int i = 0; i < 64; i++) sent[i] = 0;
    assert_int_equal(batching_init(&s->b, note), RCLIO_OK);
    pace_init(&s->b, &s->deep, 1, depth);
    pace_init(&s->b, &s->other, 2, depth);
    s->now_ns = clock_steady_ns() + RCLIO_S(3600); /* nothing of it is ever over to the thread */
    return s;
}

static stage *begin(unsigned depth)
{
    stage *s = begin_with_thread(depth);
    s->b.thread.started = s->has_no_thread = true;
    return s;
}

static void end(stage *s)
{
    batching_flush(&s->b, &s->deep);
    batching_flush(&s->b, &s->other);
    if (s->has_no_thread) s->b.thread.started = false;
    batching_fini(&s->b);
    free(s);
}

static bool write_after(stage *s, int64_t gap_ns, size_t size)
{
    s->now_ns += gap_ns;
    return batching_keeps_back(&s->b, &s->deep, size, s->now_ns);
}

static void write_a_row(stage *s, unsigned count)
{
    assert_false(write_after(s, RCLIO_MS(10), SMALL));
    for (unsigned i = 1; i < count; i++) assert_false(write_after(s, QUICK, SMALL));
}

static void a_row_begins_at_once_and_goes_on_in_packets(void **state) /* BA1 */
{
    (void)state;
    stage *s = begin(1000);
    write_a_row(s, IN_A_ROW);
    for (int packet = 0; packet < 5; packet++) {
        unsigned kept = 0;
        while (write_after(s, QUICK, SMALL)) kept++;
        assert_int_equal(kept, 15); /* the sixteenth takes them along */
        assert_false(atomic_load(&s->deep.holds));
    }
    end(s);
}

static void what_comes_slowly_is_never_kept_back(void **state)
{
    (void)state;
    stage *s = begin(1000);
    for (int i = 0; i < 1000; i++) assert_false(write_after(s, RCLIO_US(60), SMALL));
    write_a_row(s, IN_A_ROW);
    assert_true(write_after(s, QUICK, SMALL));
    assert_false(write_after(s, RCLIO_MS(1), SMALL)); /* it goes, with the one before */
    assert_false(atomic_load(&s->deep.holds));
    end(s);
}

static void a_writer_of_the_usual_depth_keeps_back_nothing(void **state) /* BA2 */
{
    (void)state;
    const unsigned depths[] = {0, 1, 10, 15};
    for (size_t d = 0; d < sizeof depths / sizeof depths[0]; d++) {
        stage *s = begin(depths[d]);
        for (int i = 0; i < 1000; i++) assert_false(write_after(s, QUICK, SMALL));
        end(s);
    }
    stage *s = begin(32);
    write_a_row(s, IN_A_ROW);
    for (int i = 0; i < 3; i++) assert_true(write_after(s, QUICK, SMALL));
    assert_false(write_after(s, QUICK, SMALL)); /* four of 32 */
    end(s);
}

static void the_environment_switches_it_off(void **state)
{
    (void)state;
    setenv("RCLIO_BATCH", "0", 1);
    stage *s = begin(1000);
    unsetenv("RCLIO_BATCH");
    for (int i = 0; i < 1000; i++) assert_false(write_after(s, QUICK, SMALL));
    end(s);
}

static void a_large_message_goes_and_takes_along_what_is_kept(void **state)
{
    (void)state;
    stage *s = begin(1000);
    write_a_row(s, IN_A_ROW);
    assert_true(write_after(s, QUICK, SMALL));
    assert_false(write_after(s, QUICK, 100000));
    assert_false(atomic_load(&s->deep.holds));
    assert_false(write_after(s, QUICK, SMALL)); /* a new row */
    end(s);
}

static void what_is_old_goes_with_the_next(void **state)
{
    (void)state;
    stage *s = begin(1000);
    write_a_row(s, IN_A_ROW);
    unsigned kept = 0;
    while (write_after(s, RCLIO_US(40), SMALL)) kept++;
    assert_in_range(kept, 4, 6); /* 200 us */
    end(s);
}

static void keep_some(stage *s) /* enough to be worth it (BA4) */
{
    for (int i = 0; i < 5; i++) assert_true(write_after(s, QUICK, SMALL));
}

static void whatever_else_is_sent_comes_after_it(void **state) /* BA3 */
{
    (void)state;
    stage *s = begin(1000);
    write_a_row(s, IN_A_ROW);
    keep_some(s);
    int before = sent_of(1);
    batching_before(&s->b, &s->deep); /* itself */
    assert_int_equal(sent_of(1), before);
    batching_before(&s->b, &s->other);
    assert_int_equal(sent_of(1), before + 1);
    assert_false(atomic_load(&s->deep.holds));
    batching_before(&s->b, &s->other); /* nothing is left */
    assert_int_equal(sent_of(1), before + 1);
    keep_some(s);
    batching_before(&s->b, NULL);
    assert_int_equal(sent_of(1), before + 2);
    keep_some(s);
    batching_flush(&s->b, &s->other); /* not its own */
    assert_int_equal(sent_of(1), before + 2);
    batching_flush(&s->b, &s->deep);
    assert_int_equal(sent_of(1), before + 3);
    assert_int_equal(sent_of(2), 0);
    end(s);
}

static void one_writer_at_a_time_keeps_back(void **state)
{
    (void)state;
    stage *s = begin(1000);
    write_a_row(s, IN_A_ROW);
    assert_true(write_after(s, QUICK, SMALL));
    for (int i = 0; i < 100; i++) assert_false(batching_keeps_back(&s->b, &s->other, SMALL, s->now_ns + i));
    assert_true(atomic_load(&s->deep.holds));
    end(s);
}

static void the_thread_sends_what_nobody_else_does(void **state) /* BA3 */
{
    (void)state;
    stage *s = begin_with_thread(1000);
    assert_false(s->b.thread.started);
    for (int i = 0; i < 3; i++) { /* it waits for the next batch */
        write_a_row(s, IN_A_ROW);
        int before = sent_of(1);
        unsigned enough = atomic_load(&s->deep.enough); /* BA4: by the test's clock all is new, so nothing is in vain */
        assert_int_equal(enough, IN_A_ROW);
        assert_true(write_after(s, QUICK, SMALL));
        mutex_lock(&lock);
        while (sent[1] == before) condition_wait(&came, &lock);
        mutex_unlock(&lock);
        assert_false(atomic_load(&s->deep.holds));
    }
    assert_true(s->b.thread.started);
    end(s);
}

static unsigned row_until_kept(stage *s)
{
    unsigned row = 0;
    s->now_ns += RCLIO_S(1);
    while (!write_after(s, QUICK, SMALL)) row++;
    batching_flush(&s->b, &s->deep); /* nothing followed */
    return row;
}

static void keeping_back_in_vain_becomes_rarer_and_recovers(void **state) /* BA4 */
{
    (void)state;
    stage *s = begin(1000);
    unsigned first = row_until_kept(s), second = row_until_kept(s), last = 0;
    assert_in_range(second, 2 * first - 2, 2 * first + 2);
    for (int i = 0; i < 20; i++) last = row_until_kept(s);
    assert_in_range(last, 4000, 4200); /* and no rarer */
    for (int i = 0; i < 10000; i++) write_after(s, QUICK, SMALL);
    assert_int_equal(atomic_load(&s->deep.enough), IN_A_ROW);
    end(s);
}

static int prepare(void **state)
{
    (void)state;
    return condition_init(&came) == RCLIO_OK ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_begins_at_once_and_goes_on_in_packets),
        cmocka_unit_test(what_comes_slowly_is_never_kept_back),
        cmocka_unit_test(a_writer_of_the_usual_depth_keeps_back_nothing),
        cmocka_unit_test(the_environment_switches_it_off),
        cmocka_unit_test(a_large_message_goes_and_takes_along_what_is_kept),
        cmocka_unit_test(what_is_old_goes_with_the_next),
        cmocka_unit_test(whatever_else_is_sent_comes_after_it),
        cmocka_unit_test(one_writer_at_a_time_keeps_back),
        cmocka_unit_test(the_thread_sends_what_nobody_else_does),
        cmocka_unit_test(keeping_back_in_vain_becomes_rarer_and_recovers),
    };
    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, prepare, NULL);
}
