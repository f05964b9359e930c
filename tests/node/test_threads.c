/* tests/node/test_threads.c: user code of parameters, clocks, filters and managed nodes runs without the state lock (N4 of node/node.h);
 * parameters used by many threads at once. */
#include "crowd.h"

#include <sched.h>

/* ---- user code runs without the state lock ---- */

/* Callbacks call stay(), which ends only when another thread has made something on both executors meanwhile. */
typedef struct stay_in {
    crowd *c;
    rclio_callback_group *group; /* on the other executor */
    atomic_int inside, released;
} stay_in;

static void stay(stay_in *s)
{
    if (!s) return;                                  /* one of set_pairs(), which another thread's set may well call */
    if (atomic_fetch_add(&s->inside, 1) > 0) return; /* the first time is enough */
    wait_for_flag(&s->released, 1);
}

static void on_tick(rclio_timer *t, void *arg)
{
    (void)t;
    (void)arg;
}

static void *make_things(void *arg)
{
    stay_in *s = arg;
    wait_for_flag(&s->inside, 1);
    rclio_timer_destroy(rclio_timer_new(s->c->node, RCLIO_S(100), on_tick, NULL, NULL));
    rclio_timer_destroy(rclio_timer_new(s->c->node, RCLIO_S(100), on_tick, NULL, &(rclio_timer_options){.group = s->group}));
    atomic_store(&s->released, 1);
    return NULL;
}

static rclio_status stay_on_set(const rclio_parameter_list *parameters, void *arg)
{
    (void)parameters;
    stay(arg);
    return RCLIO_OK;
}

static void stay_list(const rclio_parameter_list *parameters, void *arg)
{
    (void)parameters;
    stay(arg);
}

static void stay_pre_set(rclio_parameter_list *parameters, void *arg)
{
    (void)parameters;
    stay(arg);
}

static void stay_jump(const rclio_time_jump *jump, void *arg)
{
    (void)jump;
    stay(arg);
}

static rclio_lifecycle_result stay_configuring(rclio_lifecycle_state previous, void *arg)
{
    (void)previous;
    stay(arg);
    return RCLIO_LIFECYCLE_SUCCESS;
}

static void stay_watching(const rclio_parameter *parameter, void *arg)
{
    (void)parameter;
    stay(arg);
}

static void stay_filtering(const rclio_message_event *e, void *arg)
{
    (void)e;
    stay(arg);
}

static void set_speed(rclio_node *node, int64_t value)
{
    if (rclio_parameter_has(node, "speed"))
        assert_ok(rclio_parameter_set(node, "speed", rclio_value_integer(value)));
    else
        assert_ok(rclio_parameter_declare(node, "speed", rclio_value_integer(value), NULL));
}

static void call_on_set(stay_in *s)
{
    rclio_parameters_on_set(s->c->node, stay_on_set, s);
    set_speed(s->c->node, 1);
}

static void call_pre_set(stay_in *s)
{
    set_speed(s->c->node, 1);
    rclio_parameters_on_pre_set(s->c->node, stay_pre_set, s);
    set_speed(s->c->node, 2);
}

static void call_post_set(stay_in *s)
{
    rclio_parameters_on_post_set(s->c->node, stay_list, s);
    set_speed(s->c->node, 1);
}

static void call_for_overridden_qos(stay_in *s)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(s->c->context), "std_msgs/msg/String");
    rclio_parameters_on_set(s->c->node, stay_on_set, s);
    rclio_publisher_options options = {.overriding = {.policies = RCLIO_OVERRIDE_DEFAULTS}, .group = s->group};
    assert_non_null(rclio_publisher_new(s->c->node, type, "chatter", &options));
}

static void call_jump(stay_in *s)
{
    const rclio_jump_threshold threshold = {.on_clock_change = true};
    rclio_jump_handle *handle = rclio_clock_on_jump(rclio_node_clock(s->c->node), &threshold, stay_jump, NULL, s);
    assert_ok(rclio_node_set_use_sim_time(s->c->node, true));
    wait_for_flag(&s->released, 1);
    rclio_jump_handle_destroy(handle);
}

static void call_lifecycle(stay_in *s)
{
    rclio_lifecycle_options options = {.on_configure = stay_configuring, .arg = s};
    rclio_lifecycle *l = rclio_lifecycle_new(s->c->node, &options);
    assert_int_equal(rclio_lifecycle_change(l, RCLIO_LIFECYCLE_CONFIGURE), RCLIO_LIFECYCLE_SUCCESS);
}

static void call_watch(stay_in *s)
{
    rclio_parameter_events *events = rclio_parameter_events_new(s->c->node, NULL);
    assert_non_null(rclio_parameter_events_watch(events, NULL, "speed", stay_watching, s));
    join_future(rclio_parameter_events_wait_for_publishers(events, 1));
    set_speed(s->c->node, 1);
    wait_for_flag(&s->released, 1);
}

static void call_filter(stay_in *s)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(s->c->context), "std_msgs/msg/String");
    rclio_publisher *publisher = rclio_publisher_new(s->c->node, type, "words", NULL);
    rclio_filter *f = rclio_subscriber_new(s->c->node, type, "words", NULL);
    assert_true(rclio_filter_connect(f, stay_filtering, s) > 0);
    join_future(rclio_publisher_wait_for_subscriptions(publisher, 1));
    void *message = rclio_message_new(type);
    assert_ok(rclio_publish(publisher, message));
    rclio_message_destroy(type, message);
    wait_for_flag(&s->released, 1);
}

static void user_code_of_every_kind_runs_while_other_threads_use_the_node(void **state) /* N4 */
{
    (void)state;
    void (*const calls[])(stay_in *) = {call_on_set, call_pre_set,   call_post_set, call_for_overridden_qos,
                                        call_jump,   call_lifecycle, call_watch,    call_filter};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        crowd c;
        pthread_t maker;
        crowd_open(&c, THREADS);
        stay_in s = {.c = &c, .group = rclio_callback_group_new(c.node, RCLIO_GROUP_MUTUALLY_EXCLUSIVE)};
        assert_ok(rclio_callback_group_assign(s.group, c.other));
        pthread_create(&maker, NULL, make_things, &s);
        calls[i](&s);
        pthread_join(maker, NULL);
        crowd_close(&c);
    }
}

/* ---- parameters ---- */

typedef struct pairs {
    rclio_node *node;
    atomic_int asked, torn, sum;
} pairs;

static rclio_status count_set(const rclio_parameter_list *parameters, void *arg)
{
    atomic_fetch_add(&((pairs *)arg)->asked, parameters->size == 2);
    return RCLIO_OK;
}

static void set_pairs(void *arg)
{
    pairs *p = arg;
    for (int i = 0; i < ROUNDS; i++) {
        const rclio_parameter both[] = {{"p.a", rclio_value_integer(i)}, {"p.b", rclio_value_integer(i)}};
        rclio_parameters_set_atomically(p->node, both, 2);
        rclio_parameter_callback_remove(rclio_parameters_on_post_set(p->node, stay_list, NULL));
        rclio_yield();
    }
}

static void read_pairs(void *arg)
{
    pairs *p = arg;
    for (int i = 0; i < ROUNDS; i++) {
        rclio_parameter_list both;
        if (rclio_parameters_get_by_prefix(p->node, "p", &both) != RCLIO_OK || both.size != 2 ||
            both.data[0].value.integer != both.data[1].value.integer)
            atomic_fetch_add(&p->torn, 1);
        rclio_parameter_list_fini(&both);
        rclio_yield();
    }
}

static void sets_of_many_threads_are_each_in_force_as_a_whole(void **state) /* PS1, PS2 */
{
    crowd c;
    (void)state;
    crowd_open(&c, THREADS);
    pairs p = {.node = c.node};
    assert_ok(rclio_parameter_declare(c.node, "p.a", rclio_value_integer(0), NULL));
    assert_ok(rclio_parameter_declare(c.node, "p.b", rclio_value_integer(0), NULL));
    rclio_parameters_on_set(c.node, count_set, &p);
    rclio_task *tasks[4];
    for (size_t i = 0; i < 4; i++) tasks[i] = rclio_task_new(c.executor, "pairs", i < 3 ? set_pairs : read_pairs, &p);
    for (size_t i = 0; i < 4; i++) join(tasks[i]);
    assert_int_equal(p.torn, 0);
    assert_int_equal(p.asked, 3 * ROUNDS);
    crowd_close(&c);
}

typedef struct blocked_call {
    rclio_parameter_client *client;
    atomic_int status; /* -1: not yet */
} blocked_call;

static void block_on_get(rclio_timer *t, void *arg)
{
    blocked_call *b = arg;
    (void)t;
    const char *name = "speed";
    rclio_future *values = rclio_parameter_client_get(b->client, &name, 1);
    rclio_status status = values ? rclio_future_wait(values, RCLIO_S(50)) : rclio_error_status();
    if (status == RCLIO_OK && ((const rclio_parameter_list *)rclio_future_value(values))->data[0].value.integer != 7)
        status = RCLIO_BAD_DATA;
    rclio_future_unref(values);
    atomic_store(&b->status, (int)status);
}

static void a_callback_that_blocks_the_only_thread_on_a_parameter_client_gets_its_answer(void **state) /* PCL3 */
{
    crowd c, far;
    (void)state;
    crowd_open(&far, 0);
    set_speed(far.node, 7);
    rclio_context *context = crowd_context(1);
    c.context = context;
    c.executor = rclio_context_executor(context);
    c.node = rclio_node_new(context, "asks", NULL);
    blocked_call b = {.client = rclio_parameter_client_new(c.node, "/crowd", NULL), .status = -1};
    assert_non_null(b.client);
    assert_non_null(rclio_timer_new(c.node, 0, block_on_get, &b, &(rclio_timer_options){.one_shot = true}));
    pthread_create(&c.spinner, NULL, spin_executor, c.executor);
    while (atomic_load(&b.status) < 0) sched_yield();
    assert_int_equal(b.status, RCLIO_OK);
    rclio_executor_stop(c.executor);
    pthread_join(c.spinner, NULL);
    rclio_context_destroy(context);
    crowd_close(&far);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(user_code_of_every_kind_runs_while_other_threads_use_the_node),
        cmocka_unit_test(sets_of_many_threads_are_each_in_force_as_a_whole),
        cmocka_unit_test(a_callback_that_blocks_the_only_thread_on_a_parameter_client_gets_its_answer),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
