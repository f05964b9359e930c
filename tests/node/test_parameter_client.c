/* tests/node/test_parameter_client.c: the parameters of one node through the client of another; a node that answers as upstream's do;
 * another process, and one that dies. */
#include "pair.h"
#include "parameter_stage.h"

typedef struct remote {
    pair p;
    rclio_node *node; /* "/robot", with all services */
    rclio_parameter_client *client;
} remote;

static rclio_parameter_value none;

static void declare_on(rclio_node *node)
{
    static const char *const names[] = {"a", "b"};
    assert_ok(rclio_parameter_declare(
        node, "speed", rclio_value_double(1.5),
        &(rclio_parameter_options){
            .descriptor = {.description = "top speed", .has_double_range = true, .double_range = {0, 10, 0.5}}}));
    assert_ok(rclio_parameter_declare(node, "count", rclio_value_integer(4), NULL));
    assert_ok(rclio_parameter_declare(node, "locked", rclio_value_string("x"),
                                      &(rclio_parameter_options){.descriptor = {.read_only = true}}));
    assert_ok(rclio_parameter_declare(node, "group.names", rclio_value_strings(names, 2), NULL));
    assert_ok(rclio_parameter_declare(node, "any", none, NULL));
    assert_ok(rclio_parameter_declare(node, "later", none, &(rclio_parameter_options){.type = RCLIO_PARAMETER_STRING}));
}

static remote remote_new(void)
{
    remote r = {.p = pair_new()};
    r.node = rclio_node_new(r.p.server_context, "robot", &(rclio_node_options){.executor = r.p.executor});
    declare_on(r.node);
    r.client = rclio_parameter_client_new(r.p.client, "robot", NULL);
    assert_non_null(r.client);
    AWAIT_ONCE(rclio_parameter_client_wait(r.client));
    assert_true(rclio_parameter_client_is_available(r.client));
    return r;
}

static void remote_free(remote *r)
{
    pair_free(&r->p);
}

#define NAMES(...) ((const char *const[]){__VA_ARGS__}), sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static void values_are_got(void **state) /* PAR-1 */
{
    (void)state;
    remote r = remote_new();
    rclio_future *call = rclio_parameter_client_get(r.client, NAMES("speed", "locked", "group.names", "any"));
    assert_string_equal(parameters_as_text(AWAIT(call)), "speed=1.5;locked=x;group.names=['a', 'b'];any=None;");
    rclio_future_unref(call);
    remote_free(&r);
}

static void an_unknown_name_takes_nothing_from_the_others(void **state) /* PAR-11 */
{
    (void)state;
    remote r = remote_new();
    rclio_future *call = rclio_parameter_client_get(r.client, NAMES("speed", "nope", "later", "count"));
    assert_string_equal(parameters_as_text(AWAIT(call)), "speed=1.5;nope=None;later=None;count=4;");
    rclio_future_unref(call);
    call = rclio_parameter_client_types(r.client, NAMES("count", "nope", "locked"));
    const rclio_parameter_descriptors *types = AWAIT(call);
    assert_int_equal(types->size, 3);
    assert_int_equal(types->data[0].type, RCLIO_PARAMETER_INTEGER);
    assert_string_equal(types->data[1].name, "nope");
    assert_int_equal(types->data[1].type, RCLIO_PARAMETER_NOT_SET);
    assert_int_equal(types->data[2].type, RCLIO_PARAMETER_STRING);
    rclio_future_unref(call);
    call = rclio_parameter_client_describe(r.client, NAMES("nope", "locked"));
    const rclio_parameter_descriptors *known = AWAIT(call);
    assert_int_equal(known->size, 1);
    assert_string_equal(known->data[0].name, "locked");
    rclio_future_unref(call);
    remote_free(&r);
}

static void values_are_set_each_with_its_result(void **state) /* PAR-5 */
{
    (void)state;
    remote r = remote_new();
    const rclio_parameter items[] = {{"speed", rclio_value_double(2.5)},
                                     {"speed", rclio_value_double(99)},
                                     {"speed", rclio_value_string("fast")},
                                     {"locked", rclio_value_string("y")},
                                     {"nope", rclio_value_integer(1)},
                                     {"any", rclio_value_string("hello")},
                                     {"count", none},
                                     {"any", none}};
    static const char *const reasons[] = {NULL,
                                          "Parameter speed out of range Min: 0.0, Max: 10.0, value: 99.0",
                                          "Wrong parameter type, expected 'Type.DOUBLE' got 'Type.STRING'",
                                          "Trying to set a read-only parameter: locked.",
                                          "Invalid access to undeclared parameter(s): []",
                                          NULL,
                                          "Static parameter cannot be undeclared",
                                          NULL};
    rclio_future *call = rclio_parameter_client_set(r.client, items, 8);
    const rclio_parameter_results *results = AWAIT(call);
    assert_int_equal(results->size, 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(results->data[i].status, reasons[i] ? RCLIO_INVALID : RCLIO_OK);
        if (reasons[i]) assert_string_equal(results->data[i].reason, reasons[i]);
    }
    rclio_future_unref(call);
    assert_parameter(r.node, "speed", "2.5");
    assert_false(rclio_parameter_has(r.node, "any"));
    remote_free(&r);
}

static void values_are_set_all_or_none(void **state)
{
    (void)state;
    remote r = remote_new();
    const rclio_parameter bad[] = {{"count", rclio_value_integer(5)}, {"locked", rclio_value_string("y")}};
    rclio_future *call = rclio_parameter_client_set_atomically(r.client, bad, 2);
    const rclio_parameter_results *results = AWAIT(call);
    assert_int_equal(results->size, 1);
    assert_string_equal(results->data[0].reason, "Trying to set a read-only parameter: locked.");
    rclio_future_unref(call);
    assert_parameter(r.node, "count", "4");
    const rclio_parameter good[] = {{"count", rclio_value_integer(5)}, {"speed", rclio_value_double(3)}};
    call = rclio_parameter_client_set_atomically(r.client, good, 2);
    results = AWAIT(call);
    assert_int_equal(results->data[0].status, RCLIO_OK);
    rclio_future_unref(call);
    assert_parameter(r.node, "count", "5");
    remote_free(&r);
}

static void parameters_are_listed_and_described(void **state) /* PAR-6 */
{
    (void)state;
    remote r = remote_new();
    rclio_future *call = rclio_parameter_client_list(r.client, NAMES("group"), 0);
    const rclio_parameter_names *names = AWAIT(call);
    assert_int_equal(names->name_count, 1);
    assert_string_equal(names->names[0], "group.names");
    assert_string_equal(names->prefixes[0], "group");
    rclio_future_unref(call);
    call = rclio_parameter_client_list(r.client, NULL, 0, 1);
    names = AWAIT(call);
    assert_int_equal(names->name_count, 7); /* with the two of every node */
    rclio_future_unref(call);
    call = rclio_parameter_client_describe(r.client, NAMES("speed", "locked"));
    const rclio_parameter_descriptors *descriptors = AWAIT(call);
    assert_int_equal(descriptors->size, 2);
    assert_string_equal(descriptors->data[0].description, "top speed");
    assert_true(descriptors->data[0].has_double_range && descriptors->data[0].double_range.to > 9.9);
    assert_int_equal(descriptors->data[0].type, RCLIO_PARAMETER_DOUBLE);
    assert_true(descriptors->data[1].read_only && !descriptors->data[1].has_double_range);
    rclio_future_unref(call);
    remote_free(&r);
}

static void a_file_is_loaded_and_a_dump_taken(void **state) /* PAR-7 */
{
    char path[] = "/tmp/rclio-load-XXXXXX";
    static const char source[] = "robot:\n  ros__parameters:\n    speed: 2.0\n    nope: 1\n    group: {names: [x, y]}\n"
                                 "other:\n  ros__parameters: {count: 9}\n";
    int file = mkstemp(path);
    (void)state;
    assert_int_equal(write(file, source, sizeof source - 1), sizeof source - 1);
    close(file);
    remote r = remote_new();
    rclio_future *call = rclio_parameter_client_load(r.client, path);
    const rclio_parameter_results *results = AWAIT(call);
    assert_int_equal(results->size, 3);
    assert_int_equal(results->data[0].status, RCLIO_OK);
    assert_string_equal(results->data[1].reason, "Invalid access to undeclared parameter(s): []");
    assert_int_equal(results->data[2].status, RCLIO_OK);
    rclio_future_unref(call);
    unlink(path);
    assert_null(rclio_parameter_client_load(r.client, path));
    assert_int_equal(rclio_error_status(), RCLIO_NOT_FOUND);
    call = rclio_parameter_client_dump(r.client);
    assert_string_equal(AWAIT(call), "/robot:\n"
                                     "  ros__parameters:\n"
                                     "    count: 4\n"
                                     "    group:\n"
                                     "      names:\n"
                                     "      - x\n"
                                     "      - y\n"
                                     "    locked: x\n"
                                     "    speed: 2.0\n"
                                     "    start_type_description_service: true\n"
                                     "    use_sim_time: false\n");
    rclio_future_unref(call);
    remote_free(&r);
}

static void load_text(remote *r, const char *source, const char *const *reasons, size_t count)
{
    char path[] = "/tmp/rclio-load-XXXXXX";
    int file = mkstemp(path);
    assert_int_equal(write(file, source, strlen(source)), strlen(source));
    close(file);
    rclio_future *call = rclio_parameter_client_load(r->client, path);
    unlink(path);
    const rclio_parameter_results *results = AWAIT(call);
    assert_int_equal(results->size, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(results->data[i].status == RCLIO_OK, reasons[i] == NULL);
        if (reasons[i]) assert_string_equal(results->data[i].reason, reasons[i]);
    }
    rclio_future_unref(call);
}

static void every_type_comes_back_from_a_dump_and_an_empty_array_keeps_its_own(void **state) /* PAR-9 */
{
    (void)state;
    static const uint8_t bytes[] = {0, 7, 255};
    static const double reals[] = {1, 2.5};
    static const char *const reasons[4] = {0};
    remote r = remote_new();
    const rclio_parameter_options dynamic = {.descriptor = {.dynamic_typing = true}};
    assert_ok(rclio_parameter_declare(r.node, "e.bytes", rclio_value_bytes(NULL, 0), NULL));
    assert_ok(rclio_parameter_declare(r.node, "e.strings", rclio_value_strings(NULL, 0), NULL));
    assert_ok(rclio_parameter_declare(r.node, "e.dynamic", rclio_value_doubles(NULL, 0), &dynamic));
    assert_ok(rclio_parameter_declare(r.node, "bytes", rclio_value_bytes(bytes, 3), NULL));
    assert_ok(rclio_parameter_declare(r.node, "reals", rclio_value_doubles(reals, 2), NULL));
    rclio_future *call = rclio_parameter_client_dump(r.client);
    char *before = strdup(AWAIT(call));
    rclio_future_unref(call);
    assert_ok(rclio_parameter_set(r.node, "bytes", rclio_value_bytes(NULL, 0)));
    assert_ok(rclio_parameter_set(r.node, "e.dynamic", rclio_value_integer(5)));
    assert_ok(rclio_parameter_set(r.node, "e.dynamic", rclio_value_doubles(reals, 1)));
    load_text(&r,
              "robot:\n  ros__parameters:\n    bytes: [!!binary AA==, !!binary \"Bw==\", !!binary '/w==']\n"
              "    e: {bytes: [], strings: [], dynamic: []}\n",
              reasons, 4);
    call = rclio_parameter_client_dump(r.client);
    assert_string_equal(AWAIT(call), before);
    rclio_future_unref(call);
    free(before);
    load_text(&r, "robot:\n  ros__parameters:\n    count: []\n    nope: []\n",
              (const char *const[]){"Wrong parameter type, expected 'Type.INTEGER' got 'Type.BOOL_ARRAY'",
                                    "Invalid access to undeclared parameter(s): []"},
              2);
    remote_free(&r);
}

/* ---- a node that answers as upstream's ---- */

typedef struct names_message {
    rosidl_runtime_c__String__Sequence names;
} names_message;

static void answer_nothing_when_one_is_unknown(const void *request, void *response, void *arg)
{
    const names_message *asked = request;
    const rclio_type *type = arg;
    const rclio_field *values = rclio_type_field(type->parts[RCLIO_PART_RESPONSE], "values");
    for (size_t i = 0; i < asked->names.size; i++)
        if (strcmp(asked->names.data[i].data, "nope") == 0) return;
    rclio_field_resize(values, response, asked->names.size);
    for (size_t i = 0; i < asked->names.size; i++) {
        uint8_t *value = rclio_field_element(values, response, i);
        value[rclio_type_field(values->nested, "type")->offset] = RCLIO_PARAMETER_BOOL;
        value[rclio_type_field(values->nested, "bool_value")->offset] = true;
    }
}

static void a_node_of_upstream_is_asked_for_each_name(void **state) /* PAR-11 */
{
    (void)state;
    pair p = pair_new();
    const rclio_type *type = rclio_types_get(rclio_context_types(p.server_context), "rcl_interfaces/srv/GetParameters");
    assert_non_null(rclio_service_new(p.server, type, "/old/get_parameters", answer_nothing_when_one_is_unknown,
                                      (void *)(uintptr_t)type, NULL));
    rclio_parameter_client *client = rclio_parameter_client_new(p.client, "/old", NULL);
    rclio_future *call = rclio_parameter_client_get(client, NAMES("a", "nope", "b"));
    assert_string_equal(parameters_as_text(AWAIT(call)), "a=True;nope=None;b=True;");
    rclio_future_unref(call);
    assert_false(rclio_parameter_client_is_available(client));
    pair_free(&p);
}

/* ---- ends ---- */

static void a_client_that_goes_fails_its_calls(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_parameter_client *client = rclio_parameter_client_new(p.client, "/nobody", NULL);
    rclio_future *get = rclio_parameter_client_get(client, NAMES("a")), *dump = rclio_parameter_client_dump(client);
    rclio_future *wait = rclio_parameter_client_wait(client);
    rclio_parameter_client_destroy(client);
    AWAIT_FAILS(get, RCLIO_CANCELLED, "/nobody");
    AWAIT_FAILS(dump, RCLIO_CANCELLED, "/nobody");
    AWAIT_FAILS(wait, RCLIO_CANCELLED, "");
    rclio_future_unref(get);
    rclio_future_unref(dump);
    rclio_future_unref(wait);
    pair_free(&p);
}

static void a_call_can_be_given_up(void **state)
{
    (void)state;
    pair p = pair_new();
    rclio_parameter_client *client = rclio_parameter_client_new(p.client, "/nobody", NULL);
    rclio_future *get = rclio_parameter_client_get(client, NAMES("a"));
    assert_null(rclio_await_for(get, RCLIO_MS(1)));
    assert_int_equal(rclio_error_status(), RCLIO_TIMEOUT);
    rclio_future_cancel(get);
    AWAIT_FAILS(get, RCLIO_CANCELLED, "");
    rclio_future_unref(get);
    pair_free(&p);
}

static rclio_status wait_for_ever(const rclio_parameter_list *list, void *arg)
{
    (void)list;
    int out = *(int *)arg;
    if (write(out, "x", 1) != 1) return RCLIO_SYSTEM;
    return rclio_sleep(RCLIO_FOREVER);
}

static void serve_robot(int in, int out)
{
    lone l = {.context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE})};
    l.node = rclio_node_new(l.context, "robot", NULL);
    declare_on(l.node);
    rclio_parameters_on_set(l.node, wait_for_ever, &out);
    serve_until_end_of(in, l.context);
    rclio_context_destroy(l.context);
}

static void parameters_of_another_process_are_got_and_set(void **state)
{
    (void)state;
    child robot = child_start(serve_robot);
    pair p = pair_new();
    rclio_parameter_client *client = rclio_parameter_client_new(p.client, "/robot", NULL);
    rclio_future *call = rclio_parameter_client_get(client, NAMES("speed", "nope"));
    assert_string_equal(parameters_as_text(AWAIT(call)), "speed=1.5;nope=None;");
    rclio_future_unref(call);
    const rclio_parameter item = {"speed", rclio_value_double(2.6)}, good = {"speed", rclio_value_double(3)};
    call = rclio_parameter_client_set(client, &item, 1);
    const rclio_parameter_results *results = AWAIT(call);
    assert_string_equal(results->data[0].reason,
                        "The parameter value for speed is not close enough to a valid step. Min: 0.0, max: "
                        "10.0, value: 2.6, step: 0.5");
    rclio_future_unref(call);
    call = rclio_parameter_client_set(client, &good, 1); /* its callback never ends */
    SPIN_UNTIL(p.executor, rclio_parameter_client_is_available(client));
    child_wait_byte(&robot);
    child_kill(&robot);
    AWAIT_FAILS(call, RCLIO_UNAVAILABLE, "/robot/set_parameters");
    rclio_future_unref(call);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_got),
        cmocka_unit_test(an_unknown_name_takes_nothing_from_the_others),
        cmocka_unit_test(values_are_set_each_with_its_result),
        cmocka_unit_test(values_are_set_all_or_none),
        cmocka_unit_test(parameters_are_listed_and_described),
        cmocka_unit_test(a_file_is_loaded_and_a_dump_taken),
        cmocka_unit_test(every_type_comes_back_from_a_dump_and_an_empty_array_keeps_its_own),
        cmocka_unit_test(a_node_of_upstream_is_asked_for_each_name),
        cmocka_unit_test(a_client_that_goes_fails_its_calls),
        cmocka_unit_test(a_call_can_be_given_up),
        cmocka_unit_test(parameters_of_another_process_are_got_and_set),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
