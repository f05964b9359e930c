/* tests/node/test_parameter_qos.c: QoS of publishers and subscriptions from parameters. */
#include "parameter_stage.h"

#define WORDS(...) ((const char *const[]){"program", "--ros-args", __VA_ARGS__, NULL})
#define POLICY(topic, policy, value) "-p", "qos_overrides." topic "." policy ":=" value

static rclio_publisher *publisher(stage *s, const char *topic, rclio_qos_overriding overriding)
{
    return rclio_publisher_new(s->node, rclio_types_get(rclio_context_types(s->context), "std_msgs/msg/String"), topic,
                               &(rclio_publisher_options){.overriding = overriding});
}

static void nothing(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info, (void)arg;
}

static void parameters_override_the_qos_of_a_publisher(void **state) /* PAR-12 */
{
    (void)state;
    rclio_parameter_descriptor descriptor;
    stage s = stage_with(&(rclio_node_options){0}, WORDS(POLICY("/chatter", "publisher.depth", "55"),
                                                         POLICY("/chatter", "publisher.reliability", "best_effort")));
    for (int i = 0; i < 2; i++) { /* a second one finds the parameters there */
        rclio_publisher *p = publisher(&s, "chatter", (rclio_qos_overriding){.policies = RCLIO_OVERRIDE_DEFAULTS});
        assert_non_null(p);
        assert_int_equal(rclio_publisher_qos(p).depth, 55);
        assert_int_equal(rclio_publisher_qos(p).reliability, RCLIO_BEST_EFFORT);
    }
    assert_parameter(s.node, "qos_overrides./chatter.publisher.history", "keep_last");
    assert_parameter(s.node, "qos_overrides./chatter.publisher.depth", "55");
    assert_false(rclio_parameter_has(s.node, "qos_overrides./chatter.publisher.durability"));
    assert_ok(rclio_parameter_describe(s.node, "qos_overrides./chatter.publisher.depth", &descriptor));
    assert_true(descriptor.read_only);
    assert_string_equal(descriptor.description, "depth for publisher `/chatter` with id `None`");
    rclio_parameter_descriptor_fini(&descriptor);
    stage_free(&s);
}

static void without_the_option_nothing_is_declared_and_nothing_overridden(void **state) /* PAR-12 */
{
    (void)state;
    stage s = stage_with(&(rclio_node_options){0}, WORDS(POLICY("/chatter", "publisher.depth", "55")));
    rclio_publisher *p = publisher(&s, "chatter", (rclio_qos_overriding){0});
    assert_int_equal(rclio_publisher_qos(p).depth, 10);
    assert_false(rclio_parameter_has(s.node, "qos_overrides./chatter.publisher.depth"));
    stage_free(&s);
}

static void every_policy_can_be_overridden(void **state) /* PAR-12 */
{
    (void)state;
    const char *const *words = WORDS(
        POLICY("/t", "subscription_id.history", "keep_all"), POLICY("/t", "subscription_id.reliability", "best_effort"),
        POLICY("/t", "subscription_id.durability", "transient_local"), POLICY("/t", "subscription_id.deadline", "5000000000"),
        POLICY("/t", "subscription_id.liveliness", "manual_by_topic"),
        POLICY("/t", "subscription_id.liveliness_lease_duration", "7000000000"));
    stage s = stage_with(&(rclio_node_options){0}, words);
    rclio_subscription *sub = rclio_subscription_new(
        s.node, rclio_types_get(rclio_context_types(s.context), "std_msgs/msg/String"), "t", nothing, NULL,
        &(rclio_subscription_options){.overriding = {.policies = 0x1ff & ~RCLIO_OVERRIDE_CONVENTIONS, .id = "id"}});
    assert_non_null(sub);
    rclio_qos qos = rclio_subscription_qos(sub);
    assert_int_equal(qos.history, RCLIO_KEEP_ALL);
    assert_int_equal(qos.reliability, RCLIO_BEST_EFFORT);
    assert_int_equal(qos.durability, RCLIO_TRANSIENT_LOCAL);
    assert_int_equal(qos.deadline_ns, RCLIO_S(5));
    assert_int_equal(qos.liveliness, RCLIO_MANUAL_BY_TOPIC);
    assert_int_equal(qos.lease_ns, RCLIO_S(7));
    assert_parameter(s.node, "qos_overrides./t.subscription_id.depth", "10");
    assert_false(rclio_parameter_has(s.node, "qos_overrides./t.subscription_id.lifespan"));
    rclio_publisher *p =
        publisher(&s, "u", (rclio_qos_overriding){.policies = RCLIO_OVERRIDE_LIFESPAN | RCLIO_OVERRIDE_LIVELINESS});
    assert_non_null(p);
    assert_parameter(s.node, "qos_overrides./u.publisher.lifespan", "0");
    assert_parameter(s.node, "qos_overrides./u.publisher.liveliness", "system_default");
    stage_free(&s);
}

static rclio_status refuse(const rclio_qos *qos, void *arg)
{
    (void)arg;
    return qos->depth > 5 ? rclio_parameter_refuse("depth %zu", qos->depth) : RCLIO_OK;
}

static void wrong_values_are_refused(void **state) /* PAR-12 */
{
    (void)state;
    const rclio_qos_overriding all = {.policies = RCLIO_OVERRIDE_DEFAULTS};
    stage s = stage_with(&(rclio_node_options){0},
                         WORDS(POLICY("/bad", "publisher.reliability", "BEST"), POLICY("/bad2", "publisher.depth", "x"),
                               POLICY("/neg", "publisher.depth", "-3")));
    assert_null(publisher(&s, "bad", all));
    assert_non_null(strstr(rclio_error(), "Unexpected QoS override for policy `reliability`: `BEST`"));
    assert_null(publisher(&s, "bad2", all));
    assert_non_null(strstr(rclio_error(), "Trying to set parameter 'qos_overrides./bad2.publisher.depth' to 'x'"));
    assert_null(publisher(&s, "neg", all));
    assert_non_null(strstr(rclio_error(), "Unexpected QoS override for policy `depth`: `-3`"));
    assert_null(publisher(&s, "cb", (rclio_qos_overriding){.policies = RCLIO_OVERRIDE_DEFAULTS, .check = refuse}));
    assert_non_null(strstr(rclio_error(), "Provided QoS overrides for publisher `/cb` with id `None`, are not valid: depth 10"));
    stage_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_override_the_qos_of_a_publisher),
        cmocka_unit_test(without_the_option_nothing_is_declared_and_nothing_overridden),
        cmocka_unit_test(every_policy_can_be_overridden),
        cmocka_unit_test(wrong_values_are_refused),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
