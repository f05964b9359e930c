/* tests/async/test_lanes.c: multi-threaded executors (X6; LN1 to LN5 of src/async/lanes.h) and strands (ST1 to ST3 of strand.h). */
#include "async_test.h"

#include "async/executor.h"
#include "async/source.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define THREADS 4
#if MANY_TASKS < 10000
#define EVENTS 20000
#else
#define EVENTS 100000
#endif

static int new_pool(void **state)
{
    *state = rclio_executor_new(&(rclio_executor_options){.name = "tested", .threads = THREADS});
    return *state ? 0 : -1;
}

#define pool_test(function) cmocka_unit_test_setup_teardown(function, new_pool, destroy_executor)

static void wait_for_flag(atomic_int *flag, int wanted)
{
    while (atomic_load(flag) < wanted) sched_yield();
}

/* A meeting that blocks its threads until all have come: it ends only if they run at the same time. */
typedef struct meeting {
    pthread_barrier_t barrier;
    atomic_int left;
    rclio_future *over;
} meeting;

static void meeting_init(meeting *m, rclio_executor *executor, unsigned count)
{
    pthread_barrier_init(&m->barrier, NULL, count);
    atomic_init(&m->left, (int)count);
    m->over = rclio_future_new(executor, "the end of a meeting", NULL);
    assert_non_null(m->over);
}

static void meet(void *arg)
{
    meeting *m = arg;
    pthread_barrier_wait(&m->barrier);
    if (atomic_fetch_sub(&m->left, 1) == 1) rclio_future_complete(m->over, NULL);
}

static void meeting_fini(rclio_executor *executor, meeting *m)
{
    settle(executor); /* the last are out of the barrier */
    pthread_barrier_destroy(&m->barrier);
    rclio_future_unref(m->over);
}

static void as_many_callbacks_as_threads_may_block_at_once(void **state)
{
    meeting m;
    meeting_init(&m, *state, THREADS);
    for (int i = 0; i < THREADS; i++) assert_ok(rclio_executor_post(*state, meet, &m));
    assert_ok(rclio_executor_spin_until(*state, m.over, RCLIO_FOREVER));
    meeting_fini(*state, &m);
}

static void thirty_two_run_in_parallel(void **state)
{
    (void)state;
    meeting m;
    rclio_executor *executor = rclio_executor_new(&(rclio_executor_options){.name = "wide", .threads = 32});
    assert_non_null(executor);
    meeting_init(&m, executor, 32);
    for (int i = 0; i < 32; i++) assert_ok(rclio_task_start(executor, "one of 32", meet, &m));
    assert_ok(rclio_executor_spin_until(executor, m.over, RCLIO_FOREVER));
    meeting_fini(executor, &m);
    rclio_executor_destroy(executor);
}

static void note_thread(void *arg)
{
    pthread_getname_np(pthread_self(), arg, 16);
}

static void callbacks_run_on_named_threads(void **state)
{
    char name[16] = "";
    assert_ok(rclio_executor_post(*state, note_thread, name));
    settle(*state);
    assert_int_equal(strncmp(name, "rclio-exec-", 11), 0);
}

static void count_one(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void nothing_begins_before_somebody_spins(void **state) /* LN2 */
{
    atomic_int ran = 0;
    for (int i = 0; i < 3; i++) assert_ok(rclio_executor_post(*state, count_one, &ran));
    assert_true(lanes_wait_quiet(((rclio_executor *)*state)->lanes, RCLIO_FOREVER));
    assert_int_equal(ran, 0);
    assert_ok(rclio_executor_spin_once(*state, RCLIO_FOREVER));
    assert_true(lanes_wait_quiet(((rclio_executor *)*state)->lanes, RCLIO_FOREVER));
    assert_int_equal(ran, 1); /* one, and only one */
    settle(*state);
    assert_int_equal(ran, 3);
    assert_status(rclio_executor_spin_once(*state, 0), RCLIO_TIMEOUT);
}

/* ---- strands ---- */

struct visits;
struct visitor {
    source source; /* first */
    struct visits *of;
};

/* Sources of a strand that share something without a lock. */
struct visits {
    strand *strand;
    long count; /* no atomic: TSan sees two at once */
    atomic_int inside;
    atomic_bool overlapped;
    long wanted;
    rclio_future *over;
    struct visitor visitors[6];
    atomic_int released;
    pthread_t threads[2];
};

static void visit(struct visits *v)
{
    if (atomic_fetch_add(&v->inside, 1) > 0) atomic_store(&v->overlapped, true);
    if (++v->count == v->wanted) rclio_future_complete(v->over, NULL);
    atomic_fetch_sub(&v->inside, 1);
}

static void visit_run(source *s)
{
    struct visits *v = ((struct visitor *)(void *)s)->of;
    USER_CODE(s->executor, visit(v));
    if (!s->finished) source_wake(s); /* it may have been meanwhile */
}

static void visitor_released(source *s)
{
    atomic_fetch_add(&((struct visitor *)(void *)s)->of->released, 1);
}

static void visits_init(struct visits *v, rclio_executor *executor, source_fn *run, long wanted)
{
    *v = (struct visits){.strand = strand_new(false), .wanted = wanted};
    v->over = rclio_future_new(executor, "enough visits", NULL);
    assert_non_null(v->over);
    for (size_t i = 0; i < 6; i++) {
        v->visitors[i].of = v;
        source_init(&v->visitors[i].source, executor, "visitor", run, visitor_released);
        source_set_strand(&v->visitors[i].source, v->strand, 1);
    }
}

static void visits_fini(struct visits *v, rclio_executor *executor)
{
    executor_enter(executor);
    for (size_t i = 0; i < 6; i++) source_fini(&v->visitors[i].source);
    executor_leave(executor);
    while (atomic_load(&v->released) < 6) settle(executor);
    strand_close(v->strand, executor);
    strand_unref(v->strand);
    rclio_future_unref(v->over);
}

static void *wake_all_often(void *arg)
{
    struct visits *v = arg;
    for (int i = 0; i < EVENTS / 100; i++)
        for (size_t k = 0; k < 6; k++) source_wake(&v->visitors[k].source);
    return NULL;
}

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

static void *spin_executor(void *arg)
{
    rclio_executor_spin(arg);
    return NULL;
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

/* ---- tasks ---- */

struct traveller {
    atomic_int moved; /* how often it found itself in another thread */
    atomic_int left;
    rclio_future *over;
};

static void stay(void *arg)
{
    struct traveller *t = arg;
    pthread_t here = pthread_self();
    for (int i = 0; i < 50; i++) {
        if (i % 10 == 0)
            rclio_sleep(RCLIO_US(50));
        else
            rclio_yield();
        if (!pthread_equal(here, pthread_self())) atomic_fetch_add(&t->moved, 1);
    }
    if (atomic_fetch_sub(&t->left, 1) == 1) rclio_future_complete(t->over, NULL);
}

static void a_task_stays_on_the_thread_that_began_it(void **state) /* LN1 */
{
    struct traveller t = {.left = 200, .over = rclio_future_new(*state, "tasks", NULL)};
    for (int i = 0; i < 200; i++) assert_ok(rclio_task_start(*state, "traveller", stay, &t));
    assert_ok(rclio_executor_spin_until(*state, t.over, RCLIO_FOREVER));
    assert_int_equal(t.moved, 0);
    rclio_future_unref(t.over);
}

static void square(void *arg)
{
    int *number = arg;
    rclio_yield();
    *number *= *number;
}

static void await_others(void *arg)
{
    rclio_executor *executor = arg;
    int numbers[20];
    rclio_task *tasks[20];
    rclio_future *futures[20];
    for (int i = 0; i < 20; i++) {
        numbers[i] = i;
        tasks[i] = rclio_task_new(executor, "square", square, &numbers[i]);
        futures[i] = rclio_task_future(tasks[i]);
    }
    rclio_future *all = rclio_gather(executor, futures, 20);
    rclio_wait(all);
    rclio_future_unref(all);
    for (int i = 0; i < 20; i++) {
        if (numbers[i] != i * i) rclio_task_fail(RCLIO_INVALID, "%d squared is %d", i, numbers[i]);
        rclio_task_unref(tasks[i]);
    }
}

static void tasks_await_tasks_of_other_threads(void **state)
{
    for (int i = 0; i < 50; i++) run_in_task(*state, await_others, *state);
}

static void spin_own(void *arg)
{
    if (rclio_executor_spin(arg) != RCLIO_BAD_STATE) rclio_task_fail(RCLIO_INVALID, "it did spin");
    if (!rclio_executor_is_current(arg)) rclio_task_fail(RCLIO_INVALID, "not in its executor");
    rclio_task_return(arg, NULL);
}

static void its_own_threads_cannot_spin_it(void **state) /* X4 */
{
    rclio_task *task = rclio_task_new(*state, "spins", spin_own, *state);
    assert_ok(rclio_executor_spin_until(*state, rclio_task_future(task), RCLIO_FOREVER));
    assert_ptr_equal(rclio_future_value(rclio_task_future(task)), *state);
    rclio_task_unref(task);
    assert_false(rclio_executor_is_current(*state));
}

/* ---- the end ---- */

struct busy {
    atomic_int in, out, ended;
};

static void be_busy(void *arg)
{
    struct busy *b = arg;
    atomic_fetch_add(&b->in, 1);
    wait_for_flag(&b->out, 1);
    atomic_fetch_add(&b->ended, 1);
}

static void assert_description_says(rclio_executor *executor, const char *words)
{
    char text[4096];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    rclio_describe_waits(executor, ends[1]);
    close(ends[1]);
    ssize_t size = read(ends[0], text, sizeof text - 1);
    close(ends[0]);
    assert_true(size > 0);
    text[size] = '\0';
    if (!strstr(text, words)) fail_msg("%s", text);
}

static void spinning_stops_at_once_while_all_are_busy_and_what_runs_ends(void **state)
{
    (void)state;
    pthread_t spinner;
    struct busy b = {0};
    atomic_int more = 0;
    rclio_executor *executor = rclio_executor_new(&(rclio_executor_options){.name = "busy", .threads = THREADS});
    for (int i = 0; i < THREADS; i++) assert_ok(rclio_executor_post(executor, be_busy, &b));
    assert_ok(rclio_executor_post(executor, count_one, &more));
    pthread_create(&spinner, NULL, spin_executor, executor);
    wait_for_flag(&b.in, THREADS);
    rclio_executor_stop(executor);
    pthread_join(spinner, NULL); /* it does not wait for them */
    assert_status(rclio_executor_wait_quiet(executor, RCLIO_MS(1)), RCLIO_TIMEOUT);
    assert_description_says(executor, "4 of 4 threads run callbacks; others are ready, but nobody spins the executor");
    assert_int_equal(b.ended, 0);
    atomic_store(&b.out, 1);
    assert_ok(rclio_executor_wait_quiet(executor, RCLIO_FOREVER));
    assert_int_equal(b.ended, THREADS);
    assert_int_equal(more, 0);
    rclio_executor_destroy(executor); /* this does, too */
    assert_int_equal(b.ended, THREADS);
    assert_int_equal(more, 1); /* a post is run to its end too, as of a single-threaded one */
}

static void wait_for_ever(void *arg)
{
    struct busy *b = arg;
    atomic_fetch_add(&b->in, 1);
    rclio_sleep(RCLIO_S(1000));
    if (rclio_error_status() == RCLIO_CANCELLED) atomic_fetch_add(&b->ended, 1);
    rclio_yield(); /* cleaning up takes another step */
}

static void destroying_cancels_what_is_suspended_on_all_threads(void **state)
{
    (void)state;
    struct busy b = {0};
    rclio_executor *executor = rclio_executor_new(&(rclio_executor_options){.name = "suspended", .threads = THREADS});
    rclio_future *pending = rclio_future_new(executor, "pending", NULL);
    for (int i = 0; i < 100; i++) assert_ok(rclio_task_start(executor, "waits", wait_for_ever, &b));
    settle(executor);
    assert_int_equal(b.in, 100);
    rclio_executor_destroy(executor);
    assert_int_equal(b.ended, 100);
    assert_status(rclio_future_result(pending), RCLIO_CANCELLED);
    rclio_future_unref(pending);
}

struct finished {
    source source;
    atomic_int in, out, released;
};

static void finished_run(source *s)
{
    struct finished *f = list_entry(s, struct finished, source);
    atomic_store(&f->in, 1);
    USER_CODE(s->executor, wait_for_flag(&f->out, 1));
}

static void finished_release(source *s)
{
    atomic_fetch_add(&list_entry(s, struct finished, source)->released, 1);
}

static void a_source_that_is_finished_while_it_runs_is_released_when_it_returns(void **state) /* S4 */
{
    struct finished f = {0};
    strand *in = strand_new(false);
    source_init(&f.source, *state, "finished", finished_run, finished_release);
    source_set_strand(&f.source, in, 1);
    source_wake(&f.source);
    assert_ok(rclio_executor_spin_once(*state, RCLIO_FOREVER));
    wait_for_flag(&f.in, 1);
    executor_enter(*state);
    assert_false(source_fini(&f.source));
    executor_leave(*state);
    assert_int_equal(f.released, 0);
    atomic_store(&f.out, 1);
    settle(*state);
    assert_int_equal(f.released, 1);
    strand_unref(in);
}

/* ---- LN6, LN7 ---- */

struct hostage {
    rclio_future *needed;
    source own;
    atomic_int blocked, suspended;
    rclio_future *over;
};

static void complete_needed(source *s)
{
    rclio_future_complete(list_entry(s, struct hostage, own)->needed, NULL);
}

static void block_on_needed(void *arg)
{
    struct hostage *h = arg;
    atomic_fetch_add(&h->blocked, 1);
    rclio_future_wait(h->needed, -1);
    if (atomic_fetch_sub(&h->blocked, 1) == 1) rclio_future_complete(h->over, NULL);
}

static void own_work_is_done_though_every_thread_is_blocked(void **state) /* LN6 */
{
    struct hostage h = {.needed = rclio_future_new(*state, "needed", NULL), .over = rclio_future_new(*state, "over", NULL)};
    pthread_t spinner;
    source_init(&h.own, *state, "own", complete_needed, NULL);
    for (int i = 0; i < THREADS; i++) assert_ok(rclio_executor_post(*state, block_on_needed, &h));
    pthread_create(&spinner, NULL, spin_executor, *state);
    wait_for_flag(&h.blocked, THREADS);
    source_wake(&h.own);
    assert_ok(rclio_future_wait(h.over, -1));
    rclio_executor_stop(*state);
    pthread_join(spinner, NULL);
    settle(*state);
    executor_enter(*state);
    assert_true(source_fini(&h.own));
    executor_leave(*state);
    rclio_future_unref(h.needed);
    rclio_future_unref(h.over);
}

static void await_needed(void *arg)
{
    struct hostage *h = arg;
    atomic_fetch_add(&h->suspended, 1);
    rclio_wait(h->needed);
    rclio_future_complete(h->over, NULL);
}

static void block_on_over(void *arg)
{
    struct hostage *h = arg;
    atomic_fetch_add(&h->blocked, 1);
    rclio_future_wait(h->over, -1); /* which the suspended task completes: not on this thread, please */
}

static void what_blocks_goes_where_nothing_is_suspended(void **state) /* LN7 */
{
    for (int round = 0; round < 50; round++) {
        struct hostage h = {.needed = rclio_future_new(*state, "needed", NULL), .over = rclio_future_new(*state, "over", NULL)};
        assert_ok(rclio_task_start(*state, "suspended", await_needed, &h));
        settle(*state);
        for (int i = 0; i < THREADS - 1; i++) assert_ok(rclio_executor_post(*state, block_on_over, &h));
        while (atomic_load(&h.blocked) < THREADS - 1) rclio_executor_spin_once(*state, RCLIO_MS(1));
        rclio_future_complete(h.needed, NULL);
        assert_ok(rclio_future_wait(h.over, -1));
        settle(*state);
        rclio_future_unref(h.needed);
        rclio_future_unref(h.over);
    }
}

/* ---- timers, files, embedding ---- */

struct ticking {
    timer timer;
    source source;
    int ticks;
    rclio_future *over;
};

static void tick_run(source *s)
{
    struct ticking *t = list_entry(s, struct ticking, source);
    if (++t->ticks == 20)
        rclio_future_complete(t->over, NULL);
    else
        timer_arm(&t->timer, rclio_deadline(RCLIO_US(100))); /* on a lane, while the one that spins sleeps */
}

static void tick_expired(timer *t)
{
    source_wake(&list_entry(t, struct ticking, timer)->source);
}

static void ticking_init(struct ticking *t, rclio_executor *executor)
{
    *t = (struct ticking){.over = rclio_future_new(executor, "ticks", NULL)};
    source_init(&t->source, executor, "ticking", tick_run, NULL);
    timer_init(&t->timer, executor, tick_expired);
    timer_arm(&t->timer, rclio_deadline(RCLIO_US(100)));
}

static void ticking_fini(struct ticking *t, rclio_executor *executor)
{
    assert_true(lanes_wait_quiet(executor->lanes, RCLIO_FOREVER));
    executor_enter(executor);
    timer_disarm(&t->timer);
    source_fini(&t->source);
    executor_leave(executor);
    rclio_future_unref(t->over);
}

static void timers_expire_whoever_arms_them(void **state)
{
    struct ticking t;
    ticking_init(&t, *state);
    assert_ok(rclio_executor_spin_until(*state, t.over, RCLIO_FOREVER));
    ticking_fini(&t, *state);
}

static void it_can_be_embedded(void **state)
{
    struct ticking t;
    int fd = rclio_executor_fd(*state);
    ticking_init(&t, *state);
    while (rclio_future_get_state(t.over) == RCLIO_PENDING) {
        struct pollfd file = {.fd = fd, .events = POLLIN};
        poll(&file, 1, 10); /* the lanes run by themselves; timers need the dispatch */
        rclio_executor_dispatch(*state, 0);
    }
    ticking_fini(&t, *state);
}

static void threads_that_wait_for_its_futures_spin_it(void **state) /* K2 */
{
    int number = 7;
    rclio_task *task = rclio_task_new(*state, "square", square, &number);
    assert_ok(rclio_wait(rclio_task_future(task)));
    assert_int_equal(number, 49);
    rclio_task_unref(task);
}

static void spinning_before_sleep_loses_nothing(void **state)
{
    (void)state;
    struct visits v;
    rclio_executor *executor =
        rclio_executor_new(&(rclio_executor_options){.name = "spinning", .threads = 2, .spin_before_sleep_ns = RCLIO_US(20)});
    visits_init(&v, executor, visit_run, EVENTS / 4);
    for (int i = 0; i < 2; i++) pthread_create(&v.threads[i], NULL, wake_all_often, &v);
    assert_ok(rclio_executor_spin_until(executor, v.over, RCLIO_FOREVER));
    for (int i = 0; i < 2; i++) pthread_join(v.threads[i], NULL);
    visits_fini(&v, executor);
    for (int i = 0; i < 200; i++) run_in_task(executor, await_others, executor);
    rclio_executor_destroy(executor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(as_many_callbacks_as_threads_may_block_at_once),
        cmocka_unit_test(thirty_two_run_in_parallel),
        pool_test(callbacks_run_on_named_threads),
        pool_test(nothing_begins_before_somebody_spins),
        pool_test(items_of_a_strand_never_overlap),
        pool_test(a_task_that_goes_on_is_in_its_strand_again),
        pool_test(awaiting_what_the_same_strand_does_ends),
        pool_test(blocking_on_what_the_same_strand_does_ends),
        pool_test(what_has_begun_goes_on_though_jobs_of_its_strand_may_not_begin),
        pool_test(a_reentrant_source_runs_beside_itself_up_to_its_limit),
        pool_test(a_strand_that_is_always_busy_starves_nobody),
        pool_test(closing_a_strand_waits_for_what_runs_and_drops_the_rest),
        pool_test(a_task_stays_on_the_thread_that_began_it),
        pool_test(tasks_await_tasks_of_other_threads),
        pool_test(its_own_threads_cannot_spin_it),
        cmocka_unit_test(spinning_stops_at_once_while_all_are_busy_and_what_runs_ends),
        cmocka_unit_test(destroying_cancels_what_is_suspended_on_all_threads),
        pool_test(a_source_that_is_finished_while_it_runs_is_released_when_it_returns),
        pool_test(own_work_is_done_though_every_thread_is_blocked),
        pool_test(what_blocks_goes_where_nothing_is_suspended),
        pool_test(timers_expire_whoever_arms_them),
        pool_test(it_can_be_embedded),
        pool_test(threads_that_wait_for_its_futures_spin_it),
        cmocka_unit_test(spinning_before_sleep_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
