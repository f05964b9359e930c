/* tests/filters/story.h: matching told as text. "A0 B1 A3" are messages in the order they come: the letter is the topic, the number its stamp
 * in seconds ("B1@7": received at 7). What comes out reads "A0B1 A3B4", a set a word; a dropped set is in brackets, "-" had not come. */
#ifndef TESTS_FILTERS_STORY_H
#define TESTS_FILTERS_STORY_H

#include "rclio/message_filters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STORY_TEXT = 4096 };

typedef struct story {
    rclio_matcher *matcher;
    size_t topics;
    long live;  /* items that are somewhere */
    int warned; /* lines */
    char warning[200];
    char told[STORY_TEXT];
    size_t length;
} story;

void story_begin(story *s, size_t topics, const rclio_match_options *options);
void story_add(story *s, size_t topic, int64_t stamp_ns, int64_t received_ns);
void story_end(story *s); /* destroys the matcher; no item may be left */

/* The whole of it. */
void assert_story(size_t topics, const rclio_match_options *options, const char *input, const char *output);

/* A number below `limit`, the same in each run for the same seed. */
uint32_t story_random(uint64_t *seed, uint32_t limit);

#endif
