/* tests/mw/test_seam_graph.c: the graph as the seam fills it, for every implementation: nodes, endpoints, who leaves. */
#include "seam.h"

#include "base/clock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct search {
    const char *name;   /* of a node, or a DDS topic */
    const uint8_t *gid; /* of an endpoint, NULL: any */
    size_t count;
    char owner[64], owner_namespace[64], type[128], id[64], enclave[64];
    uint8_t found_gid[RCLIO_GID_SIZE];
    graph_endpoint endpoint; /* strings not to be used */
};

static bool match_node(const graph_node *node, void *arg)
{
    struct search *s = arg;
    if (strcmp(node->name, s->name) != 0) return true;
    s->count++;
    snprintf(s->owner_namespace, sizeof s->owner_namespace, "%s", node->name_space);
    snprintf(s->enclave, sizeof s->enclave, "%s", node->enclave);
    memcpy(s->found_gid, node->participant, RCLIO_GID_SIZE);
    return true;
}

static bool match_endpoint(const graph_endpoint *endpoint, void *arg)
{
    struct search *s = arg;
    if (strcmp(endpoint->topic, s->name) != 0 || (s->gid && memcmp(s->gid, endpoint->gid, RCLIO_GID_SIZE) != 0)) return true;
    s->count++;
    s->endpoint = *endpoint;
    snprintf(s->owner, sizeof s->owner, "%s", endpoint->node_name);
    snprintf(s->owner_namespace, sizeof s->owner_namespace, "%s", endpoint->node_namespace);
    snprintf(s->type, sizeof s->type, "%s", endpoint->type);
    snprintf(s->id, sizeof s->id, "%s", endpoint->service_id);
    return true;
}

static size_t nodes_named(graph *g, const char *name)
{
    struct search s = {.name = name};
    graph_visit_nodes(g, match_node, &s);
    return s.count;
}

static struct search endpoint_of(graph *g, const char *topic, const uint8_t *gid)
{
    struct search s = {.name = topic, .gid = gid};
    graph_visit_endpoints(g, match_endpoint, &s);
    return s;
}

static bool owned_by(graph *g, const char *topic, const uint8_t *gid, const char *node)
{
    struct search s = endpoint_of(g, topic, gid);
    return s.count == 1 && strcmp(s.owner, node) == 0;
}

static void nodes_of_both_sides_are_seen_by_both(void **state) /* DIS-1, DIS-5 */
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    graph *graphs[] = {a.graph, b.graph};
    for (int i = 0; i < 2; i++) WAIT_UNTIL(nodes_named(graphs[i], "alice") == 1 && nodes_named(graphs[i], "bob") == 1);
    struct search s = {.name = "bob"};
    uint8_t gid[RCLIO_GID_SIZE];
    graph_visit_nodes(a.graph, match_node, &s);
    ops->participant_gid(b.m, gid);
    assert_memory_equal(s.found_gid, gid, RCLIO_GID_SIZE);
    assert_string_equal(s.enclave, "/");
    assert_string_equal(s.owner_namespace, "/");

    mw_node *second = ops->node_new(b.m, "second", "/deep/space"), *twin = ops->node_new(b.m, "second", "/");
    WAIT_UNTIL(nodes_named(a.graph, "second") == 2);
    ops->node_destroy(twin);
    ops->node_destroy(second);
    WAIT_UNTIL(nodes_named(a.graph, "second") == 0);
    assert_int_equal(nodes_named(a.graph, "bob"), 1);
    side_close(&b);
    WAIT_UNTIL(nodes_named(a.graph, "bob") == 0);
    side_close(&a);
}

static void an_endpoint_shows_its_node_type_hash_and_qos(void **state) /* NAM-1, NAM-3, DIS-2, DIS-6, DIS-7 */
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    rclio_qos qos = {.reliability = RCLIO_RELIABLE,
                     .durability = RCLIO_TRANSIENT_LOCAL,
                     .history = RCLIO_KEEP_LAST,
                     .depth = 7,
                     .deadline_ns = RCLIO_S(2),
                     .lifespan_ns = RCLIO_S(10)};
    uint8_t gid[RCLIO_GID_SIZE];
    mw_writer *writer = ops->writer_new(b.node, "/chatter", string_type, &qos, WAKE);
    ops->writer_gid(writer, gid);
    graph *graphs[] = {a.graph, b.graph};
    for (int i = 0; i < 2; i++) {
        WAIT_UNTIL(owned_by(graphs[i], "rt/chatter", gid, "bob"));
        struct search s = endpoint_of(graphs[i], "rt/chatter", gid);
        assert_int_equal(s.endpoint.kind, RCLIO_PUBLISHER);
        assert_string_equal(s.type, "std_msgs::msg::dds_::String_");
        assert_string_equal(s.owner_namespace, "/");
        assert_string_equal(s.id, "");
        assert_true(s.endpoint.has_type_hash);
        assert_memory_equal(s.endpoint.type_hash, string_type->hash, 32);
        assert_int_equal(s.endpoint.qos.reliability, RCLIO_RELIABLE);
        assert_int_equal(s.endpoint.qos.durability, RCLIO_TRANSIENT_LOCAL);
        assert_int_equal(s.endpoint.qos.history, RCLIO_KEEP_LAST);
        assert_int_equal(s.endpoint.qos.depth, 7);
        assert_int_equal(s.endpoint.qos.deadline_ns, RCLIO_S(2));
        assert_int_equal(s.endpoint.qos.lifespan_ns, RCLIO_S(10));
        assert_int_equal(s.endpoint.qos.lease_ns, RCLIO_FOREVER);
    }
    ops->writer_destroy(writer);
    for (int i = 0; i < 2; i++) WAIT_UNTIL(endpoint_of(graphs[i], "rt/chatter", gid).count == 0);
    side_close(&a);
    side_close(&b);
}

static void a_topic_may_go_without_the_ros_prefix(void **state)
{
    (void)state;
    side a = side_open("alice");
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    qos.avoid_ros_namespace_conventions = true;
    mw_writer *writer = ops->writer_new(a.node, "/plain", string_type, &qos, WAKE);
    WAIT_UNTIL(endpoint_of(a.graph, "/plain", NULL).count == 1);
    ops->writer_destroy(writer);
    side_close(&a);
}

static void both_endpoints_of_a_service_carry_one_id(void **state) /* DIS-3, DIS-4, DIS-8, SRV-7 */
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    rclio_qos qos = RCLIO_QOS_SERVICES;
    mw_replier *replier = ops->replier_new(b.node, "/add", adder_type, &qos, WAKE);
    WAIT_UNTIL(owned_by(a.graph, "rq/addRequest", NULL, "bob") && owned_by(a.graph, "rr/addReply", NULL, "bob"));
    struct search request = endpoint_of(a.graph, "rq/addRequest", NULL), reply = endpoint_of(a.graph, "rr/addReply", NULL);
    assert_int_equal(request.endpoint.kind, RCLIO_SUBSCRIPTION);
    assert_int_equal(reply.endpoint.kind, RCLIO_PUBLISHER);
    assert_string_equal(request.type, "example_interfaces::srv::dds_::AddTwoInts_Request_");
    assert_string_equal(reply.type, "example_interfaces::srv::dds_::AddTwoInts_Response_");
    assert_string_equal(request.id, reply.id);
    assert_int_equal(request.id[0], ' ');
    assert_string_equal(strrchr(request.id, '.'), ".1");
    assert_memory_equal(request.endpoint.type_hash, adder_type->parts[RCLIO_PART_REQUEST]->hash, 32);
    assert_memory_equal(reply.endpoint.type_hash, adder_type->parts[RCLIO_PART_RESPONSE]->hash, 32);
    assert_true(memcmp(reply.endpoint.gid + 12, request.endpoint.gid + 12, 3) < 0); /* made in this order */

    mw_requester *requester = ops->requester_new(b.node, "/add", adder_type, &qos, WAKE, WAKE);
    uint8_t gid[RCLIO_GID_SIZE];
    ops->requester_gid(requester, gid);
    WAIT_UNTIL(owned_by(a.graph, "rq/addRequest", gid, "bob"));
    assert_string_equal(strrchr(endpoint_of(a.graph, "rq/addRequest", gid).id, '.'), ".2");
    ops->requester_destroy(requester);
    ops->replier_destroy(replier);
    WAIT_UNTIL(endpoint_of(a.graph, "rr/addReply", NULL).count == 0);
    side_close(&a);
    side_close(&b);
}

static void a_killed_process_takes_its_node_and_endpoints_with_it_at_once(void **state) /* DIS-13, DIS-14 */
{
    (void)state;
    side a = side_open("alice");
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    mw_writer *writer = ops->writer_new(a.node, "/known", string_type, &qos, WAKE);
    peer listener = peer_start("listener");
    peer_expect(&listener, "listening");
    WAIT_UNTIL(nodes_named(a.graph, "the_peer") == 1 && endpoint_of(a.graph, "rt/known", NULL).count == 2);
    int64_t killed = clock_steady_ns();
    peer_kill(&listener);
    WAIT_UNTIL(nodes_named(a.graph, "the_peer") == 0);
    WAIT_UNTIL(endpoint_of(a.graph, "rt/known", NULL).count == 1);
    WAIT_UNTIL(ops->writer_matched(writer) == 0);
    assert_true(clock_steady_ns() - killed < NO_LEASE_NS);
    assert_int_equal(nodes_named(a.graph, "alice"), 1);
    peer next = peer_start("listener"); /* who comes later is seen as ever */
    WAIT_UNTIL(nodes_named(a.graph, "the_peer") == 1 && ops->writer_matched(writer) == 1);
    peer_kill(&next);
    WAIT_UNTIL(nodes_named(a.graph, "the_peer") == 0 && ops->writer_matched(writer) == 0);
    assert_true(clock_steady_ns() - killed < NO_LEASE_NS);
    ops->writer_destroy(writer);
    side_close(&a);
}

/* The only test that waits for a lease, of about ten seconds. */
static void a_process_that_falls_silent_is_gone_when_its_lease_ends(void **state)
{
    (void)state;
    side a = side_open("alice");
    peer listener = peer_start("listener");
    peer_expect(&listener, "listening");
    WAIT_UNTIL(nodes_named(a.graph, "the_peer") == 1 && endpoint_of(a.graph, "rt/known", NULL).count == 1);
    int64_t frozen = clock_steady_ns();
    peer_freeze(&listener);
    WAIT_UNTIL(nodes_named(a.graph, "the_peer") == 0);
    assert_true(clock_steady_ns() - frozen > NO_LEASE_NS);
    assert_int_equal(endpoint_of(a.graph, "rt/known", NULL).count, 0);
    peer_kill(&listener);
    side_close(&a);
}

static void a_context_that_closes_leaves_the_others_of_its_domain_alone(void **state)
{
    (void)state;
    side a = side_open("alice"), b = side_open("bob");
    side_close(&a);
    side c = side_open("carol");
    WAIT_UNTIL(nodes_named(b.graph, "carol") == 1 && nodes_named(b.graph, "alice") == 0);
    side_close(&b);
    side_close(&c);
}

static void many_nodes_of_one_machine_find_each_other(void **state)
{
    (void)state;
    enum { COUNT = 12 };
    side a = side_open("alice");
    peer peers[COUNT];
    for (int i = 0; i < COUNT; i++) peers[i] = peer_start("listener");
    for (int i = 0; i < COUNT; i++) peer_expect(&peers[i], "listening");
    WAIT_UNTIL(nodes_named(a.graph, "the_peer") == COUNT);
    for (int i = 0; i < COUNT; i++) peer_stop(&peers[i]);
    WAIT_UNTIL(nodes_named(a.graph, "the_peer") == 0);
    side_close(&a);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_of_both_sides_are_seen_by_both),
        cmocka_unit_test(an_endpoint_shows_its_node_type_hash_and_qos),
        cmocka_unit_test(a_topic_may_go_without_the_ros_prefix),
        cmocka_unit_test(both_endpoints_of_a_service_carry_one_id),
        cmocka_unit_test(a_killed_process_takes_its_node_and_endpoints_with_it_at_once),
        cmocka_unit_test(a_process_that_falls_silent_is_gone_when_its_lease_ends),
        cmocka_unit_test(a_context_that_closes_leaves_the_others_of_its_domain_alone),
        cmocka_unit_test(many_nodes_of_one_machine_find_each_other),
    };
    return cmocka_run_group_tests_name("the graph through the seam", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return seam_main(argc, argv, run);
}
