/* tests/node/test_content_filter.c: filter expressions, and subscriptions that have one. */
#include "pair.h"

#include "node/content_filter.h"

static rclio_types *types;

static int set_up(void **state)
{
    harness_environment(state);
    types = rclio_types_new(NULL, NULL);
    return types ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    rclio_types_destroy(types);
    return 0;
}

/* One of everything, with names that say what it holds. */
static const char definition[] = "bool truth\nbyte octet\nchar letter\nint8 i8\nuint8 u8\nint16 i16\nuint16 u16\nint32 i32\n"
                                 "uint32 u32\nint64 i64\nuint64 u64\nfloat32 f32\nfloat64 f64\nstring name\nstring<=20 short\n"
                                 "wstring wide\nint32[3] three\nfloat64[] list\nstring[] names\ngeometry_msgs/Point point\n"
                                 "geometry_msgs/Point[] points\nint32 and\n";
static const char values[] =
    "{truth: true, octet: 200, letter: 97, i8: -5, u8: 250, i16: -300, u16: 60000, i32: -70000, u32: 4000000000, "
    "i64: -9000000000000000000, u64: 18000000000000000000, f32: 0.1, f64: 2.5, name: cam_left, short: x, "
    "wide: w, three: [1, 2, 3], list: [0.5, 1.5], names: [a, bc], point: {x: 1.0, y: -2.0}, "
    "points: [{z: 7.0}]}";

static const rclio_type *everything(void)
{
    const rclio_type *type = rclio_types_parse(types, "p/msg/Everything", "test", definition, strlen(definition));
    if (!type) fail_msg("%s", rclio_error());
    return type;
}

static bool accepts(const rclio_type *type, const void *message, const char *expression, const char *const *parameters,
                    size_t count)
{
    content_filter *filter = content_filter_new(type, &(rclio_content_filter){expression, parameters, count});
    if (!filter) fail_msg("%s", rclio_error());
    bool accepted = content_filter_accepts(filter, message);
    content_filter_unref(filter);
    return accepted;
}

static void expressions_are_true_and_false_as_they_should(void **state) /* CFT-1 */
{
    static const struct {
        const char *expression;
        bool accepted;
    } cases[] = {
        {"truth = TRUE", true},
        {"truth <> false", true},
        {"truth = FALSE", false},
        {"truth > FALSE", true},
        {"octet = 200", true},
        {"u8 >= 250", true},
        {"u8 > 250", false},
        {"i8 < 0", true},
        {"i8=-5", true},
        {"-5 = i8", true},
        {"letter = 'a'", true},
        {"letter = 'b'", false},
        {"'a' <= letter", true},
        {"i8 = 'x'", false},
        {"i16 = -300", true},
        {"u16 != 60000", false},
        {"i32 <= -70000", true},
        {"u32 = 4000000000", true},
        {"u32 = 0xEE6B2800", true},
        {"i64 = -9000000000000000000", true},
        {"u64 = 18000000000000000000", true},
        {"u64 > -1", true},
        {"i64 < u64", true},
        {"u64 < i64", false},
        {"u64 > 17999999999999999999", true},
        {"i32 < f64", true},
        {"f32 = 0.1", true},
        {"f32 < 0.1", false},
        {"f64 = 2.5", true},
        {"f64 = 25e-1", true},
        {"f64 > 2", true},
        {"f64 = 2.50001", false},
        {"name = 'cam_left'", true},
        {"name <> 'cam_left'", false},
        {"name < 'd'", true},
        {"name = `cam_left'", true},
        {"name = short", false},
        {"short > ''", true},
        {"name LIKE 'cam%'", true},
        {"name LIKE '%left'", true},
        {"name like '%m_l%'", true},
        {"name LIKE 'cam'", false},
        {"name LIKE 'c__?left'", true},
        {"name LIKE '*'", true},
        {"name LIKE '%%x%'", false},
        {"short LIKE '_'", true},
        {"short LIKE ''", false},
        {"name MATCH 'cam_(left|right)'", true},
        {"name MATCH 'cam'", false},
        {"name match 'c.*t'", true},
        {"three[0] = 1", true},
        {"three[2] = 2", false},
        {"three[1] BETWEEN 2 AND 3", true},
        {"list[1] = 1.5", true},
        {"names[1] = 'bc'", true},
        {"point.x = 1", true},
        {"point.y < 0 AND point.z = 0", true},
        {"points[0].z = 7", true},
        {"and = 0", true},
        {" truth=TRUE ", true},
        {"i8 BETWEEN -5 AND 5", true},
        {"i8 NOT BETWEEN -5 AND 5", false},
        {"f64 between 3 and 4", false},
        {"f64 NOT BETWEEN 3 AND 4 AND truth = TRUE", true},
        {"NOT truth = TRUE", false},
        {"NOT NOT truth = TRUE", true},
        {"NOT truth = FALSE AND i8 = 0", false},
        {"NOT (truth = FALSE AND i8 = 0)", true},
        {"truth = TRUE OR i8 = 0 AND i8 = 1", true},
        {"(truth = TRUE OR i8 = 0) AND i8 = 1", false},
        {"i8 = 0 OR i8 = 1 OR i8 = -5", true},
        /* what the message does not have */
        {"list[2] = 0", false},
        {"NOT list[2] = 0", false},
        {"names[7] <> ''", false},
        {"points[1].z = 0 OR truth = TRUE", false},
    };
    (void)state;
    const rclio_type *type = everything();
    void *message = rclio_message_new(type);
    assert_ok(rclio_message_from_yaml(type, values, -1, message));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (accepts(type, message, cases[i].expression, NULL, 0) != cases[i].accepted)
            fail_msg("'%s' should be %s", cases[i].expression, cases[i].accepted ? "true" : "false");
    rclio_message_destroy(type, message);
}

static void parameters_stand_for_values(void **state) /* CFT-1 */
{
    static const char *const parameters[] = {"'cam_left'", "cam_left", "2.5", "TRUE", "-5", "18000000000000000000"};
    static const char *const all[] = {"name = %0", "name = %1", "f64 = %2",     "truth = %3",           "i8 = %4",
                                      "u64 = %5",  "%0 = name", "name LIKE %0", "i8 BETWEEN %4 AND %2", "name = %0 AND f64 = %2"};
    (void)state;
    const rclio_type *type = everything();
    void *message = rclio_message_new(type);
    assert_ok(rclio_message_from_yaml(type, values, -1, message));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!accepts(type, message, all[i], parameters, 6)) fail_msg("'%s' should be true", all[i]);
    rclio_message_destroy(type, message);
}

static void what_is_wrong_is_shown_at_its_column(void **state)
{
    static const struct {
        const char *expression, *words;
    } cases[] = {
        {"i9 = 1", "column 1: the message has no field i9"},
        {"i8", "column 3: a comparison belongs here"},
        {"i8 =", "column 5: a field's name or a value belongs here"},
        {"i8 = 1 i8 = 2", "column 8: AND, OR or the end belongs here"},
        {"i8 = 1 AND", "column 11"},
        {"(i8 = 1", "column 8: a ) is missing"},
        {"1 = 1", "one side has to be a field"},
        {"i8 = 'one'", "of different kinds"},
        {"truth = 1", "of different kinds"},
        {"name = 5", "of different kinds"},
        {"name = 'x", "column 8: this text has no end"},
        {"name LIKE 5", "LIKE and MATCH"},
        {"i8 LIKE 'x'", "LIKE and MATCH"},
        {"name MATCH '('", "no regular expression"},
        {"wide = 'w'", "a wstring cannot be compared"},
        {"point = 1", "name one of its fields"},
        {"i8.x = 1", "a plain value has no fields: i8"},
        {"three = 1", "an [index] is needed"},
        {"three[3] = 1", "no such element: 3"},
        {"i8[0] = 1", "a single value has no [index]"},
        {"i8 = %0", "there is no parameter %0"},
        {"i8 = %x", "a number from 0 to 99"},
        {"i8 BETWEEN 1", "two values with AND"},
        {"i8 NOT LIKE 'x'", "BETWEEN is missing"},
        {"i8 BETWEEN i16 AND 3", "a field and two values"},
        {"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((i8=1)))))))))))))))))))))))))))))))))))))))))))))))))"
         ")))))))))))))))))",
         "nested too deep"},
    };
    (void)state;
    const rclio_type *type = everything();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(content_filter_new(type, &(rclio_content_filter){.expression = cases[i].expression}));
        assert_int_equal(rclio_error_status(), RCLIO_INVALID);
        if (!strstr(rclio_error(), cases[i].words)) fail_msg("'%s' gives: %s", cases[i].expression, rclio_error());
    }
}

/* ---- subscriptions ---- */

typedef struct heard {
    size_t count;
    int32_t numbers[20];
} heard;

static void on_number(const void *message, const rclio_message_info *info, void *arg)
{
    heard *h = arg;
    memcpy(&h->numbers[h->count++], message ? message : info->serialized + 4, sizeof(int32_t));
}

typedef struct stage {
    pair p;
    rclio_publisher *publisher;
    const rclio_type *type; /* of the client */
} stage;

static void stage_init(stage *s)
{
    s->p = pair_new();
    const rclio_type *type = rclio_types_get(rclio_context_types(s->p.server_context), "std_msgs/msg/Int32");
    s->type = rclio_types_get(rclio_context_types(s->p.client_context), "std_msgs/msg/Int32");
    s->publisher = rclio_publisher_new(s->p.server, type, "numbers",
                                       &(rclio_publisher_options){.qos = {.durability = RCLIO_TRANSIENT_LOCAL}});
    assert_non_null(s->publisher);
}

static void publish(stage *s, int32_t from, int32_t to)
{
    for (int32_t n = from; n <= to; n++) assert_ok(rclio_publish(s->publisher, &n));
}

static rclio_subscription_options filtered(const char *expression, const char *const *parameters, size_t count)
{
    return (rclio_subscription_options){.qos = {.durability = RCLIO_TRANSIENT_LOCAL, .history = RCLIO_KEEP_ALL},
                                        .content_filter = {expression, parameters, count}};
}

static void a_subscription_hears_what_its_filter_lets_through(void **state) /* CFT-2 */
{
    stage s;
    heard decoded = {0}, raw = {0};
    const char *limit = "7";
    (void)state;
    stage_init(&s);
    rclio_subscription_options options = filtered("data > %0", &limit, 1);
    rclio_subscription *subscription = rclio_subscription_new(s.p.client, s.type, "numbers", on_number, &decoded, &options);
    options.raw = true;
    assert_non_null(rclio_subscription_new(s.p.client, s.type, "numbers", on_number, &raw, &options));
    assert_true(rclio_subscription_is_cft_enabled(subscription));
    publish(&s, 1, 10);
    SPIN_UNTIL(s.p.executor, decoded.count == 3 && raw.count == 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(decoded.numbers[i], 8 + i);
        assert_int_equal(raw.numbers[i], 8 + i);
    }
    pair_free(&s.p);
}

static void a_filter_is_changed_read_and_removed(void **state)
{
    stage s;
    heard h = {0};
    char *expression, **parameters;
    const char *const numbers[] = {"3", "4"};
    (void)state;
    stage_init(&s);
    rclio_subscription_options options = filtered(NULL, NULL, 0);
    rclio_subscription *subscription = rclio_subscription_new(s.p.client, s.type, "numbers", on_number, &h, &options);
    assert_false(rclio_subscription_is_cft_enabled(subscription));
    assert_int_equal(rclio_subscription_get_content_filter(subscription, &expression, &parameters), RCLIO_NOT_FOUND);

    assert_ok(rclio_subscription_set_content_filter(subscription, &(rclio_content_filter){"data BETWEEN %0 AND %1", numbers, 2}));
    assert_ok(rclio_subscription_get_content_filter(subscription, &expression, &parameters));
    assert_string_equal(expression, "data BETWEEN %0 AND %1");
    assert_string_equal(parameters[1], "4");
    assert_null(parameters[2]);
    rclio_names_free(parameters);
    free(expression);
    publish(&s, 1, 5);
    SPIN_UNTIL(s.p.executor, h.count == 2);
    assert_int_equal(h.numbers[0], 3);

    assert_int_equal(rclio_subscription_set_content_filter(subscription, &(rclio_content_filter){.expression = "nope = 1"}),
                     RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "subscription '/numbers' keeps its filter"));
    assert_true(rclio_subscription_is_cft_enabled(subscription));
    assert_ok(rclio_subscription_set_content_filter(subscription, &(rclio_content_filter){.expression = ""}));
    assert_false(rclio_subscription_is_cft_enabled(subscription));
    publish(&s, 1, 1);
    SPIN_UNTIL(s.p.executor, h.count == 3);
    assert_int_equal(h.numbers[2], 1);
    pair_free(&s.p);
}

static void a_filter_that_is_not_legal_makes_no_subscription(void **state)
{
    stage s;
    heard h = {0};
    (void)state;
    stage_init(&s);
    rclio_subscription_options options = filtered("data = 'x'", NULL, 0);
    assert_null(rclio_subscription_new(s.p.client, s.type, "numbers", on_number, &h, &options));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "no subscription to 'numbers'"));
    pair_free(&s.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_are_true_and_false_as_they_should),
        cmocka_unit_test(parameters_stand_for_values),
        cmocka_unit_test(what_is_wrong_is_shown_at_its_column),
        cmocka_unit_test(a_subscription_hears_what_its_filter_lets_through),
        cmocka_unit_test(a_filter_is_changed_read_and_removed),
        cmocka_unit_test(a_filter_that_is_not_legal_makes_no_subscription),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
