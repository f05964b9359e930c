/* tests/node/test_goal_state.c: the table of states and moves (ACT-7), and the heap by which goals expire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "node/goal.h"
#include "node/goal_heap.h"

static void all_pairs_of_state_and_event_are_as_the_protocol_says(void **state) /* ACT-7 */
{
    (void)state;
    static const struct {
        int from, event, to;
    } allowed[] = {
        {RCLIO_GOAL_ACCEPTED, GOAL_EXECUTE, RCLIO_GOAL_EXECUTING}, {RCLIO_GOAL_ACCEPTED, GOAL_CANCEL, RCLIO_GOAL_CANCELING},
        {RCLIO_GOAL_EXECUTING, GOAL_CANCEL, RCLIO_GOAL_CANCELING}, {RCLIO_GOAL_EXECUTING, GOAL_SUCCEED, RCLIO_GOAL_SUCCEEDED},
        {RCLIO_GOAL_EXECUTING, GOAL_ABORT, RCLIO_GOAL_ABORTED},    {RCLIO_GOAL_CANCELING, GOAL_SUCCEED, RCLIO_GOAL_SUCCEEDED},
        {RCLIO_GOAL_CANCELING, GOAL_ABORT, RCLIO_GOAL_ABORTED},    {RCLIO_GOAL_CANCELING, GOAL_CANCELED, RCLIO_GOAL_CANCELED},
    };
    int pairs = 0;
    for (int from = 0; from < GOAL_STATES; from++) {
        for (int event = 0; event < GOAL_EVENTS; event++, pairs++) {
            int expected = 0;
            for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
                if (allowed[i].from == from && allowed[i].event == event) expected = allowed[i].to;
            rclio_goal_status next = RCLIO_GOAL_UNKNOWN;
            rclio_status status = goal_state_next("0102", (rclio_goal_status)from, (goal_event)event, &next);
            assert_int_equal(status, expected ? RCLIO_OK : RCLIO_BAD_STATE);
            assert_int_equal(next, expected);
            if (expected) continue;
            assert_non_null(strstr(rclio_error(), rclio_goal_status_name((rclio_goal_status)from)));
            assert_non_null(strstr(rclio_error(), goal_event_name((goal_event)event)));
            assert_non_null(strstr(rclio_error(), "0102"));
        }
    }
    assert_int_equal(pairs, 35);
}

static void only_accepted_and_executing_goals_can_be_cancelled(void **state) /* ACT-8 */
{
    (void)state;
    for (int s = 0; s < GOAL_STATES; s++) {
        assert_int_equal(goal_state_is_cancelable((rclio_goal_status)s), s == RCLIO_GOAL_ACCEPTED || s == RCLIO_GOAL_EXECUTING);
        assert_int_equal(goal_state_is_terminal((rclio_goal_status)s), s >= RCLIO_GOAL_SUCCEEDED);
    }
}

static void a_goal_id_is_shown_as_32_digits(void **state) /* ACT-1 */
{
    (void)state;
    rclio_goal_id id;
    char text[33];
    for (int i = 0; i < 16; i++) id.uuid[i] = (uint8_t)(i * 17);
    rclio_goal_id_text(&id, text);
    assert_string_equal(text, "00112233445566778899aabbccddeeff");
}

enum { GOALS = 200 };

static void goals_leave_the_heap_in_order_of_acceptance(void **state) /* ACT-6 */
{
    (void)state;
    rclio_goal *goals = calloc(GOALS, sizeof *goals);
    goal_heap heap = {0};
    for (int i = 0; i < GOALS; i++) {
        goals[i].accepted_steady_ns = (i * 7919) % 1009; /* in no order */
        goals[i].heap_index = SIZE_MAX;
        assert_int_equal(goal_heap_push(&heap, &goals[i]), RCLIO_OK);
    }
    for (int i = 0; i < GOALS; i += 3) goal_heap_remove(&heap, &goals[i]);
    goal_heap_remove(&heap, &goals[0]); /* not in it any more: nothing */
    int64_t last = -1;
    size_t left = 0;
    for (rclio_goal *goal; (goal = goal_heap_top(&heap)); left++) {
        assert_true(goal->accepted_steady_ns >= last);
        last = goal->accepted_steady_ns;
        goal_heap_remove(&heap, goal);
    }
    assert_int_equal(left, GOALS - (GOALS + 2) / 3);
    goal_heap_fini(&heap);
    free(goals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pairs_of_state_and_event_are_as_the_protocol_says),
        cmocka_unit_test(only_accepted_and_executing_goals_can_be_cancelled),
        cmocka_unit_test(a_goal_id_is_shown_as_32_digits),
        cmocka_unit_test(goals_leave_the_heap_in_order_of_acceptance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
