/* tests/node/test_promises.c: promises of issue 5 that need many parts at once: what hangs or gets lost elsewhere and ends here. Those that
 * one part keeps alone are tested beside it: test_callback_group.c (awaiting and blocking), test_client.c (a server that dies),
 * test_failure.c (handlers that fail), test_action_feedback.c, test_parameter_client.c (an unknown name), test_shutdown_processes.c. */
#include "fibonacci.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { WORKERS = 8, ROUNDS = 100 };

/* ---- eight workers ---- */

typedef struct crew {
    pthread_barrier_t all_inside;
    atomic_int left;
    rclio_future *never, *over;
} crew;

static void work_for_100_ms(const void *message, const rclio_message_info *info, void *arg)
{
    crew *c = arg;
    (void)message, (void)info;
    pthread_barrier_wait(&c->all_inside); /* it never opens when fewer than eight run at the same time */
    assert_int_equal(rclio_future_wait(c->never, RCLIO_MS(100)), RCLIO_TIMEOUT);
    if (atomic_fetch_sub(&c->left, 1) == 1) rclio_future_complete(c->over, NULL);
}

static void eight_reentrant_callbacks_of_100_ms_run_in_parallel_on_eight_workers(void **state) /* CG1 */
{
    (void)state;
    pair p = pair_new_on(&(rclio_executor_options){.threads = WORKERS});
    crew c = {.left = WORKERS, .never = rclio_future_new(p.executor, "never", NULL)};
    c.over = rclio_future_new(p.executor, "eight callbacks", NULL);
    pthread_barrier_init(&c.all_inside, NULL, WORKERS);
    rclio_callback_group *group = rclio_callback_group_new(p.client, RCLIO_GROUP_REENTRANT);
    rclio_publisher *publisher =
        rclio_publisher_new(p.server, rclio_types_get(rclio_context_types(p.server_context), "std_msgs/msg/Int32"), "work", NULL);
    rclio_subscription_new(p.client, rclio_types_get(rclio_context_types(p.client_context), "std_msgs/msg/Int32"), "work",
                           work_for_100_ms, &c, &(rclio_subscription_options){.group = group});
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    int64_t begin = rclio_now_steady();
    for (int32_t i = 0; i < WORKERS; i++) assert_ok(rclio_publish(publisher, &i));
    AWAIT(c.over);
    double ms = (double)(rclio_now_steady() - begin) / 1e6;
    print_message("8 callbacks of 100 ms on 8 workers: %.1f ms\n", ms);
    assert_true(ms >= 100 && ms < WORKERS * 100); /* one after the other is 800 ms at least */
    rclio_future_unref(c.over);
    pair_free(&p);
    rclio_future_unref(c.never);
    pthread_barrier_destroy(&c.all_inside);
}

/* ---- one at a time ---- */

typedef struct
    alone { /* what a mutually exclusive group shares, without a lock: TSan sees two at once, and a lost count is seen without it */
    long count;
    atomic_int inside, overlaps;
    atomic_long wanted;
    rclio_client *client;
    bool blocks;
    rclio_future *over;
} alone;

static void touch(alone *a)
{
    if (atomic_fetch_add(&a->inside, 1) > 0) atomic_fetch_add(&a->overlaps, 1);
    long count = a->count;
    sched_yield();
    a->count = count + 1;
    atomic_fetch_sub(&a->inside, 1);
}

static void ask(alone *a)
{
    rclio_future *call = rclio_client_call(a->client, &(add_request){.a = 1, .b = 2});
    rclio_status status = a->blocks ? rclio_future_wait(call, -1) : rclio_wait(call);
    if (atomic_load(&a->wanted) > 0) assert_ok(status); /* later the test destroys the client */
    rclio_future_unref(call);
}

static void add_alone(const void *request, void *response, void *arg)
{
    const add_request *terms = request;
    touch(arg);
    ((add_response *)response)->sum = terms->a + terms->b;
}

static void tick_alone(rclio_timer *t, void *arg)
{
    alone *a = arg;
    (void)t;
    touch(a);
    ask(a); /* it has left its group meanwhile (CG3) */
    touch(a);
    if (atomic_fetch_sub(&a->wanted, 1) == 1) rclio_future_complete(a->over, NULL);
}

/* Four timers, the client and the service they ask in one group of one node. */
static void stay_alone(bool blocks)
{
    pair p = pair_new_on(&(rclio_executor_options){.threads = WORKERS});
    alone a = {.wanted = ROUNDS, .blocks = blocks, .over = rclio_future_new(p.executor, "the last round", NULL)};
    rclio_callback_group *group = rclio_callback_group_new(p.server, RCLIO_GROUP_MUTUALLY_EXCLUSIVE);
    rclio_timer *timers[4];
    rclio_service_new(p.server, p.server_add, "add", add_alone, &a, &(rclio_service_options){.group = group});
    a.client = rclio_client_new(p.server, p.server_add, "add", &(rclio_client_options){.group = group});
    for (int i = 0; i < 4; i++)
        timers[i] = rclio_timer_new(p.server, RCLIO_MS(1), tick_alone, &a, &(rclio_timer_options){.group = group});
    AWAIT(a.over);
    for (int i = 0; i < 4; i++) rclio_timer_cancel(timers[i]);
    rclio_node_destroy(p.server); /* waits for what still runs */
    assert_int_equal(atomic_load(&a.overlaps), 0);
    assert_true(a.count >= 3 * ROUNDS);
    rclio_future_unref(a.over);
    pair_free(&p);
}

static void an_exclusive_group_never_overlaps_though_its_callbacks_await_each_other(void **state) /* CG1, CG3 */
{
    (void)state;
    stay_alone(false);
}

static void an_exclusive_group_never_overlaps_though_its_callbacks_block_on_each_other(void **state) /* CG1, CG3 */
{
    (void)state;
    stay_alone(true);
}

/* ---- a thread that is nobody's ---- */

typedef struct foreign {
    sem_t wanted;
    rclio_future *next, *over;
    rclio_executor *executor;
    int rounds;
    long sum;
} foreign;

static void *complete_from_outside(void *arg)
{
    static int one = 1;
    foreign *f = arg;
    for (int i = 0; i < ROUNDS; i++) {
        while (sem_wait(&f->wanted)) continue;
        if (i % 2) sched_yield(); /* the executor is asleep already, or not yet */
        assert_ok(rclio_future_complete(f->next, &one));
    }
    return NULL;
}

static void await_outside(rclio_timer *t, void *arg)
{
    foreign *f = arg;
    rclio_timer_cancel(t);
    for (int i = 0; i < ROUNDS; i++) {
        f->next = rclio_future_new(f->executor, "a thread outside", NULL);
        sem_post(&f->wanted);
        const int *one = rclio_await(f->next);
        f->sum += one ? *one : 0;
        rclio_future_unref(f->next);
    }
    rclio_future_complete(f->over, NULL);
}

static void be_woken_from_outside(size_t threads)
{
    pthread_t outside;
    pair p = pair_new_on(&(rclio_executor_options){.threads = threads});
    foreign f = {.executor = p.executor, .over = rclio_future_new(p.executor, "the callback", NULL)};
    sem_init(&f.wanted, 0, 0);
    pthread_create(&outside, NULL, complete_from_outside, &f);
    rclio_timer_new(p.client, RCLIO_MS(1), await_outside, &f, NULL);
    AWAIT(f.over);
    pthread_join(outside, NULL);
    assert_int_equal(f.sum, ROUNDS);
    rclio_future_unref(f.over);
    pair_free(&p);
    sem_destroy(&f.wanted);
}

static void a_future_completed_from_a_foreign_thread_wakes_the_callback_that_awaits_it(void **state)
{
    (void)state;
    be_woken_from_outside(0);
    be_woken_from_outside(2);
}

/* ---- names ---- */

static rclio_node *node_with_rule(pair *p, rclio_context *context, const char *name, const char *rule)
{
    char flag[] = "--ros-args", remap[] = "-r", copy[64];
    snprintf(copy, sizeof copy, "%s", rule);
    char *const words[] = {flag, remap, copy};
    rclio_node *node = rclio_node_new(context, name,
                                      &(rclio_node_options){.executor = p->executor,
                                                            .no_type_description_service = true,
                                                            .no_parameter_services = true,
                                                            .arguments = words,
                                                            .argument_count = 3});
    if (!node) fail_msg("%s", rclio_error());
    return node;
}

/* One rule moves the three services and both topics: a goal is accepted, has its feedback and its result. */
static void an_action_is_remapped_as_a_whole(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_node *server = node_with_rule(&p, p.server_context, "remapped_server", "fibonacci:=/robot/count");
    rclio_node *client = node_with_rule(&p, p.client_context, "remapped_client", "sequence:=/robot/count");
    assert_non_null(rclio_action_server_new(server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL));
    rclio_action_client *plain = rclio_action_client_new(p.client, p.fibonacci, "/robot/count", NULL);
    rclio_action_client *moved = rclio_action_client_new(client, p.fibonacci, "sequence", NULL);
    rclio_action_client *const clients[] = {plain, moved};
    for (int i = 0; i < 2; i++) {
        watched_goal *goal = watched_goal_send(clients[i], 10);
        assert_fibonacci(AWAIT(rclio_goal_handle_result(goal->handle)), 10);
        assert_int_equal(goal->feedback_count, FIBONACCI_FEEDBACK_OF_10);
        watched_goal_free(goal);
    }
    assert_int_equal(rclio_graph_count(p.client, "/fibonacci/_action/status", RCLIO_ROLE_PUBLISHERS), 0);
    assert_int_equal(rclio_graph_count(p.client, "/robot/count/_action/status", RCLIO_ROLE_PUBLISHERS), 1);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_reentrant_callbacks_of_100_ms_run_in_parallel_on_eight_workers),
        cmocka_unit_test(an_exclusive_group_never_overlaps_though_its_callbacks_await_each_other),
        cmocka_unit_test(an_exclusive_group_never_overlaps_though_its_callbacks_block_on_each_other),
        cmocka_unit_test(a_future_completed_from_a_foreign_thread_wakes_the_callback_that_awaits_it),
        cmocka_unit_test(an_action_is_remapped_as_a_whole),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
