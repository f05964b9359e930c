/* tests/node/lifetime_parameters.c: the rows of parameters, their clients and watchers, and of clocks (lifetime.h). */
#include "lifetime.h"

/* ---- parameter callback ---- */

static void on_post_set(const rclio_parameter_list *parameters, void *arg)
{
    (void)parameters;
    lifetime_callback(arg);
}

static void *make_callback(stage *s)
{
    return rclio_parameters_on_post_set(s->node, on_post_set, s);
}

static void remove_callback(void *handle)
{
    rclio_parameter_callback_remove(handle);
}

static void declare_two(void *arg)
{
    static const char *const names[] = {"one", "two"};
    stage *s = arg;
    rclio_context *context = s->p.server_context;
    for (size_t i = 0; i < 2 && s->node && context == s->p.server_context; i++)
        rclio_parameter_declare(s->node, names[i], rclio_value_integer(1), NULL);
}

static void declare_two_parameters(stage *s)
{
    lifetime_trigger_in_task(s, declare_two);
}

/* ---- parameter client ---- */

static void *make_client(stage *s)
{
    return rclio_parameter_client_new(s->node, "/remote", NULL);
}

static void destroy_client(void *handle)
{
    rclio_parameter_client_destroy(handle);
}

static rclio_future *get_one(void *client)
{
    static const char *const names[] = {"use_sim_time"};
    return rclio_parameter_client_get(client, names, 1);
}

static void on_done(rclio_future *future, void *arg)
{
    (void)future;
    lifetime_callback(arg);
}

static void make_remote(stage *s)
{
    assert_non_null(rclio_node_new(s->p.client_context, "remote", &(rclio_node_options){.executor = s->p.executor}));
}

static void get_from_remote(stage *s)
{
    rclio_future *got = get_one(s->handle);
    make_remote(s);
    assert_ok(rclio_future_on_done(got, on_done, s));
    rclio_future_unref(got);
}

static rclio_future *wait_for_remote(stage *s)
{
    return rclio_parameter_client_wait(s->handle);
}

static rclio_status get_and_wait(void *handle)
{
    rclio_future *got = get_one(handle);
    rclio_status status = rclio_wait(got);
    rclio_future_unref(got);
    return status;
}

static void *make_get(stage *s)
{
    s->parts[0] = make_client(s);
    return get_one(s->parts[0]);
}

static void serve_get(stage *s)
{
    assert_ok(rclio_future_on_done(s->handle, on_done, s));
    make_remote(s);
}

/* ---- parameter events ---- */

static void on_event(const rclio_parameter_event *what, void *arg)
{
    (void)what;
    lifetime_callback(arg);
}

static void *make_events(stage *s)
{
    rclio_parameter_events *events = rclio_parameter_events_new(s->node, NULL);
    assert_non_null(rclio_parameter_events_watch_all(events, on_event, s));
    return events;
}

static void destroy_events(void *handle)
{
    rclio_parameter_events_destroy(handle);
}

static rclio_future *wait_for_event_publishers(stage *s)
{
    return rclio_parameter_events_wait_for_publishers(s->handle, 99);
}

static void *make_watch(stage *s)
{
    s->parts[0] = rclio_parameter_events_new(s->node, NULL);
    return rclio_parameter_events_watch_all(s->parts[0], on_event, s);
}

static void destroy_watch(void *handle)
{
    rclio_parameter_watch_destroy(handle);
}

/* ---- clocks ---- */

static void *make_clock(stage *s)
{
    return rclio_clock_ref(rclio_node_clock(s->node));
}

static void drop_clock(void *handle)
{
    rclio_clock_unref(handle);
}

static rclio_status sleep_long(void *handle)
{
    rclio_clock *clock = rclio_clock_ref(handle); /* a reference may be dropped while a task sleeps by another */
    rclio_status status = rclio_clock_sleep_until(clock, RCLIO_S(1000));
    rclio_clock_unref(clock);
    return status;
}

static rclio_future *sleep_by_clock_that_stands(stage *s)
{
    assert_ok(rclio_node_set_use_sim_time(s->node, true)); /* and nobody publishes /clock */
    return lifetime_call_in_task(s, sleep_long);
}

static void on_jump(const rclio_time_jump *jump, void *arg)
{
    (void)jump;
    lifetime_callback(arg);
}

static void *make_jump_handle(stage *s)
{
    s->parts[0] = rclio_node_clock(s->node);
    rclio_clock_set_ros_time_active(s->parts[0], true);
    return rclio_clock_on_jump(s->parts[0], &(rclio_jump_threshold){.min_forward_ns = 1}, NULL, on_jump, s);
}

static void destroy_jump_handle(void *handle)
{
    rclio_jump_handle_destroy(handle);
}

static void jump_twice(void *arg)
{
    stage *s = arg;
    rclio_clock *clock = rclio_clock_ref(s->parts[0]);
    for (int i = 1; i <= 2; i++) rclio_clock_set_ros_time(clock, RCLIO_S(i));
    rclio_clock_unref(clock);
}

static void jump_in_task(stage *s)
{
    lifetime_trigger_in_task(s, jump_twice);
}

const handle_kind parameter_kinds[] = {
    {"parameter callback", .make = make_callback, .destroy = remove_callback, .trigger = declare_two_parameters},
    {"parameter client", .make = make_client, .destroy = destroy_client, .trigger = get_from_remote, .wait = wait_for_remote,
     .use = get_and_wait},
    {"get of a parameter client", .make = make_get, .destroy = lifetime_drop_future, .is_reference = true, .trigger = serve_get,
     .wait = lifetime_itself},
    {"parameter events", .make = make_events, .destroy = destroy_events, .trigger = declare_two_parameters,
     .wait = wait_for_event_publishers},
    {"parameter watch", .make = make_watch, .destroy = destroy_watch, .trigger = declare_two_parameters},
    {"clock", .make = make_clock, .destroy = drop_clock, .is_reference = true, .wait = sleep_by_clock_that_stands,
     .orphaned = RCLIO_UNAVAILABLE},
    {"jump handle", .make = make_jump_handle, .destroy = destroy_jump_handle, .outlives_parents = true, .trigger = jump_in_task},
    {.next_group = filter_kinds},
};
