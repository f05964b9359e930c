/* tests/node/test_node.c: node names, rules for them, what a node owns, its type description service. */
#include "pair.h"

static rclio_context *context_with(const char *const *words)
{
    int count = 0;
    while (words[count]) count++;
    rclio_context *context =
        rclio_init(count, (char *const *)(uintptr_t)words, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    if (!context) fail_msg("%s", rclio_error());
    harness_watch(rclio_context_executor(context));
    return context;
}

#define CONTEXT(...) context_with((const char *const[]){"program", __VA_ARGS__, NULL})

static void close_context(rclio_context *context)
{
    rclio_context_destroy(context);
    harness_unwatch();
}

static void a_node_has_a_name_a_namespace_and_a_logger(void **state)
{
    (void)state;
    rclio_context *context = CONTEXT("x");
    rclio_node *node = rclio_node_new(context, "nn", &(rclio_node_options){.name_space = "orig/deep"});
    assert_string_equal(rclio_node_name(node), "nn");
    assert_string_equal(rclio_node_namespace(node), "/orig/deep");
    assert_string_equal(rclio_node_full_name(node), "/orig/deep/nn");
    assert_string_equal(rclio_node_logger(node), "orig.deep.nn"); /* LOG-2 */
    assert_ptr_equal(rclio_node_context(node), context);
    rclio_node *root = rclio_node_new(context, "root", NULL);
    assert_string_equal(rclio_node_full_name(root), "/root");
    close_context(context);
}

static void rules_rename_a_node(void **state) /* ARG-2 */
{
    (void)state;
    rclio_context *context =
        CONTEXT("--ros-args", "-r", "a:__node:=b", "-r", "a:__ns:=/s", "-r", "b:t:=/for_b", "-r", "t:=/for_all");
    rclio_node *node = rclio_node_new(context, "a", NULL);
    assert_string_equal(rclio_node_full_name(node), "/s/b");
    char *name = rclio_node_resolve_topic(node, "t"); /* the prefix of other rules compares with the new name */
    assert_string_equal(name, "/for_b");
    free(name);
    rclio_node *deaf = rclio_node_new(context, "a", &(rclio_node_options){.ignore_global_arguments = true});
    assert_string_equal(rclio_node_full_name(deaf), "/a");
    name = rclio_node_resolve_service(deaf, "t");
    assert_string_equal(name, "/t");
    free(name);
    close_context(context);
}

static void private_names_contain_the_new_name(void **state) /* NAM-8 */
{
    (void)state;
    rclio_context *context = CONTEXT("--ros-args", "-r", "__node:=new", "-r", "__ns:=/ns");
    rclio_node *node = rclio_node_new(context, "old", NULL);
    char *name = rclio_node_resolve_topic(node, "~/x");
    assert_string_equal(name, "/ns/new/x");
    free(name);
    close_context(context);
}

static void endpoints_have_remapped_names(void **state)
{
    (void)state;
    rclio_context *context = CONTEXT("--ros-args", "-r", "chatter:=words");
    rclio_node *node = rclio_node_new(context, "n", NULL);
    rclio_publisher *p =
        rclio_publisher_new(node, rclio_types_get(rclio_context_types(context), "std_msgs/msg/String"), "chatter", NULL);
    assert_string_equal(rclio_publisher_topic(p), "/words");
    assert_int_equal(rclio_graph_count(node, "/words", RCLIO_ROLE_PUBLISHERS), 1);
    assert_int_equal(rclio_graph_count(node, "/chatter", RCLIO_ROLE_PUBLISHERS), 0);
    close_context(context);
}

static void illegal_names_are_told_in_upstreams_words(void **state) /* NAM-5, NAM-6 */
{
    (void)state;
    rclio_context *context = CONTEXT("x");
    assert_null(rclio_node_new(context, "bad-name", NULL));
    assert_string_equal(rclio_error(),
                        "Invalid node name: node name must not contain characters other than alphanumerics or '_':\n"
                        "  'bad-name'\n"
                        "      ^");
    assert_null(rclio_node_new(context, "n", &(rclio_node_options){.name_space = "/a//b"}));
    assert_non_null(strstr(rclio_error(), "Invalid namespace: "));
    char *words[] = {"--ros-args", "-r", "__ns:=/good"}; /* does not make it legal */
    assert_null(
        rclio_node_new(context, "n", &(rclio_node_options){.name_space = "bad ns", .arguments = words, .argument_count = 3}));
    assert_non_null(strstr(rclio_error(), "Invalid namespace: "));
    assert_null(rclio_node_new(context, NULL, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    rclio_node *node = rclio_node_new(context, "n", NULL);
    assert_null(rclio_node_resolve_topic(node, "a//b")); /* legal as given, not when expanded */
    assert_non_null(strstr(rclio_error(), "repeated '/'"));
    assert_null(rclio_node_resolve_topic(node, NULL));
    close_context(context);
}

static void destroying_a_node_destroys_what_is_below_it(void **state) /* N1 */
{
    (void)state;
    rclio_context *context = CONTEXT("x");
    rclio_types *types = rclio_context_types(context);
    rclio_node *watcher = rclio_node_new(context, "watcher", NULL), *node = rclio_node_new(context, "owner", NULL);
    assert_non_null(rclio_publisher_new(node, rclio_types_get(types, "std_msgs/msg/String"), "t", NULL));
    assert_non_null(
        rclio_service_new(node, rclio_types_get(types, "std_srvs/srv/Empty"), "s", (rclio_service_fn *)(uintptr_t)1, NULL, NULL));
    assert_int_equal(rclio_graph_count(watcher, "/t", RCLIO_ROLE_PUBLISHERS), 1);
    rclio_node_destroy(node);
    assert_int_equal(rclio_graph_count(watcher, "/t", RCLIO_ROLE_PUBLISHERS), 0);
    assert_int_equal(rclio_graph_count(watcher, "/s", RCLIO_ROLE_SERVICES), 0);
    close_context(context);
}

typedef struct suicide {
    rclio_node *node;
    size_t calls;
} suicide;

static void destroy_node(rclio_timer *timer, void *arg)
{
    suicide *s = arg;
    (void)timer;
    s->calls++;
    rclio_node_destroy(s->node);
}

static void a_node_may_be_destroyed_in_a_callback_of_its_own(void **state)
{
    suicide s = {0};
    (void)state;
    rclio_context *context = CONTEXT("x");
    s.node = rclio_node_new(context, "short", NULL);
    assert_non_null(rclio_timer_new(s.node, RCLIO_MS(1), destroy_node, &s, NULL));
    SPIN_UNTIL(rclio_context_executor(context), s.calls == 1);
    assert_ok(rclio_executor_spin_some(rclio_context_executor(context), 0));
    assert_int_equal(s.calls, 1);
    close_context(context);
}

static void the_first_endpoint_is_rosout_and_the_service_is_there(void **state) /* NOD-1 */
{
    (void)state;
    rclio_context *context = CONTEXT("x");
    rclio_node *node = rclio_node_new(context, "n", NULL);
    rclio_endpoint_list list;
    uint8_t gid[RCLIO_GID_SIZE];
    rclio_publisher *p =
        rclio_publisher_new(node, rclio_types_get(rclio_context_types(context), "std_msgs/msg/String"), "t", NULL);
    rclio_publisher_gid(p, gid);
    assert_ok(rclio_graph_endpoints(node, "/rosout", RCLIO_PUBLISHER, &list));
    assert_int_equal(list.size, 1);
    assert_true(memcmp(list.data[0].gid, gid, RCLIO_GID_SIZE) < 0); /* entity numbers count up */
    assert_int_equal(list.data[0].qos.durability, RCLIO_TRANSIENT_LOCAL);
    assert_int_equal(list.data[0].qos.lifespan_ns, RCLIO_S(10));
    rclio_endpoint_list_free(&list);
    assert_int_equal(rclio_graph_count(node, "/n/get_type_description", RCLIO_ROLE_SERVICES), 1);

    rclio_node *bare = rclio_node_new(
        context, "bare",
        &(rclio_node_options){
            .no_rosout = true, .no_type_description_service = true, .no_parameter_services = true, .no_parameter_events = true});
    rclio_name_list names;
    assert_ok(rclio_graph_of_node(bare, "bare", "/", RCLIO_ROLE_PUBLISHERS, &names));
    assert_int_equal(names.size, 0);
    rclio_name_list_free(&names);
    close_context(context);
}

static const rosidl_runtime_c__String *string_at(const rclio_type *type, const void *message, const char *name)
{
    const rclio_field *field = rclio_type_field(type, name);
    assert_non_null(field);
    return (const void *)((const char *)message + field->offset);
}

static bool ask(rclio_client *client, const rclio_type *type, const char *name, const char *hash, char *reason, size_t size)
{
    const rclio_type *asked = type->parts[RCLIO_PART_REQUEST], *answered = type->parts[RCLIO_PART_RESPONSE];
    void *request = rclio_message_new(asked);
    rosidl_runtime_c__String__assign((void *)(uintptr_t)string_at(asked, request, "type_name"), name);
    rosidl_runtime_c__String__assign((void *)(uintptr_t)string_at(asked, request, "type_hash"), hash);
    rclio_future *call = rclio_client_call(client, request);
    const void *response = AWAIT(call);
    bool successful = *((const bool *)response + rclio_type_field(answered, "successful")->offset);
    snprintf(reason, size, "%s", string_at(answered, response, "failure_reason")->data);
    if (successful) {
        const rclio_field *outer = rclio_type_field(answered, "type_description"),
                          *inner = rclio_type_field(outer->nested, "type_description");
        const char *description = (const char *)response + outer->offset + inner->offset;
        assert_string_equal(string_at(inner->nested, description, "type_name")->data, name);
    }
    rclio_future_unref(call);
    rclio_message_destroy(asked, request);
    return successful;
}

static void a_node_describes_its_types(void **state) /* NOD-2 */
{
    char hash[RCLIO_TYPE_HASH_TEXT_SIZE], reason[200];
    (void)state;
    rclio_context *context = CONTEXT("x");
    rclio_node *node = rclio_node_new(context, "n", NULL);
    rclio_types *types = rclio_context_types(context);
    const rclio_type *type = rclio_types_get(types, "type_description_interfaces/srv/GetTypeDescription");
    rclio_client *client = rclio_client_new(node, type, "/n/get_type_description", NULL);
    rclio_type_hash_text(rclio_types_get(types, "geometry_msgs/msg/Pose"), hash);
    assert_true(ask(client, type, "geometry_msgs/msg/Pose", hash, reason, sizeof reason));
    assert_string_equal(reason, "");
    hash[10] = hash[10] == '0' ? '1' : '0';
    assert_false(ask(client, type, "geometry_msgs/msg/Pose", hash, reason, sizeof reason));
    assert_string_not_equal(reason, "");
    assert_false(ask(client, type, "nope/msg/Nope", hash, reason, sizeof reason));
    assert_non_null(strstr(reason, "nope"));
    close_context(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_has_a_name_a_namespace_and_a_logger),
        cmocka_unit_test(rules_rename_a_node),
        cmocka_unit_test(private_names_contain_the_new_name),
        cmocka_unit_test(endpoints_have_remapped_names),
        cmocka_unit_test(illegal_names_are_told_in_upstreams_words),
        cmocka_unit_test(destroying_a_node_destroys_what_is_below_it),
        cmocka_unit_test(a_node_may_be_destroyed_in_a_callback_of_its_own),
        cmocka_unit_test(the_first_endpoint_is_rosout_and_the_service_is_there),
        cmocka_unit_test(a_node_describes_its_types),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
