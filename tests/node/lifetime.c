/* tests/node/lifetime.c: what rows of the table in lifetime.h share, and those of topics, services, actions, nodes, futures and tasks. The
 * others: lifetime_parameters.c, lifetime_filters.c. A new kind of handle: its functions there, and a row at the end. */
#include "lifetime.h"

#include "fibonacci.h"

void lifetime_callback(stage *s)
{
    s->entered++;
    if (s->in_callback) s->in_callback(s);
    if (s->waits)
        rclio_await(s->go_on);
    else
        rclio_yield(); /* it is still a callback that may wait, whatever it destroyed */
    s->returned++;
}

const handle_kind *lifetime_next(const handle_kind *kind)
{
    kind = kind ? kind + 1 : handle_kinds;
    return kind->name ? kind : kind->next_group;
}

/* ---- what rows share ---- */

const rclio_type *lifetime_string(rclio_context *context)
{
    return rclio_types_get(rclio_context_types(context), "std_msgs/msg/String");
}

static const rclio_type *server_string(stage *s)
{
    return lifetime_string(rclio_node_context(s->node));
}

static const rclio_type *client_string(stage *s)
{
    return lifetime_string(s->p.client_context);
}

rclio_future *lifetime_itself(stage *s)
{
    return rclio_future_ref(s->handle);
}

void lifetime_drop_future(void *handle)
{
    rclio_future_unref(handle);
}

void lifetime_trigger_in_task(stage *s, void (*run)(void *stage))
{
    assert_ok(rclio_task_start(s->p.executor, "the test's trigger", run, s));
}

struct waiting_call {
    rclio_status (*call)(void *handle);
    void *handle;
    rclio_future *end;
};

static void run_call(void *arg)
{
    struct waiting_call *c = arg;
    rclio_status status = c->call(c->handle);
    if (status == RCLIO_OK)
        rclio_future_complete(c->end, NULL);
    else
        rclio_future_fail(c->end, status, "%s", rclio_error());
    rclio_future_unref(c->end);
    free(c);
}

rclio_future *lifetime_call_in_task(stage *s, rclio_status (*call)(void *handle))
{
    struct waiting_call *c = malloc(sizeof *c);
    *c = (struct waiting_call){.call = call, .handle = s->handle};
    c->end = rclio_future_new(s->p.executor, "the end of a call", NULL);
    rclio_future *end = rclio_future_ref(c->end);
    assert_ok(rclio_task_start(s->p.executor, "who calls", run_call, c));
    assert_ok(rclio_executor_spin_some(s->p.executor, 0));
    return end;
}

/* ---- publisher ---- */

static void on_event(const rclio_event *what, void *arg)
{
    if (what->kind == RCLIO_EVENT_MATCHED) lifetime_callback(arg);
}

static void *make_publisher(stage *s)
{
    return rclio_publisher_new(s->node, server_string(s), "t", &(rclio_publisher_options){.on_event = on_event, .event_arg = s});
}

static void destroy_publisher(void *handle)
{
    rclio_publisher_destroy(handle);
}

static void ignore_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    (void)arg;
}

static void match_publisher(stage *s)
{
    for (int i = 0; i < 2; i++) rclio_subscription_new(s->p.client, client_string(s), "t", ignore_message, NULL, NULL);
}

static rclio_future *wait_for_subscriptions(stage *s)
{
    return rclio_publisher_wait_for_subscriptions(s->handle, 9);
}

static rclio_status publish(void *handle)
{
    void *message = rclio_message_new(rclio_publisher_type(handle));
    rclio_status status = rclio_publish(handle, message);
    rclio_message_destroy(rclio_publisher_type(handle), message);
    return status;
}

/* ---- subscription ---- */

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    lifetime_callback(arg);
}

static void *make_subscription(stage *s)
{
    return rclio_subscription_new(s->node, server_string(s), "t", on_message, s, NULL);
}

static void destroy_subscription(void *handle)
{
    rclio_subscription_destroy(handle);
}

void lifetime_publish_twice(stage *s, rclio_subscription *to)
{
    rclio_publisher *publisher = rclio_publisher_new(s->p.client, client_string(s), "t", NULL);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(to, 1));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    for (int i = 0; i < 2; i++) assert_ok(publish(publisher));
}

static void publish_to_subscription(stage *s)
{
    lifetime_publish_twice(s, s->handle);
}

static rclio_future *wait_for_publishers(stage *s)
{
    return rclio_subscription_wait_for_publishers(s->handle, 9);
}

/* ---- timer ---- */

static void on_timer(rclio_timer *its, void *arg)
{
    (void)its;
    lifetime_callback(arg);
}

static void *make_timer(stage *s)
{
    return rclio_timer_new(s->node, RCLIO_MS(1), on_timer, s, &(rclio_timer_options){.autostart_off = true});
}

static void destroy_timer(void *handle)
{
    rclio_timer_destroy(handle);
}

static void start_timer(stage *s)
{
    assert_ok(rclio_timer_reset(s->handle));
}

/* ---- service and request ---- */

static void on_request(const void *request, void *response, void *arg)
{
    (void)request;
    (void)response;
    lifetime_callback(arg);
}

static void *make_service(stage *s)
{
    return rclio_service_new(s->node, s->p.server_add, "s", on_request, s, NULL);
}

static void destroy_service(void *handle)
{
    rclio_service_destroy(handle);
}

static void call_service(stage *s)
{
    rclio_client *client = rclio_client_new(s->p.client, s->p.add, "s", NULL);
    AWAIT_ONCE(rclio_client_wait_for_service(client));
    for (int i = 0; i < 2; i++) rclio_future_unref(rclio_client_call(client, &(add_request){0}));
}

static void defer_request(const void *request, void *response, void *arg)
{
    stage *s = arg;
    (void)request;
    (void)response;
    if (!s->parts[1]) s->parts[1] = rclio_service_defer(s->parts[0]);
}

static void *make_request(stage *s)
{
    s->parts[0] = rclio_service_new(s->node, s->p.server_add, "s", defer_request, s, NULL);
    call_service(s);
    LIFETIME_SPIN_UNTIL(s, s->parts[1]);
    return s->parts[1];
}

static void drop_request(void *handle)
{
    rclio_request_drop(handle);
}

/* ---- client and the future of a call ---- */

static void *make_client(stage *s)
{
    return rclio_client_new(s->node, s->p.server_add, "s", NULL);
}

static void destroy_client(void *handle)
{
    rclio_client_destroy(handle);
}

static void on_done(rclio_future *future, void *arg)
{
    (void)future;
    lifetime_callback(arg);
}

static void add(const void *request, void *response, void *arg)
{
    const add_request *r = request;
    (void)arg;
    ((add_response *)response)->sum = r->a + r->b;
}

static void serve_client(stage *s)
{
    assert_non_null(rclio_service_new(s->p.client, s->p.add, "s", add, NULL, NULL));
    rclio_future *call = rclio_client_call(s->handle, &(add_request){0});
    assert_ok(rclio_future_on_done(call, on_done, s));
    rclio_future_unref(call);
}

static rclio_future *call_nobody(stage *s)
{
    return rclio_client_call(s->handle, &(add_request){0});
}

static rclio_status call_and_look(void *handle)
{
    rclio_future *call = rclio_client_call(handle, &(add_request){0});
    rclio_status status = rclio_future_result(call);
    rclio_future_unref(call);
    return status;
}

static void *make_call(stage *s)
{
    s->parts[0] = make_client(s);
    return rclio_client_call(s->parts[0], &(add_request){0});
}

static void *make_wait_for_service(stage *s)
{
    s->parts[0] = make_client(s);
    return rclio_client_wait_for_service(s->parts[0]);
}

static void serve_call(stage *s)
{
    assert_ok(rclio_future_on_done(s->handle, on_done, s));
    assert_non_null(rclio_service_new(s->p.client, s->p.add, "s", add, NULL, NULL));
}

/* ---- other futures of nodes ---- */

static void *make_graph_watch(stage *s)
{
    return rclio_graph_settled(s->node, -1, -1, -1);
}

static void *make_wait_for_subscriptions(stage *s)
{
    return rclio_publisher_wait_for_subscriptions(make_publisher(s), 9);
}

static void *make_wait_for_publishers(stage *s)
{
    return rclio_subscription_wait_for_publishers(make_subscription(s), 9);
}

/* ---- actions ---- */

static void execute(rclio_goal *goal, void *arg)
{
    (void)goal;
    lifetime_callback(arg);
}

static void *make_action_server(stage *s)
{
    return rclio_action_server_new(s->node, s->p.server_fibonacci, "fibonacci", execute, s, NULL);
}

static void destroy_action_server(void *handle)
{
    rclio_action_server_destroy(handle);
}

static void send_goal(stage *s)
{
    rclio_action_client *client = rclio_action_client_new(s->p.client, s->p.fibonacci, "fibonacci", NULL);
    rclio_goal_handle_unref(rclio_action_send_goal(client, &(fibonacci_goal){.order = 5}, NULL, NULL));
}

static void hold_goal(rclio_goal *goal, void *arg)
{
    stage *s = arg;
    s->parts[1] = rclio_goal_ref(goal);
    rclio_await(rclio_goal_cancel_requested(goal));
}

static void *make_goal(stage *s)
{
    s->parts[0] = rclio_action_server_new(s->node, s->p.server_fibonacci, "fibonacci", hold_goal, s, NULL);
    send_goal(s);
    LIFETIME_SPIN_UNTIL(s, s->parts[1]);
    return s->parts[1];
}

static void drop_goal(void *handle)
{
    rclio_goal_unref(handle);
}

static void *make_action_client(stage *s)
{
    return rclio_action_client_new(s->node, s->p.server_fibonacci, "fibonacci", NULL);
}

static void destroy_action_client(void *handle)
{
    rclio_action_client_destroy(handle);
}

static void on_feedback(rclio_goal_handle *goal, const void *feedback, void *arg)
{
    (void)goal;
    (void)feedback;
    lifetime_callback(arg);
}

static void offer_action(stage *s)
{
    assert_non_null(rclio_action_server_new(s->p.client, s->p.fibonacci, "fibonacci", fibonacci_execute, NULL, NULL));
}

static void get_feedback(stage *s)
{
    offer_action(s);
    rclio_goal_handle_unref(rclio_action_send_goal(s->handle, &(fibonacci_goal){.order = 5}, on_feedback, s));
}

static rclio_future *wait_for_action_server(stage *s)
{
    return rclio_action_client_wait_for_server(s->handle);
}

static void *make_goal_handle(stage *s)
{
    s->parts[0] = make_action_client(s);
    return rclio_action_send_goal(s->parts[0], &(fibonacci_goal){.order = 5}, on_feedback, s);
}

static void drop_goal_handle(void *handle)
{
    rclio_goal_handle_unref(handle);
}

static rclio_future *result_of_goal(stage *s)
{
    return rclio_future_ref(rclio_goal_handle_result(s->handle));
}

static rclio_future *cancel_request_of_goal(stage *s)
{
    return rclio_future_ref(rclio_goal_cancel_requested(s->handle));
}

/* ---- node, callback group, context, executor ---- */

static void *make_group(stage *s)
{
    rclio_callback_group *group = rclio_callback_group_new(s->node, RCLIO_GROUP_REENTRANT);
    assert_non_null(rclio_timer_new(s->node, RCLIO_S(1), on_timer, s, &(rclio_timer_options){.group = group}));
    return group;
}

static void destroy_group(void *handle)
{
    rclio_callback_group_destroy(handle);
}

static void *make_node(stage *s)
{
    return rclio_node_new(s->p.server_context, "other", &(rclio_node_options){.executor = s->p.executor});
}

static void destroy_node(void *handle)
{
    rclio_node_destroy(handle);
}

static void start_timer_of_node(stage *s)
{
    assert_non_null(rclio_timer_new(s->handle, RCLIO_MS(1), on_timer, s, NULL));
}

static rclio_future *graph_of_node(stage *s)
{
    return rclio_graph_settled(s->handle, -1, -1, -1);
}

static void *make_context(stage *s)
{
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    s->parts[0] = rclio_node_new(context, "alone", &(rclio_node_options){.executor = s->p.executor});
    return context;
}

static void destroy_context(void *handle)
{
    rclio_context_destroy(handle);
}

static void start_timer_of_context(stage *s)
{
    assert_non_null(rclio_timer_new(s->parts[0], RCLIO_MS(1), on_timer, s, NULL));
}

static rclio_future *graph_of_context(stage *s)
{
    return rclio_graph_settled(s->parts[0], -1, -1, -1);
}

static void *make_executor(stage *s)
{
    (void)s;
    return rclio_executor_new(NULL);
}

static void destroy_executor(void *handle)
{
    rclio_executor_destroy(handle);
}

static rclio_future *future_of_executor(stage *s)
{
    return rclio_future_new(s->handle, "nothing", NULL);
}

/* ---- future and task ---- */

static void *make_future(stage *s)
{
    return rclio_future_new(s->p.executor, "the test's future", NULL);
}

static void complete_future(stage *s)
{
    assert_ok(rclio_future_on_done(s->handle, on_done, s));
    assert_ok(rclio_future_complete(s->handle, NULL));
}

static void run_task(void *arg)
{
    stage *s = arg;
    rclio_await(s->parts[0]);
    if (rclio_future_get_state(s->parts[0]) == RCLIO_DONE) lifetime_callback(s);
    rclio_future_unref(s->parts[0]);
}

static void *make_task(stage *s)
{
    s->parts[0] = rclio_future_new(s->p.executor, "the test to start the task", NULL);
    return rclio_task_new(s->p.executor, "the test's task", run_task, s);
}

static void drop_task(void *handle)
{
    rclio_task_unref(handle);
}

static void go_on_with_task(stage *s)
{
    assert_ok(rclio_future_complete(s->parts[0], NULL));
}

static rclio_future *future_of_task(stage *s)
{
    return rclio_future_ref(rclio_task_future(s->handle));
}

const handle_kind handle_kinds[] = {
    {"publisher", make_publisher, destroy_publisher, .trigger = match_publisher, .wait = wait_for_subscriptions, .use = publish},
    {"subscription", make_subscription, destroy_subscription, .trigger = publish_to_subscription, .wait = wait_for_publishers},
    {"timer", make_timer, destroy_timer, .trigger = start_timer},
    {"service", make_service, destroy_service, .trigger = call_service},
    {"client", make_client, destroy_client, .trigger = serve_client, .wait = call_nobody, .use = call_and_look},
    {"action server", make_action_server, destroy_action_server, .trigger = send_goal},
    {"action client", make_action_client, destroy_action_client, .trigger = get_feedback, .wait = wait_for_action_server},
    {"request", make_request, drop_request, .is_reference = true},
    {"goal", make_goal, drop_goal, .is_reference = true, .ignores_shutdown = true, .wait = cancel_request_of_goal},
    {"goal handle", make_goal_handle, drop_goal_handle, .is_reference = true, .trigger = offer_action, .wait = result_of_goal},
    {"call", make_call, lifetime_drop_future, .is_reference = true, .trigger = serve_call, .wait = lifetime_itself},
    {"wait for a service", make_wait_for_service, lifetime_drop_future, .is_reference = true, .trigger = serve_call,
     .wait = lifetime_itself},
    {"wait for subscriptions", make_wait_for_subscriptions, lifetime_drop_future, .is_reference = true, .wait = lifetime_itself},
    {"wait for publishers", make_wait_for_publishers, lifetime_drop_future, .is_reference = true, .wait = lifetime_itself},
    {"graph watch", make_graph_watch, lifetime_drop_future, .is_reference = true, .wait = lifetime_itself},
    {"callback group", make_group, destroy_group, .trigger = NULL}, /* what is in it stays, and has rows of its own */
    {"node", make_node, destroy_node, .is_of_context = true, .trigger = start_timer_of_node, .wait = graph_of_node},
    {"context", make_context, destroy_context, .stands_alone = true, .is_context = true, .trigger = start_timer_of_context,
     .wait = graph_of_context},
    {"executor", make_executor, destroy_executor, .stands_alone = true, .ignores_shutdown = true, .wait = future_of_executor},
    {"future", make_future, lifetime_drop_future, .is_reference = true, .stands_alone = true, .ignores_shutdown = true,
     .trigger = complete_future, .wait = lifetime_itself},
    {"task", make_task, drop_task, .is_reference = true, .stands_alone = true, .ignores_shutdown = true,
     .trigger = go_on_with_task, .wait = future_of_task},
    {.next_group = parameter_kinds},
};
