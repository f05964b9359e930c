/* tests/async/test_timer.c: the heap of src/async/timer_heap.h (H1, H2) and the timers of src/async/source.h (T1). */
#include "async_test.h"

#include "async/timer_heap.h"

#include <pthread.h>
#include <stdlib.h>

#define TIMERS 2000

static void timers_leave_the_heap_by_deadline(void **state)
{
    static timer timers[TIMERS];
    timer_heap heap = {0};
    unsigned seed = 1;
    (void)state;
    for (int i = 0; i < TIMERS; i++) {
        timers[i].deadline_ns = rand_r(&seed) % 500;
        timer_heap_insert(&heap, &timers[i]);
    }
    for (int i = 0; i < TIMERS; i += 3) timer_heap_remove(&heap, &timers[i]);
    size_t left = 0;
    for (timer *last = NULL, *t; (t = heap.root); last = t, left++) {
        timer_heap_remove(&heap, t);
        if (!last) continue;
        assert_true(last->deadline_ns <= t->deadline_ns);
        if (last->deadline_ns == t->deadline_ns) assert_true(last < t); /* H2 */
    }
    assert_int_equal(left, TIMERS - (TIMERS + 2) / 3);
}

struct alarm {
    timer timer; /* first */
    journal *journal;
    const char *name;
    rclio_future *done; /* completed when it expires; may be NULL */
    int again;          /* how often it arms itself again */
};

static void ring(timer *t)
{
    struct alarm *a = (struct alarm *)(void *)t;
    if (a->journal) journal_add(a->journal, a->name);
    if (a->again-- > 0)
        timer_arm(t, 1); /* long past: at once, but not before everything else */
    else if (a->done)
        rclio_future_complete(a->done, NULL);
}

static void alarm_init(struct alarm *a, rclio_executor *executor, journal *j, const char *name, rclio_future *done)
{
    *a = (struct alarm){.journal = j, .name = name, .done = done};
    timer_init(&a->timer, executor, ring);
}

static void timers_expire_in_order_whoever_armed_them_first(void **state)
{
    journal j = {0};
    rclio_future *done = rclio_future_new(*state, "last alarm", NULL);
    struct alarm late, early, disarmed, moved;
    int64_t now = rclio_now_steady();
    alarm_init(&late, *state, &j, "late", done);
    alarm_init(&early, *state, &j, "early", NULL);
    alarm_init(&disarmed, *state, &j, "disarmed", NULL);
    alarm_init(&moved, *state, &j, "moved", NULL);
    timer_arm(&late.timer, now + RCLIO_MS(4));
    timer_arm(&disarmed.timer, now + RCLIO_MS(1));
    timer_arm(&early.timer, now + RCLIO_MS(1));
    timer_arm(&moved.timer, now + RCLIO_S(1000));
    timer_arm(&moved.timer, now + RCLIO_MS(2));
    timer_disarm(&disarmed.timer);
    assert_ok(rclio_wait(done));
    assert_string_equal(j.data, "early moved late");
    rclio_future_unref(done);
}

static void a_timer_that_arms_itself_in_the_past_does_not_hold_up_others(void **state)
{
    journal j = {0};
    rclio_future *done = rclio_future_new(*state, "self", NULL);
    struct alarm self, other;
    alarm_init(&self, *state, &j, "self", done);
    alarm_init(&other, *state, &j, "other", NULL);
    self.again = 2;
    timer_arm(&self.timer, 1);
    timer_arm(&other.timer, 2);
    assert_ok(rclio_wait(done));
    assert_string_equal(j.data, "self other self self");
    rclio_future_unref(done);
}

static void *arm_from_thread(void *arg)
{
    struct alarm *a = arg;
    timer_arm(&a->timer, rclio_deadline(RCLIO_S(1000)));
    timer_arm(&a->timer, rclio_deadline(RCLIO_MS(1))); /* T1: the last one wins */
    return NULL;
}

static void a_timer_armed_by_another_thread_wakes_the_executor(void **state)
{
    rclio_future *done = rclio_future_new(*state, "alarm", NULL);
    struct alarm a;
    alarm_init(&a, *state, NULL, NULL, done);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, arm_from_thread, &a), 0);
    assert_ok(rclio_wait_for(done, RCLIO_S(100)));
    pthread_join(thread, NULL);
    timer_disarm(&a.timer);
    rclio_future_unref(done);
}

static void a_handed_over_timer_can_be_disarmed_before_it_arrives(void **state)
{
    journal j = {0};
    struct alarm a;
    alarm_init(&a, *state, &j, "alarm", NULL);
    timer_arm(&a.timer, 1);
    timer_disarm(&a.timer);
    settle(*state);
    assert_string_equal(j.data, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_leave_the_heap_by_deadline),
        executor_test(timers_expire_in_order_whoever_armed_them_first),
        executor_test(a_timer_that_arms_itself_in_the_past_does_not_hold_up_others),
        executor_test(a_timer_armed_by_another_thread_wakes_the_executor),
        executor_test(a_handed_over_timer_can_be_disarmed_before_it_arrives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
