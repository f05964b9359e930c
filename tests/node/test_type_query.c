/* tests/node/test_type_query.c: types that only another node knows, and topics of such types. */
#include "pair.h"

#define OWN_TYPE "rclio_custom_interface/msg/Sighting"
#define FOLDER RCLIO_SOURCE_DIR "/examples/c/custom_interface"

typedef struct stage {
    rclio_executor *executor;
    rclio_context *knows, *learns;
    rclio_node *teacher, *pupil;
    const rclio_type *type; /* of `knows` */
} stage;

static rclio_node *node_of(rclio_context *context, const char *name, bool describes)
{
    rclio_node_options options = {
        .no_type_description_service = !describes, .no_parameter_services = true, .no_parameter_events = true};
    options.executor = rclio_context_executor(context);
    return rclio_node_new(context, name, &options);
}

static void stage_init(stage *s, bool describes)
{
    const rclio_context_options quiet = {.signals = RCLIO_SIGNALS_NONE};
    setenv("RCLIO_INTERFACE_PATH", FOLDER, 1);
    s->knows = rclio_init(0, NULL, &quiet);
    unsetenv("RCLIO_INTERFACE_PATH");
    s->learns = rclio_init(0, NULL, &quiet);
    s->executor = rclio_context_executor(s->learns);
    harness_watch(s->executor);
    rclio_node_options teacher = {.executor = s->executor, .no_type_description_service = !describes, .name_space = "/school"};
    s->teacher = rclio_node_new(s->knows, "teacher", &teacher);
    s->pupil = node_of(s->learns, "pupil", true);
    s->type = rclio_types_get(rclio_context_types(s->knows), OWN_TYPE);
    if (!s->teacher || !s->pupil || !s->type) fail_msg("%s", rclio_error());
    assert_null(rclio_types_get(rclio_context_types(s->learns), OWN_TYPE));
}

static void stage_end(stage *s)
{
    rclio_context_destroy(s->knows);
    rclio_context_destroy(s->learns);
    harness_unwatch();
}

typedef struct received {
    size_t count;
    char *yaml;
    const rclio_type *type;
    uint8_t bytes[200];
    size_t size;
} received;

static void on_sighting(const void *message, const rclio_message_info *info, void *arg)
{
    received *r = arg;
    r->count++;
    assert_true(info->serialized_size < sizeof r->bytes);
    memcpy(r->bytes, info->serialized, r->size = info->serialized_size);
    if (!message) return;
    free(r->yaml);
    r->yaml = rclio_message_to_yaml(r->type, message, NULL, NULL);
}

static void a_type_that_only_the_publisher_knows_is_learned_from_it(void **state) /* TYP-7, NOD-2 */
{
    stage s;
    received r = {0};
    (void)state;
    stage_init(&s, true);
    rclio_future *question = rclio_type_of_topic(s.pupil, "/sightings", NULL); /* nobody is there yet */
    assert_non_null(question);
    rclio_publisher *publisher = rclio_publisher_new(s.teacher, s.type, "/sightings",
                                                     &(rclio_publisher_options){.qos = {.durability = RCLIO_TRANSIENT_LOCAL}});
    const rclio_type *type = AWAIT(question);
    assert_string_equal(type->name, OWN_TYPE);
    assert_memory_equal(type->hash, s.type->hash, sizeof type->hash);
    assert_ptr_not_equal(type, s.type);
    rclio_future_unref(question);

    r.type = type;
    assert_non_null(rclio_subscription_new(s.pupil, type, "/sightings", on_sighting, &r, NULL));
    void *message = rclio_message_new(s.type);
    assert_ok(rclio_message_from_yaml(s.type, "{kind: 2, name: rex, position: {x: 1.5}}", -1, message));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    assert_ok(rclio_publish(publisher, message));
    rclio_message_destroy(s.type, message);
    SPIN_UNTIL(s.executor, r.count == 1);
    assert_string_equal(r.yaml, "kind: 2\nname: rex\nposition:\n  x: 1.5\n  y: 0.0\n  z: 0.0\ncertainty: 0.5\n");
    free(r.yaml);
    stage_end(&s);
}

static void a_learned_type_publishes_bytes_and_is_taught_in_turn(void **state) /* TYP-7 */
{
    stage s;
    received r = {0};
    (void)state;
    stage_init(&s, true);
    assert_non_null(
        rclio_subscription_new(s.teacher, s.type, "/sightings", on_sighting, &r, &(rclio_subscription_options){.raw = true}));
    rclio_future *question = rclio_type_of_topic(s.pupil, "sightings", OWN_TYPE); /* a subscription tells of it too */
    const rclio_type *type = AWAIT(question);
    rclio_publisher *publisher = rclio_publisher_new(s.pupil, type, "sightings", NULL);
    void *message = rclio_message_new(type); /* with the defaults of the description */
    rclio_codec *codec = rclio_codec_new(type);
    size_t size;
    uint8_t *bytes = rclio_encode_new(codec, message, &size);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    assert_ok(rclio_publish_serialized(publisher, bytes, size));
    SPIN_UNTIL(s.executor, r.count == 1);
    assert_int_equal(r.size, size);
    assert_memory_equal(r.bytes, bytes, size);
    free(bytes);
    rclio_codec_destroy(codec);
    rclio_message_destroy(type, message);
    rclio_future_unref(question);

    rclio_node_destroy(s.teacher); /* the pupil is the only one to know it now */
    rclio_context *third = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    rclio_node *latecomer = rclio_node_new(third, "latecomer", &(rclio_node_options){.executor = s.executor});
    question = rclio_type_of_topic(latecomer, "sightings", NULL);
    assert_memory_equal(((const rclio_type *)AWAIT(question))->hash, s.type->hash, 32);
    rclio_future_unref(question);
    rclio_context_destroy(third);
    stage_end(&s);
}

static void a_definition_that_is_here_is_taken_without_asking(void **state)
{
    stage s;
    (void)state;
    stage_init(&s, false);
    const rclio_type *string = rclio_types_get(rclio_context_types(s.knows), "std_msgs/msg/String");
    assert_non_null(rclio_publisher_new(s.teacher, string, "/chatter", NULL));
    rclio_future *question = rclio_type_of_topic(s.pupil, "/chatter", NULL);
    assert_ptr_equal(AWAIT(question), rclio_types_get(rclio_context_types(s.learns), "std_msgs/msg/String"));
    rclio_future_unref(question);
    stage_end(&s);
}

static void a_topic_of_several_types_wants_to_know_which(void **state)
{
    stage s;
    (void)state;
    stage_init(&s, true);
    const rclio_type *string = rclio_types_get(rclio_context_types(s.knows), "std_msgs/msg/String");
    assert_non_null(rclio_publisher_new(s.teacher, string, "/mixed", NULL));
    assert_non_null(rclio_publisher_new(s.teacher, s.type, "/mixed", NULL));
    rclio_future *question = rclio_type_of_topic(s.pupil, "/mixed", NULL);
    AWAIT_FAILS(question, RCLIO_INVALID, "say which one");
    rclio_future_unref(question);
    question = rclio_type_of_topic(s.pupil, "/mixed", OWN_TYPE);
    assert_string_equal(((const rclio_type *)AWAIT(question))->name, OWN_TYPE);
    rclio_future_unref(question);
    stage_end(&s);
}

static void refuse(const void *request, void *response, void *arg)
{
    const rclio_type *type = ((const rclio_type *)arg)->parts[RCLIO_PART_RESPONSE];
    (void)request;
    assert_ok(rclio_message_from_yaml(type, "{successful: false, failure_reason: not today}", -1, response));
}

static void lie(const void *request, void *response, void *arg) /* another type under that name */
{
    const rclio_type *type = ((const rclio_type *)arg)->parts[RCLIO_PART_RESPONSE];
    (void)request;
    assert_ok(rclio_message_from_yaml(type,
                                      "{successful: true, type_description: {type_description: {type_name: " OWN_TYPE
                                      ", fields: [{name: a, type: {type_id: 6}}]}}}",
                                      -1, response));
}

static void assert_not_had(rclio_service_fn *answer, const char *words)
{
    stage s;
    stage_init(&s, false);
    const rclio_type *service =
        rclio_types_get(rclio_context_types(s.knows), "type_description_interfaces/srv/GetTypeDescription");
    assert_non_null(rclio_service_new(s.teacher, service, "~/get_type_description", answer, (void *)(uintptr_t)service, NULL));
    assert_non_null(rclio_publisher_new(s.teacher, s.type, "/sightings", NULL));
    rclio_future *question = rclio_type_of_topic(s.pupil, "/sightings", NULL);
    AWAIT_FAILS(question, RCLIO_NOT_FOUND, words);
    assert_non_null(strstr(rclio_error(), "node '/school/teacher' does not describe it"));
    rclio_future_unref(question);
    stage_end(&s);
}

static void a_node_that_refuses_is_named_with_its_reason(void **state)
{
    (void)state;
    assert_not_had(refuse, "not today");
}

static void a_description_of_another_hash_is_not_believed(void **state) /* TYP-7 */
{
    (void)state;
    assert_not_had(lie, "is of RIHS01_");
}

typedef struct silence {
    rclio_service *service;
    rclio_request *request;
} silence;

static void never_answer(const void *request, void *response, void *arg)
{
    silence *kept = arg;
    (void)request, (void)response;
    kept->request = rclio_service_defer(kept->service);
}

static void a_question_ends_with_its_node_and_when_it_is_cancelled(void **state)
{
    stage s;
    (void)state;
    stage_init(&s, false);
    rclio_future *alone = rclio_type_of_topic(s.pupil, "/nobody", NULL),
                 *cancelled = rclio_type_of_topic(s.pupil, "/nobody", NULL);
    const rclio_type *type = rclio_types_get(rclio_context_types(s.knows), "type_description_interfaces/srv/GetTypeDescription");
    silence kept = {0};
    kept.service = rclio_service_new(s.teacher, type, "~/get_type_description", never_answer, &kept, NULL);
    assert_non_null(rclio_publisher_new(s.teacher, s.type, "/sightings", NULL));
    rclio_future *asking = rclio_type_of_topic(s.pupil, "/sightings", NULL);
    SPIN_UNTIL(s.executor, kept.request); /* it has been asked */
    assert_ok(rclio_future_cancel(cancelled));
    AWAIT_FAILS(cancelled, RCLIO_CANCELLED, "");
    rclio_node_destroy(s.pupil);
    AWAIT_FAILS(alone, RCLIO_CANCELLED, "node was destroyed");
    AWAIT_FAILS(asking, RCLIO_CANCELLED, "node was destroyed");
    rclio_request_drop(kept.request);
    rclio_future_unref(alone);
    rclio_future_unref(asking);
    rclio_future_unref(cancelled);
    stage_end(&s);
}

static void a_name_that_is_not_legal_is_refused_at_once(void **state)
{
    stage s;
    (void)state;
    stage_init(&s, false);
    assert_null(rclio_type_of_topic(s.pupil, "no good", NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    stage_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_type_that_only_the_publisher_knows_is_learned_from_it),
        cmocka_unit_test(a_learned_type_publishes_bytes_and_is_taught_in_turn),
        cmocka_unit_test(a_definition_that_is_here_is_taken_without_asking),
        cmocka_unit_test(a_topic_of_several_types_wants_to_know_which),
        cmocka_unit_test(a_node_that_refuses_is_named_with_its_reason),
        cmocka_unit_test(a_description_of_another_hash_is_not_believed),
        cmocka_unit_test(a_question_ends_with_its_node_and_when_it_is_cancelled),
        cmocka_unit_test(a_name_that_is_not_legal_is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
