/* tests/mw/test_qos.c: quality of service as values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rclio/qos.h"

#include <string.h>

static void profiles_have_upstreams_values(void **state) /* QOS-1 */
{
    (void)state;
    const struct {
        rclio_qos profile;
        size_t depth;
        rclio_reliability reliability;
        rclio_durability durability;
        int64_t lifespan;
    } cases[] = {
        {RCLIO_QOS_DEFAULT, 10, RCLIO_RELIABLE, RCLIO_VOLATILE, 0},
        {RCLIO_QOS_SENSOR_DATA, 5, RCLIO_BEST_EFFORT, RCLIO_VOLATILE, 0},
        {RCLIO_QOS_SERVICES, 10, RCLIO_RELIABLE, RCLIO_VOLATILE, 0}, /* SRV-8 */
        {RCLIO_QOS_PARAMETERS, 1000, RCLIO_RELIABLE, RCLIO_VOLATILE, 0},
        {RCLIO_QOS_PARAMETER_EVENTS, 1000, RCLIO_RELIABLE, RCLIO_VOLATILE, 0},
        {RCLIO_QOS_CLOCK, 1, RCLIO_BEST_EFFORT, RCLIO_VOLATILE, 0},
        {RCLIO_QOS_ROSOUT, 1000, RCLIO_RELIABLE, RCLIO_TRANSIENT_LOCAL, RCLIO_S(10)},
        {RCLIO_QOS_ACTION_STATUS, 1, RCLIO_RELIABLE, RCLIO_TRANSIENT_LOCAL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(cases[i].profile.history, RCLIO_KEEP_LAST);
        assert_int_equal(cases[i].profile.depth, cases[i].depth);
        assert_int_equal(cases[i].profile.reliability, cases[i].reliability);
        assert_int_equal(cases[i].profile.durability, cases[i].durability);
        assert_int_equal(cases[i].profile.lifespan_ns, cases[i].lifespan);
        assert_int_equal(rclio_qos_check(&cases[i].profile), RCLIO_OK);
    }
}

static void what_is_left_out_comes_from_the_base(void **state)
{
    (void)state;
    rclio_qos nothing = {0}, qos = rclio_qos_resolve(nothing, RCLIO_QOS_ROSOUT);
    assert_int_equal(qos.history, RCLIO_KEEP_LAST);
    assert_int_equal(qos.depth, 1000);
    assert_int_equal(qos.durability, RCLIO_TRANSIENT_LOCAL);
    assert_int_equal(qos.lifespan_ns, RCLIO_S(10));
    assert_int_equal(qos.deadline_ns, RCLIO_FOREVER); /* QOS-6 */
    assert_int_equal(qos.lease_ns, RCLIO_FOREVER);
    assert_int_equal(qos.liveliness, RCLIO_AUTOMATIC);

    qos = rclio_qos_resolve(nothing, nothing);
    assert_int_equal(qos.depth, 10);
    assert_int_equal(qos.reliability, RCLIO_RELIABLE);

    qos = rclio_qos_resolve((rclio_qos){.depth = 3, .reliability = RCLIO_BEST_EFFORT}, RCLIO_QOS_DEFAULT);
    assert_int_equal(qos.depth, 3);
    assert_int_equal(qos.history, RCLIO_KEEP_LAST);
    assert_int_equal(qos.reliability, RCLIO_BEST_EFFORT);

    qos = rclio_qos_resolve((rclio_qos){.history = RCLIO_KEEP_ALL}, RCLIO_QOS_DEFAULT);
    assert_int_equal(qos.history, RCLIO_KEEP_ALL);
    assert_int_equal(qos.depth, 0);

    qos = rclio_qos_resolve(RCLIO_QOS_SYSTEM_DEFAULT, RCLIO_QOS_DEFAULT);
    assert_int_equal(qos.history, RCLIO_HISTORY_SYSTEM_DEFAULT);
    assert_int_equal(qos.depth, 0); /* QOS-3 */
    assert_int_equal(qos.reliability, RCLIO_RELIABILITY_SYSTEM_DEFAULT);

    qos = rclio_qos_resolve(RCLIO_QOS_BEST_AVAILABLE, RCLIO_QOS_DEFAULT); /* QOS-8: not resolved here */
    assert_int_equal(qos.durability, RCLIO_DURABILITY_BEST_AVAILABLE);
}

static void an_illegal_value_is_named(void **state)
{
    (void)state;
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    qos.depth = (size_t)INT32_MAX + 1;
    assert_int_equal(rclio_qos_check(&qos), RCLIO_INVALID);
    assert_string_equal(rclio_error(), "QoS depth is 2147483648: it is at most 2147483647");
    qos = (rclio_qos)RCLIO_QOS_DEFAULT;
    qos.deadline_ns = -1;
    assert_int_equal(rclio_qos_check(&qos), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "deadline"));
    qos = (rclio_qos)RCLIO_QOS_DEFAULT;
    qos.history = RCLIO_HISTORY_UNKNOWN;
    assert_int_equal(rclio_qos_check(&qos), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "history"));
    qos.history = (rclio_history)77;
    assert_int_equal(rclio_qos_check(&qos), RCLIO_INVALID);
}

static void endpoints_match_by_these_policies_only(void **state) /* QOS-5 */
{
    (void)state;
    const struct {
        rclio_qos offered, requested;
        const char *policy; /* NULL: compatible */
    } cases[] = {
        {{0}, {0}, NULL},
        {{.reliability = RCLIO_BEST_EFFORT}, {.reliability = RCLIO_RELIABLE}, "RELIABILITY"},
        {{.reliability = RCLIO_BEST_EFFORT}, {.reliability = RCLIO_RELIABILITY_SYSTEM_DEFAULT}, "RELIABILITY"},
        {{.reliability = RCLIO_RELIABLE}, {.reliability = RCLIO_BEST_EFFORT}, NULL},
        {{.reliability = RCLIO_BEST_EFFORT}, {.reliability = RCLIO_RELIABILITY_BEST_AVAILABLE}, NULL},
        {{.durability = RCLIO_VOLATILE}, {.durability = RCLIO_TRANSIENT_LOCAL}, "DURABILITY"},
        {{.durability = RCLIO_DURABILITY_SYSTEM_DEFAULT}, {.durability = RCLIO_TRANSIENT_LOCAL}, "DURABILITY"},
        {{.durability = RCLIO_DURABILITY_UNKNOWN}, {.durability = RCLIO_TRANSIENT_LOCAL}, NULL},
        {{.durability = RCLIO_TRANSIENT_LOCAL}, {.durability = RCLIO_VOLATILE}, NULL},
        {{.deadline_ns = RCLIO_S(1)}, {.deadline_ns = RCLIO_S(1)}, NULL},
        {{.deadline_ns = RCLIO_S(2)}, {.deadline_ns = RCLIO_S(1)}, "DEADLINE"},
        {{0}, {.deadline_ns = RCLIO_S(1)}, "DEADLINE"},
        {{.deadline_ns = RCLIO_S(1)}, {0}, NULL},
        {{.liveliness = RCLIO_AUTOMATIC}, {.liveliness = RCLIO_MANUAL_BY_TOPIC}, "LIVELINESS"},
        {{.liveliness = RCLIO_MANUAL_BY_TOPIC}, {.liveliness = RCLIO_AUTOMATIC}, NULL},
        {{.lease_ns = RCLIO_S(2)}, {.lease_ns = RCLIO_S(1)}, "LIVELINESS"},
        {{.lease_ns = RCLIO_S(1)}, {.lease_ns = RCLIO_FOREVER}, NULL},
        {{.lifespan_ns = RCLIO_S(1), .history = RCLIO_KEEP_LAST, .depth = 1}, {.history = RCLIO_KEEP_ALL}, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rclio_qos_compatible(&cases[i].offered, &cases[i].requested),
                         cases[i].policy ? RCLIO_INVALID : RCLIO_OK);
        if (cases[i].policy) assert_string_equal(rclio_error(), cases[i].policy);
    }
}

static void policies_have_upstreams_names(void **state)
{
    (void)state;
    assert_string_equal(rclio_reliability_name(RCLIO_RELIABLE), "RELIABLE");
    assert_string_equal(rclio_reliability_name(RCLIO_BEST_EFFORT), "BEST_EFFORT");
    assert_string_equal(rclio_reliability_name((rclio_reliability)99), "UNKNOWN");
    assert_string_equal(rclio_durability_name(RCLIO_TRANSIENT_LOCAL), "TRANSIENT_LOCAL");
    assert_string_equal(rclio_durability_name(RCLIO_DURABILITY_SYSTEM_DEFAULT), "SYSTEM_DEFAULT");
    assert_string_equal(rclio_history_name(RCLIO_KEEP_LAST), "KEEP_LAST");
    assert_string_equal(rclio_history_name(RCLIO_KEEP_ALL), "KEEP_ALL");
    assert_string_equal(rclio_history_name(RCLIO_HISTORY_UNKNOWN), "UNKNOWN"); /* QOS-7 */
    assert_string_equal(rclio_liveliness_name(RCLIO_AUTOMATIC), "AUTOMATIC");
    assert_string_equal(rclio_liveliness_name(RCLIO_MANUAL_BY_TOPIC), "MANUAL_BY_TOPIC");
    assert_string_equal(rclio_liveliness_name(RCLIO_LIVELINESS_BEST_AVAILABLE), "BEST_AVAILABLE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_have_upstreams_values), cmocka_unit_test(what_is_left_out_comes_from_the_base),
        cmocka_unit_test(an_illegal_value_is_named),      cmocka_unit_test(endpoints_match_by_these_policies_only),
        cmocka_unit_test(policies_have_upstreams_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
