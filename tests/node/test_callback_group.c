/* tests/node/test_callback_group.c: callback groups (CG1 to CG5 of rclio/callback_group.h) and nodes on multi-threaded executors (X6). */
#include "fibonacci.h"

#include "base/thread.h"
#include "node/node.h"

#include <pthread.h>
#include <sched.h>

#if defined(__SANITIZE_THREAD__)
#define MESSAGES 300
#else
#define MESSAGES 2000
#endif
#define THREADS 4

typedef struct int32_message { /* std_msgs/msg/Int32 */
    int32_t data;
} int32_message;

static const rclio_executor_options multi_threaded = {.name = "multi-threaded", .threads = THREADS};

static const rclio_type *int32_type(rclio_context *context)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(context), "std_msgs/msg/Int32");
    assert_non_null(type);
    return type;
}

static rclio_qos keep_all(void)
{
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    qos.history = RCLIO_KEEP_ALL;
    return qos;
}

static void wait_for_flag(atomic_int *flag, int wanted)
{
    while (atomic_load(flag) < wanted) sched_yield();
}

static void *spin_executor(void *executor)
{
    rclio_executor_spin(executor);
    return NULL;
}

/* A pair whose executor another thread spins. */
typedef struct spun {
    pair p;
    pthread_t spinner;
} spun;

static void spun_start(spun *s)
{
    s->p = pair_new_on(&multi_threaded);
    pthread_create(&s->spinner, NULL, spin_executor, s->p.executor);
}

static void spun_stop(spun *s)
{
    rclio_executor_stop(s->p.executor);
    pthread_join(s->spinner, NULL);
    pair_free(&s->p);
}

/* ---- together or one after the other ---- */

typedef struct shared { /* what callbacks of one group share without a lock */
    long count;         /* no atomic: TSan sees two at once */
    atomic_int inside;
    atomic_bool overlapped;
    long wanted;
    rclio_future *over;
} shared;

static void enter_shared(shared *s)
{
    if (atomic_fetch_add(&s->inside, 1) > 0) atomic_store(&s->overlapped, true);
    if (++s->count == s->wanted) rclio_future_complete(s->over, NULL);
    atomic_fetch_sub(&s->inside, 1);
}

static void on_shared_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    enter_shared(arg);
}

static void on_shared_tick(rclio_timer *t, void *arg)
{
    (void)t;
    enter_shared(arg);
}

static void publish_many(rclio_publisher *publisher)
{
    for (int32_t i = 0; i < MESSAGES; i++) assert_ok(rclio_publish(publisher, &(int32_message){i}));
}

static void callbacks_of_the_default_group_never_overlap(void **state) /* CG1, CG2 */
{
    (void)state;
    pair p = pair_new_on(&multi_threaded);
    shared s = {.wanted = 3 * MESSAGES, .over = rclio_future_new(p.executor, "all messages", NULL)};
    rclio_subscription_options options = {.qos = keep_all()};
    rclio_publisher *publisher =
        rclio_publisher_new(p.server, int32_type(p.server_context), "numbers", &(rclio_publisher_options){.qos = keep_all()});
    for (int i = 0; i < 3; i++)
        assert_non_null(
            rclio_subscription_new(p.client, int32_type(p.client_context), "numbers", on_shared_message, &s, &options));
    rclio_timer_new(p.client, RCLIO_US(500), on_shared_tick, &s, NULL);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 3));
    publish_many(publisher);
    AWAIT_ONCE(s.over);
    assert_false(s.overlapped);
    pair_free(&p);
}

typedef struct meeting { /* ends only if all are inside at the same time */
    pthread_barrier_t barrier;
    atomic_int left;
    rclio_future *over;
} meeting;

static void meeting_init(meeting *m, rclio_executor *executor, unsigned count)
{
    pthread_barrier_init(&m->barrier, NULL, count);
    atomic_init(&m->left, (int)count);
    m->over = rclio_future_new(executor, "the end of a meeting", NULL);
}

static void meet(meeting *m)
{
    pthread_barrier_wait(&m->barrier);
    if (atomic_fetch_sub(&m->left, 1) == 1) rclio_future_complete(m->over, NULL);
}

static void on_meeting_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    meet(arg);
}

static void messages_of_one_reentrant_subscription_run_in_parallel(void **state) /* CG1 */
{
    (void)state;
    pair p = pair_new_on(&(rclio_executor_options){.threads = 8});
    meeting m;
    meeting_init(&m, p.executor, 8);
    rclio_callback_group *group = rclio_callback_group_new(p.client, RCLIO_GROUP_REENTRANT);
    assert_int_equal(rclio_callback_group_kind(group), RCLIO_GROUP_REENTRANT);
    rclio_publisher *publisher = rclio_publisher_new(p.server, int32_type(p.server_context), "numbers", NULL);
    rclio_subscription_new(p.client, int32_type(p.client_context), "numbers", on_meeting_message, &m,
                           &(rclio_subscription_options){.group = group});
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    for (int32_t i = 0; i < 8; i++) assert_ok(rclio_publish(publisher, &(int32_message){i}));
    AWAIT_ONCE(m.over);
    pair_free(&p);
    pthread_barrier_destroy(&m.barrier);
}

static void four_groups_may_block_four_threads_at_once(void **state)
{
    (void)state;
    pair p = pair_new_on(&multi_threaded);
    meeting m;
    meeting_init(&m, p.executor, THREADS);
    rclio_publisher *publisher = rclio_publisher_new(p.server, int32_type(p.server_context), "numbers", NULL);
    for (int i = 0; i < THREADS; i++) {
        rclio_callback_group *group = rclio_callback_group_new(p.client, RCLIO_GROUP_MUTUALLY_EXCLUSIVE);
        rclio_subscription_new(p.client, int32_type(p.client_context), "numbers", on_meeting_message, &m,
                               &(rclio_subscription_options){.group = group});
    }
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, THREADS));
    assert_ok(rclio_publish(publisher, &(int32_message){1}));
    AWAIT_ONCE(m.over);
    pair_free(&p);
    pthread_barrier_destroy(&m.barrier);
}

static void add_in_a_meeting(const void *request, void *response, void *arg)
{
    const add_request *terms = request;
    ((add_response *)response)->sum = terms->a + terms->b;
    meet(arg);
}

static void a_reentrant_service_serves_calls_in_parallel(void **state)
{
    (void)state;
    pair p = pair_new_on(&multi_threaded);
    meeting m;
    meeting_init(&m, p.executor, THREADS);
    rclio_callback_group *group = rclio_callback_group_new(p.server, RCLIO_GROUP_REENTRANT);
    rclio_service_new(p.server, p.server_add, "add", add_in_a_meeting, &m, &(rclio_service_options){.group = group});
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[THREADS];
    for (int i = 0; i < THREADS; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i, .b = 10});
    for (int i = 0; i < THREADS; i++) {
        const add_response *response = AWAIT(calls[i]);
        assert_int_equal(response->sum, i + 10);
        rclio_future_unref(calls[i]);
    }
    AWAIT_ONCE(m.over);
    pair_free(&p);
    pthread_barrier_destroy(&m.barrier);
}

typedef struct ticking {
    meeting meeting;
    atomic_int ticks;
} ticking;

static void on_meeting_tick(rclio_timer *t, void *arg)
{
    ticking *ticks = arg;
    (void)t;
    if (atomic_fetch_add(&ticks->ticks, 1) < THREADS) meet(&ticks->meeting);
}

static void a_reentrant_timer_ticks_while_it_is_busy(void **state) /* CG1 */
{
    (void)state;
    ticking t = {.ticks = 0};
    pair p = pair_new_on(&multi_threaded);
    meeting_init(&t.meeting, p.executor, THREADS);
    rclio_callback_group *group = rclio_callback_group_new(p.client, RCLIO_GROUP_REENTRANT);
    assert_non_null(rclio_timer_new(p.client, RCLIO_MS(1), on_meeting_tick, &t, &(rclio_timer_options){.group = group}));
    AWAIT_ONCE(t.meeting.over);
    pair_free(&p);
    pthread_barrier_destroy(&t.meeting.barrier);
}

/* ---- waiting inside a callback ---- */

static void add(const void *request, void *response, void *arg)
{
    const add_request *terms = request;
    (void)arg;
    ((add_response *)response)->sum = terms->a + terms->b;
}

typedef struct asker {
    rclio_client *client;
    bool blocks;
    atomic_bool asked;
    int64_t sum;
    rclio_future *over;
} asker;

static void ask_own_node(rclio_timer *t, void *arg)
{
    asker *a = arg;
    (void)t;
    if (atomic_exchange(&a->asked, true)) return;
    rclio_future *call = rclio_client_call(a->client, &(add_request){.a = 2, .b = 3});
    if (a->blocks) rclio_future_wait(call, -1);
    const add_response *response = a->blocks ? rclio_future_value(call) : rclio_await(call);
    a->sum = response ? response->sum : -1;
    rclio_future_unref(call);
    rclio_future_complete(a->over, NULL);
}

/* The timer, the client and the service are in one group of one node. */
static void ask_in(rclio_group_kind kind, bool own_group, bool blocks)
{
    pair p = pair_new_on(&multi_threaded);
    asker a = {.blocks = blocks, .over = rclio_future_new(p.executor, "the answer", NULL)};
    rclio_callback_group *group = own_group ? rclio_callback_group_new(p.server, kind) : NULL;
    rclio_service_new(p.server, p.server_add, "add", add, NULL, &(rclio_service_options){.group = group});
    a.client = rclio_client_new(p.server, p.server_add, "add", &(rclio_client_options){.group = group});
    rclio_timer_new(p.server, RCLIO_MS(1), ask_own_node, &a, &(rclio_timer_options){.group = group});
    AWAIT_ONCE(a.over);
    assert_int_equal(a.sum, 5);
    pair_free(&p);
}

static void a_callback_may_await_a_service_of_its_own_group(void **state) /* CG3, CG5 */
{
    (void)state;
    ask_in(RCLIO_GROUP_MUTUALLY_EXCLUSIVE, false, false);
    ask_in(RCLIO_GROUP_MUTUALLY_EXCLUSIVE, true, false);
    ask_in(RCLIO_GROUP_REENTRANT, true, false);
}

static void a_callback_may_block_on_a_service_of_its_own_group(void **state) /* CG3, CG5 */
{
    (void)state;
    ask_in(RCLIO_GROUP_MUTUALLY_EXCLUSIVE, false, true);
    ask_in(RCLIO_GROUP_MUTUALLY_EXCLUSIVE, true, true);
    ask_in(RCLIO_GROUP_REENTRANT, true, true);
}

typedef struct gated {
    rclio_future *gate, *both;
    atomic_int begun, ended;
} gated;

static void await_gate(const void *message, const rclio_message_info *info, void *arg)
{
    gated *g = arg;
    (void)message;
    (void)info;
    if (atomic_fetch_add(&g->begun, 1) == 1) rclio_future_complete(g->both, NULL);
    rclio_await(g->gate);
    atomic_fetch_add(&g->ended, 1);
}

/* One thread: how many callbacks of one subscription begin while the first is suspended. */
static int begun_on_one_thread(rclio_group_kind kind)
{
    pair p = pair_new();
    gated g = {.gate = rclio_future_new(p.executor, "gate", NULL), .both = rclio_future_new(p.executor, "two inside", NULL)};
    rclio_callback_group *group = rclio_callback_group_new(p.client, kind);
    rclio_publisher *publisher = rclio_publisher_new(p.server, int32_type(p.server_context), "numbers", NULL);
    rclio_subscription_new(p.client, int32_type(p.client_context), "numbers", await_gate, &g,
                           &(rclio_subscription_options){.group = group});
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    for (int32_t i = 0; i < 2; i++) assert_ok(rclio_publish(publisher, &(int32_message){i}));
    if (kind == RCLIO_GROUP_REENTRANT)
        AWAIT(g.both);
    else
        SPIN_UNTIL(p.executor, g.begun == 1);
    assert_ok(rclio_executor_spin_some(p.executor, 0));
    int begun = g.begun;
    rclio_future_complete(g.gate, NULL);
    SPIN_UNTIL(p.executor, g.ended == 2);
    rclio_future_unref(g.gate);
    rclio_future_unref(g.both);
    pair_free(&p);
    return begun;
}

static void on_one_thread_a_reentrant_group_lets_a_suspended_entity_be_called_again(void **state) /* CG4 */
{
    (void)state;
    assert_int_equal(begun_on_one_thread(RCLIO_GROUP_REENTRANT), 2);
    assert_int_equal(begun_on_one_thread(RCLIO_GROUP_MUTUALLY_EXCLUSIVE), 1);
}

/* ---- actions ---- */

static void goals_run_side_by_side(void **state)
{
    (void)state;
    enum { GOALS = 12 };
    pair p = pair_new_on(&multi_threaded);
    rclio_callback_group *group = rclio_callback_group_new(p.server, RCLIO_GROUP_REENTRANT);
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL,
                            &(rclio_action_server_options){.group = group});
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *goals[GOALS];
    for (int i = 0; i < GOALS; i++) goals[i] = watched_goal_send(client, 10);
    for (int i = 0; i < GOALS; i++) {
        assert_fibonacci(AWAIT(rclio_goal_handle_result(goals[i]->handle)), 10);
        assert_int_equal(goals[i]->feedback_count, FIBONACCI_FEEDBACK_OF_10);
        assert_int_equal(goals[i]->out_of_order, 0);
        watched_goal_free(goals[i]);
    }
    pair_free(&p);
}

static void run_until_cancelled(rclio_goal *goal, void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
    while (!rclio_goal_is_cancel_requested(goal)) sched_yield(); /* blocks its thread */
    rclio_goal_canceled(goal, NULL);
}

static void a_goal_whose_handler_blocks_its_thread_can_be_cancelled(void **state)
{
    (void)state;
    atomic_int begun = 0;
    pair p = pair_new_on(&multi_threaded);
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", run_until_cancelled, &begun, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *goal = watched_goal_send(client, 10);
    AWAIT(rclio_goal_handle_accepted(goal->handle));
    AWAIT_ONCE(rclio_goal_handle_cancel(goal->handle));
    AWAIT(rclio_goal_handle_result(goal->handle));
    assert_int_equal(rclio_goal_handle_status(goal->handle), RCLIO_GOAL_CANCELED);
    watched_goal_free(goal);
    pair_free(&p);
}

/* ---- while it spins ---- */

static void complete_once(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    rclio_future_complete(arg, NULL);
}

static void nodes_come_and_go_while_it_spins(void **state)
{
    (void)state;
    spun s;
    spun_start(&s);
    rclio_node_options options = {.executor = s.p.executor};
    rclio_publisher *publisher = rclio_publisher_new(s.p.server, int32_type(s.p.server_context), "numbers", NULL);
    for (int i = 0; i < 20; i++) {
        rclio_future *heard = rclio_future_new(s.p.executor, "a message", NULL);
        rclio_node *node = rclio_node_new(s.p.client_context, "visitor", &options);
        assert_non_null(node);
        assert_non_null(rclio_subscription_new(node, int32_type(s.p.client_context), "numbers", complete_once, heard, NULL));
        AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
        while (rclio_future_get_state(heard) == RCLIO_PENDING) {
            assert_ok(rclio_publish(publisher, &(int32_message){i}));
            rclio_future_wait(heard, RCLIO_MS(20));
        }
        rclio_node_destroy(node); /* it waits for a callback that runs */
        rclio_future_unref(heard);
    }
    spun_stop(&s);
}

typedef struct busy {
    atomic_int in, out, ended;
} busy;

static void be_busy(const void *message, const rclio_message_info *info, void *arg)
{
    busy *b = arg;
    (void)message;
    (void)info;
    atomic_fetch_add(&b->in, 1);
    wait_for_flag(&b->out, 1);
    atomic_fetch_add(&b->ended, 1);
}

static void a_subscription_may_be_destroyed_while_its_callback_runs_elsewhere(void **state)
{
    (void)state;
    spun s;
    busy b = {0};
    spun_start(&s);
    rclio_publisher *publisher = rclio_publisher_new(s.p.server, int32_type(s.p.server_context), "numbers", NULL);
    rclio_subscription *subscription =
        rclio_subscription_new(s.p.client, int32_type(s.p.client_context), "numbers", be_busy, &b, NULL);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    for (int32_t i = 0; i < 5; i++) assert_ok(rclio_publish(publisher, &(int32_message){i}));
    wait_for_flag(&b.in, 1);
    rclio_subscription_destroy(subscription);
    atomic_store(&b.out, 1);
    spun_stop(&s);
    assert_int_equal(b.in, 1); /* those that had come were not handled any more */
    assert_int_equal(b.ended, 1);
}

static void *spin_context(void *context)
{
    rclio_context_spin(context);
    return NULL;
}

static void a_shutdown_while_all_threads_are_busy_ends_spinning_and_waits_for_callbacks(void **state)
{
    (void)state;
    pthread_t spinner;
    busy b = {0};
    rclio_context *context =
        rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .executor = {.threads = THREADS}});
    harness_watch(rclio_context_executor(context));
    rclio_node *node = rclio_node_new(context, "busy", NULL);
    rclio_callback_group *group = rclio_callback_group_new(node, RCLIO_GROUP_REENTRANT);
    rclio_subscription_new(node, int32_type(context), "numbers", be_busy, &b, &(rclio_subscription_options){.group = group});
    rclio_publisher *publisher = rclio_publisher_new(node, int32_type(context), "numbers", NULL);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    pthread_create(&spinner, NULL, spin_context, context);
    for (int32_t i = 0; i < THREADS; i++) assert_ok(rclio_publish(publisher, &(int32_message){i}));
    wait_for_flag(&b.in, THREADS);
    rclio_shutdown(context);
    pthread_join(spinner, NULL);
    assert_int_equal(b.ended, 0);
    atomic_store(&b.out, 1);
    rclio_context_destroy(context);
    assert_int_equal(b.ended, THREADS);
    harness_unwatch();
}

/* ---- assignment ---- */

static void note_thread(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    *(_Atomic(pthread_t) *)arg = pthread_self();
}

static void a_group_may_have_an_executor_of_its_own(void **state)
{
    (void)state;
    pair p = pair_new();
    pthread_t spinner;
    _Atomic(pthread_t) ran = 0;
    rclio_executor *other = rclio_executor_new(NULL);
    rclio_callback_group *group = rclio_callback_group_new(p.client, RCLIO_GROUP_MUTUALLY_EXCLUSIVE);
    assert_ok(rclio_callback_group_assign(group, other));
    assert_ptr_equal(rclio_callback_group_executor(group), other);
    rclio_publisher *publisher = rclio_publisher_new(p.server, int32_type(p.server_context), "numbers", NULL);
    rclio_subscription_new(p.client, int32_type(p.client_context), "numbers", note_thread, &ran,
                           &(rclio_subscription_options){.group = group});
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    pthread_create(&spinner, NULL, spin_executor, other);
    assert_ok(rclio_publish(publisher, &(int32_message){1}));
    while (!ran) sched_yield(); /* nobody spins the node's executor */
    assert_true(pthread_equal(ran, spinner));
    rclio_shutdown(p.client_context); /* stops it too */
    pthread_join(spinner, NULL);
    pair_free(&p);
    rclio_executor_destroy(other);
}

static void groups_refuse_what_cannot_be(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_callback_group *group = rclio_callback_group_new(p.client, RCLIO_GROUP_REENTRANT);
    assert_null(rclio_timer_new(p.server, RCLIO_S(1), on_shared_tick, NULL, &(rclio_timer_options){.group = group}));
    assert_non_null(strstr(rclio_error(), "group is one of '/client', not of '/server'"));
    assert_null(rclio_service_new(p.server, p.server_add, "add", add, NULL, &(rclio_service_options){.group = group}));
    assert_null(rclio_client_new(p.server, p.server_add, "add", &(rclio_client_options){.group = group}));
    assert_null(rclio_publisher_new(p.server, int32_type(p.server_context), "x", &(rclio_publisher_options){.group = group}));
    assert_null(rclio_action_client_new(p.server, p.server_fibonacci, "a", &(rclio_action_client_options){.group = group}));
    assert_non_null(rclio_timer_new(p.client, RCLIO_S(1), on_shared_tick, NULL, &(rclio_timer_options){.group = group}));
    assert_int_equal(rclio_callback_group_assign(group, p.executor), RCLIO_BAD_STATE);
    assert_non_null(strstr(rclio_error(), "something is in it"));
    assert_null(rclio_callback_group_new(NULL, RCLIO_GROUP_REENTRANT));
    rclio_callback_group_destroy(group); /* what is in it stays */
    rclio_callback_group_destroy(NULL);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_of_the_default_group_never_overlap),
        cmocka_unit_test(messages_of_one_reentrant_subscription_run_in_parallel),
        cmocka_unit_test(four_groups_may_block_four_threads_at_once),
        cmocka_unit_test(a_reentrant_service_serves_calls_in_parallel),
        cmocka_unit_test(a_reentrant_timer_ticks_while_it_is_busy),
        cmocka_unit_test(a_callback_may_await_a_service_of_its_own_group),
        cmocka_unit_test(a_callback_may_block_on_a_service_of_its_own_group),
        cmocka_unit_test(on_one_thread_a_reentrant_group_lets_a_suspended_entity_be_called_again),
        cmocka_unit_test(goals_run_side_by_side),
        cmocka_unit_test(a_goal_whose_handler_blocks_its_thread_can_be_cancelled),
        cmocka_unit_test(nodes_come_and_go_while_it_spins),
        cmocka_unit_test(a_subscription_may_be_destroyed_while_its_callback_runs_elsewhere),
        cmocka_unit_test(a_shutdown_while_all_threads_are_busy_ends_spinning_and_waits_for_callbacks),
        cmocka_unit_test(a_group_may_have_an_executor_of_its_own),
        cmocka_unit_test(groups_refuse_what_cannot_be),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
