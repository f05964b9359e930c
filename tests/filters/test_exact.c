/* tests/filters/test_exact.c: sets of equal stamps, both ways of upstream (rules ME1 to ME3 of match_exact.c). */
#include "story.h"

static const rclio_match_options cpp = {.policy = RCLIO_MATCH_EXACT}, python = {.policy = RCLIO_MATCH_EXACT_RCLPY};

static void equal_stamps_make_a_set_in_any_order_of_topics(void **state)
{
    (void)state;
    assert_story(3, &cpp, "B1 A1 C1 C2 B2 A2", "A1B1C1 A2B2C2");
    assert_story(3, &python, "B1 A1 C1 C2 B2 A2", "A1B1C1 A2B2C2");
}

static void one_topic_alone_passes_through(void **state)
{
    (void)state;
    assert_story(1, &cpp, "A3 A1 A2", "A3 A1 A2");
    assert_story(1, &python, "A3 A1 A2", "A3 A1 A2");
}

static void a_set_drops_what_is_older(void **state)
{
    (void)state;
    assert_story(2, &cpp, "A1 B2 A2 B1", "A2B2 [A1-]");
    assert_story(2, &python, "A1 B2 A2 B1", "A2B2");
}

static void an_older_set_whose_messages_all_come_later_is_found(void **state) /* ME3 */
{
    (void)state;
    assert_story(2, &cpp, "A5 B5 B1 A1", "A5B5 A1B1");
    assert_story(2, &python, "A5 B5 B1 A1", "A5B5 A1B1");
}

static void the_limit_drops_the_oldest_set(void **state)
{
    rclio_match_options two = {.policy = RCLIO_MATCH_EXACT, .queue_size = 2};
    (void)state;
    assert_story(2, &two, "A1 A2 B3 B2 B1", "[A1-] A2B2"); /* B1 waits for an A1 that is gone */
    assert_story(2, &two, "A5 A6 B1 B5", "[-B1] A5B5");    /* the newcomer may be the oldest */
}

static void the_limit_of_each_topic_drops_its_oldest_message(void **state)
{
    rclio_match_options two = {.policy = RCLIO_MATCH_EXACT_RCLPY, .queue_size = 2};
    (void)state;
    assert_story(2, &two, "A1 A2 A3 B1 B2 B3", "A2B2 A3B3");
    assert_story(2, &two, "A5 A6 A1 B1 B5", "A5B5");
}

static void a_second_message_with_the_same_stamp_replaces_the_first(void **state)
{
    story s;
    (void)state;
    for (int policy = RCLIO_MATCH_EXACT; policy <= RCLIO_MATCH_EXACT_RCLPY; policy++) {
        story_begin(&s, 2, &(rclio_match_options){.policy = (rclio_match_policy)policy});
        story_add(&s, 0, 1, 0);
        story_add(&s, 0, 1, 0);
        assert_int_equal(s.live, 1);
        story_add(&s, 1, 1, 0);
        assert_int_equal(s.live, 0);
        story_end(&s);
    }
}

static void without_a_limit_everything_waits(void **state)
{
    story s;
    (void)state;
    story_begin(&s, 2, &(rclio_match_options){.policy = RCLIO_MATCH_EXACT, .queue_size = RCLIO_FILTER_UNLIMITED});
    for (int64_t i = 0; i < 400; i++) story_add(&s, 0, RCLIO_S(400 - i), 0);
    assert_int_equal(s.live, 400);
    story_add(&s, 1, RCLIO_S(399), 0); /* drops 398 older ones */
    assert_int_equal(s.live, 1);
    story_end(&s);
}

/* ---- every order of the messages against the rules, told in the plainest way ---- */

enum { MOST_STAMPS = 4, MOST_MESSAGES = 8 };

typedef struct plain { /* what waits: a bit for each topic, by stamp */
    unsigned waiting[MOST_STAMPS];
    size_t topics, stamps, limit;
    bool python;
    char told[STORY_TEXT];
} plain;

static void plain_tell(plain *p, size_t stamp, unsigned present)
{
    bool whole = present == (1u << p->topics) - 1;
    size_t length = strlen(p->told);
    if (!whole && p->python) return;
    if (length) p->told[length++] = ' ';
    if (!whole) p->told[length++] = '[';
    for (size_t i = 0; i < p->topics; i++) {
        if (!(present & 1u << i)) {
            p->told[length++] = '-';
            continue;
        }
        p->told[length++] = (char)('A' + i);
        p->told[length++] = (char)('0' + stamp);
    }
    if (!whole) p->told[length++] = ']';
    p->told[length] = 0;
}

static void plain_drop(plain *p, size_t stamp)
{
    if (p->waiting[stamp]) plain_tell(p, stamp, p->waiting[stamp]);
    p->waiting[stamp] = 0;
}

/* How many wait that the limit counts: sets, or messages of the topic. */
static size_t plain_count(const plain *p, size_t topic)
{
    size_t count = 0;
    for (size_t s = 0; s < p->stamps; s++) count += p->python ? (p->waiting[s] >> topic & 1) : p->waiting[s] != 0;
    return count;
}

static void plain_limit(plain *p, size_t topic)
{
    unsigned counted = p->python ? 1u << topic : ~0u;
    for (size_t s = 0; s < p->stamps && plain_count(p, topic) > p->limit; s++) {
        if (!(p->waiting[s] & counted)) continue;
        if (p->python)
            p->waiting[s] &= ~counted;
        else
            plain_drop(p, s);
    }
}

static void plain_add(plain *p, size_t topic, size_t stamp)
{
    p->waiting[stamp] |= 1u << topic;
    if (p->python) plain_limit(p, topic);
    if (p->waiting[stamp] == (1u << p->topics) - 1) {
        plain_drop(p, stamp);
        for (size_t s = 0; s < stamp; s++) plain_drop(p, s);
    }
    if (!p->python) plain_limit(p, topic);
}

static void compare(const size_t *order, size_t count, plain p)
{
    story s;
    rclio_match_options o = {.policy = p.python ? RCLIO_MATCH_EXACT_RCLPY : RCLIO_MATCH_EXACT, .queue_size = p.limit};
    story_begin(&s, p.topics, &o);
    for (size_t i = 0; i < count; i++) {
        plain_add(&p, order[i] % p.topics, order[i] / p.topics);
        story_add(&s, order[i] % p.topics, RCLIO_S(order[i] / p.topics), 0);
    }
    assert_string_equal(s.told, p.told);
    story_end(&s);
}

static bool next_order(size_t *order, size_t count) /* in lexicographic order */
{
    size_t i = count - 1, k = count - 1;
    while (i && order[i - 1] >= order[i]) i--;
    if (!i) return false;
    while (order[k] <= order[i - 1]) k--;
    size_t swapped = order[i - 1];
    order[i - 1] = order[k];
    order[k] = swapped;
    for (k = count - 1; i < k; i++, k--) {
        swapped = order[i];
        order[i] = order[k];
        order[k] = swapped;
    }
    return true;
}

static void compare_every_order(size_t topics, size_t stamps, size_t limit, bool python_rules)
{
    size_t order[MOST_MESSAGES], count = topics * stamps, orders = 0;
    for (size_t i = 0; i < count; i++) order[i] = i;
    do {
        compare(order, count, (plain){.topics = topics, .stamps = stamps, .limit = limit, .python = python_rules});
        orders++;
    } while (next_order(order, count));
    assert_true(orders >= 720);
}

static void every_order_of_three_topics_and_two_stamps(void **state)
{
    (void)state;
    for (size_t limit = 1; limit <= 2; limit++) {
        compare_every_order(3, 2, limit, false);
        compare_every_order(3, 2, limit, true);
    }
}

static void every_order_of_two_topics_and_four_stamps(void **state)
{
    (void)state;
    for (size_t limit = 1; limit <= 4; limit++) {
        compare_every_order(2, 4, limit, false);
        compare_every_order(2, 4, limit, true);
    }
}

/* ---- options ---- */

static void refused(size_t topics, rclio_match_options o, const char *words)
{
    assert_null(rclio_matcher_new(topics, &o, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    if (!strstr(rclio_error(), words)) fail_msg("'%s' is not in: %s", words, rclio_error());
}

static void options_out_of_range_are_refused_with_a_sentence(void **state)
{
    (void)state;
    refused(0, (rclio_match_options){0}, "0 topics");
    refused(2000, (rclio_match_options){0}, "2000 topics");
    refused(2, (rclio_match_options){.policy = (rclio_match_policy)9}, "9 is no matching policy");
    refused(2, (rclio_match_options){.slop_ns = -1}, "slop of -1 ns");
    refused(2, (rclio_match_options){.max_interval_ns = -1}, "interval of -1 ns");
    refused(2, (rclio_match_options){.age_penalty = -0.5}, "age penalty is -0.5");
    refused(2, (rclio_match_options){.lower_bounds_ns = (int64_t[]){0, -3}}, "topic 1 is -3 ns");
    refused(2, (rclio_match_options){.rates = (rclio_match_rate[]){{0}, {.rate_weight = 2}}}, "rate options of topic 1");
}

static void a_wrong_topic_or_no_item_is_refused_and_changes_nothing(void **state)
{
    int item = 0;
    void *items[2];
    (void)state;
    rclio_matcher *m = rclio_matcher_new(2, NULL, NULL);
    assert_int_equal(rclio_matcher_add(m, 2, 0, 0, &item), RCLIO_INVALID);
    assert_int_equal(rclio_matcher_add(m, 0, 0, 0, NULL), RCLIO_INVALID);
    assert_int_equal(rclio_matcher_add(NULL, 0, 0, 0, &item), RCLIO_INVALID);
    assert_int_equal(rclio_matcher_take(m, items, NULL), RCLIO_EMPTY);
    rclio_matcher_destroy(m);
    rclio_matcher_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_stamps_make_a_set_in_any_order_of_topics),
        cmocka_unit_test(one_topic_alone_passes_through),
        cmocka_unit_test(a_set_drops_what_is_older),
        cmocka_unit_test(an_older_set_whose_messages_all_come_later_is_found),
        cmocka_unit_test(the_limit_drops_the_oldest_set),
        cmocka_unit_test(the_limit_of_each_topic_drops_its_oldest_message),
        cmocka_unit_test(a_second_message_with_the_same_stamp_replaces_the_first),
        cmocka_unit_test(without_a_limit_everything_waits),
        cmocka_unit_test(every_order_of_three_topics_and_two_stamps),
        cmocka_unit_test(every_order_of_two_topics_and_four_stamps),
        cmocka_unit_test(options_out_of_range_are_refused_with_a_sentence),
        cmocka_unit_test(a_wrong_topic_or_no_item_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
