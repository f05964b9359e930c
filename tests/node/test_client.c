/* tests/node/test_client.c: calls: in flight, waiting for a server, losing it, cancelled. Services: test_service.c. */
#include "pair.h"

#include "base/clock.h"
#include "node/client.h"

#include <pthread.h>

static void add(const void *request, void *response, void *arg)
{
    const add_request *terms = request;
    (void)arg;
    ((add_response *)response)->sum = terms->a + terms->b;
}

static void assert_sum(rclio_future *call, int64_t sum)
{
    const add_response *response = AWAIT(call);
    assert_int_equal(response->sum, sum);
    rclio_future_unref(call);
}

/* A service that keeps every request and answers none. */
struct silent {
    rclio_service *service;
    rclio_request *kept[1000];
    size_t count;
};

static void keep(const void *request, void *response, void *arg)
{
    struct silent *s = arg;
    (void)request;
    (void)response;
    s->kept[s->count++] = rclio_service_defer(s->service);
}

/* The kept request with that term; NULL: none. */
static rclio_request *kept_of(const struct silent *s, int64_t a)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->kept[i] && ((const add_request *)rclio_request_message(s->kept[i]))->a == a) return s->kept[i];
    return NULL;
}

static rclio_request *take_kept(struct silent *s, int64_t a)
{
    rclio_request *taken = kept_of(s, a);
    for (size_t i = 0; i < s->count; i++)
        if (s->kept[i] == taken) s->kept[i] = NULL;
    return taken;
}

/* A request reaches the servers that are matched when it is sent: until each has had one, some are not. */
static void match_both(pair *p, rclio_client *client, const struct silent *s, const struct silent *t)
{
    while (s->count == 0 || t->count == 0) {
        size_t before = s->count + t->count;
        rclio_future_unref(rclio_client_call(client, &(add_request){.a = 0}));
        SPIN_UNTIL(p->executor, s->count + t->count > before);
    }
}

static void drop_kept(struct silent *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->kept[i]) rclio_request_drop(s->kept[i]);
}

static void a_thousand_calls_in_flight_all_get_their_own_response(void **state) /* SRV-2, SRV-8 */
{
    (void)state;
    pair p = pair_new();
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    AWAIT_ONCE(rclio_client_wait_for_service(client));
    static rclio_future *calls[1000];
    for (int i = 0; i < 1000; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i, .b = 1});
    for (int i = 0; i < 1000; i++) assert_sum(calls[i], i + 1);
    pair_free(&p);
}

static void a_call_without_a_server_waits_for_one_and_keeps_its_place(void **state) /* SRV-5 */
{
    (void)state;
    pair p = pair_new();
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[20];
    for (int i = 0; i < 20; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i});
    assert_false(rclio_client_is_available(client));
    struct silent s = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", keep, &s, NULL);
    SPIN_UNTIL(p.executor, s.count == 20);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(((const add_request *)rclio_request_message(s.kept[i]))->a, i);
        assert_ok(rclio_request_respond(s.kept[i], &(add_response){.sum = i}));
    }
    for (int i = 0; i < 20; i++) assert_sum(calls[i], i);
    pair_free(&p);
}

static void a_call_fails_at_once_when_its_server_goes(void **state) /* SRV-4 */
{
    (void)state;
    pair p = pair_new();
    struct silent s = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", keep, &s, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *call = rclio_client_call(client, &(add_request){.a = 2, .b = 3});
    SPIN_UNTIL(p.executor, s.count == 1);
    rclio_service_destroy(s.service);
    AWAIT_FAILS(call, RCLIO_UNAVAILABLE, "service '/add': its server has gone");
    rclio_future_unref(call);
    drop_kept(&s);

    rclio_future *next = rclio_client_call(client, &(add_request){.a = 2, .b = 3}); /* waits for the next server */
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    assert_sum(next, 5);
    pair_free(&p);
}

static void a_call_outlives_one_of_two_servers(void **state) /* SRV-4 */
{
    (void)state;
    pair p = pair_new();
    struct silent s = {0}, t = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", keep, &s, NULL);
    t.service = rclio_service_new(p.server, p.server_add, "add", keep, &t, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    match_both(&p, client, &s, &t);
    rclio_future *call = rclio_client_call(client, &(add_request){.a = 2});
    SPIN_UNTIL(p.executor, kept_of(&s, 2) && kept_of(&t, 2));
    rclio_service_destroy(s.service);
    drop_kept(&s);
    assert_ok(rclio_request_respond(take_kept(&t, 2), &(add_response){.sum = 77}));
    assert_sum(call, 77);
    drop_kept(&t);
    pair_free(&p);
}

static void a_call_fails_when_its_server_goes_though_a_newer_one_is_there(void **state) /* SRV-4 */
{
    (void)state;
    pair p = pair_new();
    struct silent s = {0}, t = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", keep, &s, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *before[3];
    for (int i = 0; i < 3; i++) before[i] = rclio_client_call(client, &(add_request){.a = i});
    SPIN_UNTIL(p.executor, s.count == 3);

    t.service = rclio_service_new(p.server, p.server_add, "add", keep, &t, NULL);
    match_both(&p, client, &s, &t);
    rclio_future *after = rclio_client_call(client, &(add_request){.a = 7});
    SPIN_UNTIL(p.executor, kept_of(&s, 7) && kept_of(&t, 7));
    for (int i = 0; i < 3; i++) assert_int_equal(rclio_future_get_state(before[i]), RCLIO_PENDING);

    rclio_service_destroy(s.service);
    for (int i = 0; i < 3; i++) {
        AWAIT_FAILS(before[i], RCLIO_UNAVAILABLE, "service '/add': its server has gone");
        rclio_future_unref(before[i]);
    }
    assert_int_equal(rclio_future_get_state(after), RCLIO_PENDING);
    assert_ok(rclio_request_respond(take_kept(&t, 7), &(add_response){.sum = 78}));
    assert_sum(after, 78);
    drop_kept(&s);
    drop_kept(&t);
    pair_free(&p);
}

/* ---- a server in another process ---- */

static void serve_and_never_answer(int in, int out)
{
    lone l = lone_new("dying");
    struct silent s = {0};
    s.service = rclio_service_new(l.node, lone_type(&l, "example_interfaces/srv/AddTwoInts"), "add", keep, &s, NULL);
    (void)in;
    SPIN_UNTIL(rclio_context_executor(l.context), s.count == 100);
    if (write(out, "!", 1) != 1) _exit(1);
    serve_until_end_of(in, l.context);
}

static void wait_for_byte(void *arg)
{
    rclio_await_fd(((child *)arg)->from, 1 /* POLLIN */, RCLIO_FOREVER, NULL);
}

static void await_byte(rclio_executor *executor, child *from)
{
    rclio_task *seen = rclio_task_new(executor, "a child's byte", wait_for_byte, from);
    AWAIT(rclio_task_future(seen));
    rclio_task_unref(seen);
}

static void serve_sums(int in, int out)
{
    lone l = lone_new("adder");
    (void)out;
    rclio_service_new(l.node, lone_type(&l, "example_interfaces/srv/AddTwoInts"), "add", add, NULL, NULL);
    serve_until_end_of(in, l.context);
    rclio_context_destroy(l.context);
}

static void all_calls_fail_at_once_when_their_server_is_killed(void **state) /* SRV-4, DIS-13 */
{
    (void)state;
    child server = child_start(serve_and_never_answer);
    pair p = pair_new();
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[100];
    for (int i = 0; i < 100; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i, .b = 3});
    await_byte(p.executor, &server);
    for (int i = 0; i < 100; i++) assert_int_equal(rclio_future_get_state(calls[i]), RCLIO_PENDING);
    int64_t killed = clock_steady_ns();
    child_kill(&server);
    for (int i = 0; i < 100; i++) {
        AWAIT_FAILS(calls[i], RCLIO_UNAVAILABLE, "service '/add': its server has gone");
        rclio_future_unref(calls[i]);
    }
    assert_true(clock_steady_ns() - killed < NO_LEASE_NS);
    pair_free(&p);
}

static void serve_sums_when_told(int in, int out)
{
    char byte;
    if (read(in, &byte, 1) != 1) _exit(1);
    serve_sums(in, out);
}

static void a_server_that_is_killed_and_started_anew_is_found_again(void **state) /* SRV-4, SRV-5 */
{
    (void)state;
    child killed = child_start(serve_sums), anew = child_start(serve_sums_when_told);
    pair p = pair_new();
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    assert_sum(rclio_client_call(client, &(add_request){.a = 1, .b = 1}), 2);
    child_kill(&killed);
    SPIN_UNTIL(p.executor, !rclio_client_is_available(client));
    rclio_future *patient = rclio_client_call(client, &(add_request){.a = 2, .b = 2});
    rclio_future *hasty = rclio_client_call(client, &(add_request){.a = 3, .b = 3});
    assert_int_equal(rclio_wait_at(hasty, rclio_deadline(RCLIO_MS(1)), __FILE__, __LINE__), RCLIO_TIMEOUT);
    assert_ok(rclio_future_cancel(hasty));
    assert_int_equal(write(anew.to, "!", 1), 1);
    assert_sum(patient, 4);
    assert_sum(rclio_client_call(client, &(add_request){.a = 4, .b = 4}), 8);
    rclio_future_unref(hasty);
    child_end(&anew);
    pair_free(&p);
}

static void a_thousand_calls_cross_the_network(void **state) /* SRV-1 .. SRV-3, SRV-6, SRV-7, SRV-8 */
{
    (void)state;
    child server = child_start(serve_sums);
    pair p = pair_new();
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    assert_sum(rclio_client_call(client, &(add_request){.a = 1, .b = 1}), 2); /* the first one is not lost to discovery */
    static rclio_future *calls[1000];
    for (int i = 0; i < 1000; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i, .b = 1});
    for (int i = 0; i < 1000; i++) assert_sum(calls[i], i + 1);
    child_end(&server);
    pair_free(&p);
}

/* ---- forgetting ---- */

static void a_cancelled_call_is_forgotten(void **state)
{
    (void)state;
    pair p = pair_new();
    struct silent s = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", keep, &s, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *sent = rclio_client_call(client, &(add_request){.a = 1}),
                 *other = rclio_client_call(client, &(add_request){.a = 2});
    SPIN_UNTIL(p.executor, s.count == 2);
    assert_ok(rclio_future_cancel(sent));
    AWAIT_FAILS(sent, RCLIO_CANCELLED, "");
    for (int i = 0; i < 2; i++) assert_ok(rclio_request_respond(s.kept[i], &(add_response){.sum = i}));
    assert_sum(other, 1);
    rclio_future_unref(sent);
    pair_free(&p);
}

static void a_call_that_is_cancelled_while_it_waits_is_never_sent(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *waiting = rclio_client_call(client, &(add_request){.a = 1}),
                 *next = rclio_client_call(client, &(add_request){.a = 2});
    assert_ok(rclio_future_cancel(waiting));
    struct silent s = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", keep, &s, NULL);
    SPIN_UNTIL(p.executor, s.count == 1);
    assert_int_equal(((const add_request *)rclio_request_message(s.kept[0]))->a, 2);
    assert_ok(rclio_request_respond(s.kept[0], &(add_response){.sum = 9}));
    assert_sum(next, 9);
    assert_int_equal(s.count, 1);
    rclio_future_unref(waiting);
    pair_free(&p);
}

static void dropping_the_future_of_a_call_is_harmless(void **state)
{
    (void)state;
    pair p = pair_new();
    struct silent s = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", keep, &s, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future_unref(rclio_client_call(client, &(add_request){.a = 1}));
    rclio_future *other = rclio_client_call(client, &(add_request){.a = 2});
    SPIN_UNTIL(p.executor, s.count == 2);
    for (int i = 0; i < 2; i++) assert_ok(rclio_request_respond(s.kept[i], &(add_response){.sum = i}));
    assert_sum(other, 1);
    pair_free(&p);
}

static void calls_whose_futures_were_dropped_do_not_pile_up(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_client *client = rclio_client_new(p.client, p.add, "nobody", NULL);
    rclio_future *kept = rclio_client_call(client, &(add_request){.a = 1});
    for (int i = 0; i < 1000; i++) {
        rclio_future_unref(rclio_client_call(client, &(add_request){.a = 2}));
        rclio_future_unref(rclio_client_wait_for_service(client));
        assert_true(client_pending(client) < 300);
    }
    rclio_service_new(p.server, p.server_add, "nobody", add, NULL, NULL);
    assert_sum(kept, 1);
    pair_free(&p);
}

static void destroying_the_client_cancels_what_is_pending(void **state)
{
    (void)state;
    pair p = pair_new();
    struct silent s = {0};
    s.service = rclio_service_new(p.server, p.server_add, "add", keep, &s, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL),
                 *lonely = rclio_client_new(p.client, p.add, "nobody", NULL);
    rclio_future *sent = rclio_client_call(client, &(add_request){.a = 1}),
                 *unsent = rclio_client_call(lonely, &(add_request){.a = 1});
    rclio_future *waiting = rclio_client_wait_for_service(lonely);
    SPIN_UNTIL(p.executor, s.count == 1);
    rclio_client_destroy(client);
    rclio_client_destroy(lonely);
    AWAIT_FAILS(sent, RCLIO_CANCELLED, "service '/add'");
    AWAIT_FAILS(unsent, RCLIO_CANCELLED, "service '/nobody'");
    AWAIT_FAILS(waiting, RCLIO_CANCELLED, "service '/nobody'");
    rclio_future_unref(sent);
    rclio_future_unref(unsent);
    rclio_future_unref(waiting);
    drop_kept(&s);
    pair_free(&p);
}

static void a_response_outlives_its_client(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *call = rclio_client_call(client, &(add_request){.a = 20, .b = 3});
    const add_response *response = AWAIT(call);
    rclio_client_destroy(client);
    assert_int_equal(response->sum, 23);
    rclio_future_unref(call);
    pair_free(&p);
}

static void the_shutdown_of_the_context_fails_what_is_pending(void **state)
{
    (void)state;
    harness_watch(NULL);
    lone l = lone_new("alone");
    harness_watch(rclio_context_executor(l.context));
    rclio_client *client = rclio_client_new(l.node, lone_type(&l, "example_interfaces/srv/AddTwoInts"), "add", NULL);
    rclio_future *call = rclio_client_call(client, &(add_request){.a = 1}), *waiting = rclio_client_wait_for_service(client);
    rclio_shutdown(l.context);
    assert_ok(rclio_context_spin(l.context));
    assert_int_equal(rclio_future_result(call), RCLIO_SHUTDOWN);
    assert_non_null(strstr(rclio_error(), "service '/add'"));
    assert_int_equal(rclio_future_result(waiting), RCLIO_SHUTDOWN);
    rclio_future_unref(call);
    rclio_future_unref(waiting);
    rclio_context_destroy(l.context);
    harness_unwatch();
}

/* ---- waiting ---- */

static void waiting_for_a_service_ends_when_it_is_there(void **state) /* SRV-5 */
{
    (void)state;
    pair p = pair_new();
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *one = rclio_client_wait_for_service(client), *two = rclio_client_wait_for_service(client);
    rclio_future *given_up = rclio_client_wait_for_service(client);
    assert_int_equal(rclio_executor_spin_some(p.executor, 0), RCLIO_OK);
    assert_int_equal(rclio_future_get_state(one), RCLIO_PENDING);
    assert_ok(rclio_future_cancel(given_up));
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    AWAIT_ONCE(one);
    AWAIT_ONCE(two);
    assert_true(rclio_client_is_available(client));
    rclio_future_unref(given_up);
    pair_free(&p);
}

static void a_service_of_another_type_is_named_once(void **state)
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.client_context);
    rclio_service_new(p.server, p.server_set_bool, "add", add, NULL, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    rclio_future *calls[3];
    for (int i = 0; i < 3; i++) calls[i] = rclio_client_call(client, &(add_request){.a = i});
    SPIN_UNTIL(p.executor,
               captured_log_count(lines, "service '/add' is offered with the type 'example_interfaces/srv/SetBool'") > 0);
    assert_int_equal(captured_log_count(lines, "this client has 'example_interfaces/srv/AddTwoInts'"), 1);
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    for (int i = 0; i < 3; i++) assert_sum(calls[i], i);
    assert_int_equal(captured_log_count(lines, "is offered with the type"), 1);
    captured_log_free(lines);
    pair_free(&p);
}

/* ---- threads ---- */

struct caller {
    rclio_client *client;
    pthread_t thread;
    int wrong;
};

static void *call_a_hundred_times(void *arg)
{
    struct caller *caller = arg;
    for (int i = 0; i < 100; i++) {
        rclio_future *call = rclio_client_call(caller->client, &(add_request){.a = i, .b = 5});
        if (i % 10 == 9) rclio_future_cancel(call);
        if (rclio_future_wait(call, RCLIO_S(30)) == RCLIO_OK) {
            caller->wrong += ((const add_response *)rclio_future_value(call))->sum != i + 5;
        } else {
            caller->wrong += i % 10 != 9;
        }
        rclio_future_unref(call);
    }
    return NULL;
}

static void calls_may_be_made_and_cancelled_in_any_thread(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    struct caller callers[3];
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    AWAIT_ONCE(rclio_client_wait_for_service(client));
    event stop = event_new(&p, "all threads");
    for (int i = 0; i < 3; i++) {
        callers[i] = (struct caller){.client = client};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_a_hundred_times, &callers[i]), 0);
    }
    for (int done = 0; done < 3; done++) {
        while (pthread_tryjoin_np(callers[done].thread, NULL) != 0) rclio_executor_spin_once(p.executor, RCLIO_MS(20));
        assert_int_equal(callers[done].wrong, 0);
    }
    event_free(&stop);
    pair_free(&p);
}

static void bad_arguments_of_a_client_are_errors(void **state)
{
    (void)state;
    pair p = pair_new();
    assert_null(rclio_client_new(p.client, p.fibonacci, "add", NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_client_call(NULL, &(add_request){0}));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_client_new(p.client, p.add, "a//b", NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_calls_in_flight_all_get_their_own_response),
        cmocka_unit_test(a_call_without_a_server_waits_for_one_and_keeps_its_place),
        cmocka_unit_test(a_call_fails_at_once_when_its_server_goes),
        cmocka_unit_test(a_call_outlives_one_of_two_servers),
        cmocka_unit_test(a_call_fails_when_its_server_goes_though_a_newer_one_is_there),
        cmocka_unit_test(a_thousand_calls_cross_the_network),
        cmocka_unit_test(a_cancelled_call_is_forgotten),
        cmocka_unit_test(a_call_that_is_cancelled_while_it_waits_is_never_sent),
        cmocka_unit_test(dropping_the_future_of_a_call_is_harmless),
        cmocka_unit_test(calls_whose_futures_were_dropped_do_not_pile_up),
        cmocka_unit_test(destroying_the_client_cancels_what_is_pending),
        cmocka_unit_test(a_response_outlives_its_client),
        cmocka_unit_test(the_shutdown_of_the_context_fails_what_is_pending),
        cmocka_unit_test(waiting_for_a_service_ends_when_it_is_there),
        cmocka_unit_test(a_service_of_another_type_is_named_once),
        cmocka_unit_test(calls_may_be_made_and_cancelled_in_any_thread),
        cmocka_unit_test(bad_arguments_of_a_client_are_errors),
        cmocka_unit_test(all_calls_fail_at_once_when_their_server_is_killed),
        cmocka_unit_test(a_server_that_is_killed_and_started_anew_is_found_again),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
