/* tests/node/test_logger_services.c: levels of loggers over services, and the QoS of a node's /rosout. */
#include "pair.h"

typedef struct logger_level { /* rcl_interfaces/msg/LoggerLevel */
    rosidl_runtime_c__String name;
    uint32_t level;
} logger_level;
typedef struct level_result { /* rcl_interfaces/msg/SetLoggerLevelsResult */
    bool successful;
    rosidl_runtime_c__String reason;
} level_result;
typedef struct list_of { /* of names, levels or results */
    void *data;
    size_t size, capacity;
} list_of;

static const rclio_type *service_type(pair *p, const char *name)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(p->client_context), name);
    assert_non_null(type);
    return type;
}

static rclio_node *node_with(pair *p, rclio_node_options options)
{
    options.executor = p->executor;
    options.no_type_description_service = options.no_parameter_services = options.no_parameter_events = true;
    rclio_node *node = rclio_node_new(p->server_context, "loud", &options);
    if (!node) fail_msg("%s", rclio_error());
    return node;
}

static rclio_future *call(rclio_client *client, const rclio_type *type, const char *yaml)
{
    void *request = rclio_message_new(type->parts[RCLIO_PART_REQUEST]);
    assert_ok(rclio_message_from_yaml(type->parts[RCLIO_PART_REQUEST], yaml, -1, request));
    rclio_future *future = rclio_client_call(client, request);
    rclio_message_destroy(type->parts[RCLIO_PART_REQUEST], request);
    return future;
}

static void levels_are_told_and_set_over_services(void **state) /* LOG-6 */
{
    static const struct {
        bool successful;
        const char *reason;
    } expected[] = {{true, ""},
                    {true, ""},
                    {false, "Failed reason: Invalid logger level."},
                    {true, ""},
                    {false, "Failed reason: Invalid logger level."}};
    (void)state;
    pair p = pair_new();
    node_with(&p, (rclio_node_options){.enable_logger_service = true, .name_space = "/ns"});
    const rclio_type *get = service_type(&p, "rcl_interfaces/srv/GetLoggerLevels");
    const rclio_type *set = service_type(&p, "rcl_interfaces/srv/SetLoggerLevels");
    rclio_client *getter = rclio_client_new(p.client, get, "/ns/loud/get_logger_levels", NULL);
    rclio_client *setter = rclio_client_new(p.client, set, "/ns/loud/set_logger_levels", NULL);

    rclio_future *change = call(setter, set,
                                "{levels: [{name: ns.loud, level: 10}, {name: '', level: 40}, {name: a, level: 25}, {name: a.b, "
                                "level: 30}, {name: z, level: 4294967295}]}");
    const list_of *results = AWAIT(change);
    assert_int_equal(results->size, 5);
    for (size_t i = 0; i < 5; i++) {
        const level_result *result = (const level_result *)results->data + i;
        assert_int_equal(result->successful, expected[i].successful);
        assert_string_equal(result->reason.data, expected[i].reason);
    }
    rclio_future_unref(change);

    static const uint32_t levels[] = {10, 40, 0, 30, 0};
    static const char *const names[] = {"ns.loud", "", "a", "a.b", "ns.loud.kid"};
    rclio_future *question = call(getter, get, "{names: [ns.loud, '', a, a.b, ns.loud.kid]}");
    const list_of *told = AWAIT(question);
    assert_int_equal(told->size, 5);
    for (size_t i = 0; i < 5; i++) {
        const logger_level *level = (const logger_level *)told->data + i;
        assert_string_equal(level->name.data, names[i]);
        assert_int_equal(level->level, levels[i]);
    }
    rclio_future_unref(question);
    assert_int_equal(rclio_logger_effective_level(p.server_context, "ns.loud.kid"), RCLIO_LOG_DEBUG);
    assert_int_equal(rclio_logger_effective_level(p.server_context, "a.c"), RCLIO_LOG_ERROR);
    assert_int_equal(rclio_logger_level(p.server_context, "a.c"), RCLIO_LOG_UNSET);
    assert_int_equal(rclio_logger_level(p.client_context, ""), RCLIO_LOG_INFO);
    pair_free(&p);
}

static void a_node_has_no_logger_services_unless_asked(void **state) /* LOG-6 */
{
    (void)state;
    pair p = pair_new();
    rclio_name_list services;
    node_with(&p, (rclio_node_options){0});
    assert_ok(rclio_graph_of_node(p.server, "loud", "/", RCLIO_ROLE_SERVICES, &services));
    assert_int_equal(services.size, 0);
    rclio_name_list_free(&services);
    pair_free(&p);
}

static rclio_qos rosout_qos_of(rclio_node *node, const char *name)
{
    rclio_endpoint_list list;
    rclio_qos qos = {0};
    assert_ok(rclio_graph_endpoints(node, "/rosout", RCLIO_PUBLISHER, &list));
    for (size_t i = 0; i < list.size; i++)
        if (strcmp(list.data[i].node_name, name) == 0) qos = list.data[i].qos;
    rclio_endpoint_list_free(&list);
    return qos;
}

static void rosout_has_the_qos_that_the_node_was_given(void **state) /* LOG-2 */
{
    (void)state;
    pair p = pair_new();
    node_with(
        &p, (rclio_node_options){
                .rosout_qos = {.history = RCLIO_KEEP_LAST, .depth = 7, .durability = RCLIO_VOLATILE, .lifespan_ns = RCLIO_S(3)}});
    rclio_qos qos = rosout_qos_of(p.server, "loud"), usual = rosout_qos_of(p.server, "server");
    assert_int_equal(qos.durability, RCLIO_VOLATILE);
    assert_int_equal(qos.reliability, RCLIO_RELIABLE);
    assert_int_equal(qos.lifespan_ns, RCLIO_S(3));
    assert_int_equal(usual.durability, RCLIO_TRANSIENT_LOCAL);
    assert_int_equal(usual.lifespan_ns, RCLIO_S(10));
    pair_free(&p);
}

static void a_rosout_qos_that_is_not_legal_makes_no_node(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_node_options options = {.executor = p.executor, .rosout_qos = {.deadline_ns = -1}};
    assert_null(rclio_node_new(p.server_context, "loud", &options));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "/rosout"));
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_told_and_set_over_services),
        cmocka_unit_test(a_node_has_no_logger_services_unless_asked),
        cmocka_unit_test(rosout_has_the_qos_that_the_node_was_given),
        cmocka_unit_test(a_rosout_qos_that_is_not_legal_makes_no_node),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
