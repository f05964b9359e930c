/* tests/mw/test_promises.c: services that every node has are promised until somebody could call them: SP6, SP7, PR1 .. PR3. */
#include "seam.h"

#include "base/text.h"
#include "mw/split/split.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PROMISES 5
#define ROUNDS 30

static const rclio_qos services = {
    .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_LAST, .depth = 10};

static mw_replier *promise(side *s, const char *service)
{
    mw_replier *replier = ops->replier_promise(s->node, service, adder_type, &services, WAKE);
    if (!replier) fail_msg("%s", rclio_error());
    return replier;
}

static bool is_open(const side *s)
{
    split *all = ((cyclone_mw *)(void *)s->m)->services;
    mutex_lock(&all->opening);
    bool tried = all->tried;
    mutex_unlock(&all->opening);
    return tried;
}

static bool has_met(const side *s)
{
    split *all = ((cyclone_mw *)(void *)s->m)->services;
    mutex_lock(&all->waiting);
    bool met = all->met;
    mutex_unlock(&all->waiting);
    return met;
}

struct found {
    const char *topic, *owner;
    size_t count, places;
    uint8_t gid[RCLIO_GID_SIZE];
};

static bool see(const graph_endpoint *endpoint, void *arg)
{
    struct found *f = arg;
    if (strcmp(endpoint->topic, f->topic) != 0 || strcmp(endpoint->node_name, f->owner) != 0) return true;
    f->count++;
    f->places += (endpoint->gid[15] & 0xc0) == 0x40; /* DIS-19 */
    memcpy(f->gid, endpoint->gid, RCLIO_GID_SIZE);
    return true;
}

static struct found of_alice(side *s, const char *topic)
{
    struct found f = {.topic = topic, .owner = "alice"};
    graph_visit_endpoints(s->graph, see, &f);
    return f;
}

static bool is_whole(side *s, const char *topic)
{
    struct found f = of_alice(s, topic);
    return f.count == 1 && f.places == 0;
}

static void a_node_alone_has_a_promised_service_and_opens_nothing(void **state)
{
    (void)state;
    side a = side_open("alice");
    mw_replier *replier = promise(&a, "/add");
    struct found request = of_alice(&a, "rq/addRequest"), reply = of_alice(&a, "rr/addReply");
    assert_int_equal(request.count, 1);
    assert_int_equal(reply.count, 1);
    assert_int_equal(request.places + reply.places, 2);
    assert_false(is_open(&a));
    mw_sample sample;
    mw_request_id id = {0};
    assert_int_equal(ops->replier_take(replier, &sample, &id), RCLIO_EMPTY);
    assert_null(ops->replier_buffer(replier, 8));
    assert_int_equal(ops->replier_refuse(replier, &id, RCLIO_LIMIT, "no"), RCLIO_UNAVAILABLE);
    assert_true(ops->replier_client_is_gone(replier, &id));
    ops->replier_flush(replier);
    ops->replier_destroy(replier);
    assert_int_equal(of_alice(&a, "rq/addRequest").count + of_alice(&a, "rr/addReply").count, 0);
    assert_false(is_open(&a));
    side_close(&a);
}

static void serve_one(mw_replier *replier)
{
    mw_sample sample;
    mw_request_id id;
    int64_t terms[2], sum;
    WAIT_UNTIL(ops->replier_take(replier, &sample, &id) == RCLIO_OK);
    memcpy(terms, sample.data + 4 + sample.offset, sizeof terms);
    ops->replier_return(replier, &sample);
    sum = terms[0] + terms[1];
    mw_buffer *buffer = ops->replier_buffer(replier, 4 + sizeof sum);
    memcpy(buffer->data, "\0\1\0\0", 4);
    memcpy(buffer->data + 4, &sum, sizeof sum);
    assert_int_equal(ops->replier_send(replier, &id, buffer), RCLIO_OK);
}

static int64_t call(mw_requester *requester, mw_replier *replier, int64_t x, int64_t y)
{
    int64_t terms[2] = {x, y}, sequence, answered, sum;
    mw_sample sample;
    WAIT_UNTIL(ops->requester_is_available(requester));
    mw_buffer *buffer = ops->requester_buffer(requester, 4 + sizeof terms);
    memcpy(buffer->data, "\0\1\0\0", 4);
    memcpy(buffer->data + 4, terms, sizeof terms);
    assert_int_equal(ops->requester_send(requester, buffer, &sequence), RCLIO_OK);
    serve_one(replier);
    WAIT_UNTIL(ops->requester_take(requester, &sample, &answered) == RCLIO_OK);
    assert_int_equal(answered, sequence);
    memcpy(&sum, sample.data + 4 + sample.offset, sizeof sum);
    ops->requester_return(requester, &sample);
    return sum;
}

static void another_participant_has_it_made_and_may_call_it(void **state)
{
    (void)state;
    side a = side_open("alice");
    mw_replier *replier = promise(&a, "/add");
    side b = side_open("bob"); /* calls nothing yet */
    WAIT_UNTIL(is_whole(&a, "rq/addRequest") && is_whole(&b, "rq/addRequest") && is_whole(&b, "rr/addReply"));
    mw_requester *requester = ops->requester_new(b.node, "/add", adder_type, &services, WAKE, WAKE);
    assert_int_equal(call(requester, replier, 40, 2), 42);
    mw_replier *later = promise(&a, "/later"); /* PR2 */
    assert_true(is_whole(&a, "rq/laterRequest"));
    ops->replier_destroy(later);
    ops->requester_destroy(requester);
    ops->replier_destroy(replier);
    WAIT_UNTIL(of_alice(&b, "rq/addRequest").count == 0);
    side_close(&b);
    side_close(&a);
}

static void a_peer_in_another_process_has_it_made(void **state)
{
    (void)state;
    side a = side_open("alice");
    mw_replier *replier = promise(&a, "/add");
    assert_false(is_open(&a));
    peer client = peer_start("client");
    serve_one(replier);
    assert_true(is_open(&a));
    peer_stop(&client);
    ops->replier_destroy(replier);
    side_close(&a);
}

static void an_own_client_or_service_has_all_made_before_in_order(void **state)
{
    (void)state;
    static const char *const names[PROMISES] = {"/c", "/a", "/e", "/b", "/d"};
    for (int with_client = 0; with_client < 2; with_client++) {
        side a = side_open("alice");
        mw_replier *repliers[PROMISES];
        for (size_t i = 0; i < PROMISES; i++) repliers[i] = promise(&a, names[i]);
        mw_requester *requester = with_client ? ops->requester_new(a.node, "/own", adder_type, &services, WAKE, WAKE) : NULL;
        mw_replier *own = with_client ? NULL : ops->replier_new(a.node, "/own", adder_type, &services, WAKE);
        assert_true(requester || own);
        struct found before = {0}, last = of_alice(&a, "rq/ownRequest");
        for (size_t i = 0; i < PROMISES; i++) {
            char *topic = copy_format("rq%sRequest", names[i]);
            struct found f = of_alice(&a, topic);
            assert_int_equal(f.count, 1);
            assert_int_equal(f.places, 0);
            if (i > 0) assert_true(memcmp(before.gid + 12, f.gid + 12, 3) < 0);
            before = f;
            free(topic);
        }
        assert_int_equal(last.count, 1);
        assert_true(memcmp(before.gid + 12, last.gid + 12, 3) < 0);
        ops->requester_destroy(requester);
        ops->replier_destroy(own);
        for (size_t i = 0; i < PROMISES; i++) ops->replier_destroy(repliers[i]);
        side_close(&a);
    }
}

static void what_was_destroyed_while_it_was_promised_is_not_made(void **state)
{
    (void)state;
    side a = side_open("alice");
    ops->replier_destroy(promise(&a, "/add"));
    side b = side_open("bob");
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    mw_writer *writer = ops->writer_new(b.node, "/known", string_type, &qos, WAKE);
    struct found f;
    WAIT_UNTIL((f = (struct found){.topic = "rt/known", .owner = "bob"}, graph_visit_endpoints(a.graph, see, &f), f.count == 1));
    assert_int_equal(of_alice(&a, "rq/addRequest").count, 0);
    assert_false(is_open(&a));
    ops->writer_destroy(writer);
    side_close(&b);
    side_close(&a);
}

static void where_nobody_is_to_be_met_nothing_is_promised(void **state) /* SP3 */
{
    (void)state;
    mw_options options = {.domain_id = seam_domain(), .enclave = "/", .range = MW_RANGE_OFF};
    mw *m = ops->open(&options);
    mw_node *node = ops->node_new(m, "alice", "/");
    mw_replier *replier = ops->replier_promise(node, "/add", adder_type, &services, WAKE);
    side a = {.m = m, .node = node, .graph = ops->graph_of(m)};
    assert_true(is_whole(&a, "rq/addRequest"));
    ops->replier_destroy(replier);
    ops->node_destroy(node);
    ops->close(m);
}

static void *come_and_go(void *arg)
{
    mw_options options = {.domain_id = *(uint32_t *)arg, .enclave = "/"};
    mw *m = ops->open(&options);
    ops->close(m);
    return NULL;
}

static void a_participant_may_close_while_another_comes(void **state) /* PR3 */
{
    (void)state;
    uint32_t domain = seam_domain();
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t other;
        mw_replier *repliers[PROMISES];
        side a = side_open("alice");
        for (size_t k = 0; k < PROMISES; k++) repliers[k] = promise(&a, k % 2 ? "/odd" : "/even");
        assert_int_equal(pthread_create(&other, NULL, come_and_go, &domain), 0);
        if (i % 3 == 0) WAIT_UNTIL(is_open(&a));
        if (i % 3 == 1) WAIT_UNTIL(has_met(&a));
        for (size_t k = 0; k < PROMISES; k++) ops->replier_destroy(repliers[(k + (size_t)i) % PROMISES]);
        assert_int_equal(of_alice(&a, "rq/oddRequest").count + of_alice(&a, "rq/evenRequest").count, 0);
        side_close(&a);
        pthread_join(other, NULL);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_alone_has_a_promised_service_and_opens_nothing),
        cmocka_unit_test(another_participant_has_it_made_and_may_call_it),
        cmocka_unit_test(a_peer_in_another_process_has_it_made),
        cmocka_unit_test(an_own_client_or_service_has_all_made_before_in_order),
        cmocka_unit_test(what_was_destroyed_while_it_was_promised_is_not_made),
        cmocka_unit_test(where_nobody_is_to_be_met_nothing_is_promised),
        cmocka_unit_test(a_participant_may_close_while_another_comes),
    };
    ops = &mw_split_ops;
    if (argc == 4) return peer_main(argv[3]);
    seam_begin();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    seam_end();
    return failed;
}
