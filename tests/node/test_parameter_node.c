/* tests/node/test_parameter_node.c: what every node has of parameters, overrides from the command line, files and code, the modes. */
#include "pair.h"
#include "parameter_stage.h"

#include "node/node.h"

static const char *const no_words[] = {NULL};
#define WORDS(...) ((const char *const[]){"program", "--ros-args", __VA_ARGS__, NULL})
#define DATA RCLIO_SOURCE_DIR "/tests/data/parameters/"

struct endpoints {
    struct {
        uint8_t gid[RCLIO_GID_SIZE];
        char topic[100];
        size_t depth;
        bool reliable;
    } all[40];
    size_t count;
};

static bool collect_writers(const graph_endpoint *endpoint, void *arg)
{
    struct endpoints *e = arg;
    if (endpoint->kind != RCLIO_PUBLISHER || strcmp(endpoint->topic, "ros_discovery_info") == 0 || e->count == 40) return true;
    memcpy(e->all[e->count].gid, endpoint->gid, RCLIO_GID_SIZE);
    snprintf(e->all[e->count].topic, sizeof e->all[0].topic, "%s", endpoint->topic);
    e->all[e->count].depth = endpoint->qos.depth;
    e->all[e->count++].reliable = endpoint->qos.reliability == RCLIO_RELIABLE && endpoint->qos.durability == RCLIO_VOLATILE;
    return true;
}

/* Topics before services, which have a participant of their own on the split seam; each in the order in which they were made. */
static int by_gid(const void *a, const void *b)
{
    static const size_t prefix = 12; /* the participant's */
    const uint8_t *left = a, *right = b;
    bool same = memcmp(left, right, prefix) == 0;
    const char *topic = (const char *)left + RCLIO_GID_SIZE;
    if (same) return memcmp(left, right, RCLIO_GID_SIZE);
    return strncmp(topic, "rt/", 3) == 0 ? -1 : 1;
}

static void parameter_endpoints_come_in_upstreams_order(void **state) /* NOD-3, NOD-1, SRV-8 */
{
    static const char *const expected[] = {"rt/rosout",
                                           "rt/parameter_events",
                                           "rr/ns/n/describe_parametersReply",
                                           "rr/ns/n/get_parametersReply",
                                           "rr/ns/n/get_parameter_typesReply",
                                           "rr/ns/n/list_parametersReply",
                                           "rr/ns/n/set_parametersReply",
                                           "rr/ns/n/set_parameters_atomicallyReply",
                                           "rr/ns/n/get_type_descriptionReply"};
    struct endpoints found = {.count = 0};
    (void)state;
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    harness_watch(rclio_context_executor(context));
    rclio_node *node = rclio_node_new(context, "n", &(rclio_node_options){.name_space = "/ns"});
    assert_non_null(node);
    graph_visit_endpoints(node->ops->graph_of(context->participant), collect_writers, &found);
    qsort(found.all, found.count, sizeof found.all[0], by_gid);
    assert_int_equal(found.count, 9);
    for (size_t i = 0; i < 9; i++) {
        assert_string_equal(found.all[i].topic, expected[i]);
        if (i == 1) assert_int_equal(found.all[i].depth, 1000); /* nobody is told of a service's */
        if (i >= 1) assert_true(found.all[i].reliable);
    }
    rclio_context_destroy(context);
    harness_unwatch();
}

static void a_node_declares_two_parameters_by_itself(void **state) /* NOD-3 */
{
    rclio_parameter_names names;
    rclio_parameter_descriptor descriptor;
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameters_list(s.node, NULL, 0, 0, &names));
    assert_int_equal(names.name_count, 2);
    assert_string_equal(names.names[0], "use_sim_time");
    assert_string_equal(names.names[1], "start_type_description_service");
    rclio_parameter_names_fini(&names);
    assert_parameter(s.node, "use_sim_time", "False");
    assert_ok(rclio_parameter_describe(s.node, "start_type_description_service", &descriptor));
    assert_true(descriptor.read_only);
    assert_string_equal(descriptor.description, "If enabled, start the ~/get_type_description service.");
    rclio_parameter_descriptor_fini(&descriptor);
    stage_free(&s);
}

static void an_override_starts_no_type_description_service(void **state) /* NOD-3 */
{
    (void)state;
    const char *const *words = WORDS("-p", "start_type_description_service:=false");
    rclio_context *context =
        rclio_init(4, (char *const *)(uintptr_t)words, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    harness_watch(rclio_context_executor(context));
    rclio_node *node = rclio_node_new(context, "n", NULL);
    assert_int_equal(rclio_graph_count(node, "/n/get_type_description", RCLIO_ROLE_SERVICES), 0);
    assert_int_equal(rclio_graph_count(node, "/n/get_parameters", RCLIO_ROLE_SERVICES), 1);
    rclio_context_destroy(context);
    harness_unwatch();
}

static void an_override_replaces_the_default(void **state) /* PAR-2 */
{
    (void)state;
    stage s =
        stage_with(&(rclio_node_options){0}, WORDS("-p", "ov:=7", "-p", "nn:g.x:=deep", "-p", "other:ov:=9", "-p", "bad:=str"));
    assert_false(rclio_parameter_has(s.node, "ov")); /* until it is declared */
    assert_ok(rclio_parameter_declare(s.node, "ov", rclio_value_integer(1), NULL));
    assert_parameter(s.node, "ov", "7");
    assert_ok(rclio_parameter_declare(s.node, "g.x", (rclio_parameter_value){0},
                                      &(rclio_parameter_options){.type = RCLIO_PARAMETER_STRING}));
    assert_parameter(s.node, "g.x", "deep");
    assert_refused(rclio_parameter_declare(s.node, "bad", rclio_value_integer(1), NULL), RCLIO_INVALID,
                   "Trying to set parameter 'bad' to 'str' of type 'STRING', expecting type 'INTEGER'");
    assert_false(rclio_parameter_has(s.node, "bad"));
    assert_ok(
        rclio_parameter_declare(s.node, "bad", rclio_value_integer(5), &(rclio_parameter_options){.ignore_override = true}));
    assert_parameter(s.node, "bad", "5");
    stage_free(&s);
}

static void an_override_may_be_read_only_and_must_be_in_range(void **state)
{
    (void)state;
    stage s = stage_with(&(rclio_node_options){0}, WORDS("-p", "ro:=9", "-p", "rng:=99"));
    const rclio_parameter_options read_only = {.descriptor = {.read_only = true}};
    const rclio_parameter_options range = {.descriptor = {.has_integer_range = true, .integer_range = {0, 10, 1}}};
    assert_ok(rclio_parameter_declare(s.node, "ro", rclio_value_integer(1), &read_only));
    assert_parameter(s.node, "ro", "9");
    assert_refused(rclio_parameter_declare(s.node, "rng", rclio_value_integer(1), &range), RCLIO_INVALID,
                   "Invalid parameter value (99) for parameter. Reason: Parameter rng out of range. Min: 0, Max: 10, value: 99");
    stage_free(&s);
}

static void an_empty_list_overrides_an_array(void **state) /* PAR-9 */
{
    static const int64_t numbers[] = {1, 2};
    (void)state;
    stage s = stage_with(&(rclio_node_options){0}, WORDS("-p", "list:=[]", "-p", "one:=[]"));
    assert_ok(rclio_parameter_declare(s.node, "list", rclio_value_integers(numbers, 2), NULL));
    assert_parameter(s.node, "list", "[]");
    assert_int_equal(rclio_parameter_declare(s.node, "one", rclio_value_integer(1), NULL), RCLIO_INVALID);
    stage_free(&s);
}

static void code_overrides_the_command_line(void **state)
{
    const rclio_parameter overrides[] = {{"a", rclio_value_string("code")}};
    (void)state;
    stage s = stage_with(&(rclio_node_options){.parameter_overrides = overrides, .parameter_override_count = 1},
                         WORDS("-p", "a:=cli", "-p", "b:=cli"));
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_string(""), NULL));
    assert_ok(rclio_parameter_declare(s.node, "b", rclio_value_string(""), NULL));
    assert_parameter(s.node, "a", "code");
    assert_parameter(s.node, "b", "cli");
    stage_free(&s);
}

static void the_overrides_are_told_whether_declared_or_not(void **state)
{
    (void)state;
    const rclio_parameter overrides[] = {{"a", rclio_value_string("code")}, {"b", rclio_value_integer(2)}};
    rclio_parameter_list told;
    stage s = stage_with(&(rclio_node_options){.parameter_overrides = overrides, .parameter_override_count = 2}, no_words);
    assert_ok(rclio_parameter_overrides(s.node, &told));
    assert_int_equal(told.size, 2);
    assert_string_equal(rclio_parameter_list_find(&told, "a")->string, "code");
    assert_int_equal(rclio_parameter_list_find(&told, "b")->integer, 2);
    rclio_parameter_list_fini(&told);
    stage_free(&s);
}

static void a_node_may_be_deaf_to_the_command_line(void **state)
{
    (void)state;
    stage s = stage_with(&(rclio_node_options){.ignore_global_arguments = true}, WORDS("-p", "a:=cli"));
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_string("own"), NULL));
    assert_parameter(s.node, "a", "own");
    stage_free(&s);
}

static void a_file_overrides_by_the_nodes_new_name(void **state) /* PAR-7, PAR-8 */
{
    (void)state;
    stage s = stage_with(&(rclio_node_options){0}, WORDS("--params-file", DATA "exact.yaml", "-r", "__ns:=/ns"));
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_string(""), NULL));
    assert_parameter(s.node, "a", "exact");
    stage_free(&s);
}

static void overrides_may_declare_themselves(void **state)
{
    rclio_parameter_descriptor descriptor;
    (void)state;
    stage s = stage_with(&(rclio_node_options){.automatically_declare_parameters = true},
                         WORDS("-p", "ov:=1", "-p", "g.x:=s", "-p", "use_sim_time:=false"));
    assert_parameter(s.node, "ov", "1");
    assert_parameter(s.node, "g.x", "s");
    assert_ok(rclio_parameter_describe(s.node, "ov", &descriptor));
    assert_false(descriptor.dynamic_typing);
    rclio_parameter_descriptor_fini(&descriptor);
    assert_int_equal(rclio_parameter_declare(s.node, "ov", rclio_value_integer(1), NULL), RCLIO_BAD_STATE);
    stage_free(&s);
}

static void a_node_with_a_wrong_use_sim_time_is_not_made(void **state)
{
    (void)state;
    stage s = stage_with(&(rclio_node_options){0}, WORDS("-p", "use_sim_time:=5"));
    assert_null(s.node);
    assert_non_null(
        strstr(rclio_error(), "Trying to set parameter 'use_sim_time' to '5' of type 'INTEGER', expecting type 'BOOL'"));
    stage_free(&s);
}

static void reading_a_parameter_is_quick(void **state)
{
    enum { READS = 100000 };
    double value;
    (void)state;
    stage s = stage_with(&(rclio_node_options){0}, no_words);
    assert_ok(rclio_parameter_declare(s.node, "speed", rclio_value_double(1), NULL));
    int64_t start = rclio_now_steady();
    for (int i = 0; i < READS; i++) assert_ok(rclio_parameter_get_double(s.node, "speed", &value));
    int64_t each = (rclio_now_steady() - start) / READS;
    print_message("a read takes %ld ns\n", (long)each);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_true(each < 1000);
#endif
    stage_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameter_endpoints_come_in_upstreams_order),
        cmocka_unit_test(a_node_declares_two_parameters_by_itself),
        cmocka_unit_test(an_override_starts_no_type_description_service),
        cmocka_unit_test(an_override_replaces_the_default),
        cmocka_unit_test(an_override_may_be_read_only_and_must_be_in_range),
        cmocka_unit_test(an_empty_list_overrides_an_array),
        cmocka_unit_test(code_overrides_the_command_line),
        cmocka_unit_test(the_overrides_are_told_whether_declared_or_not),
        cmocka_unit_test(a_node_may_be_deaf_to_the_command_line),
        cmocka_unit_test(a_file_overrides_by_the_nodes_new_name),
        cmocka_unit_test(overrides_may_declare_themselves),
        cmocka_unit_test(a_node_with_a_wrong_use_sim_time_is_not_made),
        cmocka_unit_test(reading_a_parameter_is_quick),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
