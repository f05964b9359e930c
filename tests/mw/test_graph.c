/* tests/mw/test_graph.c: the graph by itself: GR1 .. GR6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/discovery_info.h"
#include "mw/graph.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t participant_gid[16] = {1, 16, 7, [14] = 1, [15] = 0xc1};
static const uint8_t writer_gid[16] = {1, 16, 7, [14] = 6, [15] = 3};
static const uint8_t stranger_gid[16] = {1, 16, 8, [14] = 6, [15] = 3};

static void announce(graph *g, const char *node, const uint8_t *writer)
{
    discovery_gid gid;
    discovery_node entry = {.name_space = "/ns", .name = (char *)node};
    discovery_info info = {.nodes = &entry, .node_count = node ? 1 : 0};
    if (writer) {
        memcpy(gid.data, writer, 16);
        entry.writers = (discovery_gids){&gid, 1, 1};
    }
    memcpy(info.participant.data, participant_gid, 16);
    size_t size;
    uint8_t *bytes = discovery_info_encode(&info, &size);
    assert_int_equal(graph_discovery_info(g, bytes, size), RCLIO_OK);
    free(bytes);
}

static rclio_status add_participant(graph *g, const char *enclave)
{
    graph_participant participant = {.enclave = enclave};
    memcpy(participant.gid, participant_gid, 16);
    return graph_participant_add(g, &participant);
}

static void a_participant_of_services_belongs_to_the_one_that_has_the_topics(void **state) /* DIS-13 */
{
    (void)state;
    graph *g = graph_new();
    uint8_t services[16] = {1, 0x0f, 77, [14] = 1, [15] = 0xc1}, endpoint[16] = {1, 0x0f, 77, [15] = 3}, topics[12];
    assert_false(graph_topics_of(g, endpoint, topics));
    assert_memory_equal(topics, endpoint, 12);
    graph_participant participant = {.enclave = "", .is_rclio = true};
    memcpy(participant.gid, services, 16);
    memcpy(participant.topics, participant_gid, 12);
    assert_int_equal(graph_participant_add(g, &participant), RCLIO_OK);
    assert_true(graph_topics_of(g, endpoint, topics));
    assert_memory_equal(topics, participant_gid, 12);
    graph_participant_remove(g, services);
    assert_false(graph_topics_of(g, endpoint, topics));
    graph_destroy(g);
}

static void add_writer(graph *g, const uint8_t *gid)
{
    graph_endpoint endpoint = {.kind = RCLIO_PUBLISHER, .topic = "rt/x", .type = "t", .service_id = ""};
    memcpy(endpoint.gid, gid, 16);
    assert_int_equal(graph_endpoint_add(g, &endpoint), RCLIO_OK);
}

struct found {
    size_t count;
    char name[64], name_space[64];
};

static bool see_node(const graph_node *node, void *arg)
{
    struct found *f = arg;
    f->count++;
    strcpy(f->name, node->name);
    strcpy(f->name_space, node->name_space);
    return true;
}

static bool see_endpoint(const graph_endpoint *endpoint, void *arg)
{
    struct found *f = arg;
    f->count++;
    strcpy(f->name, endpoint->node_name);
    strcpy(f->name_space, endpoint->node_namespace);
    return true;
}

static struct found nodes(graph *g)
{
    struct found f = {0};
    graph_visit_nodes(g, see_node, &f);
    return f;
}

static struct found endpoints(graph *g)
{
    struct found f = {0};
    graph_visit_endpoints(g, see_endpoint, &f);
    return f;
}

static void an_endpoint_finds_its_node_whichever_is_heard_of_first(void **state) /* GR1, DIS-7 */
{
    (void)state;
    for (int endpoint_first = 0; endpoint_first < 2; endpoint_first++) {
        graph *g = graph_new();
        assert_int_equal(add_participant(g, "/"), RCLIO_OK);
        if (endpoint_first) {
            add_writer(g, writer_gid);
            assert_string_equal(endpoints(g).name, "_NODE_NAME_UNKNOWN_");
            assert_string_equal(endpoints(g).name_space, "_NODE_NAMESPACE_UNKNOWN_");
        }
        announce(g, "talker", writer_gid);
        if (!endpoint_first) add_writer(g, writer_gid);
        assert_string_equal(endpoints(g).name, "talker");
        assert_string_equal(endpoints(g).name_space, "/ns");
        announce(g, "talker", NULL); /* a sample is the whole state */
        assert_string_equal(endpoints(g).name, "_NODE_NAME_UNKNOWN_");
        graph_destroy(g);
    }
}

static void a_participant_takes_its_nodes_and_endpoints_with_it(void **state) /* GR2 */
{
    (void)state;
    graph *g = graph_new();
    add_participant(g, "/");
    announce(g, "talker", writer_gid);
    add_writer(g, writer_gid);
    add_writer(g, stranger_gid);
    assert_int_equal(nodes(g).count, 1);
    assert_int_equal(endpoints(g).count, 2);
    graph_participant_remove(g, participant_gid);
    assert_int_equal(nodes(g).count, 0);
    assert_int_equal(endpoints(g).count, 1);
    announce(g, "talker", writer_gid); /* GR4: a late sample */
    assert_int_equal(nodes(g).count, 0);
    graph_endpoint_remove(g, stranger_gid);
    assert_int_equal(endpoints(g).count, 0);
    graph_destroy(g);
}

static void an_endpoint_told_twice_is_one(void **state)
{
    (void)state;
    graph *g = graph_new();
    add_writer(g, writer_gid);
    add_writer(g, writer_gid);
    assert_int_equal(endpoints(g).count, 1);
    graph_destroy(g);
}

struct watcher {
    graph *g;
    int calls;
    uint64_t version;
};

static void on_change(void *arg)
{
    struct watcher *w = arg;
    w->calls++;
    w->version = graph_version(w->g); /* GR6: the graph may be asked from here */
}

static void every_change_is_counted_and_told(void **state) /* GR3 */
{
    (void)state;
    struct watcher first = {.g = graph_new()}, second = {.g = first.g};
    graph *g = first.g;
    int one = graph_on_change(g, (mw_callback){on_change, &first}), two = graph_on_change(g, (mw_callback){on_change, &second});
    assert_true(one > 0 && two > 0 && one != two);
    add_participant(g, "/");
    announce(g, "talker", NULL);
    add_writer(g, writer_gid);
    graph_endpoint_remove(g, writer_gid);
    graph_endpoint_remove(g, writer_gid); /* nothing changes */
    assert_int_equal(first.calls, 4);
    assert_int_equal(first.version, 4);
    graph_on_change_remove(g, one);
    graph_participant_remove(g, participant_gid);
    assert_int_equal(first.calls, 4);
    assert_int_equal(second.calls, 5);
    graph_on_change_remove(g, two);
    graph_destroy(g);
}

static void broken_bytes_change_nothing(void **state)
{
    (void)state;
    graph *g = graph_new();
    add_participant(g, "/");
    announce(g, "talker", NULL);
    uint64_t version = graph_version(g);
    assert_int_equal(graph_discovery_info(g, (const uint8_t *)"\0\1\0\0abc", 7), RCLIO_BAD_DATA);
    assert_int_equal(graph_version(g), version);
    assert_int_equal(nodes(g).count, 1);
    graph_destroy(g);
}

static bool stop_at_once(const graph_node *node, void *arg)
{
    (void)node;
    ++*(int *)arg;
    return false;
}

static void a_visitor_may_stop(void **state)
{
    (void)state;
    graph *g = graph_new();
    discovery_node entries[2] = {{.name_space = "/", .name = "a"}, {.name_space = "/", .name = "b"}};
    discovery_info info = {.nodes = entries, .node_count = 2};
    size_t size;
    int visits = 0;
    memcpy(info.participant.data, participant_gid, 16);
    uint8_t *bytes = discovery_info_encode(&info, &size);
    add_participant(g, "/");
    graph_discovery_info(g, bytes, size);
    graph_visit_nodes(g, stop_at_once, &visits);
    assert_int_equal(visits, 1);
    free(bytes);
    graph_destroy(g);
}

static void an_endpoint_gets_another_gid_and_keeps_its_node(void **state) /* GR1, GR5 */
{
    (void)state;
    for (int heard_of_before = 0; heard_of_before < 2; heard_of_before++) {
        graph *g = graph_new();
        assert_int_equal(add_participant(g, "/"), RCLIO_OK);
        announce(g, "talker", writer_gid);
        add_writer(g, writer_gid);
        if (heard_of_before) add_writer(g, stranger_gid);
        assert_int_equal(graph_endpoint_rename(g, writer_gid, stranger_gid), RCLIO_OK);
        struct found f = endpoints(g);
        assert_int_equal(f.count, 1);
        assert_string_equal(f.name, "talker");
        announce(g, "talker", stranger_gid); /* what it was called before is not looked for any more */
        assert_string_equal(endpoints(g).name, "talker");
        assert_true(graph_get_progress(g).complete);
        assert_int_equal(graph_endpoint_rename(g, writer_gid, writer_gid), RCLIO_OK); /* there is none */
        assert_int_equal(endpoints(g).count, 1);
        graph_endpoint_remove(g, stranger_gid);
        assert_int_equal(endpoints(g).count, 0);
        graph_destroy(g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_participant_of_services_belongs_to_the_one_that_has_the_topics),
        cmocka_unit_test(an_endpoint_gets_another_gid_and_keeps_its_node),
        cmocka_unit_test(an_endpoint_finds_its_node_whichever_is_heard_of_first),
        cmocka_unit_test(a_participant_takes_its_nodes_and_endpoints_with_it),
        cmocka_unit_test(an_endpoint_told_twice_is_one),
        cmocka_unit_test(every_change_is_counted_and_told),
        cmocka_unit_test(broken_bytes_change_nothing),
        cmocka_unit_test(a_visitor_may_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
