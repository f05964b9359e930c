/* tests/mw/test_qos_compatibility.c: profiles by name, and what is said of two before they meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rclio/qos.h"

#include <string.h>

#define DATA RCLIO_SOURCE_DIR "/tests/data/qos/compatibility.tsv" /* tests/peers/test_qos.py: upstream's own words */

static int value_of(const char *word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0) return i;
    fail_msg("'%s' is not known", word);
    return 0;
}

static rclio_qos profile_of(char *const *columns)
{
    static const char *const reliabilities[] = {"",        "RELIABLE", "BEST_EFFORT", "SYSTEM_DEFAULT", "BEST_AVAILABLE",
                                                "UNKNOWN", NULL};
    static const char *const durabilities[] = {"",        "VOLATILE", "TRANSIENT_LOCAL", "SYSTEM_DEFAULT", "BEST_AVAILABLE",
                                               "UNKNOWN", NULL};
    static const char *const livelinesses[] = {"",        "AUTOMATIC", "MANUAL_BY_TOPIC", "SYSTEM_DEFAULT", "BEST_AVAILABLE",
                                               "UNKNOWN", NULL};
    return (rclio_qos){.reliability = (rclio_reliability)value_of(columns[0], reliabilities),
                       .durability = (rclio_durability)value_of(columns[1], durabilities),
                       .liveliness = (rclio_liveliness)value_of(columns[2], livelinesses),
                       .deadline_ns = RCLIO_S(strtol(columns[3], NULL, 10)),
                       .lease_ns = RCLIO_S(strtol(columns[4], NULL, 10))};
}

static void every_pair_gets_upstreams_verdict_and_words(void **state) /* QOS-10 */
{
    (void)state;
    static const char *const verdicts[] = {"OK", "WARNING", "ERROR", NULL};
    FILE *file = fopen(DATA, "r");
    char line[1024], reason[RCLIO_QOS_REASON_SIZE];
    size_t lines = 0;
    assert_non_null(file);
    for (; fgets(line, sizeof line, file); lines++) {
        char *columns[12], *rest = line;
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < 12; i++) columns[i] = strsep(&rest, "\t");
        assert_non_null(columns[11]);
        const rclio_qos publisher = profile_of(columns), subscription = profile_of(columns + 5);
        assert_int_equal(rclio_qos_check_compatible(&publisher, &subscription, reason, sizeof reason),
                         value_of(columns[10], verdicts));
        assert_string_equal(reason, columns[11]);
    }
    fclose(file);
    assert_true(lines > 90);
}

static void what_a_profile_leaves_open_is_the_default_one(void **state)
{
    (void)state;
    char reason[RCLIO_QOS_REASON_SIZE] = "x";
    const rclio_qos open = {0}, best_effort = RCLIO_QOS_SENSOR_DATA;
    assert_int_equal(rclio_qos_check_compatible(&open, &open, reason, sizeof reason), RCLIO_QOS_OK);
    assert_string_equal(reason, "");
    assert_int_equal(rclio_qos_check_compatible(&best_effort, &open, NULL, 0), RCLIO_QOS_ERROR);
}

static void an_infinite_duration_asks_for_nothing(void **state)
{
    (void)state;
    const rclio_qos none = {0}, infinite = {.deadline_ns = RCLIO_FOREVER, .lease_ns = RCLIO_FOREVER},
                    second = {.deadline_ns = RCLIO_S(1)};
    char reason[RCLIO_QOS_REASON_SIZE];
    assert_int_equal(rclio_qos_check_compatible(&none, &infinite, NULL, 0), RCLIO_QOS_OK);
    assert_int_equal(rclio_qos_check_compatible(&infinite, &second, reason, sizeof reason), RCLIO_QOS_ERROR);
    assert_string_equal(reason, "ERROR: Subscription deadline is less than publisher deadline;");
}

static void a_short_buffer_gets_what_fits(void **state)
{
    (void)state;
    char reason[10];
    const rclio_qos best_effort = {.reliability = RCLIO_BEST_EFFORT, .durability = RCLIO_VOLATILE},
                    strict = {.reliability = RCLIO_RELIABLE, .durability = RCLIO_TRANSIENT_LOCAL};
    assert_int_equal(rclio_qos_check_compatible(&best_effort, &strict, reason, sizeof reason), RCLIO_QOS_ERROR);
    assert_string_equal(reason, "ERROR: Be");
}

static void presets_are_found_by_upstreams_short_names(void **state) /* QOS-1 */
{
    (void)state;
    const char *const *names = rclio_qos_preset_names();
    size_t count = 0;
    rclio_qos qos;
    for (; names[count]; count++) assert_int_equal(rclio_qos_preset(names[count], &qos), RCLIO_OK);
    assert_int_equal(count, 9);
    assert_int_equal(rclio_qos_preset("sensor_data", &qos), RCLIO_OK);
    assert_int_equal(qos.depth, 5);
    assert_int_equal(qos.reliability, RCLIO_BEST_EFFORT);
    assert_int_equal(rclio_qos_preset("action_status_default", &qos), RCLIO_OK);
    assert_int_equal(qos.depth, 1);
    assert_int_equal(qos.durability, RCLIO_TRANSIENT_LOCAL);
    assert_int_equal(rclio_qos_preset("best_available", &qos), RCLIO_OK);
    assert_int_equal(qos.durability, RCLIO_DURABILITY_BEST_AVAILABLE);
    assert_int_equal(rclio_qos_preset("unknown", &qos), RCLIO_OK);
    assert_int_equal(rclio_qos_check(&qos), RCLIO_INVALID);
    assert_int_equal(rclio_qos_preset("sensors", &qos), RCLIO_NOT_FOUND);
    assert_non_null(strstr(rclio_error(), "sensor_data"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_gets_upstreams_verdict_and_words),
        cmocka_unit_test(what_a_profile_leaves_open_is_the_default_one),
        cmocka_unit_test(an_infinite_duration_asks_for_nothing),
        cmocka_unit_test(a_short_buffer_gets_what_fits),
        cmocka_unit_test(presets_are_found_by_upstreams_short_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
