/* tests/node/test_introspection.c: what clients and services tell of their calls. */
#include "pair.h"

typedef struct request_list {
    add_request *data;
    size_t size, capacity;
} request_list;
typedef struct response_list {
    add_response *data;
    size_t size, capacity;
} response_list;
typedef struct event_message { /* example_interfaces/srv/AddTwoInts_Event */
    struct {
        uint8_t event_type;
        struct {
            int32_t sec;
            uint32_t nanosec;
        } stamp;
        uint8_t client_gid[16];
        int64_t sequence_number;
    } info;
    request_list request;
    response_list response;
} event_message;

typedef struct told { /* the last of each kind */
    size_t count;
    struct {
        size_t count;
        uint8_t client[16];
        int64_t sequence, stamp_ns, a, sum;
        size_t requests, responses;
    } of[4];
} told;

static void on_event(const void *message, const rclio_message_info *info, void *arg)
{
    const event_message *told_of = message;
    told *t = arg;
    (void)info;
    assert_in_range(told_of->info.event_type, 0, 3);
    t->count++;
    t->of[told_of->info.event_type].count++;
    memcpy(t->of[told_of->info.event_type].client, told_of->info.client_gid, 16);
    t->of[told_of->info.event_type].sequence = told_of->info.sequence_number;
    t->of[told_of->info.event_type].stamp_ns = rclio_time_join(told_of->info.stamp.sec, told_of->info.stamp.nanosec);
    t->of[told_of->info.event_type].requests = told_of->request.size;
    t->of[told_of->info.event_type].responses = told_of->response.size;
    if (told_of->request.size) t->of[told_of->info.event_type].a = told_of->request.data[0].a;
    if (told_of->response.size) t->of[told_of->info.event_type].sum = told_of->response.data[0].sum;
}

static void add(const void *request, void *response, void *arg)
{
    const add_request *asked = request;
    (void)arg;
    ((add_response *)response)->sum = asked->a + asked->b;
}

typedef struct stage {
    pair p;
    rclio_service *service;
    rclio_client *client;
    rclio_subscription *listener;
    told told;
} stage;

/* Introspection is on at both sides, and the listener hears both. */
static void stage_init(stage *s, rclio_introspection server, rclio_introspection client)
{
    memset(s, 0, sizeof *s);
    s->p = pair_new();
    s->service = rclio_service_new(s->p.server, s->p.server_add, "add", add, NULL, NULL);
    s->client = rclio_client_new(s->p.client, s->p.add, "add", NULL);
    s->listener = rclio_subscription_new(s->p.client, s->p.add->parts[RCLIO_PART_EVENT], "/add/_service_event", on_event,
                                         &s->told, &(rclio_subscription_options){.qos = {.durability = RCLIO_TRANSIENT_LOCAL}});
    assert_non_null(s->listener);
    const rclio_qos qos = {.durability = RCLIO_TRANSIENT_LOCAL}; /* so that an event may come before its reader is known */
    assert_ok(rclio_service_configure_introspection(s->service, server, &qos, NULL));
    assert_ok(rclio_client_configure_introspection(s->client, client, &qos, NULL));
}

static void call(stage *s, int64_t a, int64_t b)
{
    rclio_future *future = rclio_client_call(s->client, &(add_request){a, b});
    assert_int_equal(((const add_response *)AWAIT(future))->sum, a + b);
    rclio_future_unref(future);
}

static void both_sides_tell_what_happens_to_a_call(void **state) /* INT-1, INT-2 */
{
    stage s;
    (void)state;
    stage_init(&s, RCLIO_INTROSPECTION_CONTENTS, RCLIO_INTROSPECTION_METADATA);
    int64_t before = rclio_now_system();
    AWAIT_ONCE(rclio_client_wait_for_service(s.client));
    call(&s, 40, 2);
    SPIN_UNTIL(s.p.executor, s.told.count == 4);
    for (int kind = 0; kind < 4; kind++) {
        assert_int_equal(s.told.of[kind].count, 1);
        assert_memory_equal(s.told.of[kind].client, s.told.of[0].client, 16);
        assert_int_equal(s.told.of[kind].sequence, s.told.of[0].sequence);
        assert_true(s.told.of[kind].stamp_ns >= before && s.told.of[kind].stamp_ns <= rclio_now_system());
    }
    assert_true(s.told.of[0].sequence > 0);
    assert_int_equal(s.told.of[1].requests, 1); /* of the server: contents */
    assert_int_equal(s.told.of[1].responses, 0);
    assert_int_equal(s.told.of[1].a, 40);
    assert_int_equal(s.told.of[2].requests, 0);
    assert_int_equal(s.told.of[2].responses, 1);
    assert_int_equal(s.told.of[2].sum, 42);
    assert_int_equal(s.told.of[0].requests + s.told.of[0].responses, 0); /* of the client: metadata */
    assert_int_equal(s.told.of[3].requests + s.told.of[3].responses, 0);
    pair_free(&s.p);
}

static void a_call_that_waited_for_its_server_is_told_when_it_is_sent(void **state) /* INT-2 */
{
    stage s;
    (void)state;
    stage_init(&s, RCLIO_INTROSPECTION_OFF, RCLIO_INTROSPECTION_CONTENTS);
    rclio_service_destroy(s.service);
    SPIN_UNTIL(s.p.executor, !rclio_client_is_available(s.client)); /* or the call would go to the one that is leaving */
    rclio_client_destroy(s.client);
    s.client = rclio_client_new(s.p.client, s.p.add, "add", NULL);
    assert_ok(rclio_client_configure_introspection(s.client, RCLIO_INTROSPECTION_CONTENTS,
                                                   &(rclio_qos){.durability = RCLIO_TRANSIENT_LOCAL}, NULL));
    rclio_future *future = rclio_client_call(s.client, &(add_request){5, 6});
    assert_int_equal(s.told.count, 0);
    s.service = rclio_service_new(s.p.server, s.p.server_add, "add", add, NULL, NULL);
    assert_int_equal(((const add_response *)AWAIT(future))->sum, 11);
    rclio_future_unref(future);
    SPIN_UNTIL(s.p.executor, s.told.count == 2);
    assert_int_equal(s.told.of[0].a, 5);
    assert_int_equal(s.told.of[3].sum, 11);
    pair_free(&s.p);
}

static void a_clock_of_the_users_stamps_the_events(void **state)
{
    stage s;
    (void)state;
    stage_init(&s, RCLIO_INTROSPECTION_OFF, RCLIO_INTROSPECTION_OFF);
    rclio_clock *clock = rclio_clock_new(RCLIO_CLOCK_ROS);
    assert_ok(rclio_clock_set_ros_time(clock, RCLIO_S(77)));
    assert_ok(rclio_clock_set_ros_time_active(clock, true));
    assert_ok(rclio_service_configure_introspection(s.service, RCLIO_INTROSPECTION_METADATA,
                                                    &(rclio_qos){.durability = RCLIO_TRANSIENT_LOCAL}, clock));
    rclio_clock_unref(clock);
    call(&s, 1, 1);
    SPIN_UNTIL(s.p.executor, s.told.count == 2);
    assert_int_equal(s.told.of[1].stamp_ns, RCLIO_S(77));
    pair_free(&s.p);
}

static size_t publishers(stage *s)
{
    return rclio_graph_count(s->p.client, "/add/_service_event", RCLIO_ROLE_PUBLISHERS);
}

static void it_is_off_until_it_is_switched_on_and_off_again(void **state) /* INT-1 */
{
    stage s;
    (void)state;
    stage_init(&s, RCLIO_INTROSPECTION_OFF, RCLIO_INTROSPECTION_OFF);
    call(&s, 1, 2);
    assert_int_equal(publishers(&s), 0);
    assert_ok(rclio_client_configure_introspection(s.client, RCLIO_INTROSPECTION_METADATA, NULL, NULL));
    assert_int_equal(publishers(&s), 1);
    assert_ok(rclio_client_configure_introspection(s.client, RCLIO_INTROSPECTION_CONTENTS, NULL, NULL)); /* the same publisher */
    assert_int_equal(publishers(&s), 1);
    assert_ok(rclio_client_configure_introspection(s.client, RCLIO_INTROSPECTION_CONTENTS, &RCLIO_QOS_SENSOR_DATA, NULL));
    assert_int_equal(publishers(&s), 1);
    assert_ok(rclio_client_configure_introspection(s.client, RCLIO_INTROSPECTION_OFF, NULL, NULL));
    assert_int_equal(publishers(&s), 0);
    call(&s, 1, 3);
    assert_int_equal(s.told.count, 0);
    assert_ok(rclio_client_configure_introspection(s.client, RCLIO_INTROSPECTION_CONTENTS, NULL, NULL));
    rclio_client_destroy(s.client);
    assert_int_equal(publishers(&s), 0);
    pair_free(&s.p);
}

static void what_is_not_legal_is_refused_and_leaves_it_off(void **state)
{
    stage s;
    (void)state;
    stage_init(&s, RCLIO_INTROSPECTION_CONTENTS, RCLIO_INTROSPECTION_OFF);
    assert_int_equal(rclio_client_configure_introspection(s.client, (rclio_introspection)9, NULL, NULL), RCLIO_INVALID);
    assert_int_equal(rclio_client_configure_introspection(NULL, RCLIO_INTROSPECTION_OFF, NULL, NULL), RCLIO_INVALID);
    assert_int_equal(
        rclio_service_configure_introspection(s.service, RCLIO_INTROSPECTION_CONTENTS, &(rclio_qos){.lease_ns = -1}, NULL),
        RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "/add"));
    assert_int_equal(publishers(&s), 0);
    call(&s, 1, 2);
    pair_free(&s.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_tell_what_happens_to_a_call),
        cmocka_unit_test(a_call_that_waited_for_its_server_is_told_when_it_is_sent),
        cmocka_unit_test(a_clock_of_the_users_stamps_the_events),
        cmocka_unit_test(it_is_off_until_it_is_switched_on_and_off_again),
        cmocka_unit_test(what_is_not_legal_is_refused_and_leaves_it_off),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
