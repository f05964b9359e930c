/* tests/filters/story.c: see story.h. */
#include "story.h"

typedef struct token {
    story *owner;
    size_t topic;
    int64_t stamp_ns;
    int references;
} token;

static void *ref(void *item)
{
    token *t = item;
    t->references++;
    return t;
}

static void unref(void *item)
{
    token *t = item;
    assert_true(t->references > 0);
    if (--t->references) return;
    t->owner->live--;
    free(t);
}

static void warn(const char *line, void *arg)
{
    story *s = arg;
    s->warned++;
    snprintf(s->warning, sizeof s->warning, "%s", line);
}

void story_begin(story *s, size_t topics, const rclio_match_options *options)
{
    rclio_match_items items = {.ref = ref, .unref = unref, .report_dropped = true, .warn = warn, .warn_arg = s};
    *s = (story){.topics = topics};
    s->matcher = rclio_matcher_new(topics, options, &items);
    if (!s->matcher) fail_msg("%s", rclio_error());
}

static void tell(story *s, const char *words)
{
    size_t length = strlen(words);
    assert_true(s->length + length < sizeof s->told);
    memcpy(s->told + s->length, words, length + 1);
    s->length += length;
}

static void tell_set(story *s, void **items, bool dropped)
{
    char words[40];
    if (s->length) tell(s, " ");
    if (dropped) tell(s, "[");
    for (size_t i = 0; i < s->topics; i++) {
        token *t = items[i];
        if (!t) {
            tell(s, "-");
            continue;
        }
        assert_int_equal(t->topic, i);
        snprintf(words, sizeof words, "%c%g", (char)('A' + i), (double)t->stamp_ns / 1e9);
        tell(s, words);
        unref(t);
    }
    if (dropped) tell(s, "]");
}

void story_add(story *s, size_t topic, int64_t stamp_ns, int64_t received_ns)
{
    void *items[26];
    bool dropped;
    token *t = calloc(1, sizeof *t);
    assert_non_null(t);
    assert_true(s->topics <= 26);
    *t = (token){.owner = s, .topic = topic, .stamp_ns = stamp_ns, .references = 1};
    s->live++;
    assert_int_equal(rclio_matcher_add(s->matcher, topic, stamp_ns, received_ns, t), RCLIO_OK);
    while (rclio_matcher_take(s->matcher, items, &dropped) == RCLIO_OK) tell_set(s, items, dropped);
}

void story_end(story *s)
{
    rclio_matcher_destroy(s->matcher);
    assert_int_equal(s->live, 0);
}

void assert_story(size_t topics, const rclio_match_options *options, const char *input, const char *output)
{
    story s;
    story_begin(&s, topics, options);
    while (*input) {
        char *end;
        size_t topic = (size_t)(*input - 'A');
        double stamp = strtod(input + 1, &end), received = stamp;
        if (*end == '@') received = strtod(end + 1, &end);
        story_add(&s, topic, (int64_t)(stamp * 1e9), (int64_t)(received * 1e9));
        input = end;
        while (*input == ' ') input++;
    }
    assert_string_equal(s.told, output);
    story_end(&s);
}

uint32_t story_random(uint64_t *seed, uint32_t limit)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % limit;
}
