/* tests/node/test_threads_objects.c: clocks, managed nodes and filters of multi-threaded executors: many threads use them at once, and what a
 * callback is called with is there as long as it runs (N5 of node/node.h). */
#include "crowd.h"

#include <sched.h>

typedef struct clock_message { /* rosgraph_msgs/msg/Clock */
    int32_t sec;
    uint32_t nanosec;
} clock_message;

static void on_tick(rclio_timer *t, void *arg)
{
    (void)t;
    (void)arg;
}

/* ---- time ---- */

typedef struct ticking {
    rclio_publisher *publisher;
    atomic_int ends, ticks;
} ticking;

static void publish_time(rclio_publisher *publisher, int64_t time_ns)
{
    clock_message message;
    rclio_time_split(time_ns, &message.sec, &message.nanosec);
    rclio_publish(publisher, &message);
}

static void *publish_times(void *arg)
{
    ticking *t = arg;
    for (int64_t i = 1; !atomic_load(&t->ends); i++) {
        publish_time(t->publisher, RCLIO_MS(i));
        sched_yield();
    }
    return NULL;
}

static void count_jump(const rclio_time_jump *jump, void *arg)
{
    (void)jump;
    atomic_fetch_add(&((ticking *)arg)->ticks, 1);
}

static void count_tick(rclio_timer *self, void *arg)
{
    (void)self;
    atomic_fetch_add(&((ticking *)arg)->ticks, 1);
}

static rclio_publisher *clock_publisher(rclio_node *node)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(rclio_node_context(node)), "rosgraph_msgs/msg/Clock");
    rclio_publisher *publisher =
        rclio_publisher_new(node, type, "/clock", &(rclio_publisher_options){.qos = RCLIO_QOS_CLOCK}); /* QOS-1 */
    assert_non_null(publisher);
    return publisher;
}

static void destroy_node(void *node)
{
    rclio_node_destroy(node);
}

static void a_node_destroyed_by_a_task_while_clock_messages_come_leaves_nothing_in_use(void **state) /* N5 */
{
    crowd c;
    pthread_t publisher;
    (void)state;
    crowd_open(&c, THREADS);
    ticking t = {.publisher = clock_publisher(c.node)};
    pthread_create(&publisher, NULL, publish_times, &t);
    for (int i = 0; i < ROUNDS / 5; i++) {
        rclio_node *node = rclio_node_new(
            c.context, "follower",
            &(rclio_node_options){.use_sim_time = true, .no_type_description_service = true, .no_parameter_services = true});
        assert_non_null(node);
        int seen = atomic_load(&t.ticks);
        const rclio_jump_threshold any = {.min_forward_ns = 1};
        rclio_jump_handle *handle = rclio_clock_on_jump(rclio_node_clock(node), &any, NULL, count_jump, &t);
        assert_non_null(rclio_timer_new(node, RCLIO_MS(1), count_tick, &t, NULL));
        wait_for_flag(&t.ticks, seen + 5);
        join(rclio_task_new(c.executor, "destroy", destroy_node, node));
        rclio_jump_handle_destroy(handle);
    }
    atomic_store(&t.ends, 1);
    pthread_join(publisher, NULL);
    crowd_close(&c);
}

static void sleep_by_node(void *arg)
{
    rclio_node *node = arg;
    if (rclio_clock_sleep_until(rclio_node_clock(node), RCLIO_S(20)) != RCLIO_OK)
        rclio_task_fail(RCLIO_SYSTEM, "%s", rclio_error());
}

static void *sleep_in_thread(void *node)
{
    return rclio_clock_sleep_until(rclio_node_clock(node), RCLIO_S(20)) == RCLIO_OK ? node : NULL;
}

static void timers_tasks_and_threads_of_a_pool_go_by_simulated_time(void **state) /* TIM-5 */
{
    crowd c;
    pthread_t sleeper;
    void *woken = NULL;
    (void)state;
    crowd_open(&c, THREADS);
    ticking t = {.publisher = clock_publisher(c.node)};
    rclio_node *node =
        rclio_node_new(c.context, "follower", &(rclio_node_options){.use_sim_time = true, .no_parameter_services = true});
    join_future(rclio_publisher_wait_for_subscriptions(t.publisher, 1));
    rclio_callback_group *group = rclio_callback_group_new(node, RCLIO_GROUP_REENTRANT);
    assert_ok(rclio_callback_group_assign(group, c.other));
    publish_time(t.publisher, RCLIO_S(10));
    while (rclio_clock_now(rclio_node_clock(node)) != RCLIO_S(10)) sched_yield();
    rclio_timer_new(node, RCLIO_S(5), count_tick, &t, NULL);
    rclio_timer_new(node, RCLIO_S(5), count_tick, &t, &(rclio_timer_options){.group = group});
    rclio_task *task = rclio_task_new(c.executor, "sleeps", sleep_by_node, node);
    pthread_create(&sleeper, NULL, sleep_in_thread, node);
    publish_time(t.publisher, RCLIO_S(15));
    wait_for_flag(&t.ticks, 2);
    publish_time(t.publisher, RCLIO_S(20));
    wait_for_flag(&t.ticks, 4);
    join(task);
    pthread_join(sleeper, &woken);
    assert_non_null(woken);
    assert_int_equal(t.ticks, 4);
    crowd_close(&c);
}

typedef struct toggling {
    rclio_node *node;
    bool first;
} toggling;

static void toggle(void *arg)
{
    toggling *t = arg;
    for (int i = 0; i < ROUNDS / 10; i++) {
        rclio_parameter_set(t->node, "use_sim_time", rclio_value_bool(t->first == (i % 2 == 0)));
        rclio_yield();
    }
}

static void the_clock_ends_as_the_parameter_says_whoever_set_it_meanwhile(void **state) /* TIM-7 */
{
    crowd c;
    bool wanted;
    (void)state;
    crowd_open(&c, THREADS);
    toggling sides[] = {{c.node, true}, {c.node, false}};
    rclio_task *tasks[4];
    for (size_t i = 0; i < 4; i++) tasks[i] = rclio_task_new(c.executor, "toggle", toggle, &sides[i % 2]);
    for (size_t i = 0; i < 4; i++) join(tasks[i]);
    assert_ok(rclio_parameter_get_bool(c.node, "use_sim_time", &wanted));
    assert_int_equal(rclio_node_uses_sim_time(c.node), wanted);
    assert_int_equal(rclio_clock_is_ros_time_active(rclio_node_clock(c.node)), wanted);
    crowd_close(&c);
}

/* ---- managed nodes ---- */

typedef struct managing {
    rclio_node *node;
    rclio_lifecycle *lifecycle;
    rclio_callback_group *group; /* on the other executor */
    atomic_int ends, calls;
} managing;

static void make_managed_timers(void *arg)
{
    managing *m = arg;
    while (!atomic_load(&m->ends)) {
        rclio_timer_options options = {.group = m->group, .autostart_off = true};
        rclio_timer *t = rclio_timer_new(m->node, RCLIO_US(100), on_tick, NULL, &options);
        rclio_lifecycle_timer(m->lifecycle, t);
        rclio_yield();
        rclio_timer_destroy(t);
    }
}

static void change_to_and_fro(void *arg)
{
    managing *m = arg;
    for (int i = 0; i < ROUNDS; i++) {
        if (rclio_lifecycle_change(m->lifecycle, RCLIO_LIFECYCLE_ACTIVATE) == RCLIO_LIFECYCLE_SUCCESS)
            atomic_fetch_add(&m->calls, 1);
        if (rclio_lifecycle_change(m->lifecycle, RCLIO_LIFECYCLE_DEACTIVATE) == RCLIO_LIFECYCLE_SUCCESS)
            atomic_fetch_sub(&m->calls, 1);
        rclio_yield();
    }
}

static void a_managed_node_changes_while_its_timers_come_and_go_on_another_executor(void **state) /* LI3, LC4 */
{
    crowd c;
    (void)state;
    crowd_open(&c, THREADS);
    managing m = {.node = c.node, .lifecycle = rclio_lifecycle_new(c.node, NULL)};
    m.group = rclio_callback_group_new(c.node, RCLIO_GROUP_REENTRANT);
    assert_ok(rclio_callback_group_assign(m.group, c.other));
    assert_int_equal(rclio_lifecycle_change(m.lifecycle, RCLIO_LIFECYCLE_CONFIGURE), RCLIO_LIFECYCLE_SUCCESS);
    rclio_timer_options options = {.group = m.group, .autostart_off = true};
    rclio_timer *last = rclio_lifecycle_timer(m.lifecycle, rclio_timer_new(c.node, RCLIO_S(100), on_tick, NULL, &options));
    rclio_task *makers[] = {rclio_task_new(c.other, "timers", make_managed_timers, &m),
                            rclio_task_new(c.executor, "timers", make_managed_timers, &m)};
    rclio_task *changers[] = {rclio_task_new(c.executor, "changes", change_to_and_fro, &m),
                              rclio_task_new(c.executor, "changes", change_to_and_fro, &m)};
    for (size_t i = 0; i < 2; i++) join(changers[i]);
    bool active = rclio_lifecycle_get_state(m.lifecycle) == RCLIO_LIFECYCLE_ACTIVE;
    assert_int_equal(m.calls, active ? 1 : 0); /* no change was made twice at once */
    assert_int_equal(rclio_timer_is_canceled(last), !active);
    atomic_store(&m.ends, 1);
    for (size_t i = 0; i < 2; i++) join(makers[i]);
    rclio_lifecycle_destroy(m.lifecycle);
    assert_true(rclio_timer_is_canceled(last));
    crowd_close(&c);
}

/* ---- filters ---- */

typedef struct sieve {
    rclio_node *node;
    rclio_filter *source;
    const rclio_type *type;
    atomic_int ends, seen;
} sieve;

static void count_event(const rclio_message_event *e, void *arg)
{
    (void)e;
    atomic_fetch_add(&((sieve *)arg)->seen, 1);
}

static void add_events(void *arg)
{
    sieve *s = arg;
    while (!atomic_load(&s->ends)) {
        const rclio_message_event *e = rclio_message_event_new(s->type, rclio_message_new(s->type), 0);
        rclio_filter_add(s->source, e);
        rclio_message_event_unref(e);
        rclio_yield();
    }
}

static void rebuild_filters(void *arg)
{
    sieve *s = arg;
    for (int i = 0; i < ROUNDS; i++) {
        rclio_filter *cache = rclio_cache_new(s->node, s->source, &(rclio_cache_options){.allow_headerless = true});
        rclio_filter *chain = rclio_chain_new(s->node, cache), *part = rclio_filter_new(s->node);
        rclio_filter *sequencer = rclio_time_sequencer_new(
            s->node, chain, &(rclio_time_sequencer_options){.queue_size = RCLIO_FILTER_UNLIMITED, .allow_headerless = true});
        rclio_chain_append(chain, part);
        rclio_filter_connect(sequencer, count_event, s);
        int seen = atomic_load(&s->seen);
        while (atomic_load(&s->seen) == seen) rclio_yield();
        rclio_filter_set_input(sequencer, i % 2 ? cache : NULL);
        rclio_filter_destroy(chain);
        rclio_filter_destroy(part);
        rclio_filter_destroy(cache);
        rclio_filter_destroy(sequencer);
    }
}

static void filters_are_built_and_destroyed_while_messages_run_through_them(void **state) /* FL2, FL4 */
{
    crowd c;
    (void)state;
    crowd_open(&c, THREADS);
    sieve s = {.node = c.node, .source = rclio_filter_new(c.node)};
    s.type = rclio_types_get(rclio_context_types(c.context), "std_msgs/msg/String");
    rclio_task *adders[] = {rclio_task_new(c.executor, "add", add_events, &s), rclio_task_new(c.other, "add", add_events, &s)};
    rclio_task *builders[] = {rclio_task_new(c.executor, "build", rebuild_filters, &s),
                              rclio_task_new(c.executor, "build", rebuild_filters, &s)};
    for (size_t i = 0; i < 2; i++) join(builders[i]);
    atomic_store(&s.ends, 1);
    for (size_t i = 0; i < 2; i++) join(adders[i]);
    crowd_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_destroyed_by_a_task_while_clock_messages_come_leaves_nothing_in_use),
        cmocka_unit_test(timers_tasks_and_threads_of_a_pool_go_by_simulated_time),
        cmocka_unit_test(the_clock_ends_as_the_parameter_says_whoever_set_it_meanwhile),
        cmocka_unit_test(a_managed_node_changes_while_its_timers_come_and_go_on_another_executor),
        cmocka_unit_test(filters_are_built_and_destroyed_while_messages_run_through_them),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
