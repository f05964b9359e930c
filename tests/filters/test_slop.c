/* tests/filters/test_slop.c: sets less than a slop apart, as Python's ApproximateTimeSynchronizer (rules MS1 to MS3). */
#include "story.h"

static rclio_match_options slop(double seconds)
{
    return (rclio_match_options){.policy = RCLIO_MATCH_APPROXIMATE_RCLPY, .slop_ns = (int64_t)(seconds * 1e9)};
}

static void assert_slop(size_t topics, double seconds, const char *input, const char *output)
{
    rclio_match_options o = slop(seconds);
    assert_story(topics, &o, input, output);
}

static void a_message_takes_the_nearest_of_what_is_there(void **state)
{
    (void)state;
    assert_slop(2, 1, "A0 A0.5 B0.4", "A0.5B0.4");
    assert_slop(2, 1, "A0 B0.9 A0.8", "A0B0.9"); /* at once, though A0.8 is nearer */
}

static void a_slop_is_not_reached(void **state)
{
    (void)state;
    assert_slop(2, 1, "A0 B1", "");
    assert_slop(2, 1.001, "A0 B1", "A0B1");
    assert_slop(2, 0, "A1 B1", ""); /* as upstream: nothing is less than nothing apart */
}

static void the_whole_set_is_within_the_slop_not_only_its_pairs(void **state)
{
    (void)state;
    assert_slop(3, 1, "A0 C1.2 B0.6", "");
    assert_slop(3, 1, "A0 A0.5 C1.2 B0.6", "A0.5B0.6C1.2");
}

static void of_equally_near_ones_the_first_to_come_wins(void **state) /* MS2 */
{
    (void)state;
    assert_slop(2, 3, "A0 A2 B1", "A0B1");
    assert_slop(2, 3, "A2 A0 B1", "A2B1");
}

static void a_full_queue_drops_its_oldest_stamp(void **state) /* MS1 */
{
    rclio_match_options two = slop(1);
    two.queue_size = 2;
    (void)state;
    assert_story(2, &two, "A0 A5 A9 B0 B5", "A5B5");
    assert_story(2, &two, "A5 A9 B0.1 A0 B9", "A9B9"); /* A0 is the oldest as it comes: it matches nothing */
}

static void a_second_message_with_the_same_stamp_keeps_the_place_of_the_first(void **state)
{
    story s;
    rclio_match_options o = slop(3);
    (void)state;
    story_begin(&s, 2, &o);
    story_add(&s, 0, 0, 0);
    story_add(&s, 0, RCLIO_S(2), 0);
    story_add(&s, 0, 0, 0);
    assert_int_equal(s.live, 2);
    story_add(&s, 1, RCLIO_S(1), 0);
    assert_string_equal(s.told, "A0B1");
    story_end(&s);
}

/* ---- the definition itself: try every combination, the last topic's varying fastest ---- */

enum { TOPICS = 4, QUEUE = 5 };

typedef struct definition {
    size_t topics, limit;
    int64_t slop_ns;
    int64_t queue[TOPICS][QUEUE + 1];
    size_t size[TOPICS];
    char told[STORY_TEXT];
} definition;

static void forget(definition *d, size_t topic, int64_t stamp)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->size[topic]; i++)
        if (d->queue[topic][i] != stamp) d->queue[topic][kept++] = d->queue[topic][i];
    d->size[topic] = kept;
}

static bool holds(const definition *d, size_t topic, int64_t stamp)
{
    for (size_t i = 0; i < d->size[topic]; i++)
        if (d->queue[topic][i] == stamp) return true;
    return false;
}

/* Stamps of the topic within the slop, nearest first; a slow and stable sort. */
static size_t near_ones(const definition *d, size_t topic, int64_t stamp, int64_t *near)
{
    size_t count = 0;
    for (int64_t distance = 0; distance <= d->slop_ns; distance++)
        for (size_t i = 0; i < d->size[topic]; i++)
            if (llabs(d->queue[topic][i] - stamp) == distance) near[count++] = d->queue[topic][i];
    return count;
}

static void definition_add(definition *d, size_t topic, int64_t stamp)
{
    int64_t near[TOPICS][QUEUE + 1], chosen[TOPICS];
    size_t count[TOPICS], combinations = 1;
    if (!holds(d, topic, stamp)) d->queue[topic][d->size[topic]++] = stamp;
    if (d->size[topic] > d->limit) {
        int64_t oldest = d->queue[topic][0];
        for (size_t i = 1; i < d->size[topic]; i++)
            if (d->queue[topic][i] < oldest) oldest = d->queue[topic][i];
        forget(d, topic, oldest);
    }
    for (size_t t = 0; t < d->topics; t++) {
        near[t][0] = stamp;
        count[t] = t == topic ? 1 : near_ones(d, t, stamp, near[t]);
        combinations *= count[t];
    }
    for (size_t c = 0; c < combinations; c++) {
        int64_t first = INT64_MAX, last = INT64_MIN;
        size_t rest = c;
        for (size_t t = d->topics; t--; rest /= count[t]) {
            chosen[t] = near[t][rest % count[t]];
            if (chosen[t] < first) first = chosen[t];
            if (chosen[t] > last) last = chosen[t];
        }
        if (last - first >= d->slop_ns || !holds(d, topic, stamp)) continue;
        size_t length = strlen(d->told);
        for (size_t t = 0; t < d->topics; t++) {
            length += (size_t)snprintf(d->told + length, STORY_TEXT - length, "%s%c%g", t == 0 && length ? " " : "",
                                       (char)('A' + t), (double)chosen[t] / 1e9);
            forget(d, t, chosen[t]);
        }
        return;
    }
}

static void random_streams_give_what_the_definition_gives(void **state)
{
    uint64_t seed = 5;
    size_t sets = 0;
    (void)state;
    for (int round = 0; round < 3000; round++) {
        story s;
        definition d = {.topics = 1 + story_random(&seed, TOPICS), .limit = 1 + story_random(&seed, QUEUE)};
        d.slop_ns = story_random(&seed, 30);
        rclio_match_options o = {.policy = RCLIO_MATCH_APPROXIMATE_RCLPY, .slop_ns = d.slop_ns, .queue_size = d.limit};
        story_begin(&s, d.topics, &o);
        int64_t now = 0;
        for (int i = 0; i < 60; i++) {
            size_t topic = story_random(&seed, (uint32_t)d.topics);
            int64_t stamp = (now += story_random(&seed, 6)) + story_random(&seed, 25);
            definition_add(&d, topic, stamp);
            story_add(&s, topic, stamp, 0);
        }
        assert_string_equal(s.told, d.told);
        sets += s.length > 0;
        story_end(&s);
    }
    assert_true(sets > 1000);
}

static void many_topics_with_long_queues_take_no_exponential_time(void **state) /* MS3 */
{
    story s;
    rclio_match_options o = {.policy = RCLIO_MATCH_APPROXIMATE_RCLPY, .slop_ns = 100, .queue_size = 50};
    (void)state;
    story_begin(&s, 12, &o);
    /* ten topics have 25 messages at each side of 100, of the eleventh those at one side are too far from these: 50^10 combinations fail */
    for (size_t topic = 0; topic < 10; topic++)
        for (int64_t i = 1; i <= 25; i++) {
            story_add(&s, topic, 100 + 40 + i, 0);
            story_add(&s, topic, 100 - 40 - i, 0);
        }
    story_add(&s, 10, 0, 0);
    for (int64_t i = 0; i < 3; i++) story_add(&s, 11, 100, 0);
    assert_string_equal(s.told, "");
    story_add(&s, 10, 159, 0); /* with 100 and those above it: a set */
    assert_int_equal(s.live, 10 * 50 + 2 + 1 - 12);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_takes_the_nearest_of_what_is_there),
        cmocka_unit_test(a_slop_is_not_reached),
        cmocka_unit_test(the_whole_set_is_within_the_slop_not_only_its_pairs),
        cmocka_unit_test(of_equally_near_ones_the_first_to_come_wins),
        cmocka_unit_test(a_full_queue_drops_its_oldest_stamp),
        cmocka_unit_test(a_second_message_with_the_same_stamp_keeps_the_place_of_the_first),
        cmocka_unit_test(random_streams_give_what_the_definition_gives),
        cmocka_unit_test(many_topics_with_long_queues_take_no_exponential_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
