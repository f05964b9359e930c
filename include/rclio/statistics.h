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
    uint64_t received;       /* messages, calls of a timer, requests, responses, goals */
    uint64_t dropped;        /* of what came for it, what it never got to see */
    uint64_t late;           /* deadlines missed, periods skipped, answers that nobody waited for any more */
    uint64_t failed;         /* callbacks and handlers that failed, calls that ended with an error */
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

#ifdef __cplusplus
}
#endif
#endif
