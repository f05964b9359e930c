/* tests/mw/test_cyclone.c: what only Cyclone's dialect has: the bytes of a call, replies held for a client that is not discovered
 * yet, peers of the other dialect. The other side is made of bare endpoints. */
#include "seam.h"

#include "mw/cyclone/cyclone.h"

#include <stdlib.h>
#include <string.h>

static const rclio_qos everything = {.reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_ALL};
static const rclio_qos services = {
    .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_LAST, .depth = 10};

#define CLIENT 0x3e1dbf5dbcd7cacbULL /* of the capture in wire.md, section 6.1 */

/* Half a client: a request writer or a reply reader, with an id or without. */
static void make_half(side *s, cyclone_endpoint *endpoint, bool writer, const char *id)
{
    endpoint_options options = {.topic = writer ? "rq/addRequest" : "rr/addReply",
                                .type = writer ? "example_interfaces::srv::dds_::AddTwoInts_Request_"
                                               : "example_interfaces::srv::dds_::AddTwoInts_Response_",
                                .type_hash = adder_type->parts[writer ? RCLIO_PART_REQUEST : RCLIO_PART_RESPONSE]->hash,
                                .id_key = id ? "clientid" : NULL,
                                .id = id,
                                .qos = writer ? &services : &everything,
                                .ready = WAKE,
                                .events = WAKE};
    if (endpoint_make((cyclone_mw *)s->m, endpoint, writer, &options)) fail_msg("%s", rclio_error());
}

static void send_golden_request(cyclone_endpoint *writer)
{
    static const uint8_t golden[] = {0x00, 0x01, 0x00, 0x00, 0xcb, 0xca, 0xd7, 0xbc, 0x5d, 0xbf, 0x1d, 0x3e, 1, 0, 0, 0, 0, 0,
                                     0,    0,    2,    0,    0,    0,    0,    0,    0,    0,    3,    0,    0, 0, 0, 0, 0, 0};
    serdata *data = serdata_new(writer->type, sizeof golden);
    memcpy(data->wire, golden, sizeof golden);
    assert_int_equal(endpoint_write(writer, data, 0), RCLIO_OK);
}

static void hear(mw_replier *replier, mw_request_id *id)
{
    mw_sample sample;
    WAIT_UNTIL(ops->replier_take(replier, &sample, id) == RCLIO_OK);
    ops->replier_return(replier, &sample);
}

static rclio_status answer(mw_replier *replier, const mw_request_id *id, int64_t sum)
{
    mw_buffer *buffer = ops->replier_buffer(replier, 4 + sizeof sum);
    memcpy(buffer->data, "\0\1\0\0", 4);
    memcpy(buffer->data + 4, &sum, sizeof sum);
    return ops->replier_send(replier, id, buffer);
}

static void a_call_has_the_bytes_of_the_capture(void **state) /* SRV-1, SRV-2, SRV-3 */
{
    (void)state;
    static const uint8_t reply_golden[] = {0x00, 0x01, 0x00, 0x00, 0xcb, 0xca, 0xd7, 0xbc, 0x5d, 0xbf, 0x1d, 0x3e, 1, 0,
                                           0,    0,    0,    0,    0,    0,    5,    0,    0,    0,    0,    0,    0, 0};
    side a = side_open("client"), b = side_open("server");
    cyclone_endpoint requests, replies;
    inbox box;
    mw_request_id id;
    mw_sample sample;
    mw_replier *replier = ops->replier_new(b.node, "/add", adder_type, &services, WAKE);
    make_half(&a, &requests, true, NULL);
    make_half(&a, &replies, false, NULL);
    inbox_init(&box, &services);
    WAIT_UNTIL(endpoint_matched(&requests) == 1 && endpoint_matched(&replies) == 1);
    send_golden_request(&requests);
    WAIT_UNTIL(ops->replier_take(replier, &sample, &id) == RCLIO_OK);
    assert_int_equal(sample.offset, 16);
    assert_memory_equal(sample.data + 4 + sample.offset, "\2\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0", 16);
    assert_int_equal(id.sequence, 1);
    ops->replier_return(replier, &sample);
    assert_int_equal(answer(replier, &id, 5), RCLIO_OK); /* no clientid: at once */
    WAIT_UNTIL(inbox_take(&box, &replies, &sample, NULL) == RCLIO_OK);
    assert_int_equal(sample.size, sizeof reply_golden);
    assert_memory_equal(sample.data, reply_golden, sizeof reply_golden);
    inbox_return(&sample);
    endpoint_end(&replies);
    endpoint_end(&requests);
    inbox_fini(&box);
    ops->replier_destroy(replier);
    side_close(&a);
    side_close(&b);
}

static void a_reply_waits_for_its_clients_reader(void **state) /* SRV-6 */
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    cyclone_endpoint requests, replies, another;
    inbox box;
    mw_request_id id;
    mw_sample sample;
    mw_replier *replier = ops->replier_new(b.node, "/add", adder_type, &services, WAKE);
    make_half(&a, &requests, true, " 1.2.3");
    make_half(&a, &another, false, " 9.9.9"); /* another client's reader does not count */
    WAIT_UNTIL(endpoint_matched(&requests) == 1 && endpoint_matched(&another) == 1);
    send_golden_request(&requests);
    hear(replier, &id);
    assert_int_equal(answer(replier, &id, 5), RCLIO_OK);
    ops->replier_flush(replier);

    make_half(&a, &replies, false, " 1.2.3");
    inbox_init(&box, &services);
    WAIT_UNTIL((ops->replier_flush(replier), inbox_take(&box, &replies, &sample, NULL) == RCLIO_OK));
    assert_int_equal(sample.data[20], 5);
    inbox_return(&sample);
    endpoint_end(&replies);
    endpoint_end(&another);
    endpoint_end(&requests);
    inbox_fini(&box);
    ops->replier_destroy(replier);
    side_close(&a);
    side_close(&b);
}

static void replies_nobody_comes_for_are_limited_and_dropped(void **state)
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    cyclone_endpoint requests, replies;
    inbox box;
    mw_request_id id;
    mw_sample sample;
    mw_replier *replier = ops->replier_new(b.node, "/add", adder_type, &services, WAKE);
    make_half(&a, &requests, true, " 1.2.3");
    WAIT_UNTIL(endpoint_matched(&requests) == 1);
    send_golden_request(&requests);
    hear(replier, &id);
    for (int i = 0; i < 1005; i++) /* the first five make room */
        assert_int_equal(answer(replier, &id, i), RCLIO_OK);
    make_half(&a, &replies, false, " 1.2.3");
    inbox_init(&box, &everything);
    WAIT_UNTIL((ops->replier_flush(replier), inbox_take(&box, &replies, &sample, NULL) == RCLIO_OK));
    assert_int_equal(sample.data[20], 5);
    inbox_return(&sample);
    endpoint_end(&replies);

    WAIT_UNTIL(endpoint_matched(&requests) == 1);
    assert_int_equal(answer(replier, &id, 1), RCLIO_OK); /* held again, for a client that then leaves */
    endpoint_end(&requests);
    WAIT_UNTIL(ops->replier_client_is_gone(replier, &id));
    ops->replier_flush(replier);
    assert_int_equal(answer(replier, &id, 1), RCLIO_UNAVAILABLE);
    inbox_fini(&box);
    ops->replier_destroy(replier);
    side_close(&a);
    side_close(&b);
}

static void a_request_too_short_for_an_id_is_dropped(void **state)
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    cyclone_endpoint requests;
    mw_request_id id;
    mw_replier *replier = ops->replier_new(b.node, "/add", adder_type, &services, WAKE);
    make_half(&a, &requests, true, NULL);
    WAIT_UNTIL(endpoint_matched(&requests) == 1);
    for (size_t size = 0; size < 20; size++) {
        serdata *data = serdata_new(requests.type, size);
        memset(data->wire, 0, size);
        assert_int_equal(endpoint_write(&requests, data, 0), RCLIO_OK);
    }
    send_golden_request(&requests);
    hear(replier, &id);
    assert_int_equal(id.sequence, 1);
    endpoint_end(&requests);
    ops->replier_destroy(replier);
    side_close(&a);
    side_close(&b);
}

static void half_a_server_is_not_available(void **state) /* SRV-5 */
{
    (void)state;
    side a = side_open("client"), b = side_open("server");
    mw_requester *requester = ops->requester_new(a.node, "/add", adder_type, &services, WAKE, WAKE);
    cyclone_endpoint reader, writer, strange;
    endpoint_options options = {.topic = "rq/addRequest",
                                .type = "example_interfaces::srv::dds_::AddTwoInts_Request_",
                                .type_hash = adder_type->parts[0]->hash,
                                .id_key = "serviceid",
                                .id = " 1.1",
                                .qos = &services,
                                .events = WAKE};
    assert_int_equal(endpoint_make((cyclone_mw *)b.m, &reader, false, &options), RCLIO_OK);
    options.topic = "rr/addReply";
    options.type = "example_interfaces::srv::dds_::AddTwoInts_Response_";
    options.id = " 2.2";
    assert_int_equal(endpoint_make((cyclone_mw *)b.m, &strange, true, &options), RCLIO_OK);
    WAIT_UNTIL(endpoint_matched(&reader) == 1 && endpoint_matched(&strange) == 1);
    assert_false(ops->requester_is_available(requester)); /* ids that differ */
    options.id = " 1.1";
    assert_int_equal(endpoint_make((cyclone_mw *)b.m, &writer, true, &options), RCLIO_OK);
    WAIT_UNTIL(ops->requester_is_available(requester));
    endpoint_end(&reader);
    WAIT_UNTIL(!ops->requester_is_available(requester));
    endpoint_end(&writer);
    endpoint_end(&strange);
    ops->requester_destroy(requester);
    side_close(&a);
    side_close(&b);
}

static void vendors_are_told_by_their_gids(void **state) /* GID-2, SRV-9 */
{
    (void)state;
    assert_true(service_peer_is_foreign((const uint8_t[16]){0x01, 0x0f}));
    assert_false(service_peer_is_foreign((const uint8_t[16]){0x01, 0x10}));
}

static void ids_of_either_byte_order_are_read(void **state) /* SRV-2 */
{
    (void)state;
    static const uint8_t big[] = {0, 0, 0, 0, 0x3e, 0x1d, 0xbf, 0x5d, 0xbc, 0xd7, 0xca, 0xcb, 0, 0, 0, 0, 0, 0, 1, 2};
    mw_sample sample = {.data = big, .size = sizeof big};
    service_id id;
    assert_true(service_id_read(&sample, &id));
    assert_true(id.client == CLIENT);
    assert_int_equal(id.sequence, 258);
    sample.size--;
    assert_false(service_id_read(&sample, &id));
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_has_the_bytes_of_the_capture),
        cmocka_unit_test(a_reply_waits_for_its_clients_reader),
        cmocka_unit_test(replies_nobody_comes_for_are_limited_and_dropped),
        cmocka_unit_test(a_request_too_short_for_an_id_is_dropped),
        cmocka_unit_test(half_a_server_is_not_available),
        cmocka_unit_test(vendors_are_told_by_their_gids),
        cmocka_unit_test(ids_of_either_byte_order_are_read),
    };
    return cmocka_run_group_tests_name("Cyclone's dialect", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    setenv("RCLIO_MW", "rmw_cyclonedds_cpp", 1);
    return seam_main(argc, argv, run);
}
