/* tests/node/test_service.c: services and what their callbacks may do. Clients: test_client.c. */
#include "pair.h"

#include "node/node.h"

static void add(const void *request, void *response, void *arg)
{
    const add_request *terms = request;
    (void)arg;
    ((add_response *)response)->sum = terms->a + terms->b;
}

static int64_t sum_of(rclio_future *call)
{
    const add_response *response = AWAIT(call);
    int64_t sum = response->sum;
    rclio_future_unref(call);
    return sum;
}

static void a_call_gets_its_response(void **state) /* SRV-1, SRV-2, SRV-3 */
{
    (void)state;
    pair p = pair_new();
    rclio_service *service = rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    assert_string_equal(rclio_service_name(service), "/add");
    AWAIT_ONCE(rclio_client_wait_for_service(client));
    assert_true(rclio_client_is_available(client)); /* SRV-5 */
    assert_int_equal(sum_of(rclio_client_call(client, &(add_request){.a = 2, .b = 3})), 5);
    pair_free(&p);
}

static void two_clients_get_each_their_own_responses(void **state) /* SRV-3 */
{
    (void)state;
    pair p = pair_new();
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    rclio_client *one = rclio_client_new(p.client, p.add, "add", NULL), *two = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *first[50], *second[50];
    for (int i = 0; i < 50; i++) {
        first[i] = rclio_client_call(one, &(add_request){.a = i, .b = 1000});
        second[i] = rclio_client_call(two, &(add_request){.a = i, .b = 2000});
    }
    for (int i = 0; i < 50; i++) {
        assert_int_equal(sum_of(first[i]), 1000 + i);
        assert_int_equal(sum_of(second[i]), 2000 + i);
    }
    pair_free(&p);
}

/* ---- deferring ---- */

struct deferrer {
    rclio_service *service;
    rclio_request *requests[10];
    size_t count;
    event seen;
};

static void defer(const void *request, void *response, void *arg)
{
    struct deferrer *d = arg;
    (void)request;
    (void)response;
    d->requests[d->count++] = rclio_service_defer(d->service);
    event_set(&d->seen);
}

static void a_deferred_request_is_answered_later(void **state)
{
    (void)state;
    pair p = pair_new();
    struct deferrer d = {.seen = event_new(&p, "request seen")};
    d.service = rclio_service_new(p.server, p.server_add, "add", defer, &d, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *call = rclio_client_call(client, &(add_request){.a = 7});
    AWAIT(d.seen.future);
    assert_int_equal(rclio_future_get_state(call), RCLIO_PENDING);
    const add_request *kept = rclio_request_message(d.requests[0]);
    assert_int_equal(kept->a, 7);
    assert_ok(rclio_request_respond(d.requests[0], &(add_response){.sum = kept->a * 2}));
    assert_int_equal(sum_of(call), 14);
    event_free(&d.seen);
    pair_free(&p);
}

static void deferred_requests_may_be_answered_in_any_order(void **state)
{
    (void)state;
    pair p = pair_new();
    struct deferrer d = {.seen = event_new(&p, "request seen")};
    d.service = rclio_service_new(p.server, p.server_add, "add", defer, &d, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[3];
    for (int i = 0; i < 3; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i});
    SPIN_UNTIL(p.executor, d.count == 3);
    for (int i = 2; i >= 0; i--) {
        const add_request *kept = rclio_request_message(d.requests[i]);
        assert_ok(rclio_request_respond(d.requests[i], &(add_response){.sum = 100 + kept->a}));
    }
    for (int i = 0; i < 3; i++) assert_int_equal(sum_of(calls[i]), 100 + i);
    event_free(&d.seen);
    pair_free(&p);
}

static void a_request_that_outlives_its_service_cannot_be_answered(void **state)
{
    (void)state;
    pair p = pair_new();
    struct deferrer d = {.seen = event_new(&p, "request seen")};
    d.service = rclio_service_new(p.server, p.server_add, "add", defer, &d, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *call = rclio_client_call(client, &(add_request){.a = 7});
    AWAIT(d.seen.future);
    rclio_service_destroy(d.service);
    assert_true(rclio_request_client_is_gone(d.requests[0]));
    assert_int_equal(rclio_request_respond(d.requests[0], &(add_response){.sum = 1}), RCLIO_CANCELLED);
    AWAIT_FAILS(call, RCLIO_UNAVAILABLE, "service '/add'");
    rclio_future_unref(call);
    event_free(&d.seen);
    pair_free(&p);
}

static void look_again(rclio_timer *unused, void *arg)
{
    (void)unused, (void)arg;
}

static void the_answer_to_a_client_that_has_gone_is_dropped(void **state)
{
    (void)state;
    pair p = pair_new();
    struct deferrer d = {.seen = event_new(&p, "request seen")};
    d.service = rclio_service_new(p.server, p.server_add, "add", defer, &d, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *call = rclio_client_call(client, &(add_request){.a = 7});
    AWAIT(d.seen.future);
    assert_false(rclio_request_client_is_gone(d.requests[0]));
    rclio_client_destroy(client);
    AWAIT_FAILS(call, RCLIO_CANCELLED, "service '/add'");
    rclio_timer *look =
        rclio_timer_new(p.server, RCLIO_MS(1), look_again, NULL, NULL); /* nothing wakes a server that lost a client */
    SPIN_UNTIL(p.executor, rclio_request_client_is_gone(d.requests[0]));
    rclio_timer_destroy(look);
    assert_int_equal(rclio_request_respond(d.requests[0], &(add_response){.sum = 1}), RCLIO_UNAVAILABLE);
    rclio_future_unref(call);
    event_free(&d.seen);
    pair_free(&p);
}

static void deferring_outside_of_a_callback_is_an_error(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_service *service = rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    assert_null(rclio_service_defer(service));
    assert_int_equal(rclio_error_status(), RCLIO_BAD_STATE);
    assert_non_null(strstr(rclio_error(), "service '/add'"));
    pair_free(&p);
}

/* ---- callbacks that await ---- */

struct gate {
    event open, both_in;
    size_t inside, most;
};

static void wait_at_gate(const void *request, void *response, void *arg)
{
    struct gate *gate = arg;
    if (++gate->inside > gate->most) gate->most = gate->inside;
    if (gate->inside == 2) event_set(&gate->both_in);
    rclio_await(gate->open.future);
    gate->inside--;
    add(request, response, NULL);
}

static void callbacks_run_together_up_to_the_concurrency(void **state)
{
    (void)state;
    pair p = pair_new();
    struct gate gate = {.open = event_new(&p, "gate"), .both_in = event_new(&p, "two inside")};
    rclio_service_new(p.server, p.server_add, "add", wait_at_gate, &gate, &(rclio_service_options){.concurrency = 2});
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[5];
    for (int i = 0; i < 5; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i});
    AWAIT(gate.both_in.future);
    assert_int_equal(gate.inside, 2);
    event_set(&gate.open);
    for (int i = 0; i < 5; i++) assert_int_equal(sum_of(calls[i]), i);
    assert_int_equal(gate.most, 2);
    event_free(&gate.open);
    event_free(&gate.both_in);
    pair_free(&p);
}

static void calls_are_served_one_after_the_other_by_default(void **state)
{
    (void)state;
    pair p = pair_new();
    struct gate gate = {.open = event_new(&p, "gate"), .both_in = event_new(&p, "two inside")};
    rclio_service_new(p.server, p.server_add, "add", wait_at_gate, &gate, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[3];
    for (int i = 0; i < 3; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i});
    SPIN_UNTIL(p.executor, gate.inside == 1);
    event_set(&gate.open);
    for (int i = 0; i < 3; i++) assert_int_equal(sum_of(calls[i]), i);
    assert_int_equal(gate.most, 1);
    event_free(&gate.open);
    event_free(&gate.both_in);
    pair_free(&p);
}

struct relay {
    rclio_client *next;
};

static void ask_the_next(const void *request, void *response, void *arg)
{
    struct relay *relay = arg;
    rclio_future *call = rclio_client_call(relay->next, request);
    const add_response *sum = rclio_await(call);
    ((add_response *)response)->sum = sum ? sum->sum + 100 : -1;
    rclio_future_unref(call);
}

static void a_call_awaited_inside_a_callback_does_not_deadlock(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_service_new(p.server, p.server_add, "inner", add, NULL, NULL);
    struct relay relay = {.next = rclio_client_new(p.server, p.server_add, "inner", NULL)};
    rclio_service_new(p.server, p.server_add, "outer", ask_the_next, &relay, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "outer", NULL);
    assert_int_equal(sum_of(rclio_client_call(client, &(add_request){.a = 1, .b = 2})), 103);
    pair_free(&p);
}

struct suicide {
    rclio_service *service;
    event open, inside;
    bool returned;
};

static void destroy_itself(const void *request, void *response, void *arg)
{
    struct suicide *s = arg;
    (void)request;
    (void)response;
    rclio_service_destroy(s->service);
    s->returned = true;
}

static void a_service_may_be_destroyed_by_its_own_callback(void **state)
{
    (void)state;
    pair p = pair_new();
    struct suicide s = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", destroy_itself, &s, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *call = rclio_client_call(client, &(add_request){0});
    AWAIT_FAILS(call, RCLIO_UNAVAILABLE, "service '/add'");
    assert_true(s.returned);
    rclio_future_unref(call);
    pair_free(&p);
}

static void suspend_until_open(const void *request, void *response, void *arg)
{
    struct suicide *s = arg;
    (void)request;
    (void)response;
    event_set(&s->inside);
    rclio_await(s->open.future);
    s->returned = true;
}

static void a_suspended_callback_goes_on_after_its_service_is_destroyed(void **state) /* N2 */
{
    (void)state;
    for (size_t concurrency = 1; concurrency <= 2; concurrency++) {
        pair p = pair_new();
        struct suicide s = {.open = event_new(&p, "open"), .inside = event_new(&p, "inside")};
        s.service = rclio_service_new(p.server, p.server_add, "add", suspend_until_open, &s,
                                      &(rclio_service_options){.concurrency = concurrency});
        rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
        rclio_future *call = rclio_client_call(client, &(add_request){0});
        AWAIT(s.inside.future);
        rclio_service_destroy(s.service);
        AWAIT_FAILS(call, RCLIO_UNAVAILABLE, "service '/add'");
        event_set(&s.open);
        SPIN_UNTIL(p.executor, s.returned);
        rclio_future_unref(call);
        event_free(&s.open);
        event_free(&s.inside);
        pair_free(&p);
    }
}

/* ---- bad input ---- */

static void a_request_that_does_not_decode_is_dropped_with_a_warning(void **state) /* SRV-1 */
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.server_context);
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    AWAIT_ONCE(rclio_client_wait_for_service(client));

    rclio_qos qos = RCLIO_QOS_SERVICES;
    const mw_ops *ops = p.client->ops;
    mw_requester *raw = ops->requester_new(p.client->mw, "/add", p.add, &qos, (mw_callback){0}, (mw_callback){0});
    mw_buffer *buffer = ops->requester_buffer(raw, 4 + 3); /* two int64 should follow the header */
    memcpy(buffer->data, "\0\1\0\0abc", 7);
    int64_t sequence;
    assert_ok(ops->requester_send(raw, buffer, &sequence));
    SPIN_UNTIL(p.executor, captured_log_count(lines, "service '/add': a request was dropped") == 1);
    ops->requester_destroy(raw);

    assert_int_equal(sum_of(rclio_client_call(client, &(add_request){.a = 2, .b = 3})), 5);
    captured_log_free(lines);
    pair_free(&p);
}

static void a_service_of_the_wrong_kind_is_refused(void **state)
{
    (void)state;
    pair p = pair_new();
    const rclio_type *message = rclio_types_get(rclio_context_types(p.server_context), "std_msgs/msg/String");
    assert_null(rclio_service_new(p.server, message, "add", add, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "'std_msgs/msg/String' is not a service type"));
    assert_null(rclio_service_new(p.server, p.server_add, "bad name", add, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_service_new(NULL, p.server_add, "add", add, NULL, NULL));
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_gets_its_response),
        cmocka_unit_test(two_clients_get_each_their_own_responses),
        cmocka_unit_test(a_deferred_request_is_answered_later),
        cmocka_unit_test(deferred_requests_may_be_answered_in_any_order),
        cmocka_unit_test(a_request_that_outlives_its_service_cannot_be_answered),
        cmocka_unit_test(the_answer_to_a_client_that_has_gone_is_dropped),
        cmocka_unit_test(deferring_outside_of_a_callback_is_an_error),
        cmocka_unit_test(callbacks_run_together_up_to_the_concurrency),
        cmocka_unit_test(calls_are_served_one_after_the_other_by_default),
        cmocka_unit_test(a_call_awaited_inside_a_callback_does_not_deadlock),
        cmocka_unit_test(a_service_may_be_destroyed_by_its_own_callback),
        cmocka_unit_test(a_suspended_callback_goes_on_after_its_service_is_destroyed),
        cmocka_unit_test(a_request_that_does_not_decode_is_dropped_with_a_warning),
        cmocka_unit_test(a_service_of_the_wrong_kind_is_refused),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
