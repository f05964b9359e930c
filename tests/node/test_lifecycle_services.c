/* tests/node/test_lifecycle_services.c: a managed node from outside: services and events (LC5; LIF-1 to LIF-7). */
#include "managed.h"

typedef struct named_id { /* lifecycle_msgs/msg/State, Transition */
    uint8_t id;
    rosidl_runtime_c__String label;
} named_id;
typedef struct description { /* lifecycle_msgs/msg/TransitionDescription */
    named_id transition, start, goal;
} description;
typedef struct event_message { /* lifecycle_msgs/msg/TransitionEvent */
    uint64_t timestamp;
    named_id transition, start, goal;
} event_message;
typedef struct named_ids {
    named_id *data;
    size_t size, capacity;
} named_ids;
typedef struct descriptions {
    description *data;
    size_t size, capacity;
} descriptions;

typedef struct remote {
    pair p;
    managed m;
    rclio_client *change_state, *get_state, *get_states, *get_transitions, *get_graph;
    char events[800]; /* "1>10 10>2 ..." */
    size_t event_count;
} remote;

static void on_event(const void *message, const rclio_message_info *info, void *arg) /* LIF-4 */
{
    remote *r = arg;
    const event_message *e = message;
    (void)info;
    size_t length = strlen(r->events);
    assert_int_equal(e->timestamp, 0);
    assert_int_equal(e->transition.id, 0);
    assert_string_equal(e->transition.label.data, "");
    assert_string_equal(e->start.label.data, rclio_lifecycle_state_name((rclio_lifecycle_state)e->start.id));
    assert_string_equal(e->goal.label.data, rclio_lifecycle_state_name((rclio_lifecycle_state)e->goal.id));
    snprintf(r->events + length, sizeof r->events - length, "%s%u>%u", length ? " " : "", e->start.id, e->goal.id);
    r->event_count++;
}

static const rclio_type *type_of(remote *r, const char *name)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(r->p.client_context), name);
    assert_non_null(type);
    return type;
}

static rclio_client *client_of(remote *r, const char *type, const char *service)
{
    char name[100];
    snprintf(name, sizeof name, "/server/%s", service);
    rclio_client *client = rclio_client_new(r->p.client, type_of(r, type), name, NULL);
    assert_non_null(client);
    AWAIT_ONCE(rclio_client_wait_for_service(client));
    return client;
}

static void remote_open(remote *r)
{
    *r = (remote){.p = pair_new()};
    managed_open(&r->m, r->p.server);
    rclio_subscription *s = rclio_subscription_new(r->p.client, type_of(r, "lifecycle_msgs/msg/TransitionEvent"),
                                                   "/server/transition_event", on_event, r, NULL);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(s, 1));
    r->change_state = client_of(r, "lifecycle_msgs/srv/ChangeState", "change_state");
    r->get_state = client_of(r, "lifecycle_msgs/srv/GetState", "get_state");
    r->get_states = client_of(r, "lifecycle_msgs/srv/GetAvailableStates", "get_available_states");
    r->get_transitions = client_of(r, "lifecycle_msgs/srv/GetAvailableTransitions", "get_available_transitions");
    r->get_graph = client_of(r, "lifecycle_msgs/srv/GetAvailableTransitions", "get_transition_graph");
}

static rclio_future *ask_change(remote *r, unsigned id, const char *label)
{
    named_id request = {.id = (uint8_t)id};
    assert_true(rosidl_runtime_c__String__assign(&request.label, label));
    rclio_future *call = rclio_client_call(r->change_state, &request);
    rosidl_runtime_c__String__fini(&request.label);
    return call;
}

static bool change(remote *r, unsigned id, const char *label)
{
    rclio_future *call = ask_change(r, id, label);
    bool success = *(const bool *)AWAIT(call);
    rclio_future_unref(call);
    return success;
}

static unsigned state_of(remote *r)
{
    uint8_t nothing = 0;
    rclio_future *call = rclio_client_call(r->get_state, &nothing);
    const named_id *answer = AWAIT(call);
    assert_string_equal(answer->label.data, rclio_lifecycle_state_name((rclio_lifecycle_state)answer->id));
    unsigned state = answer->id;
    rclio_future_unref(call);
    return state;
}

/* "1 5": the ids that a service lists. */
static void assert_transitions(remote *r, rclio_client *client, const char *ids)
{
    uint8_t nothing = 0;
    char told[200] = "";
    rclio_future *call = rclio_client_call(client, &nothing);
    const descriptions *answer = AWAIT(call);
    for (size_t i = 0; i < answer->size; i++) {
        size_t length = strlen(told);
        const description *d = &answer->data[i];
        snprintf(told + length, sizeof told - length, "%s%u", i ? " " : "", d->transition.id);
        assert_true(*d->transition.label.data && *d->start.label.data && *d->goal.label.data);
        assert_string_equal(d->start.label.data, rclio_lifecycle_state_name((rclio_lifecycle_state)d->start.id));
    }
    assert_string_equal(told, ids);
    rclio_future_unref(call);
    (void)r;
}

static void assert_events(remote *r, size_t count, const char *events)
{
    SPIN_UNTIL(r->p.executor, r->event_count >= count);
    assert_string_equal(r->events, events);
    r->events[0] = 0;
    r->event_count = 0;
}

static void others_lead_a_node_through_its_life_and_see_each_step(void **state)
{
    remote r;
    (void)state;
    remote_open(&r);
    assert_int_equal(state_of(&r), 1);
    assert_transitions(&r, r.get_transitions, "1 5");
    assert_true(change(&r, 1, ""));
    assert_int_equal(state_of(&r), 2);
    assert_events(&r, 2, "1>10 10>2");
    assert_transitions(&r, r.get_transitions, "2 3 6");
    assert_true(change(&r, 0, "activate"));
    assert_int_equal(state_of(&r), 3);
    assert_events(&r, 2, "2>13 13>3");
    assert_transitions(&r, r.get_transitions, "4 7");
    assert_true(change(&r, 4, ""));
    assert_true(change(&r, 2, "cleanup"));
    assert_events(&r, 4, "3>14 14>2 2>11 11>1");
    assert_true(change(&r, 0, "shutdown")); /* LIF-7 */
    assert_events(&r, 2, "1>12 12>4");
    assert_int_equal(state_of(&r), 4);
    assert_transitions(&r, r.get_transitions, "");
    assert_told(&r.m, "configure(unconfigured) activate(inactive) deactivate(active) cleanup(inactive) shutdown(unconfigured)");
    pair_free(&r.p);
}

static void the_lists_are_upstreams(void **state) /* LIF-2, LIF-3 */
{
    static const unsigned states[] = {0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15};
    remote r;
    uint8_t nothing = 0;
    (void)state;
    remote_open(&r);
    rclio_future *call = rclio_client_call(r.get_states, &nothing);
    const named_ids *answer = AWAIT(call);
    assert_int_equal(answer->size, 11);
    for (size_t i = 0; i < 11; i++) {
        assert_int_equal(answer->data[i].id, states[i]);
        assert_string_equal(answer->data[i].label.data, rclio_lifecycle_state_name((rclio_lifecycle_state)states[i]));
    }
    rclio_future_unref(call);
    assert_transitions(&r, r.get_graph, "1 10 11 12 2 20 21 22 3 30 31 32 4 40 41 42 5 6 7 50 51 52 60 61 62");
    pair_free(&r.p);
}

static void what_is_not_allowed_is_refused(void **state) /* LIF-5 */
{
    remote r;
    (void)state;
    remote_open(&r);
    captured_log *log = captured_log_new(r.p.server_context);
    assert_false(change(&r, 3, ""));
    assert_false(change(&r, 99, ""));
    assert_false(change(&r, 0, ""));
    assert_false(change(&r, 1, "activate")); /* the label counts */
    assert_false(change(&r, 6, ""));         /* the shutdown of another state */
    assert_int_equal(captured_log_count(log, "request refused: no transition 99 from unconfigured"), 1);
    assert_int_equal(state_of(&r), 1);
    assert_told(&r.m, "");
    assert_true(change(&r, 99, "configure"));
    assert_events(&r, 2, "1>10 10>2");
    captured_log_free(log);
    pair_free(&r.p);
}

static void what_did_not_succeed_is_told_so(void **state) /* LIF-5, LIF-6 */
{
    remote r;
    (void)state;
    remote_open(&r);
    r.m.results[CONFIGURE] = RCLIO_LIFECYCLE_FAILURE;
    assert_false(change(&r, 1, ""));
    assert_events(&r, 2, "1>10 10>1");
    r.m.results[CONFIGURE] = RCLIO_LIFECYCLE_ERROR;
    assert_false(change(&r, 1, ""));
    assert_events(&r, 3, "1>10 10>15 15>1");
    r.m.results[ON_ERROR] = RCLIO_LIFECYCLE_FAILURE;
    assert_false(change(&r, 1, ""));
    assert_events(&r, 3, "1>10 10>15 15>4");
    pair_free(&r.p);
}

static void fail_for_itself(managed *m, const char *name)
{
    (void)m;
    if (strcmp(name, "configure") == 0) rclio_task_fail(RCLIO_NOT_FOUND, "no camera");
}

/* Upstream's clients would wait for ever if the service failed with it. */
static void a_function_that_fails_makes_it_an_error_and_the_service_answers(void **state) /* LIF-5 */
{
    remote r;
    (void)state;
    remote_open(&r);
    captured_log *log = captured_log_new(r.p.server_context);
    r.m.within = fail_for_itself;
    assert_false(change(&r, 1, ""));
    assert_events(&r, 3, "1>10 10>15 15>1");
    assert_int_equal(captured_log_count(log, "the node is errorprocessing: no camera at test_lifecycle_services.c:"), 1);
    assert_int_equal(captured_log_count(log, "failed"), 0);
    captured_log_free(log);
    pair_free(&r.p);
}

static void the_node_answers_while_it_configures_and_takes_requests_in_turn(void **state) /* LC2 */
{
    remote r;
    (void)state;
    remote_open(&r);
    r.m.gate = rclio_future_new(r.p.executor, "gate", NULL);
    r.m.entered = rclio_future_new(r.p.executor, "entered", NULL);
    rclio_future *first = ask_change(&r, 1, ""), *second = ask_change(&r, 3, "");
    AWAIT(r.m.entered);
    assert_int_equal(state_of(&r), RCLIO_LIFECYCLE_CONFIGURING);
    assert_transitions(&r, r.get_transitions, "10 11 12");
    assert_int_equal(rclio_future_get_state(first), RCLIO_PENDING);
    rclio_future_complete(r.m.gate, NULL);
    assert_true(*(const bool *)AWAIT(first));
    assert_true(*(const bool *)AWAIT(second));
    assert_int_equal(state_of(&r), RCLIO_LIFECYCLE_ACTIVE);
    rclio_future_unref(first);
    rclio_future_unref(second);
    rclio_future_unref(r.m.gate);
    rclio_future_unref(r.m.entered);
    pair_free(&r.p);
}

static void configure_task(void *arg)
{
    rclio_lifecycle_change(((managed *)arg)->lifecycle, RCLIO_LIFECYCLE_CONFIGURE);
}

static void a_request_waits_for_a_change_of_the_nodes_own(void **state) /* LC1 */
{
    remote r;
    (void)state;
    remote_open(&r);
    r.m.gate = rclio_future_new(r.p.executor, "gate", NULL);
    r.m.entered = rclio_future_new(r.p.executor, "entered", NULL);
    assert_ok(rclio_task_start(r.p.executor, "configure", configure_task, &r.m));
    AWAIT(r.m.entered);
    rclio_future *call = ask_change(&r, 3, "");
    assert_int_equal(state_of(&r), RCLIO_LIFECYCLE_CONFIGURING);
    rclio_future_complete(r.m.gate, NULL);
    assert_true(*(const bool *)AWAIT(call));
    assert_int_equal(state_of(&r), RCLIO_LIFECYCLE_ACTIVE);
    rclio_future_unref(call);
    rclio_future_unref(r.m.gate);
    rclio_future_unref(r.m.entered);
    pair_free(&r.p);
}

static void without_services_there_is_the_event_topic_alone(void **state) /* LIF-1 */
{
    pair p = pair_new();
    (void)state;
    assert_non_null(rclio_lifecycle_new(p.server, &(rclio_lifecycle_options){.no_services = true}));
    rclio_subscription *s = rclio_subscription_new(
        p.client, rclio_types_get(rclio_context_types(p.client_context), "lifecycle_msgs/msg/TransitionEvent"),
        "/server/transition_event", (rclio_message_fn *)on_event, NULL, NULL);
    AWAIT_ONCE(rclio_subscription_wait_for_publishers(s, 1));
    assert_int_equal(rclio_graph_count(p.client, "/server/change_state", RCLIO_ROLE_SERVICES), 0);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_lead_a_node_through_its_life_and_see_each_step),
        cmocka_unit_test(the_lists_are_upstreams),
        cmocka_unit_test(what_is_not_allowed_is_refused),
        cmocka_unit_test(what_did_not_succeed_is_told_so),
        cmocka_unit_test(a_function_that_fails_makes_it_an_error_and_the_service_answers),
        cmocka_unit_test(the_node_answers_while_it_configures_and_takes_requests_in_turn),
        cmocka_unit_test(a_request_waits_for_a_change_of_the_nodes_own),
        cmocka_unit_test(without_services_there_is_the_event_topic_alone),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
