/* tests/node/test_time_source.c: use_sim_time and /clock, published by another node, or by another process that is killed. */
#include "pair.h"

#include "base/log.h"
#include "node/node.h"

#include <poll.h>

typedef struct clock_message { /* rosgraph_msgs/msg/Clock */
    int32_t sec;
    uint32_t nanosec;
} clock_message;

typedef struct world {
    rclio_context *context;
    rclio_executor *executor;
    rclio_node *simulator, *node; /* the second uses simulated time */
    rclio_clock *clock;
    rclio_publisher *publisher;
    size_t ticks;
} world;

static rclio_context *context_of(const char *argument, const char *second)
{
    char *const words[] = {"test", "--ros-args", (char *)argument, (char *)second, NULL};
    rclio_context *context =
        rclio_init(argument ? 4 : 0, words, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .no_rosout = true});
    if (!context) fail_msg("%s", rclio_error());
    return context;
}

static rclio_node *node_of(rclio_context *context, const char *name, bool sim)
{
    return rclio_node_new(context, name, &(rclio_node_options){.no_type_description_service = true, .use_sim_time = sim});
}

static rclio_publisher *clock_publisher(rclio_node *node, const char *topic)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(rclio_node_context(node)), "rosgraph_msgs/msg/Clock");
    rclio_publisher *publisher =
        rclio_publisher_new(node, type, topic, &(rclio_publisher_options){.qos = RCLIO_QOS_CLOCK}); /* QOS-1 */
    if (!publisher) fail_msg("%s", rclio_error());
    return publisher;
}

static void world_open(world *w, bool sim)
{
    *w = (world){.context = context_of(NULL, NULL)};
    w->executor = rclio_context_executor(w->context);
    harness_watch(w->executor);
    w->simulator = node_of(w->context, "simulator", false);
    w->publisher = clock_publisher(w->simulator, "/clock");
    w->node = node_of(w->context, "robot", sim);
    assert_non_null(w->node);
    w->clock = rclio_node_clock(w->node);
    if (sim) AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(w->publisher, 1));
}

static void world_close(world *w)
{
    rclio_context_destroy(w->context);
    harness_unwatch();
}

static void publish(world *w, int64_t time_ns)
{
    clock_message message;
    rclio_time_split(time_ns, &message.sec, &message.nanosec);
    assert_ok(rclio_publish(w->publisher, &message));
}

/* Publishes and waits until the node's clock shows it. */
static void advance(world *w, int64_t time_ns)
{
    publish(w, time_ns);
    SPIN_UNTIL(w->executor, rclio_clock_now(w->clock) == time_ns);
    assert_ok(rclio_executor_spin_some(w->executor, 0));
}

static void tick(rclio_timer *t, void *arg)
{
    world *w = arg;
    (void)t;
    w->ticks++;
}

static void a_node_on_simulated_time_listens_to_clock_as_upstream_does(void **state) /* TIM-1, TIM-2 */
{
    world w;
    rclio_endpoint_list found = {0};
    (void)state;
    world_open(&w, true);
    assert_true(rclio_node_uses_sim_time(w.node));
    assert_false(rclio_node_uses_sim_time(w.simulator));
    assert_true(rclio_clock_is_ros_time_active(w.clock));
    assert_true(rclio_clock_now(w.clock) == 0); /* until the first */
    while (rclio_graph_count(w.node, "/clock", RCLIO_ROLE_SUBSCRIPTIONS) == 0) AWAIT_ONCE(rclio_graph_changed(w.node));
    assert_ok(rclio_graph_endpoints(w.node, "/clock", RCLIO_SUBSCRIPTION, &found));
    assert_int_equal(found.size, 1);
    assert_string_equal(found.data[0].type, "rosgraph_msgs/msg/Clock");
    assert_int_equal(found.data[0].qos.reliability, RCLIO_BEST_EFFORT); /* QOS-1 */
    assert_int_equal(found.data[0].qos.durability, RCLIO_VOLATILE);
    rclio_endpoint_list_free(&found);
    advance(&w, RCLIO_S(100) + 7);
    assert_true(rclio_clock_now(rclio_node_clock(w.simulator)) > RCLIO_S(1000000));
    world_close(&w);
}

static void simulated_time_can_be_switched_on_and_off(void **state) /* TIM-2, TIM-3 */
{
    world w;
    (void)state;
    world_open(&w, false);
    assert_false(rclio_node_uses_sim_time(w.node));
    assert_true(rclio_clock_now(w.clock) > RCLIO_S(1000000));
    assert_ok(rclio_node_set_use_sim_time(w.node, true));
    assert_ok(rclio_node_set_use_sim_time(w.node, true)); /* nothing more */
    assert_true(rclio_clock_now(w.clock) == 0);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(w.publisher, 1));
    advance(&w, RCLIO_S(5));
    assert_ok(rclio_node_set_use_sim_time(w.node, false));
    assert_true(rclio_clock_now(w.clock) > RCLIO_S(1000000));
    while (rclio_graph_count(w.simulator, "/clock", RCLIO_ROLE_SUBSCRIPTIONS) > 0) AWAIT_ONCE(rclio_graph_changed(w.simulator));
    assert_ok(rclio_node_set_use_sim_time(w.node, true));
    assert_true(rclio_clock_now(w.clock) == RCLIO_S(5)); /* the last that is known */
    assert_int_equal(rclio_node_set_use_sim_time(NULL, true), RCLIO_INVALID);
    assert_null(rclio_node_clock(NULL));
    assert_false(rclio_node_uses_sim_time(NULL));
    world_close(&w);
}

static void a_timer_fires_by_clock_through_a_hundred_simulated_seconds(void **state) /* TIM-5 */
{
    world w;
    (void)state;
    world_open(&w, true);
    advance(&w, RCLIO_S(50));
    assert_non_null(rclio_timer_new(w.node, RCLIO_MS(500), tick, &w, NULL));
    int64_t begin = rclio_now_steady();
    for (int64_t at = RCLIO_S(50) + RCLIO_MS(100); at <= RCLIO_S(150); at += RCLIO_MS(100)) advance(&w, at);
    assert_int_equal(w.ticks, 200);
    assert_true(rclio_now_steady() - begin < RCLIO_S(50));
    advance(&w, RCLIO_S(10)); /* the simulation begins again */
    advance(&w, RCLIO_S(10) + RCLIO_MS(499));
    assert_int_equal(w.ticks, 200);
    advance(&w, RCLIO_S(10) + RCLIO_MS(500));
    assert_int_equal(w.ticks, 201);
    world_close(&w);
}

struct loop {
    world *w;
    size_t turns;
    rclio_status end;
};

static void loop_body(void *arg)
{
    struct loop *l = arg;
    rclio_rate *rate = rclio_rate_new(l->w->clock, RCLIO_S(1));
    while ((l->end = rclio_rate_sleep(rate)) == RCLIO_OK) l->turns++;
    rclio_rate_destroy(rate);
}

static void a_loop_at_a_rate_follows_clock(void **state)
{
    world w;
    struct loop l = {.w = &w};
    (void)state;
    world_open(&w, true);
    advance(&w, RCLIO_S(50));
    assert_ok(rclio_task_start(w.executor, "loop", loop_body, &l));
    assert_ok(rclio_executor_spin_some(w.executor, 0));
    for (int64_t i = 1; i <= 20; i++) advance(&w, RCLIO_S(50) + RCLIO_MS(500 * i));
    assert_int_equal(l.turns, 10);
    rclio_shutdown(w.context); /* while the clock stands still */
    assert_ok(rclio_context_spin(w.context));
    assert_int_equal(l.end, RCLIO_SHUTDOWN);
    world_close(&w);
}

/* ---- arguments ---- */

static void arguments_say_who_uses_simulated_time(void **state) /* ARG-4 */
{
    static const struct {
        const char *argument;
        bool robot, other;
    } cases[] = {{"use_sim_time:=true", true, true},
                 {"use_sim_time:=True", true, true},
                 {"robot:use_sim_time:=true", true, false},
                 {"use_sim_time:=false", false, false},
                 {"other:use_sim_time:=true", false, true}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rclio_context *context = context_of("-p", cases[i].argument);
        assert_int_equal(rclio_node_uses_sim_time(node_of(context, "robot", false)), cases[i].robot);
        assert_int_equal(rclio_node_uses_sim_time(node_of(context, "other", false)), cases[i].other);
        rclio_node *deaf = rclio_node_new(
            context, "robot", &(rclio_node_options){.no_type_description_service = true, .ignore_global_arguments = true});
        assert_false(rclio_node_uses_sim_time(deaf));
        rclio_context_destroy(context);
    }
}

static void a_node_without_a_time_source_leaves_its_clock_to_others(void **state) /* TIM-2 */
{
    rclio_context *context = context_of("-p", "use_sim_time:=true");
    (void)state;
    rclio_node *node = rclio_node_new(context, "robot", &(rclio_node_options){.no_time_source = true});
    assert_non_null(node);
    assert_false(rclio_node_uses_sim_time(node));
    assert_false(rclio_clock_is_ros_time_active(rclio_node_clock(node)));
    assert_ok(rclio_clock_set_ros_time_active(rclio_node_clock(node), true));
    assert_ok(rclio_clock_set_ros_time(rclio_node_clock(node), RCLIO_S(7)));
    assert_int_equal(rclio_clock_now(rclio_node_clock(node)), RCLIO_S(7));
    rclio_context_destroy(context);
}

static void a_value_that_is_not_a_bool_makes_no_node(void **state) /* TIM-7 */
{
    rclio_context *context = context_of("-p", "use_sim_time:=5");
    (void)state;
    assert_null(node_of(context, "robot", false));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "no node '/robot': Trying to set parameter 'use_sim_time' to '5' of type 'INTEGER'"));
    rclio_context_destroy(context);
}

static void a_parameter_file_says_who_uses_simulated_time(void **state) /* TIM-7, PAR-7 */
{
    char file[] = "/tmp/rclio_use_sim_time_XXXXXX.yaml";
    int fd = mkstemps(file, 5);
    (void)state;
    assert_true(fd >= 0);
    assert_true(dprintf(fd, "robot:\n  ros__parameters:\n    use_sim_time: true\n") > 0);
    close(fd);
    rclio_context *context = context_of("--params-file", file);
    assert_true(rclio_node_uses_sim_time(node_of(context, "robot", false)));
    assert_false(rclio_node_uses_sim_time(node_of(context, "other", false)));
    rclio_context_destroy(context);
    unlink(file);
}

static void the_parameter_and_the_clock_agree(void **state) /* TIM-7 */
{
    world w;
    bool value = true;
    (void)state;
    world_open(&w, false);
    assert_ok(rclio_parameter_set(w.node, "use_sim_time", rclio_value_bool(true)));
    assert_true(rclio_node_uses_sim_time(w.node));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(w.publisher, 1));
    advance(&w, RCLIO_S(5));
    assert_int_equal(rclio_parameter_set(w.node, "use_sim_time", rclio_value_string("yes")), RCLIO_INVALID);
    assert_true(rclio_clock_is_ros_time_active(w.clock));
    assert_ok(rclio_node_set_use_sim_time(w.node, false));
    assert_ok(rclio_parameter_get_bool(w.node, "use_sim_time", &value));
    assert_false(value);
    assert_false(rclio_clock_is_ros_time_active(w.clock));
    world_close(&w);
}

static rclio_status refuse(const rclio_parameter_list *parameters, void *arg)
{
    (void)parameters;
    (void)arg;
    return rclio_parameter_refuse("not now");
}

static void a_set_that_a_callback_refuses_leaves_the_clock_alone(void **state) /* TIM-7 */
{
    world w;
    (void)state;
    world_open(&w, false);
    assert_non_null(rclio_parameters_on_set(w.node, refuse, NULL));
    assert_int_equal(rclio_node_set_use_sim_time(w.node, true), RCLIO_INVALID);
    assert_string_equal(rclio_error(), "not now");
    assert_false(rclio_node_uses_sim_time(w.node));
    world_close(&w);
}

static void a_use_sim_time_declared_with_another_type_is_logged(void **state) /* TIM-7 */
{
    world w;
    const rclio_parameter override = {"use_sim_time", rclio_value_integer(5)};
    (void)state;
    world_open(&w, false);
    captured_log *lines = captured_log_new(w.context);
    rclio_node *node = rclio_node_new(w.context, "odd",
                                      &(rclio_node_options){.automatically_declare_parameters = true,
                                                            .parameter_overrides = &override,
                                                            .parameter_override_count = 1});
    assert_non_null(node);
    assert_int_equal(
        captured_log_count(lines, "the node keeps the system's time: the parameter 'use_sim_time' is of type integer"), 1);
    assert_false(rclio_node_uses_sim_time(node));
    assert_int_equal(rclio_node_set_use_sim_time(node, true), RCLIO_INVALID);
    captured_log_free(lines);
    world_close(&w);
}

static void clock_can_be_remapped(void **state) /* TIM-1, ARG-2 */
{
    world w = {.context = context_of("-r", "/clock:=/sim/clock")};
    (void)state;
    w.executor = rclio_context_executor(w.context);
    harness_watch(w.executor);
    w.simulator = rclio_node_new(w.context, "simulator",
                                 &(rclio_node_options){.no_type_description_service = true, .ignore_global_arguments = true});
    w.publisher = clock_publisher(w.simulator, "/sim/clock");
    w.node = node_of(w.context, "robot", true);
    w.clock = rclio_node_clock(w.node);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(w.publisher, 1));
    advance(&w, RCLIO_S(5));
    world_close(&w);
}

/* ---- jumps ---- */

struct jumps {
    world *w;
    rclio_future *gate; /* awaited in `before` */
    int64_t at_before, at_after;
    rclio_time_jump jump;
    bool waits, destroy_node;
    rclio_jump_handle *handle;
};

static void before(const rclio_time_jump *jump, void *arg)
{
    struct jumps *j = arg;
    (void)jump;
    j->waits = true;
    if (j->gate) rclio_await(j->gate);
    j->at_before = rclio_clock_now(j->w->clock);
}

static void after(const rclio_time_jump *jump, void *arg)
{
    struct jumps *j = arg;
    j->jump = *jump;
    j->at_after = rclio_clock_now(j->w->clock);
    if (!j->destroy_node) return;
    rclio_jump_handle_destroy(j->handle);
    rclio_node_destroy(j->w->node);
    j->w->node = NULL;
}

static void jump_callbacks_run_in_a_task_and_time_stands_still_until_they_return(void **state) /* TIM-4 */
{
    world w;
    (void)state;
    world_open(&w, true);
    struct jumps j = {.w = &w, .gate = rclio_future_new(w.executor, "gate", NULL)};
    advance(&w, RCLIO_S(5));
    rclio_jump_handle *handle =
        rclio_clock_on_jump(w.clock, &(rclio_jump_threshold){.min_backward_ns = -RCLIO_S(1)}, before, after, &j);
    publish(&w, RCLIO_S(2));
    SPIN_UNTIL(w.executor, j.waits);
    assert_true(rclio_clock_now(w.clock) == RCLIO_S(5));
    rclio_future_complete(j.gate, NULL);
    SPIN_UNTIL(w.executor, j.at_after == RCLIO_S(2));
    assert_true(j.at_before == RCLIO_S(5));
    assert_int_equal(j.jump.change, RCLIO_ROS_TIME_NO_CHANGE);
    assert_true(j.jump.delta_ns == -RCLIO_S(3));
    rclio_jump_handle_destroy(handle);
    rclio_future_unref(j.gate);
    world_close(&w);
}

static void a_node_may_be_destroyed_in_a_jump_callback_of_its_clock(void **state)
{
    world w;
    (void)state;
    world_open(&w, true);
    struct jumps j = {.w = &w, .destroy_node = true};
    rclio_timer_new(w.node, RCLIO_MS(100), tick, &w, NULL);
    j.handle = rclio_clock_on_jump(w.clock, &(rclio_jump_threshold){.min_forward_ns = 1}, before, after, &j);
    publish(&w, RCLIO_S(2));
    SPIN_UNTIL(w.executor, !w.node);
    assert_ok(rclio_executor_spin_some(w.executor, 0));
    assert_int_equal(w.ticks, 0);
    world_close(&w);
}

/* ---- what others send ---- */

static void a_time_before_zero_is_ignored_with_one_warning(void **state)
{
    world w;
    (void)state;
    world_open(&w, true);
    captured_log *lines = captured_log_new(w.context);
    advance(&w, RCLIO_S(5));
    for (int i = 0; i < 3; i++) {
        assert_ok(rclio_publish(w.publisher, &(clock_message){.sec = -4}));
        assert_ok(rclio_executor_spin_once(w.executor, RCLIO_S(50))); /* keep last 1: before the next one comes */
        advance(&w, RCLIO_S(6 + i));
    }
    assert_int_equal(captured_log_count(lines, "a time on /clock was ignored"), 1);
    advance(&w, rclio_time_join(INT32_MAX, 999999999));
    assert_ok(
        rclio_publish(w.publisher, &(clock_message){.sec = 9, .nanosec = UINT32_MAX})); /* more than a second of nanoseconds */
    SPIN_UNTIL(w.executor, rclio_clock_now(w.clock) == RCLIO_S(9) + UINT32_MAX);
    captured_log_free(lines);
    world_close(&w);
}

static void keep_stamp(const log_record *record, void *arg)
{
    *(int64_t *)arg = record->time_ns;
}

static void log_stamps_are_the_systems(void **state) /* TIM-2 */
{
    world w;
    int64_t stamp = 0, before_ns;
    (void)state;
    world_open(&w, true);
    advance(&w, RCLIO_S(5));
    int sink = log_sink_add(w.context->log, keep_stamp, &stamp);
    before_ns = rclio_now_system();
    LOG_WARN(w.context->log, rclio_node_logger(w.node), "what time is it?");
    assert_true(before_ns <= stamp && stamp <= rclio_now_system());
    log_sink_remove(w.context->log, sink);
    world_close(&w);
}

/* ---- another process, and ends ---- */

/* Publishes 1 s, 2 s, .. as it is told to: one byte each; a '<' starts again at 1 s. */
static void simulate(int in, int out)
{
    char order;
    int64_t time = 0;
    lone l = lone_new("simulator");
    rclio_publisher *publisher = clock_publisher(l.node, "/clock");
    rclio_future *matched = rclio_publisher_wait_for_subscriptions(publisher, 1);
    rclio_executor_spin_until(rclio_context_executor(l.context), matched, RCLIO_FOREVER);
    rclio_future_unref(matched);
    if (write(out, "r", 1) != 1) return;
    while (read(in, &order, 1) == 1) {
        clock_message message;
        time = order == '<' ? RCLIO_S(1) : time + RCLIO_S(1);
        rclio_time_split(time, &message.sec, &message.nanosec);
        rclio_publish(publisher, &message);
    }
    rclio_context_destroy(l.context);
}

static void order(world *w, child *c, const char *what, int64_t expected)
{
    assert_int_equal(write(c->to, what, 1), 1);
    SPIN_UNTIL(w->executor, rclio_clock_now(w->clock) == expected);
    assert_ok(rclio_executor_spin_some(w->executor, 0));
}

static void wait_ready(void *arg)
{
    char byte;
    child *c = arg;
    assert_int_equal(rclio_await_fd(c->from, POLLIN, RCLIO_S(50), NULL), RCLIO_OK);
    assert_int_equal(read(c->from, &byte, 1), 1);
}

static void ignore(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    (void)arg;
}

/* A best-effort reader hears nothing of a publisher that it has not found yet: another one of the same node says when it has. */
static void wait_for_clock(world *w)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(w->context), "rosgraph_msgs/msg/Clock");
    const rclio_subscription_options options = {.qos = RCLIO_QOS_CLOCK};
    rclio_subscription *probe = rclio_subscription_new(w->node, type, "/clock", ignore, NULL, &options);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(probe, 1));
    rclio_subscription_destroy(probe);
}

static void end_of_nap(void *arg)
{
    struct loop *l = arg;
    l->end = rclio_clock_sleep_until(l->w->clock, RCLIO_S(1000));
}

static void shut_down(rclio_timer *t, void *arg)
{
    (void)t;
    rclio_shutdown(arg);
}

static void a_simulator_that_is_rewound_and_killed_does_not_hang_a_shutdown(void **state)
{
    child c = child_start(simulate);
    world w = {.context = context_of(NULL, NULL)};
    struct loop nap = {.w = &w};
    (void)state;
    w.executor = rclio_context_executor(w.context);
    harness_watch(w.executor);
    w.node = node_of(w.context, "robot", true);
    w.clock = rclio_node_clock(w.node);
    rclio_task *ready = rclio_task_new(w.executor, "ready", wait_ready, &c);
    AWAIT(rclio_task_future(ready));
    rclio_task_unref(ready);
    wait_for_clock(&w);
    assert_non_null(rclio_timer_new(w.node, RCLIO_S(1), tick, &w, NULL));
    assert_ok(rclio_task_start(w.executor, "nap", end_of_nap, &nap));
    for (int64_t i = 1; i <= 5; i++) order(&w, &c, ">", RCLIO_S(i));
    assert_int_equal(w.ticks, 5);
    order(&w, &c, "<", RCLIO_S(1));
    assert_int_equal(w.ticks, 5);
    order(&w, &c, ">", RCLIO_S(2));
    assert_int_equal(w.ticks, 6);
    child_kill(&c);
    rclio_clock *steady = rclio_clock_new(RCLIO_CLOCK_STEADY);
    rclio_timer_new(w.node, RCLIO_MS(10), shut_down, w.context, &(rclio_timer_options){.clock = steady});
    assert_ok(rclio_context_spin(w.context));
    assert_int_equal(nap.end, RCLIO_SHUTDOWN);
    assert_true(rclio_clock_now(w.clock) == RCLIO_S(2)); /* it stands still */
    rclio_clock_unref(steady);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_simulator_that_is_rewound_and_killed_does_not_hang_a_shutdown), /* forks: before threads are made */
        cmocka_unit_test(a_node_on_simulated_time_listens_to_clock_as_upstream_does),
        cmocka_unit_test(simulated_time_can_be_switched_on_and_off),
        cmocka_unit_test(a_timer_fires_by_clock_through_a_hundred_simulated_seconds),
        cmocka_unit_test(a_loop_at_a_rate_follows_clock),
        cmocka_unit_test(arguments_say_who_uses_simulated_time),
        cmocka_unit_test(a_node_without_a_time_source_leaves_its_clock_to_others),
        cmocka_unit_test(a_value_that_is_not_a_bool_makes_no_node),
        cmocka_unit_test(a_parameter_file_says_who_uses_simulated_time),
        cmocka_unit_test(the_parameter_and_the_clock_agree),
        cmocka_unit_test(a_set_that_a_callback_refuses_leaves_the_clock_alone),
        cmocka_unit_test(a_use_sim_time_declared_with_another_type_is_logged),
        cmocka_unit_test(clock_can_be_remapped),
        cmocka_unit_test(jump_callbacks_run_in_a_task_and_time_stands_still_until_they_return),
        cmocka_unit_test(a_node_may_be_destroyed_in_a_jump_callback_of_its_clock),
        cmocka_unit_test(a_time_before_zero_is_ignored_with_one_warning),
        cmocka_unit_test(log_stamps_are_the_systems),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
