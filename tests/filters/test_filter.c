/* tests/filters/test_filter.c: connections, events, and filters that change while they work (FI1 to FI4 of the public header). */
#include "points.h"

static void an_event_knows_its_stamp(void **state)
{
    points p = points_new();
    (void)state;
    const rclio_message_event *event = point_event(&p, RCLIO_S(5) + 7, 1);
    assert_true(event->has_stamp);
    assert_int_equal(event->stamp_ns, RCLIO_S(5) + 7);
    assert_true(event->received_ns > RCLIO_S(1000));
    rclio_message_event_unref(event);
    points_free(&p);
}

static void a_message_without_a_header_has_the_time_of_its_receipt(void **state)
{
    points p = points_new();
    (void)state;
    const rclio_message_event *event = string_event(&p, 1234);
    assert_false(event->has_stamp);
    assert_int_equal(event->stamp_ns, 1234);
    rclio_message_event_unref(event);
    const rclio_type *header = rclio_types_get(rclio_context_types(p.context), "std_msgs/msg/Header");
    void *message = rclio_message_new(header);
    int64_t stamp;
    assert_false(rclio_message_stamp(header, message, &stamp)); /* it is one, it has none */
    rclio_message_destroy(header, message);
    points_free(&p);
}

static void a_copied_message_is_its_own(void **state)
{
    points p = points_new();
    (void)state;
    const rclio_message_event *event = point_event(&p, 1, 2);
    const rclio_message_event *copy = rclio_message_event_copy(p.type, event->message, 99);
    rclio_message_event_unref(event);
    assert_true(point_x(copy) > 1.9);
    assert_int_equal(copy->received_ns, 99);
    assert_ptr_equal(rclio_message_event_ref(copy), copy);
    rclio_message_event_unref(copy);
    rclio_message_event_unref(copy);
    rclio_message_event_unref(NULL);
    assert_null(rclio_message_event_copy(p.type, NULL, 0));
    points_free(&p);
}

static void callbacks_run_in_order_until_they_are_disconnected(void **state)
{
    points p = points_new();
    trace all = {{0}, 0}, some = {{0}, 0};
    (void)state;
    rclio_filter *f = rclio_filter_new(p.node);
    uint64_t first = rclio_filter_connect(f, trace_point, &all);
    assert_true(first);
    uint64_t second = rclio_filter_connect(f, trace_point, &some);
    assert_true(second > first);
    add_point(&p, f, 1, 1);
    rclio_filter_disconnect(f, second);
    rclio_filter_disconnect(f, second);
    rclio_filter_disconnect(f, 0);
    add_point(&p, f, 2, 2);
    ASSERT_TRACE(&all, 1, 2);
    ASSERT_TRACE(&some, 1);
    points_free(&p);
}

typedef struct meddler { /* a callback that changes its filter */
    rclio_filter *filter;
    uint64_t own, other;
    trace *trace;
    bool destroy;
    int calls;
} meddler;

static void meddle(const rclio_message_event *event, void *arg)
{
    meddler *m = arg;
    m->calls++;
    if (m->own) rclio_filter_disconnect(m->filter, m->own);
    if (m->other) rclio_filter_disconnect(m->filter, m->other);
    if (m->destroy) rclio_filter_destroy(m->filter);
    if (m->trace) rclio_filter_connect(m->filter, trace_point, m->trace);
    m->trace = NULL;
    point_x(event); /* still there */
}

static void a_callback_may_connect_and_disconnect_others_and_itself(void **state) /* FI3 */
{
    points p = points_new();
    trace later = {{0}, 0}, other = {{0}, 0};
    meddler m = {.trace = &later};
    (void)state;
    rclio_filter *f = m.filter = rclio_filter_new(p.node);
    m.own = rclio_filter_connect(f, meddle, &m);
    m.other = rclio_filter_connect(f, trace_point, &other);
    add_point(&p, f, 1, 1);
    add_point(&p, f, 2, 2);
    assert_int_equal(m.calls, 1);
    assert_int_equal(other.count, 0); /* disconnected before its turn */
    ASSERT_TRACE(&later, 2);          /* not for the message during which it was connected */
    points_free(&p);
}

static void a_callback_may_destroy_its_filter(void **state) /* FI3 */
{
    points p = points_new();
    trace other = {{0}, 0};
    meddler m = {.destroy = true};
    (void)state;
    rclio_filter *source = rclio_filter_new(p.node);
    m.filter = rclio_filter_new(p.node);
    assert_ok(rclio_filter_set_input(m.filter, source));
    rclio_filter_connect(m.filter, meddle, &m);
    rclio_filter_connect(m.filter, trace_point, &other);
    add_point(&p, source, 1, 1);
    add_point(&p, source, 2, 2);
    assert_int_equal(m.calls, 1);
    assert_int_equal(other.count, 0);
    points_free(&p);
}

static void a_filter_may_change_its_input_and_outlive_it(void **state) /* FI4 */
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    rclio_filter *a = rclio_filter_new(p.node), *b = rclio_filter_new(p.node), *f = rclio_filter_new(p.node);
    rclio_filter_connect(f, trace_point, &t);
    assert_ok(rclio_filter_set_input(f, a));
    add_point(&p, a, 1, 1);
    add_point(&p, b, 1, 2);
    assert_ok(rclio_filter_set_input(f, b));
    add_point(&p, a, 1, 3);
    add_point(&p, b, 1, 4);
    rclio_filter_destroy(b);
    add_point(&p, f, 1, 5);
    assert_ok(rclio_filter_set_input(f, NULL));
    ASSERT_TRACE(&t, 1, 4, 5);
    points_free(&p);
}

static void a_circle_of_filters_is_refused(void **state)
{
    points p = points_new();
    (void)state;
    rclio_filter *a = rclio_filter_new(p.node), *b = rclio_filter_new(p.node), *c = rclio_filter_new(p.node);
    assert_ok(rclio_filter_set_input(b, a));
    assert_ok(rclio_filter_set_input(c, b));
    assert_int_equal(rclio_filter_set_input(a, c), RCLIO_INVALID);
    assert_int_equal(rclio_filter_set_input(a, a), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "its own input"));
    points_free(&p);
}

static void misuse_is_an_error_with_a_sentence(void **state)
{
    points p = points_new();
    (void)state;
    rclio_filter *f = rclio_filter_new(p.node);
    const rclio_message_event *event = point_event(&p, 1, 1);
    assert_null(rclio_filter_new(NULL));
    assert_int_equal(rclio_filter_connect(f, NULL, NULL), 0);
    assert_int_equal(rclio_filter_connect(NULL, trace_point, NULL), 0);
    assert_int_equal(rclio_filter_add(NULL, event), RCLIO_INVALID);
    assert_int_equal(rclio_filter_add(f, NULL), RCLIO_INVALID);
    assert_null(rclio_cache_last(f));
    assert_non_null(strstr(rclio_error(), "this filter is a pass-through filter, not a cache"));
    assert_null(rclio_cache_last(NULL));
    assert_int_equal(rclio_time_sequencer_release(f, 0), RCLIO_INVALID);
    assert_int_equal(rclio_synchronizer_add(f, 0, event), RCLIO_INVALID);
    rclio_message_event_unref(event);
    rclio_filter_destroy(NULL);
    points_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_knows_its_stamp),
        cmocka_unit_test(a_message_without_a_header_has_the_time_of_its_receipt),
        cmocka_unit_test(a_copied_message_is_its_own),
        cmocka_unit_test(callbacks_run_in_order_until_they_are_disconnected),
        cmocka_unit_test(a_callback_may_connect_and_disconnect_others_and_itself),
        cmocka_unit_test(a_callback_may_destroy_its_filter),
        cmocka_unit_test(a_filter_may_change_its_input_and_outlive_it),
        cmocka_unit_test(a_circle_of_filters_is_refused),
        cmocka_unit_test(misuse_is_an_error_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
