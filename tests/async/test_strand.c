/* tests/async/test_strand.c: strands of multi-threaded executors (ST1 to ST3 of src/async/strand.h; LN2, LN5). */
#include "pool.h"

static void items_of_a_strand_never_overlap(void **state) /* ST1 */
{
    struct visits v;
    visits_init(&v, *state, visit_run, EVENTS);
    for (int i = 0; i < 2; i++) pthread_create(&v.threads[i], NULL, wake_all_often, &v);
    assert_ok(rclio_executor_spin_until(*state, v.over, RCLIO_FOREVER));
    for (int i = 0; i < 2; i++) pthread_join(v.threads[i], NULL);
    assert_false(v.overlapped);
    visits_fini(&v, *state);
}

static void visit_with_awaits(struct visits *v)
{
    visit(v);
    rclio_yield(); /* ST2: out and in again */
    visit(v);
}

static void yielding_run(source *s)
{
    struct visits *v = ((struct visitor *)(void *)s)->of;
    USER_CODE(s->executor, visit_with_awaits(v));
    if (!s->finished) source_wake(s); /* it may have been while this was suspended */
}

static void a_task_that_goes_on_is_in_its_strand_again(void **state) /* ST2 */
{
    struct visits v;
    visits_init(&v, *state, yielding_run, EVENTS / 4);
    for (int i = 0; i < 2; i++) pthread_create(&v.threads[i], NULL, wake_all_often, &v);
    assert_ok(rclio_executor_spin_until(*state, v.over, RCLIO_FOREVER));
    for (int i = 0; i < 2; i++) pthread_join(v.threads[i], NULL);
    assert_false(v.overlapped);
    visits_fini(&v, *state);
}

/* A waits for what B of the same strand does. */
struct couple {
    source waits, completes;
    bool blocks; /* the thread, instead of an await */
    strand *strand;
    rclio_future *needed, *over;
};

static void wait_run(source *s)
{
    struct couple *c = list_entry(s, struct couple, waits);
    source_wake(&c->completes);
    if (c->blocks)
        USER_CODE(s->executor, rclio_future_wait(c->needed, -1));
    else
        rclio_wait(c->needed);
    rclio_future_complete(c->over, NULL);
}

static void complete_run(source *s)
{
    rclio_future_complete(list_entry(s, struct couple, completes)->needed, NULL);
}

static void run_couple(rclio_executor *executor, bool blocks)
{
    struct couple c = {.blocks = blocks, .strand = strand_new(false)};
    c.needed = rclio_future_new(executor, "what is needed", NULL);
    c.over = rclio_future_new(executor, "the end", NULL);
    source_init(&c.waits, executor, "waits", wait_run, NULL);
    source_init(&c.completes, executor, "completes", complete_run, NULL);
    source_set_strand(&c.waits, c.strand, 1);
    source_set_strand(&c.completes, c.strand, 1);
    source_wake(&c.waits);
    assert_ok(rclio_executor_spin_until(executor, c.over, RCLIO_FOREVER));
    executor_enter(executor);
    source_fini(&c.waits);
    source_fini(&c.completes);
    executor_leave(executor);
    settle(executor);
    strand_close(c.strand, executor);
    strand_unref(c.strand);
    rclio_future_unref(c.needed);
    rclio_future_unref(c.over);
}

static void awaiting_what_the_same_strand_does_ends(void **state)
{
    run_couple(*state, false);
}

static void blocking_on_what_the_same_strand_does_ends(void **state)
{
    run_couple(*state, true);
}

/* One run of a strand is suspended and wants back in while jobs of the strand are in line that nobody lets begin. */
struct interrupted {
    source suspended, holding, waiting;
    strand *strand;
    rclio_future *gate;
    atomic_int held, let_go, done, waited;
};

static void suspended_run(source *s)
{
    struct interrupted *i = list_entry(s, struct interrupted, suspended);
    rclio_wait(i->gate);
    atomic_store(&i->done, 1);
}

static void holding_run(source *s)
{
    struct interrupted *i = list_entry(s, struct interrupted, holding);
    atomic_store(&i->held, 1);
    USER_CODE(s->executor, wait_for_flag(&i->let_go, 1));
}

static void waiting_run(source *s)
{
    atomic_fetch_add(&list_entry(s, struct interrupted, waiting)->waited, 1);
}

static bool is_waited_for(rclio_executor *executor, strand *s)
{
    mutex_lock(&executor->lanes->lock);
    bool waited_for = s->waiting.next != &s->waiting || executor->lanes->jobs.next != &executor->lanes->jobs;
    mutex_unlock(&executor->lanes->lock);
    return waited_for;
}

static void what_has_begun_goes_on_though_jobs_of_its_strand_may_not_begin(void **state) /* LN2, ST2 */
{
    rclio_executor *executor = *state;
    struct interrupted i = {.strand = strand_new(false), .gate = rclio_future_new(executor, "gate", NULL)};
    source *sources[] = {&i.suspended, &i.holding, &i.waiting};
    source_init(&i.suspended, executor, "suspended", suspended_run, NULL);
    source_init(&i.holding, executor, "holding", holding_run, NULL);
    source_init(&i.waiting, executor, "waiting", waiting_run, NULL);
    for (int k = 0; k < 3; k++) source_set_strand(sources[k], i.strand, 1);
    source_wake(&i.suspended);
    settle(executor);
    source_wake(&i.holding);
    assert_ok(rclio_executor_spin_once(executor, RCLIO_FOREVER));
    wait_for_flag(&i.held, 1);
    source_wake(&i.waiting);
    while (!is_waited_for(executor, i.strand)) rclio_executor_spin_some(executor, 1); /* it gets in line */
    rclio_future_complete(i.gate, NULL);                                              /* behind it */
    atomic_store(&i.let_go, 1);
    wait_for_flag(&i.done, 1); /* though nobody spins */
    settle(executor);
    assert_int_equal(i.waited, 1);
    executor_enter(executor);
    for (int k = 0; k < 3; k++) source_fini(sources[k]);
    executor_leave(executor);
    strand_close(i.strand, executor);
    strand_unref(i.strand);
    rclio_future_unref(i.gate);
}

struct reentrant {
    source source;
    strand *strand;
    meeting meeting;
    atomic_int begun;
};

static void reentrant_run(source *s)
{
    struct reentrant *r = list_entry(s, struct reentrant, source);
    if (atomic_fetch_add(&r->begun, 1) + 1 < THREADS) source_wake(s);
    USER_CODE(s->executor, meet(&r->meeting));
}

static void a_reentrant_source_runs_beside_itself_up_to_its_limit(void **state) /* LN5 */
{
    struct reentrant r = {.strand = strand_new(true)};
    meeting_init(&r.meeting, *state, THREADS);
    source_init(&r.source, *state, "reentrant", reentrant_run, NULL);
    source_set_strand(&r.source, r.strand, THREADS);
    source_wake(&r.source);
    assert_ok(rclio_executor_spin_until(*state, r.meeting.over, RCLIO_FOREVER));
    meeting_fini(*state, &r.meeting);
    executor_enter(*state);
    assert_true(source_fini(&r.source));
    executor_leave(*state);
    strand_unref(r.strand);
}

static void endless_run(source *s)
{
    source_wake(s);
}

static void a_strand_that_is_always_busy_starves_nobody(void **state)
{
    rclio_executor *executor = *state;
    strand *busy = strand_new(false);
    source endless[8];
    atomic_int ran = 0;
    for (size_t i = 0; i < 8; i++) {
        source_init(&endless[i], executor, "endless", endless_run, NULL);
        source_set_strand(&endless[i], busy, 1);
        source_wake(&endless[i]);
    }
    rclio_future *over = rclio_future_new(executor, "posts", NULL);
    for (int i = 0; i < 1000; i++) assert_ok(rclio_executor_post(executor, count_one, &ran));
    rclio_task *sleeper = rclio_task_new(executor, "sleeper", (rclio_task_fn *)count_one, &ran);
    assert_ok(rclio_executor_spin_until(executor, rclio_task_future(sleeper), RCLIO_FOREVER));
    while (atomic_load(&ran) < 1001) assert_ok(rclio_executor_spin_once(executor, RCLIO_FOREVER));
    executor_enter(executor);
    for (size_t i = 0; i < 8; i++) source_fini(&endless[i]);
    executor_leave(executor);
    strand_close(busy, executor);
    assert_true(lanes_wait_quiet(executor->lanes, RCLIO_FOREVER));
    strand_unref(busy);
    rclio_task_unref(sleeper);
    rclio_future_unref(over);
}

struct closing {
    source source;
    atomic_int in;
    atomic_int out;
    int runs;
    strand *strand;
    rclio_executor *executor;
};

static void closing_run(source *s)
{
    struct closing *c = list_entry(s, struct closing, source);
    c->runs++;
    atomic_store(&c->in, 1);
    USER_CODE(s->executor, wait_for_flag(&c->out, 1));
}

static void closing_a_strand_waits_for_what_runs_and_drops_the_rest(void **state) /* ST3 */
{
    pthread_t spinner;
    struct closing c = {.strand = strand_new(false), .executor = *state};
    source_init(&c.source, *state, "closing", closing_run, NULL);
    source_set_strand(&c.source, c.strand, 1);
    pthread_create(&spinner, NULL, spin_executor, *state);
    source_wake(&c.source);
    wait_for_flag(&c.in, 1);
    source_wake(&c.source);
    mutex_lock(&((rclio_executor *)*state)->lanes->lock);
    c.strand->closed = true; /* as seen by the other thread */
    mutex_unlock(&((rclio_executor *)*state)->lanes->lock);
    atomic_store(&c.out, 1);
    strand_close(c.strand, *state);
    assert_int_equal(c.strand->inside, 0);
    rclio_executor_stop(*state);
    pthread_join(spinner, NULL);
    settle(*state);
    assert_int_equal(c.runs, 1);
    executor_enter(*state);
    assert_true(source_fini(&c.source));
    executor_leave(*state);
    strand_unref(c.strand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(items_of_a_strand_never_overlap),
        pool_test(a_task_that_goes_on_is_in_its_strand_again),
        pool_test(awaiting_what_the_same_strand_does_ends),
        pool_test(blocking_on_what_the_same_strand_does_ends),
        pool_test(what_has_begun_goes_on_though_jobs_of_its_strand_may_not_begin),
        pool_test(a_reentrant_source_runs_beside_itself_up_to_its_limit),
        pool_test(a_strand_that_is_always_busy_starves_nobody),
        pool_test(closing_a_strand_waits_for_what_runs_and_drops_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
