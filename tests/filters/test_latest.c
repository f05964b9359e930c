/* tests/filters/test_latest.c: the latest of each topic at the rate of the fastest (rules ML1 to ML3 of match_latest.c). "A1@5": message 1
 * of A, received at second 5. */
#include "story.h"

static const rclio_match_options latest = {.policy = RCLIO_MATCH_LATEST};

static void the_fastest_topic_sets_the_pace(void **state)
{
    (void)state;
    /* A every second, B every two: B's rate is known at 3; until then A is the only pivot */
    assert_story(2, &latest, "A1@0 B1@1 A2@1 A3@2 B2@3 A4@3 A5@4 B3@5 A6@5", "A2B1 A3B1 A4B2 A5B2 A6B3");
}

static void nothing_comes_before_each_topic_has_a_message(void **state)
{
    (void)state;
    assert_story(2, &latest, "A1@0 A2@1 A3@2 B1@2.5 A4@3", "A4B1");
}

static void of_equally_fast_topics_the_first_is_the_pivot(void **state)
{
    (void)state;
    assert_story(2, &latest, "A1@0 B1@0 A2@1 B2@1 A3@2 B3@2", "A2B1 A3B2");
}

static void when_the_fastest_is_late_the_next_takes_over(void **state) /* ML2 */
{
    (void)state;
    /* A stops at 4 with a mean deviation near 0; at 6 it is late, and B gives the sets */
    assert_story(2, &latest, "A1@0 B1@0 A2@1 B2@2 A3@2.001 A4@3 A5@4 B3@4 B4@6 B5@8", "A2B1 A3B2 A4B2 A5B2 A5B4 A5B5");
}

static void a_new_rate_is_noticed(void **state) /* ML1 */
{
    (void)state;
    /* B speeds up from 2 s to 0.1 s and becomes the pivot, until it is late itself */
    assert_story(2, &latest, "A1@0 B1@0 A2@1 B2@2 A3@2.001 A4@3 A5@4 B3@4 B4@4.1 B5@4.2 A6@5",
                 "A2B1 A3B2 A4B2 A5B2 A5B4 A5B5 A6B5");
}

static void messages_at_one_time_are_kept_and_give_nothing(void **state) /* ML3 */
{
    (void)state;
    assert_story(2, &latest, "A1@0 B1@0 A2@0 A3@1 A4@1", "A3B1");
}

static void the_margin_decides_what_is_late(void **state)
{
    rclio_match_options strict = {.policy = RCLIO_MATCH_LATEST, .rates = (rclio_match_rate[]){{.margin = 1000}, {.margin = 10}}};
    (void)state;
    assert_story(2, &strict, "A1@0 B1@0 A2@1 B2@2 A3@2.001 A4@3 A5@4 B3@4 B4@6 B5@8", "A2B1 A3B2 A4B2 A5B2");
}

static void a_clock_that_goes_back_does_no_harm(void **state)
{
    (void)state;
    assert_story(2, &latest, "A1@5 B1@5 A2@4 A3@6", "A3B1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fastest_topic_sets_the_pace),
        cmocka_unit_test(nothing_comes_before_each_topic_has_a_message),
        cmocka_unit_test(of_equally_fast_topics_the_first_is_the_pivot),
        cmocka_unit_test(when_the_fastest_is_late_the_next_takes_over),
        cmocka_unit_test(a_new_rate_is_noticed),
        cmocka_unit_test(messages_at_one_time_are_kept_and_give_nothing),
        cmocka_unit_test(the_margin_decides_what_is_late),
        cmocka_unit_test(a_clock_that_goes_back_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
