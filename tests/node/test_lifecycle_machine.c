/* tests/node/test_lifecycle_machine.c: the table of a managed node's states: every state with every transition. */
#include "node/lifecycle_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct expected { /* LIF-3, LIF-6, LIF-7, as upstream's services list it */
    uint8_t id;
    const char *label, *start, *goal;
} expected[] = {
    {1, "configure", "unconfigured", "configuring"},
    {10, "transition_success", "configuring", "inactive"},
    {11, "transition_failure", "configuring", "unconfigured"},
    {12, "transition_error", "configuring", "errorprocessing"},
    {2, "cleanup", "inactive", "cleaningup"},
    {20, "transition_success", "cleaningup", "unconfigured"},
    {21, "transition_failure", "cleaningup", "inactive"},
    {22, "transition_error", "cleaningup", "errorprocessing"},
    {3, "activate", "inactive", "activating"},
    {30, "transition_success", "activating", "active"},
    {31, "transition_failure", "activating", "inactive"},
    {32, "transition_error", "activating", "errorprocessing"},
    {4, "deactivate", "active", "deactivating"},
    {40, "transition_success", "deactivating", "inactive"},
    {41, "transition_failure", "deactivating", "active"},
    {42, "transition_error", "deactivating", "errorprocessing"},
    {5, "shutdown", "unconfigured", "shuttingdown"},
    {6, "shutdown", "inactive", "shuttingdown"},
    {7, "shutdown", "active", "shuttingdown"},
    {50, "transition_success", "shuttingdown", "finalized"},
    {51, "transition_failure", "shuttingdown", "finalized"},
    {52, "transition_error", "shuttingdown", "errorprocessing"},
    {60, "transition_success", "errorprocessing", "unconfigured"},
    {61, "transition_failure", "errorprocessing", "finalized"},
    {62, "transition_error", "errorprocessing", "finalized"},
};

static void the_table_is_upstreams(void **state)
{
    (void)state;
    assert_int_equal(sizeof expected / sizeof *expected, LIFECYCLE_MOVES);
    for (size_t i = 0; i < LIFECYCLE_MOVES; i++) {
        assert_int_equal(lifecycle_moves[i].id, expected[i].id);
        assert_string_equal(lifecycle_moves[i].label, expected[i].label);
        assert_string_equal(rclio_lifecycle_state_name(lifecycle_moves[i].start), expected[i].start);
        assert_string_equal(rclio_lifecycle_state_name(lifecycle_moves[i].goal), expected[i].goal);
    }
}

static void the_states_are_upstreams(void **state) /* LIF-2 */
{
    static const unsigned numbers[] = {0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15};
    (void)state;
    assert_int_equal(sizeof numbers / sizeof *numbers, LIFECYCLE_STATES);
    for (size_t i = 0; i < LIFECYCLE_STATES; i++) {
        assert_int_equal(lifecycle_states[i], numbers[i]);
        assert_true(*rclio_lifecycle_state_name(lifecycle_states[i]));
    }
    assert_string_equal(rclio_lifecycle_state_name((rclio_lifecycle_state)7), "");
    assert_string_equal(rclio_lifecycle_state_name((rclio_lifecycle_state)200), "");
}

static const struct expected *expected_for(const char *start, unsigned id, const char *label)
{
    for (size_t i = 0; i < LIFECYCLE_MOVES; i++)
        if (strcmp(expected[i].start, start) == 0 && (label ? strcmp(expected[i].label, label) == 0 : expected[i].id == id))
            return &expected[i];
    return NULL;
}

static void every_state_takes_its_own_transitions_by_id_and_no_other(void **state) /* LIF-5 */
{
    (void)state;
    for (size_t s = 0; s < LIFECYCLE_STATES; s++)
        for (unsigned id = 0; id < 256; id++) {
            const char *start = rclio_lifecycle_state_name(lifecycle_states[s]);
            const lifecycle_move *move = lifecycle_find(lifecycle_states[s], (uint8_t)id, "");
            const struct expected *want = expected_for(start, id, NULL);
            assert_int_equal(move != NULL, want != NULL);
            if (move) assert_string_equal(rclio_lifecycle_state_name(move->goal), want->goal);
            if (!move) assert_int_equal(rclio_error_status(), RCLIO_BAD_STATE);
        }
}

static void a_label_wins_over_the_id(void **state) /* LIF-5 */
{
    (void)state;
    for (size_t s = 0; s < LIFECYCLE_STATES; s++)
        for (size_t i = 0; i < LIFECYCLE_MOVES; i++) {
            const char *start = rclio_lifecycle_state_name(lifecycle_states[s]);
            const lifecycle_move *move = lifecycle_find(lifecycle_states[s], 1, expected[i].label);
            const struct expected *want = expected_for(start, 0, expected[i].label);
            assert_int_equal(move ? move->id : 0, want ? want->id : 0);
        }
    assert_null(lifecycle_find(RCLIO_LIFECYCLE_UNCONFIGURED, 1, "nope"));
    assert_non_null(strstr(rclio_error(), "no transition 'nope' from unconfigured"));
}

static void each_passing_state_has_three_outcomes_and_a_resting_one_none(void **state) /* LIF-6 */
{
    static const char *const labels[] = {"transition_success", "transition_failure", "transition_error"};
    (void)state;
    for (size_t s = 0; s < LIFECYCLE_STATES; s++)
        for (int r = 0; r < 3; r++) {
            const lifecycle_move *move =
                lifecycle_outcome(lifecycle_states[s], (rclio_lifecycle_result)(RCLIO_LIFECYCLE_SUCCESS + r));
            assert_int_equal(move != NULL, lifecycle_states[s] >= RCLIO_LIFECYCLE_CONFIGURING);
            if (move) assert_string_equal(move->label, labels[r]);
        }
}

static void transitions_have_names(void **state)
{
    (void)state;
    assert_string_equal(rclio_lifecycle_transition_name(RCLIO_LIFECYCLE_CONFIGURE), "configure");
    assert_string_equal(rclio_lifecycle_transition_name(RCLIO_LIFECYCLE_SHUTDOWN), "shutdown");
    assert_string_equal(rclio_lifecycle_transition_name((rclio_lifecycle_transition)0), "");
    assert_string_equal(rclio_lifecycle_transition_name((rclio_lifecycle_transition)10), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_upstreams),
        cmocka_unit_test(the_states_are_upstreams),
        cmocka_unit_test(every_state_takes_its_own_transitions_by_id_and_no_other),
        cmocka_unit_test(a_label_wins_over_the_id),
        cmocka_unit_test(each_passing_state_has_three_outcomes_and_a_resting_one_none),
        cmocka_unit_test(transitions_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
