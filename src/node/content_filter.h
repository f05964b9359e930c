/* src/node/content_filter.h: a filter expression in DDS's SQL subset (CFT-1), compiled for one message type.
 *
 *   CF1  Immutable once made and counted by references: a subscription may get another one while a message is looked at by this one.
 *   CF2  Whatever the expression names is checked when it is made: a comparison that runs compares values of one kind.
 *   CF3  An element that a message does not have makes the whole expression false, whatever stands around it.
 * Threads: any. */
#ifndef RCLIO_NODE_CONTENT_FILTER_H
#define RCLIO_NODE_CONTENT_FILTER_H

#include "mw/sample.h"
#include "rclio/topic.h"

typedef struct content_filter content_filter;

/* NULL with the error set: RCLIO_INVALID with the place in the expression, RCLIO_NO_MEMORY. `type` must outlive it. */
content_filter *content_filter_new(const rclio_type *type, const rclio_content_filter *given);
content_filter *content_filter_ref(content_filter *filter); /* NULL is allowed, as for unref */
void content_filter_unref(content_filter *filter);

bool content_filter_accepts(const content_filter *filter, const void *message);

/* The same of a sample that was taken. message  NULL: it was not decoded, as for raw subscriptions, and is for this look only.
 * fails  as rclio_decode() */
rclio_status content_filter_decide(const content_filter *filter, const void *message, const mw_sample *sample, bool *wanted);

/* As it was given; lent by the filter. */
rclio_content_filter content_filter_given(const content_filter *filter);

#endif
