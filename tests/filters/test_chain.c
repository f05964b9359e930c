/* tests/filters/test_chain.c: filters one after the other (rules CH1, CH2 of chain.c). */
#include "points.h"

static void an_empty_chain_passes_through(void **state)
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    rclio_filter *source = rclio_filter_new(p.node), *chain = rclio_chain_new(p.node, source);
    rclio_filter_connect(chain, trace_point, &t);
    add_point(&p, source, 1, 1);
    add_point(&p, chain, 2, 2);
    ASSERT_TRACE(&t, 1, 2);
    points_free(&p);
}

static void each_filter_hears_the_one_before_and_the_chain_the_last(void **state)
{
    points p = points_new();
    trace t = {{0}, 0}, first = {{0}, 0};
    int64_t stamp;
    (void)state;
    rclio_filter *source = rclio_filter_new(p.node), *chain = rclio_chain_new(p.node, source);
    rclio_filter *cache = rclio_cache_new(p.node, NULL, NULL), *pass = rclio_filter_new(p.node);
    rclio_filter *sequencer =
        rclio_time_sequencer_new(p.node, NULL, &(rclio_time_sequencer_options){.delay_ns = 10, .no_timer = true});
    rclio_filter_connect(chain, trace_point, &t);
    rclio_filter_connect(pass, trace_point, &first);
    assert_ok(rclio_chain_append(chain, pass));
    add_point(&p, source, 5, 1);
    ASSERT_TRACE(&t, 1);
    assert_ok(rclio_chain_append(chain, sequencer));
    assert_ok(rclio_chain_append(chain, cache));
    add_point(&p, source, 7, 2);
    add_point(&p, source, 6, 3);
    assert_int_equal(rclio_cache_latest_time(cache, &stamp), RCLIO_EMPTY);
    assert_ok(rclio_time_sequencer_release(sequencer, 100));
    ASSERT_TRACE(&t, 3, 2); /* sorted, and once each */
    ASSERT_TRACE(&first, 1, 2, 3);
    assert_ok(rclio_cache_latest_time(cache, &stamp));
    assert_int_equal(stamp, 7);
    assert_ptr_equal(rclio_chain_get(chain, 0), pass);
    assert_ptr_equal(rclio_chain_get(chain, 2), cache);
    assert_null(rclio_chain_get(chain, 3));
    assert_non_null(strstr(rclio_error(), "the chain has 3 filters, none at 3"));
    points_free(&p);
}

static void a_chain_is_part_of_another(void **state)
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    rclio_filter *outer = rclio_chain_new(p.node, NULL), *inner = rclio_chain_new(p.node, NULL);
    assert_ok(rclio_chain_append(inner, rclio_filter_new(p.node)));
    assert_ok(rclio_chain_append(outer, inner));
    assert_ok(rclio_chain_append(outer, rclio_filter_new(p.node)));
    rclio_filter_connect(outer, trace_point, &t);
    add_point(&p, outer, 1, 1);
    ASSERT_TRACE(&t, 1);
    points_free(&p);
}

static void what_cannot_be_a_part_is_refused(void **state)
{
    points p = points_new();
    (void)state;
    rclio_filter *chain = rclio_chain_new(p.node, NULL), *pass = rclio_filter_new(p.node);
    assert_int_equal(rclio_chain_append(chain, NULL), RCLIO_INVALID);
    assert_int_equal(rclio_chain_append(chain, chain), RCLIO_INVALID);
    assert_int_equal(rclio_chain_append(pass, chain), RCLIO_INVALID);
    assert_int_equal(rclio_chain_append(chain, rclio_synchronizer_new(p.node, NULL, 2, NULL)), RCLIO_INVALID);
    assert_ok(rclio_chain_append(chain, pass));
    assert_int_equal(rclio_chain_append(chain, pass), RCLIO_INVALID);
    points_free(&p);
}

static void a_chain_and_its_parts_end_in_any_order(void **state) /* CH2 */
{
    points p = points_new();
    trace t = {{0}, 0};
    (void)state;
    for (int order = 0; order < 2; order++) {
        rclio_filter *source = rclio_filter_new(p.node), *chain = rclio_chain_new(p.node, source),
                     *part = rclio_filter_new(p.node);
        assert_ok(rclio_chain_append(chain, part));
        rclio_filter_connect(chain, trace_point, &t);
        rclio_filter_destroy(order ? part : chain);
        add_point(&p, source, 1, 1);
        rclio_filter_destroy(order ? chain : part);
        add_point(&p, source, 1, 1);
        assert_int_equal(t.count, 0);
    }
    points_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_chain_passes_through),
        cmocka_unit_test(each_filter_hears_the_one_before_and_the_chain_the_last),
        cmocka_unit_test(a_chain_is_part_of_another),
        cmocka_unit_test(what_cannot_be_a_part_is_refused),
        cmocka_unit_test(a_chain_and_its_parts_end_in_any_order),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
