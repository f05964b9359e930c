/* tests/node/lifetime_filters.c: the rows of message filters and of lifecycles, their clients and managers (lifetime.h). */
#include "lifetime.h"

/* ---- filters ---- */

static void on_filtered(const rclio_message_event *message, void *arg)
{
    (void)message;
    lifetime_callback(arg);
}

static void on_set(const rclio_message_event *const *events, size_t count, void *arg)
{
    (void)events;
    (void)count;
    lifetime_callback(arg);
}

static rclio_filter *make_input(stage *s)
{
    s->parts[0] = rclio_subscriber_new(s->node, lifetime_string(rclio_node_context(s->node)), "t", NULL);
    return s->parts[0];
}

static void *listen_to(stage *s, rclio_filter *filter)
{
    assert_true(rclio_filter_connect(filter, on_filtered, s) > 0);
    return filter;
}

static void *make_subscriber(stage *s)
{
    return listen_to(s, make_input(s));
}

static void *make_filter(stage *s)
{
    rclio_filter *filter = rclio_filter_new(s->node);
    assert_ok(rclio_filter_set_input(filter, make_input(s)));
    return listen_to(s, filter);
}

static void *make_cache(stage *s)
{
    return listen_to(s, rclio_cache_new(s->node, make_input(s), &(rclio_cache_options){.allow_headerless = true}));
}

static void *make_chain(stage *s)
{
    rclio_filter *chain = rclio_chain_new(s->node, make_input(s));
    assert_ok(rclio_chain_append(chain, rclio_filter_new(s->node)));
    return listen_to(s, chain);
}

static void *make_time_sequencer(stage *s)
{
    return listen_to(s,
                     rclio_time_sequencer_new(s->node, make_input(s), &(rclio_time_sequencer_options){.allow_headerless = true}));
}

static void *make_synchronizer(stage *s)
{
    rclio_filter *input = make_input(s), *const inputs[] = {input, input};
    const rclio_synchronizer_options options = {.match.policy = RCLIO_MATCH_EXACT_RCLPY, .allow_headerless = true};
    rclio_filter *synchronizer = rclio_synchronizer_new(s->node, inputs, 2, &options);
    assert_true(rclio_synchronizer_connect(synchronizer, on_set, s) > 0);
    return synchronizer;
}

static void destroy_filter(void *handle)
{
    rclio_filter_destroy(handle);
}

static void publish_to_input(stage *s)
{
    lifetime_publish_twice(s, rclio_subscriber_subscription(s->parts[0]));
}

/* ---- lifecycle ---- */

static rclio_lifecycle_result on_change(rclio_lifecycle_state previous, void *arg)
{
    (void)previous;
    lifetime_callback(arg);
    return RCLIO_LIFECYCLE_SUCCESS;
}

static void *make_lifecycle(stage *s)
{
    return rclio_lifecycle_new(s->node,
                               &(rclio_lifecycle_options){.on_configure = on_change, .on_activate = on_change, .arg = s});
}

static void destroy_lifecycle(void *handle)
{
    rclio_lifecycle_destroy(handle);
}

static void bring_up(void *arg)
{
    stage *s = arg;
    rclio_context *context = s->p.server_context;
    if (s->handle) rclio_lifecycle_change(s->handle, RCLIO_LIFECYCLE_CONFIGURE);
    if (s->handle && s->node && context == s->p.server_context) rclio_lifecycle_change(s->handle, RCLIO_LIFECYCLE_ACTIVATE);
}

static void change_lifecycle(stage *s)
{
    lifetime_trigger_in_task(s, bring_up);
}

static void *make_lifecycle_client(stage *s)
{
    return rclio_lifecycle_client_new(s->node, "/nobody");
}

static void destroy_lifecycle_client(void *handle)
{
    rclio_lifecycle_client_destroy(handle);
}

static rclio_status ask_state(void *handle)
{
    rclio_lifecycle_state state;
    return rclio_lifecycle_client_get_state(handle, -1, &state);
}

static rclio_future *ask_nobody(stage *s)
{
    return lifetime_call_in_task(s, ask_state);
}

static void *make_manager(stage *s)
{
    static const char *const names[] = {"/nobody", "/nothing"};
    return rclio_lifecycle_manager_new(s->node, names, 2, NULL);
}

static void destroy_manager(void *handle)
{
    rclio_lifecycle_manager_destroy(handle);
}

static rclio_status start_all(void *handle)
{
    return rclio_lifecycle_manager_start(handle);
}

static rclio_future *start_nobody(stage *s)
{
    return lifetime_call_in_task(s, start_all);
}

const handle_kind filter_kinds[] = {
    {"subscriber filter", .make = make_subscriber, .destroy = destroy_filter, .trigger = publish_to_input},
    {"filter", .make = make_filter, .destroy = destroy_filter, .trigger = publish_to_input},
    {"cache", .make = make_cache, .destroy = destroy_filter, .trigger = publish_to_input},
    {"chain", .make = make_chain, .destroy = destroy_filter, .trigger = publish_to_input},
    {"time sequencer", .make = make_time_sequencer, .destroy = destroy_filter, .trigger = publish_to_input},
    {"synchronizer", .make = make_synchronizer, .destroy = destroy_filter, .trigger = publish_to_input},
    {"lifecycle", .make = make_lifecycle, .destroy = destroy_lifecycle, .trigger = change_lifecycle},
    {"lifecycle client", .make = make_lifecycle_client, .destroy = destroy_lifecycle_client, .wait = ask_nobody,
     .use = ask_state},
    {"lifecycle manager", .make = make_manager, .destroy = destroy_manager, .wait = start_nobody, .use = start_all},
    {0},
};
