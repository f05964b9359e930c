/* tests/node/test_graph.c: graph queries, waiting for changes and for quiet, and what the graph warns of. */
#include "pair.h"

static void ignore(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info, (void)arg;
}

static void serve(const void *request, void *response, void *arg)
{
    (void)request, (void)response, (void)arg;
}

static const rclio_type *type_of(rclio_node *node, const char *name)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(rclio_node_context(node)), name);
    if (!type) fail_msg("%s", rclio_error());
    return type;
}

#define STRING "std_msgs/msg/String"

static void settle(rclio_node *node)
{
    AWAIT_ONCE(rclio_graph_settled(node, RCLIO_MS(50), RCLIO_MS(200), RCLIO_S(20)));
}

static bool has(const rclio_name_list *names, const char *name, const char *type)
{
    for (size_t i = 0; i < names->size; i++)
        for (size_t t = 0; strcmp(names->data[i].name, name) == 0 && t < names->data[i].type_count; t++)
            if (strcmp(names->data[i].types[t], type) == 0) return true;
    return false;
}

static void nodes_are_seen_from_both_sides(void **state)
{
    rclio_node_list nodes;
    (void)state;
    pair p = pair_new();
    settle(p.client);
    assert_ok(rclio_graph_nodes(p.client, &nodes));
    assert_int_equal(nodes.size, 2);
    assert_string_equal(nodes.data[0].full_name, "/client"); /* sorted */
    assert_string_equal(nodes.data[1].full_name, "/server");
    assert_string_equal(nodes.data[1].name_space, "/");
    assert_string_equal(nodes.data[1].enclave, "/");
    rclio_node_list_free(&nodes);
    rclio_node_destroy(p.server);
    for (size_t left = 2; left > 1;) {
        rclio_future *change = rclio_graph_changed(p.client); /* first, so that no change is missed */
        assert_ok(rclio_graph_nodes(p.client, &nodes));
        left = nodes.size;
        rclio_node_list_free(&nodes);
        if (left > 1) AWAIT(change);
        rclio_future_unref(change);
    }
    pair_free(&p);
}

static void everything_of_a_peer_is_there_once_the_graph_has_settled(void **state)
{
    rclio_name_list names;
    (void)state;
    pair p = pair_new();
    assert_non_null(rclio_publisher_new(p.server, type_of(p.server, STRING), "ns/topic", NULL));
    assert_non_null(rclio_subscription_new(p.server, type_of(p.server, "std_msgs/msg/Int32"), "numbers", ignore, NULL, NULL));
    assert_non_null(rclio_service_new(p.server, p.server_add, "add", serve, NULL, NULL));
    assert_non_null(rclio_client_new(p.server, p.server_set_bool, "set", NULL));
    assert_non_null(rclio_action_client_new(p.server, p.server_fibonacci, "fibonacci", NULL));
    settle(p.client);
    assert_ok(rclio_graph_topics(p.client, false, &names));
    assert_true(has(&names, "/ns/topic", STRING));
    assert_true(has(&names, "/rosout", "rcl_interfaces/msg/Log"));
    assert_false(has(&names, "rq/addRequest", "example_interfaces::srv::dds_::AddTwoInts_Request_"));
    for (size_t i = 1; i < names.size; i++) assert_true(strcmp(names.data[i - 1].name, names.data[i].name) < 0);
    rclio_name_list_free(&names);
    assert_ok(rclio_graph_topics(p.client, true, &names));
    assert_true(has(&names, "rq/addRequest", "example_interfaces::srv::dds_::AddTwoInts_Request_")); /* NAM-1, NAM-3 */
    rclio_name_list_free(&names);
    assert_ok(rclio_graph_services(p.client, &names));
    assert_true(has(&names, "/add", "example_interfaces/srv/AddTwoInts"));
    rclio_name_list_free(&names);
    assert_ok(rclio_graph_actions(p.client, &names));
    assert_true(has(&names, "/fibonacci", "action_tutorials_interfaces/action/Fibonacci"));
    rclio_name_list_free(&names);
    assert_ok(rclio_graph_of_node(p.client, "server", "/", RCLIO_ROLE_DDS_READERS, &names));
    assert_true(has(&names, "rq/addRequest", "example_interfaces::srv::dds_::AddTwoInts_Request_")); /* NAM-1, NAM-3 */
    assert_false(has(&names, "rr/addReply", "example_interfaces::srv::dds_::AddTwoInts_Response_"));
    rclio_name_list_free(&names);
    assert_ok(rclio_graph_of_node(p.client, "server", "/", RCLIO_ROLE_DDS_WRITERS, &names));
    assert_true(has(&names, "rr/addReply", "example_interfaces::srv::dds_::AddTwoInts_Response_"));
    rclio_name_list_free(&names);
    assert_ok(rclio_graph_of_node(p.client, "server", "/", RCLIO_ROLE_SUBSCRIPTIONS, &names));
    assert_true(has(&names, "/numbers", "std_msgs/msg/Int32"));
    rclio_name_list_free(&names);
    assert_ok(rclio_graph_of_node(p.client, "server", "/", RCLIO_ROLE_CLIENTS, &names)); /* DIS-8 */
    assert_true(has(&names, "/set", "example_interfaces/srv/SetBool"));
    rclio_name_list_free(&names);
    assert_int_equal(rclio_graph_of_node(p.client, "nobody", "/", RCLIO_ROLE_CLIENTS, &names), RCLIO_NOT_FOUND);
    assert_int_equal(rclio_graph_count(p.client, "/ns/topic", RCLIO_ROLE_PUBLISHERS), 1);
    assert_int_equal(rclio_graph_count(p.client, "/add", RCLIO_ROLE_SERVICES), 1);
    assert_int_equal(rclio_graph_count(p.client, "/fibonacci", RCLIO_ROLE_ACTION_CLIENTS), 1);
    assert_int_equal(rclio_graph_count(p.client, "/fibonacci", RCLIO_ROLE_ACTION_SERVERS), 0);
    pair_free(&p);
}

static void an_endpoint_carries_node_type_hash_and_qos(void **state)
{
    rclio_endpoint_list list;
    char hash[RCLIO_TYPE_HASH_TEXT_SIZE];
    uint8_t gid[RCLIO_GID_SIZE];
    (void)state;
    pair p = pair_new();
    rclio_publisher_options o = {.qos = {.durability = RCLIO_TRANSIENT_LOCAL, .depth = 7, .deadline_ns = RCLIO_MS(1500)}};
    rclio_publisher *publisher = rclio_publisher_new(p.server, type_of(p.server, STRING), "t", &o);
    settle(p.client);
    assert_ok(rclio_graph_endpoints(p.client, "/t", RCLIO_PUBLISHER, &list));
    assert_int_equal(list.size, 1);
    assert_string_equal(list.data[0].node_name, "server");
    assert_string_equal(list.data[0].type, STRING);
    rclio_type_hash_text(type_of(p.server, STRING), hash);
    assert_string_equal(list.data[0].type_hash, hash); /* DIS-2 */
    rclio_publisher_gid(publisher, gid);
    assert_memory_equal(list.data[0].gid, gid, sizeof gid); /* GID-1 */
    assert_int_equal(list.data[0].qos.durability, RCLIO_TRANSIENT_LOCAL);
    assert_int_equal(list.data[0].qos.depth, 7);
    assert_true(list.data[0].qos.deadline_ns == RCLIO_MS(1500));
    rclio_endpoint_list_free(&list);
    assert_ok(rclio_graph_endpoints(p.client, "/t", RCLIO_SUBSCRIPTION, &list));
    assert_int_equal(list.size, 0);
    rclio_endpoint_list_free(&list);
    pair_free(&p);
}

static void a_node_alone_settles_after_its_own_time(void **state)
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    harness_watch(rclio_context_executor(context));
    int64_t before = rclio_now_steady();
    rclio_node *node = rclio_node_new(context, "alone", NULL);
    AWAIT_ONCE(rclio_graph_settled(node, RCLIO_MS(1), RCLIO_MS(60), RCLIO_S(20)));
    assert_true(rclio_now_steady() - before >= RCLIO_MS(60));
    AWAIT_ONCE(rclio_graph_settled(node, RCLIO_MS(1), RCLIO_MS(60), RCLIO_S(20))); /* that time has passed already */
    rclio_context_destroy(context);
    harness_unwatch();
}

static void quiet_that_does_not_come_ends_at_the_limit(void **state)
{
    (void)state;
    pair p = pair_new();
    int64_t before = rclio_now_steady();
    AWAIT_ONCE(rclio_graph_settled(p.client, RCLIO_S(1000), RCLIO_S(1000), RCLIO_MS(100)));
    assert_true(rclio_now_steady() - before >= RCLIO_MS(100));
    pair_free(&p);
}

static void futures_of_the_graph_end_with_their_node(void **state)
{
    (void)state;
    pair p = pair_new();
    settle(p.client);
    rclio_future *changed = rclio_graph_changed(p.client),
                 *settled = rclio_graph_settled(p.client, RCLIO_S(1000), RCLIO_S(1000), RCLIO_S(1000));
    rclio_node_destroy(p.client);
    AWAIT_FAILS(settled, RCLIO_CANCELLED, "the node was destroyed");
    AWAIT_FAILS(changed, RCLIO_CANCELLED, "the node was destroyed");
    rclio_future_unref(changed);
    rclio_future_unref(settled);
    pair_free(&p);
}

static void a_second_node_of_the_same_name_is_one_warning(void **state)
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.client_context);
    rclio_node *twin = rclio_node_new(p.server_context, "client", &(rclio_node_options){.executor = p.executor});
    assert_non_null(twin);
    SPIN_UNTIL(p.executor, captured_log_count(lines, "there is another node named '/client'") == 1);
    assert_non_null(rclio_publisher_new(twin, type_of(twin, STRING), "more", NULL));
    rclio_publisher *last = rclio_publisher_new(p.server, type_of(p.server, STRING), "last", NULL);
    assert_non_null(rclio_subscription_new(p.client, type_of(p.client, STRING), "last", ignore, NULL, NULL));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(last, 1));
    settle(p.client);
    assert_int_equal(captured_log_count(lines, "another node"), 1);
    captured_log_free(lines);
    pair_free(&p);
}

static void another_type_on_a_topic_is_one_warning_that_names_both(void **state)
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.client_context);
    assert_non_null(rclio_subscription_new(p.client, type_of(p.client, STRING), "t", ignore, NULL, NULL));
    assert_non_null(rclio_publisher_new(p.server, type_of(p.server, "std_msgs/msg/Int32"), "t", NULL));
    SPIN_UNTIL(p.executor, captured_log_count(lines, "topic '/t'") == 1);
    assert_int_equal(
        captured_log_count(lines,
                           "topic '/t' is of type 'std_msgs/msg/String' here and of type 'std_msgs/msg/Int32' in node '/server': "
                           "no message passes between them until both use the same type"),
        1);
    captured_log_free(lines);
    pair_free(&p);
}

static void a_client_of_another_type_is_one_warning_of_the_service(void **state)
{
    (void)state;
    pair p = pair_new();
    captured_log *lines = captured_log_new(p.server_context);
    assert_non_null(rclio_service_new(p.server, p.server_add, "s", serve, NULL, NULL));
    assert_non_null(rclio_client_new(p.client, p.set_bool, "s", NULL));
    SPIN_UNTIL(p.executor, captured_log_count(lines, "service '/s'") == 1);
    assert_int_equal(captured_log_count(
                         lines, "service '/s' is of type 'example_interfaces/srv/AddTwoInts' here and of type "
                                "'example_interfaces/srv/SetBool' in node '/client': no call passes between them until both use "
                                "the same type"),
                     1);
    captured_log_free(lines);
    pair_free(&p);
}

static void hidden_names(void **state) /* NAM-4 */
{
    (void)state;
    assert_true(rclio_name_is_hidden("/a/_b/c"));
    assert_true(rclio_name_is_hidden("_x"));
    assert_false(rclio_name_is_hidden("/a_/b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_are_seen_from_both_sides),
        cmocka_unit_test(everything_of_a_peer_is_there_once_the_graph_has_settled),
        cmocka_unit_test(an_endpoint_carries_node_type_hash_and_qos),
        cmocka_unit_test(a_node_alone_settles_after_its_own_time),
        cmocka_unit_test(quiet_that_does_not_come_ends_at_the_limit),
        cmocka_unit_test(futures_of_the_graph_end_with_their_node),
        cmocka_unit_test(a_second_node_of_the_same_name_is_one_warning),
        cmocka_unit_test(another_type_on_a_topic_is_one_warning_that_names_both),
        cmocka_unit_test(a_client_of_another_type_is_one_warning_of_the_service),
        cmocka_unit_test(hidden_names),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
