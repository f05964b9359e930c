/* include/rclio/statistics.h: what an entity has done so far: counters, always on; and topic statistics as upstream's, when asked for.
 * Floor: node. docs/failure.md says what each counter means for each kind of entity. */
#ifndef RCLIO_STATISTICS_H
#define RCLIO_STATISTICS_H

#include "rclio/action.h"
#include "rclio/service.h"
#include "rclio/topic.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_counters {
    uint64_t received;       /* messages, also those to be published; calls of a timer, requests, responses, goals */
    uint64_t dropped;        /* of what came for it, what it never got to see */
    uint64_t late;           /* deadlines missed, periods skipped, answers that nobody waited for any more */
    uint64_t failed;         /* callbacks and handlers that failed; publishing, calls and goals that ended with an error */
    uint64_t callbacks;      /* that have returned */
    int64_t callback_max_ns; /* of those, from call to return, awaits included */
    int64_t callback_mean_ns;
    uint64_t queue_high; /* the most that waited, were being answered or pending, or were active at a time */
} rclio_counters;

/* Since it was made. Each number is right by itself; another thread may be counting between two of them.
 * fails   RCLIO_INVALID: NULL
 * thread  any */
RCLIO_API rclio_status rclio_subscription_counters(const rclio_subscription *subscription, rclio_counters *counters);
RCLIO_API rclio_status rclio_timer_counters(const rclio_timer *timer, rclio_counters *counters);
RCLIO_API rclio_status rclio_service_counters(const rclio_service *service, rclio_counters *counters);
RCLIO_API rclio_status rclio_client_counters(const rclio_client *client, rclio_counters *counters);
RCLIO_API rclio_status rclio_action_server_counters(const rclio_action_server *server, rclio_counters *counters);

/* The same, and exact also when several threads publish at a time.
 * received   messages that were given to publish, whatever became of them: received - dropped - failed went to the middleware (unless event
 *            callbacks failed)
 * dropped    of these, what was published while there was no subscription to get it, or while a lifecycle node was not active
 * late       offered deadlines missed
 * failed     of these, what could not be published (the caller was told); and event callbacks that failed
 * 0          callbacks and their times, queue_high
 * fails, thread  as above */
RCLIO_API rclio_status rclio_publisher_counters(const rclio_publisher *publisher, rclio_counters *counters);

/* The same.
 * received   feedback messages and results of its goals
 * dropped    feedback that could not be decoded, or that an rclio server published and that did not come
 * failed     goals that ended without a result: rejected, their server gone, the client destroyed; and feedback callbacks that failed
 * callbacks  feedback callbacks, and their times; done callbacks of its futures are not the client's
 * queue_high the most goals that were under way at a time, from sending to the end
 * 0          late
 * fails, thread  as above */
RCLIO_API rclio_status rclio_action_client_counters(const rclio_action_client *client, rclio_counters *counters);

#ifdef __cplusplus
}
#endif
#endif
