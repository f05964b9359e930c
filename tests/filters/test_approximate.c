/* tests/filters/test_approximate.c: the best sets of near stamps (rules MP1 to MP6 of match_approximate.c). The stories are the cases that
 * upstream documents for its C++ policy, and others worked by hand; the oracle tries every set. */
#include "story.h"

static const rclio_match_options plain = {.policy = RCLIO_MATCH_APPROXIMATE};

static void equal_stamps_match_at_once(void **state)
{
    (void)state;
    assert_story(2, &plain, "A0 B0 A3 B3 A6 B6", "A0B0 A3B3 A6B6");
}

static void a_near_pair_waits_for_the_proof_that_nothing_is_nearer(void **state)
{
    (void)state;
    assert_story(2, &plain, "A0 B1 A3 B4 A6 B7", "A0B1 A3B4");
    assert_story(2, &plain, "A0 B1", "");
    assert_story(2, &plain, "A0 B1 A2", "A0B1"); /* the next of B cannot be nearer to A2 than B1 was to A0 */
}

static void the_nearest_partner_is_taken_not_the_first(void **state)
{
    (void)state;
    assert_story(2, &plain, "A0 B1 A2 A3 B5 A6 B7", "A0B1 A6B5");
    assert_story(2, &plain, "A0 B7 A12 B15 A17 B18", "A12B7 A17B18");
}

static void a_queue_that_is_too_short_costs_sets(void **state)
{
    static const char input[] = "A0 B1 B3 A4 B7 A8 A10 B11 A13 B14";
    (void)state;
    assert_story(2, &(rclio_match_options){.policy = RCLIO_MATCH_APPROXIMATE, .queue_size = 1}, input, "A4B3 A10B11");
    assert_story(2, &(rclio_match_options){.policy = RCLIO_MATCH_APPROXIMATE, .queue_size = 2}, input, "A0B1 A4B3 A8B7 A10B11");
}

static void a_topic_that_lost_messages_is_no_pivot(void **state) /* MP5 */
{
    static const char input[] = "A0 A1 A2 A3 A4 A5 A6 A7 A8 B3 A9 A10 A11 A12 B10 A13";
    (void)state;
    assert_story(2, &(rclio_match_options){.policy = RCLIO_MATCH_APPROXIMATE, .queue_size = 5}, input, "A10B10");
}

static void one_message_may_decide_two_sets(void **state)
{
    (void)state;
    assert_story(2, &plain, "A0 B1 B3 A3", "A0B1 A3B3");
}

static void four_topics(void **state)
{
    (void)state;
    assert_story(4, &plain, "A0 B1 C2 D3 A5 D5 B6 C6 A8 B9 C10 D11 A10 A13 B14", "A0B1C2D3 A5B6C6D5 A10B9C10D11");
    assert_story(4, &plain, "A0 B1 C2 D3 A7", "A0B1C2D3"); /* decided before the others' next */
}

static void a_lower_bound_proves_sooner(void **state) /* MP4 */
{
    rclio_match_options bounded = {.policy = RCLIO_MATCH_APPROXIMATE, .lower_bounds_ns = (int64_t[]){RCLIO_MS(1500), 0}};
    (void)state;
    assert_story(2, &bounded, "A0 B1 A3 B4 A6 B7", "A0B1 A3B4");
    bounded.lower_bounds_ns = (int64_t[]){RCLIO_S(2), 0};
    assert_story(2, &bounded, "A0 B1 A3 B4 A6 B7", "A0B1 A3B4 A6B7");
}

static void the_age_penalty_prefers_the_earlier_set(void **state) /* MP3 */
{
    rclio_match_options strict = {.policy = RCLIO_MATCH_APPROXIMATE, .age_penalty = RCLIO_NO_AGE_PENALTY};
    rclio_match_options patient = {.policy = RCLIO_MATCH_APPROXIMATE, .age_penalty = 2};
    (void)state;
    /* pivot B10: A5B10 spans 5; A14B10 spans 4: it starts 5 later and ends 4 later */
    assert_story(2, &strict, "A5 B10 A14 B30 A40", "A14B10");
    assert_story(2, &plain, "A5 B10 A14 B30 A40", "A14B10");         /* 4 * 1.1 < 5 */
    assert_story(2, &patient, "A5 B10 A14 B30 A40", "A5B10 A14B30"); /* 4 * 3 > 5 */
}

static void a_set_longer_than_allowed_is_passed_over(void **state)
{
    rclio_match_options two_seconds = {.policy = RCLIO_MATCH_APPROXIMATE, .max_interval_ns = RCLIO_S(2)};
    (void)state;
    assert_story(2, &two_seconds, "A0 B3 A10 B12 A20 B20", "A10B12 A20B20");
    assert_story(2, &two_seconds, "A0 B3 A4 A9 B20 A21 B40", "A4B3 A21B20");
}

static void equal_stamps_of_three_topics_break_ties_by_their_order(void **state) /* MP6 */
{
    (void)state;
    assert_story(3, &plain, "A1 B1 C1 A2 B2 C2", "A1B1C1 A2B2C2");
    assert_story(3, &plain, "C1 C2 B1 B2 A1 A2", "A1B1C1 A2B2C2");
}

static void disorder_is_said_once_for_each_topic(void **state)
{
    story s;
    rclio_match_options bounded = {.policy = RCLIO_MATCH_APPROXIMATE, .lower_bounds_ns = (int64_t[]){0, 100}};
    (void)state;
    story_begin(&s, 2, &bounded);
    story_add(&s, 0, 500, 0);
    story_add(&s, 0, 400, 0);
    assert_non_null(strstr(s.warning, "topic 0 came out of order, by 100 ns"));
    story_add(&s, 0, 300, 0);
    assert_int_equal(s.warned, 1);
    story_end(&s);
    story_begin(&s, 2, &bounded);
    story_add(&s, 1, 500, 0);
    story_add(&s, 1, 550, 0);
    assert_non_null(strstr(s.warning, "topic 1 follow each other by 50 ns, its lower bound is 100 ns"));
    story_add(&s, 1, 560, 0);
    assert_int_equal(s.warned, 1);
    story_end(&s);
}

static void stamps_at_the_ends_of_time_do_no_harm(void **state)
{
    story s;
    uint64_t seed = 7;
    int64_t stamps[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    rclio_match_options heavy = {.policy = RCLIO_MATCH_APPROXIMATE,
                                 .queue_size = 3,
                                 .age_penalty = 1e300,
                                 .lower_bounds_ns = (int64_t[]){INT64_MAX, 1, 0}};
    (void)state;
    story_begin(&s, 3, &heavy);
    for (int i = 0; i < 20000; i++) {
        story_add(&s, story_random(&seed, 3), stamps[story_random(&seed, 7)], 0);
        s.length = 0;
    }
    story_end(&s);
}

/* ---- the oracle: of whole streams, the sets that the definition asks for ---- */

enum { TOPICS = 4, LENGTH = 24 };

typedef struct streams {
    size_t topics;
    int64_t stamps[TOPICS][LENGTH + 1]; /* sorted; the last one far away, so that all before is decided */
    long penalty_tenths;
} streams;

static void make_streams(streams *all, uint64_t *seed, size_t topics, uint32_t gap)
{
    all->topics = topics;
    for (size_t t = 0; t < topics; t++) {
        int64_t stamp = 0;
        for (size_t i = 0; i < LENGTH; i++) all->stamps[t][i] = stamp += 10 * (int64_t)story_random(seed, gap);
        all->stamps[t][LENGTH] = 1000000;
    }
}

/* Of the sets that contain the pivot: each begins with some message no later than the pivot's, and takes of each other topic the first that is
 * not before it. The best of all of them, earlier ones first. false: a stream is at its end. */
static bool best_set(const streams *all, size_t *next, size_t *best)
{
    size_t pivot = 0;
    for (size_t t = 0; t < all->topics; t++) {
        if (next[t] > LENGTH) return false;
        if (all->stamps[t][next[t]] >= all->stamps[pivot][next[pivot]]) pivot = t;
    }
    int64_t pivot_stamp = all->stamps[pivot][next[pivot]], best_start = 0, best_end = 0;
    size_t heads[TOPICS];
    memcpy(heads, next, sizeof heads);
    for (bool first = true;; first = false) {
        size_t start = 0;
        int64_t end = INT64_MIN;
        for (size_t t = 0; t < all->topics; t++) {
            if (heads[t] > LENGTH) return true;
            if (all->stamps[t][heads[t]] < all->stamps[start][heads[start]]) start = t;
            if (all->stamps[t][heads[t]] > end) end = all->stamps[t][heads[t]];
        }
        int64_t start_stamp = all->stamps[start][heads[start]];
        if (first || (end - best_end) * (10 + all->penalty_tenths) < (start_stamp - best_start) * 10) {
            memcpy(best, heads, sizeof heads);
            best_start = start_stamp;
            best_end = end;
        }
        if (start_stamp >= pivot_stamp) return true;
        heads[start]++;
    }
}

static void tell_expected(const streams *all, char *told)
{
    size_t next[TOPICS] = {0}, best[TOPICS], length = 0;
    told[0] = 0;
    while (best_set(all, next, best)) {
        if (length) told[length++] = ' ';
        for (size_t t = 0; t < all->topics; t++) {
            length += (size_t)snprintf(told + length, STORY_TEXT - length, "%c%g", (char)('A' + t),
                                       (double)all->stamps[t][best[t]] / 1e9);
            next[t] = best[t] + 1;
        }
    }
}

/* The streams, each in its own order, mixed by chance. */
static void tell_found(const streams *all, uint64_t *seed, const rclio_match_options *o, char *told)
{
    story s;
    size_t next[TOPICS] = {0}, left = all->topics * (LENGTH + 1);
    story_begin(&s, all->topics, o);
    while (left) {
        size_t t = story_random(seed, (uint32_t)all->topics);
        if (next[t] > LENGTH) continue;
        story_add(&s, t, all->stamps[t][next[t]++], 0);
        left--;
    }
    memcpy(told, s.told, sizeof s.told);
    assert_int_equal(s.warned, 0);
    story_end(&s);
}

static void random_streams_give_the_sets_of_the_oracle_however_they_are_mixed(void **state)
{
    static char expected[STORY_TEXT], found[STORY_TEXT];
    static const struct {
        double penalty;
        long tenths;
    } penalties[] = {{RCLIO_NO_AGE_PENALTY, 0}, {0, 1}, {0.5, 5}, {3, 30}};
    uint64_t seed = 42;
    (void)state;
    for (int round = 0; round < 1500; round++) {
        streams all = {.penalty_tenths = penalties[round % 4].tenths};
        rclio_match_options o = {
            .policy = RCLIO_MATCH_APPROXIMATE, .queue_size = RCLIO_FILTER_UNLIMITED, .age_penalty = penalties[round % 4].penalty};
        make_streams(&all, &seed, 2 + story_random(&seed, TOPICS - 1), 3 + story_random(&seed, 40));
        tell_expected(&all, expected);
        for (int mix = 0; mix < 3; mix++) {
            tell_found(&all, &seed, &o, found);
            assert_string_equal(found, expected);
        }
    }
}

static void lower_bounds_that_hold_change_no_set(void **state)
{
    static char expected[STORY_TEXT], found[STORY_TEXT];
    uint64_t seed = 43;
    (void)state;
    for (int round = 0; round < 500; round++) {
        streams all = {.penalty_tenths = 1};
        int64_t bounds[TOPICS] = {0};
        make_streams(&all, &seed, 3, 20);
        for (size_t t = 0; t < 3; t++) {
            bounds[t] = INT64_MAX;
            for (size_t i = 1; i <= LENGTH; i++)
                if (all.stamps[t][i] - all.stamps[t][i - 1] < bounds[t]) bounds[t] = all.stamps[t][i] - all.stamps[t][i - 1];
        }
        tell_expected(&all, expected);
        rclio_match_options o = {
            .policy = RCLIO_MATCH_APPROXIMATE, .queue_size = RCLIO_FILTER_UNLIMITED, .lower_bounds_ns = bounds};
        tell_found(&all, &seed, &o, found);
        assert_string_equal(found, expected);
    }
}

static void a_short_queue_keeps_its_limit_and_sets_never_cross(void **state)
{
    uint64_t seed = 44;
    (void)state;
    for (size_t limit = 1; limit <= 4; limit++) {
        story s;
        int64_t stamps[3] = {0};
        story_begin(&s, 3, &(rclio_match_options){.policy = RCLIO_MATCH_APPROXIMATE, .queue_size = limit});
        double last[3] = {-1, -1, -1};
        for (int i = 0; i < 20000; i++) {
            size_t t = story_random(&seed, 3);
            story_add(&s, t, RCLIO_S(stamps[t] += story_random(&seed, 5)), 0);
            assert_true(s.live <= (long)(3 * limit));
            double a, b, c;
            for (char *set = strtok(s.told, " "); set; set = strtok(NULL, " ")) {
                assert_int_equal(sscanf(set, "A%lfB%lfC%lf", &a, &b, &c), 3);
                assert_true(a >= last[0] && b >= last[1] && c >= last[2]);
                last[0] = a;
                last[1] = b;
                last[2] = c;
            }
            s.length = 0;
            s.told[0] = 0;
        }
        assert_true(limit == 1 || last[0] > 0); /* with 1 almost every message is dropped, and so is no pivot */
        story_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_stamps_match_at_once),
        cmocka_unit_test(a_near_pair_waits_for_the_proof_that_nothing_is_nearer),
        cmocka_unit_test(the_nearest_partner_is_taken_not_the_first),
        cmocka_unit_test(a_queue_that_is_too_short_costs_sets),
        cmocka_unit_test(a_topic_that_lost_messages_is_no_pivot),
        cmocka_unit_test(one_message_may_decide_two_sets),
        cmocka_unit_test(four_topics),
        cmocka_unit_test(a_lower_bound_proves_sooner),
        cmocka_unit_test(the_age_penalty_prefers_the_earlier_set),
        cmocka_unit_test(a_set_longer_than_allowed_is_passed_over),
        cmocka_unit_test(equal_stamps_of_three_topics_break_ties_by_their_order),
        cmocka_unit_test(disorder_is_said_once_for_each_topic),
        cmocka_unit_test(stamps_at_the_ends_of_time_do_no_harm),
        cmocka_unit_test(random_streams_give_the_sets_of_the_oracle_however_they_are_mixed),
        cmocka_unit_test(lower_bounds_that_hold_change_no_set),
        cmocka_unit_test(a_short_queue_keeps_its_limit_and_sets_never_cross),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
