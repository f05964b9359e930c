/* tests/node/test_many_threads.c: introspection, content filters, waits for messages and learned types on a multi-threaded executor, used
 * from several threads at once. For the thread sanitizer above all. */
#include "pair.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { CALLERS = 3, CALLS = 40, CHANGES = 30, WAITS = 20 };

typedef struct stage {
    pair p;
    pthread_t spinner;
    rclio_client *client;
    rclio_service *service;
    atomic_int called, events;
} stage;

static void *spin(void *executor)
{
    rclio_executor_spin(executor);
    return NULL;
}

static void stage_start(stage *s)
{
    memset(s, 0, sizeof *s);
    s->p = pair_new_on(&(rclio_executor_options){.threads = 4});
    pthread_create(&s->spinner, NULL, spin, s->p.executor);
}

static void stage_stop(stage *s)
{
    rclio_executor_stop(s->p.executor);
    pthread_join(s->spinner, NULL);
    pair_free(&s->p);
}

/* ---- introspection ---- */

static void add(const void *request, void *response, void *arg)
{
    (void)arg;
    ((add_response *)response)->sum = ((const add_request *)request)->a;
}

static void on_event(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info;
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void *call_often(void *arg)
{
    stage *s = arg;
    for (int64_t i = 0; i < CALLS; i++) {
        rclio_future *future = rclio_client_call(s->client, &(add_request){.a = i});
        assert_int_equal(rclio_future_wait(future, RCLIO_S(30)), RCLIO_OK);
        assert_int_equal(((const add_response *)rclio_future_value(future))->sum, i);
        rclio_future_unref(future);
        atomic_fetch_add(&s->called, 1);
    }
    return NULL;
}

static void calls_go_on_while_introspection_is_switched(void **state)
{
    stage s;
    pthread_t callers[CALLERS];
    (void)state;
    stage_start(&s);
    s.service = rclio_service_new(s.p.server, s.p.server_add, "add", add, NULL, NULL);
    s.client = rclio_client_new(s.p.client, s.p.add, "add", NULL);
    assert_non_null(rclio_subscription_new(s.p.client, s.p.add->parts[RCLIO_PART_EVENT], "/add/_service_event", on_event,
                                           &s.events,
                                           &(rclio_subscription_options){.qos = {.durability = RCLIO_TRANSIENT_LOCAL}}));
    for (int i = 0; i < CALLERS; i++) pthread_create(&callers[i], NULL, call_often, &s);
    const rclio_qos kept = {.durability = RCLIO_TRANSIENT_LOCAL}, other = {.durability = RCLIO_TRANSIENT_LOCAL, .depth = 3};
    for (int i = 0; atomic_load(&s.called) < CALLERS * CALLS; i++) {
        rclio_introspection next = (rclio_introspection)(i % 3);
        assert_ok(rclio_service_configure_introspection(s.service, next, i % 2 ? &kept : &other, NULL));
        assert_ok(rclio_client_configure_introspection(s.client, RCLIO_INTROSPECTION_CONTENTS, &kept, NULL));
        if (i > CHANGES) sched_yield();
    }
    for (int i = 0; i < CALLERS; i++) pthread_join(callers[i], NULL);
    while (!atomic_load(&s.events)) sched_yield();
    stage_stop(&s);
}

/* ---- content filters ---- */

static void on_number(const void *message, const rclio_message_info *info, void *arg)
{
    (void)info;
    assert_int_equal(*(const int32_t *)message % 2, 0); /* whatever filter is in force lets even ones through only */
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void a_filter_is_changed_while_messages_come(void **state)
{
    stage s;
    (void)state;
    stage_start(&s);
    const rclio_type *type = rclio_types_get(rclio_context_types(s.p.server_context), "std_msgs/msg/Int32");
    const rclio_type *own = rclio_types_get(rclio_context_types(s.p.client_context), "std_msgs/msg/Int32");
    rclio_publisher *publisher = rclio_publisher_new(s.p.server, type, "numbers", NULL);
    const rclio_subscription_options options = {.content_filter = {.expression = "data = 2 OR data = 4"}};
    rclio_subscription *subscription = rclio_subscription_new(s.p.client, own, "numbers", on_number, &s.events, &options);
    while (rclio_publisher_subscriptions(publisher) == 0) sched_yield();
    for (int32_t i = 0; i < CHANGES || atomic_load(&s.events) < 3; i++) {
        const char *const number[] = {i % 2 ? "2" : "4"};
        for (int32_t n = 1; n < 6; n++) assert_ok(rclio_publish(publisher, &n));
        assert_ok(rclio_subscription_set_content_filter(subscription, &(rclio_content_filter){"data = %0", number, 1}));
    }
    stage_stop(&s);
}

/* ---- waits ---- */

static void *wait_often(void *arg)
{
    stage *s = arg;
    const rclio_type *type = rclio_types_get(rclio_context_types(s->p.client_context), "std_msgs/msg/Int32");
    for (int i = 0; i < WAITS; i++) {
        rclio_future *future = rclio_wait_for_message(s->p.client, type, "numbers", NULL);
        assert_non_null(future);
        if (i % 2) {
            rclio_future_cancel(future); /* it may have ended meanwhile */
        } else {
            assert_int_equal(rclio_future_wait(future, RCLIO_S(30)), RCLIO_OK);
            assert_int_equal(*(const int32_t *)rclio_future_value(future), 7);
        }
        rclio_future_unref(future);
    }
    atomic_fetch_add(&s->called, 1);
    return NULL;
}

static void messages_are_waited_for_and_given_up_in_many_threads(void **state)
{
    stage s;
    pthread_t waiters[CALLERS];
    (void)state;
    stage_start(&s);
    const rclio_type *type = rclio_types_get(rclio_context_types(s.p.server_context), "std_msgs/msg/Int32");
    rclio_publisher *publisher = rclio_publisher_new(s.p.server, type, "numbers", NULL);
    for (int i = 0; i < CALLERS; i++) pthread_create(&waiters[i], NULL, wait_often, &s);
    while (atomic_load(&s.called) < CALLERS) {
        assert_ok(rclio_publish(publisher, &(int32_t){7}));
        sched_yield();
    }
    for (int i = 0; i < CALLERS; i++) pthread_join(waiters[i], NULL);
    while (rclio_graph_count(s.p.client, "/numbers", RCLIO_ROLE_SUBSCRIPTIONS)) sched_yield(); /* those given up go too */
    stage_stop(&s);
}

/* ---- learned types ---- */

static void a_type_is_learned_on_a_pool(void **state) /* TYP-7 */
{
    stage s;
    (void)state;
    setenv("RCLIO_INTERFACE_PATH", RCLIO_SOURCE_DIR "/examples/c/custom_interface", 1);
    rclio_context *knows = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    unsetenv("RCLIO_INTERFACE_PATH");
    stage_start(&s);
    rclio_node *teacher = rclio_node_new(knows, "teacher", &(rclio_node_options){.executor = s.p.executor});
    const rclio_type *type = rclio_types_get(rclio_context_types(knows), "rclio_custom_interface/msg/Sighting");
    rclio_future *questions[CALLERS];
    for (int i = 0; i < CALLERS; i++) questions[i] = rclio_type_of_topic(s.p.client, "/sightings", NULL);
    assert_non_null(rclio_publisher_new(teacher, type, "/sightings", NULL));
    for (int i = 0; i < CALLERS; i++) {
        assert_int_equal(rclio_future_wait(questions[i], RCLIO_S(30)), RCLIO_OK);
        assert_ptr_equal(rclio_future_value(questions[i]), rclio_future_value(questions[0]));
    }
    rclio_future *left = rclio_type_of_topic(s.p.client, "/nobody", NULL);
    assert_ok(rclio_future_cancel(left));
    rclio_future_unref(left);
    for (int i = 0; i < CALLERS; i++) rclio_future_unref(questions[i]);
    rclio_context_destroy(knows);
    stage_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_go_on_while_introspection_is_switched),
        cmocka_unit_test(a_filter_is_changed_while_messages_come),
        cmocka_unit_test(messages_are_waited_for_and_given_up_in_many_threads),
        cmocka_unit_test(a_type_is_learned_on_a_pool),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
