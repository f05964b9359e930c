/* src/node/statistics.h: topic statistics of a subscription, as rclcpp has them (STA in docs/wire.md).
 *
 *   ST1  A window's numbers are kept in constant room (average, extremes, and the sum of squared differences, updated per message).
 *   ST2  The publisher and the timer belong to the statistics, not to the node: they go with the subscription, whose memory stays until
 *        the timer's callback has returned.
 * Threads: the executor's. Tests: tests/node/test_statistics.c. */
#ifndef RCLIO_NODE_STATISTICS_H
#define RCLIO_NODE_STATISTICS_H

#include "node/counters.h"

typedef struct topic_statistics topic_statistics;

/* true: the subscription is to have them, by its options or by its node's. */
bool statistics_wanted(const rclio_node *node, const rclio_statistics_options *options);

/* owner: of which they are; c: its counters.
 * fails RCLIO_INVALID: the period is negative; as rclio_publisher_new() and rclio_timer_new() */
topic_statistics *statistics_new(entity *owner, const counters *c, const rclio_statistics_options *options,
                                 rclio_callback_group *group);
void statistics_close(topic_statistics *t); /* when the owner is destroyed; NULL is allowed, as for the next */
void statistics_free(topic_statistics *t);  /* with the owner's memory */

/* A message came. Both on the system's clock, 0: not known. */
void statistics_message(topic_statistics *t, int64_t source_ns, int64_t received_ns);

/* Its callback took so long. */
void statistics_callback(topic_statistics *t, int64_t duration_ns);

#endif
