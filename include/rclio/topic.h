/* include/rclio/topic.h: publishers and subscriptions. Floor: node. */
#ifndef RCLIO_TOPIC_H
#define RCLIO_TOPIC_H

#include "rclio/future.h"
#include "rclio/node.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_publisher rclio_publisher;
typedef struct rclio_subscription rclio_subscription;

typedef enum rclio_event_kind {
    RCLIO_EVENT_MATCHED = 1,
    RCLIO_EVENT_INCOMPATIBLE_QOS,
    RCLIO_EVENT_DEADLINE_MISSED,
    RCLIO_EVENT_LIVELINESS, /* lost (publisher), changed (subscription) */
    RCLIO_EVENT_MESSAGE_LOST,
} rclio_event_kind;

typedef struct rclio_event {
    rclio_event_kind kind;
    int32_t total, total_change;
    int32_t current, current_change; /* MATCHED; LIVELINESS of a subscription: alive */
    int32_t not_alive, not_alive_change;
    const char *policy; /* INCOMPATIBLE_QOS: "RELIABILITY"; static */
} rclio_event;

typedef void rclio_event_fn(const rclio_event *event, void *arg);

/* Policies that parameters `qos_overrides.<topic>.<publisher|subscription>[_<id>].<policy>` may override when the endpoint is made.
 * They are declared read-only, with the given QoS as their default (docs/parameters.md). {0}: none. wire PAR-12 */
enum {
    RCLIO_OVERRIDE_HISTORY = 1 << 0,
    RCLIO_OVERRIDE_DEPTH = 1 << 1,
    RCLIO_OVERRIDE_RELIABILITY = 1 << 2,
    RCLIO_OVERRIDE_DURABILITY = 1 << 3,
    RCLIO_OVERRIDE_DEADLINE = 1 << 4,
    RCLIO_OVERRIDE_LIFESPAN = 1 << 5, /* of publishers */
    RCLIO_OVERRIDE_LIVELINESS = 1 << 6,
    RCLIO_OVERRIDE_LEASE = 1 << 7,
    RCLIO_OVERRIDE_CONVENTIONS = 1 << 8,
    RCLIO_OVERRIDE_DEFAULTS = RCLIO_OVERRIDE_HISTORY | RCLIO_OVERRIDE_DEPTH | RCLIO_OVERRIDE_RELIABILITY,
};
typedef struct rclio_qos_overriding {
    unsigned policies;                                      /* of RCLIO_OVERRIDE_*; 0: none */
    const char *id;                                         /* tells several endpoints of a topic apart; may be NULL */
    rclio_status (*check)(const rclio_qos *qos, void *arg); /* of the result; NULL: none. Refuse with rclio_parameter_refuse() */
    void *arg;
} rclio_qos_overriding;

/* Whether messages go to and come from other nodes of this process by reference, where the other side wants it too: rclio/loan.h. */
typedef enum rclio_intra_process {
    RCLIO_INTRA_PROCESS_NODE = 0, /* as the node's use_intra_process_comms says: false, when nobody sets it */
    RCLIO_INTRA_PROCESS_ON,
    RCLIO_INTRA_PROCESS_OFF,
} rclio_intra_process;

typedef struct rclio_publisher_options {
    rclio_qos qos;            /* {0}: RCLIO_QOS_DEFAULT */
    rclio_event_fn *on_event; /* every kind; NULL: an incompatible peer is logged (QOS-9) */
    void *event_arg;
    rclio_qos_overriding overriding;
    rclio_callback_group *group; /* of on_event; NULL: the node's default, as for all options `group` */
    rclio_intra_process intra_process;
} rclio_publisher_options;

/* type   of kind message; must outlive the publisher.
 * fails  RCLIO_INVALID: a name or QoS that is not legal; RCLIO_SYSTEM.
 * thread the executor's or one while nothing spins */
RCLIO_API rclio_publisher *rclio_publisher_new(rclio_node *node, const rclio_type *type, const char *topic,
                                               const rclio_publisher_options *options);
RCLIO_API void rclio_publisher_destroy(rclio_publisher *publisher);

/* message  borrowed until it returns.
 * fails    RCLIO_INVALID: a bound is broken; RCLIO_NO_MEMORY; RCLIO_TIMEOUT: a KEEP_ALL queue stayed full; RCLIO_SHUTDOWN.
 * thread   any */
RCLIO_API rclio_status rclio_publish(rclio_publisher *publisher, const void *message);
RCLIO_API rclio_status rclio_publish_serialized(rclio_publisher *publisher, const uint8_t *bytes,
                                                size_t size); /* header included */
/* A publisher with a deep queue that publishes small messages in quick succession keeps some back, half a millisecond at most, so that
 * they share packets (docs/topics.md). They are sent when callbacks have nothing more to do; a loop of the program's own may say so itself.
 * thread  any, while nobody destroys it */
RCLIO_API bool rclio_publisher_keeps_back(const rclio_publisher *publisher);
RCLIO_API void rclio_publisher_flush(rclio_publisher *publisher);
RCLIO_API size_t rclio_publisher_subscriptions(rclio_publisher *publisher); /* matched now. thread any */
RCLIO_API const char *rclio_publisher_topic(const rclio_publisher *publisher);
RCLIO_API const rclio_type *rclio_publisher_type(const rclio_publisher *publisher);
RCLIO_API rclio_qos rclio_publisher_qos(const rclio_publisher *publisher); /* in force */
RCLIO_API void rclio_publisher_gid(const rclio_publisher *publisher, uint8_t gid[RCLIO_GID_SIZE]);
RCLIO_API rclio_status rclio_publisher_assert_liveliness(rclio_publisher *publisher);

/* A future that is done when at least `count` subscriptions are matched; you own it. What is published from then on reaches them, also
 * those that learn of this publisher later (unless it is best effort). A callback that answers a message may await it: docs/topics.md.
 * thread the executor's or one while nothing spins */
RCLIO_API rclio_future *rclio_publisher_wait_for_subscriptions(rclio_publisher *publisher, size_t count);

/* A future that is done when all reliable readers have acknowledged what was published so far (it waits on the worker pool).
 * You own it. thread any */
RCLIO_API rclio_future *rclio_publisher_wait_acknowledged(rclio_publisher *publisher, int64_t timeout_ns);

/* The same, and blocks the thread instead. fails RCLIO_TIMEOUT; RCLIO_CANCELLED: it was destroyed. thread any outside of the executor */
RCLIO_API rclio_status rclio_publisher_block_acknowledged(rclio_publisher *publisher, int64_t timeout_ns);

typedef struct rclio_message_info {
    int64_t source_timestamp_ns;
    int64_t received_timestamp_ns;
    uint8_t publisher_gid[RCLIO_GID_SIZE];
    bool from_intra_process;   /* it came by reference: others may have it too, and there are no bytes */
    const uint8_t *serialized; /* the bytes as received, header included; lent for the callback. NULL: by reference */
    size_t serialized_size;
    struct rclio_delivery *delivery; /* for rclio_message_keep() */
} rclio_message_info;

/* Topic statistics, as upstream's: every period the age and the period of the messages that came, on a topic. wire STA-1 .. STA-4 */
typedef enum rclio_statistics_state {
    RCLIO_STATISTICS_NODE_DEFAULT = 0, /* as rclio_node_options.topic_statistics says */
    RCLIO_STATISTICS_ON,
    RCLIO_STATISTICS_OFF,
} rclio_statistics_state;
typedef struct rclio_statistics_options {
    rclio_statistics_state state;
    const char *topic; /* NULL: "/statistics" */
    int64_t period_ns; /* 0: 1 s; not negative */
    rclio_qos qos;     /* of the publisher; {0}: RCLIO_QOS_SYSTEM_DEFAULT */
    bool counters;     /* also the counters (rclio/statistics.h) and the time of the callbacks */
} rclio_statistics_options;

/* message  borrowed for the call, until the callback returns (also across its awaits). NULL for a raw subscription. */
typedef void rclio_message_fn(const void *message, const rclio_message_info *info, void *arg);

/* Which messages a subscription wants, by their content: DDS's SQL subset, as upstream's ContentFilterOptions; docs/topics.md.
 * "data > %0 AND header.frame_id LIKE 'cam%'". Parameters %0 to %99 are values as an expression would have them. wire CFT-1 */
typedef struct rclio_content_filter {
    const char *expression;        /* NULL or "": every message */
    const char *const *parameters; /* borrowed for the call */
    size_t parameter_count;
} rclio_content_filter;

typedef struct rclio_subscription_options {
    rclio_qos qos; /* {0}: RCLIO_QOS_DEFAULT */
    bool raw;      /* nothing is decoded: info->serialized only */
    bool ignore_local_publications;
    rclio_event_fn *on_event;
    void *event_arg;
    rclio_qos_overriding overriding;
    rclio_callback_group *group;
    rclio_content_filter content_filter;
    rclio_statistics_options statistics;
    rclio_intra_process intra_process;
} rclio_subscription_options;

/* A message that does not decode is dropped with a warning that names the topic (one a second at most) and counted.
 * fails, thread  as rclio_publisher_new */
RCLIO_API rclio_subscription *rclio_subscription_new(rclio_node *node, const rclio_type *type, const char *topic,
                                                     rclio_message_fn *on_message, void *arg,
                                                     const rclio_subscription_options *options);
RCLIO_API void rclio_subscription_destroy(rclio_subscription *subscription);
RCLIO_API size_t rclio_subscription_publishers(rclio_subscription *subscription);
RCLIO_API const char *rclio_subscription_topic(const rclio_subscription *subscription);
RCLIO_API const rclio_type *rclio_subscription_type(const rclio_subscription *subscription);
RCLIO_API rclio_qos rclio_subscription_qos(const rclio_subscription *subscription);

/* As of a publisher; but those that are matched here may learn of this subscription later, and publish for others only until then.
 * thread as rclio_publisher_wait_for_subscriptions */
RCLIO_API rclio_future *rclio_subscription_wait_for_publishers(rclio_subscription *subscription, size_t count);

/* Another filter, for what is taken from now on; {0} or an empty expression: none.
 * fails   RCLIO_INVALID: the place in the expression and the cause; the one before stays. thread the executor's or one while nothing
 *         spins. wire CFT-1 */
RCLIO_API rclio_status rclio_subscription_set_content_filter(rclio_subscription *subscription,
                                                             const rclio_content_filter *filter);

/* The filter in force, copied: free the expression, rclio_names_free() the parameters (ended by NULL). fails RCLIO_NOT_FOUND: none.
 * thread as above */
RCLIO_API rclio_status rclio_subscription_get_content_filter(rclio_subscription *subscription, char **expression,
                                                             char ***parameters);
RCLIO_API bool rclio_subscription_is_cft_enabled(rclio_subscription *subscription); /* it has a filter. thread as above */

/* The next message of a topic, by a subscription that lives until it comes. For a limit: rclio_await_for(), and cancel the future when
 * you give up (the subscription of one that is only dropped goes with the next message).
 * qos      NULL: RCLIO_QOS_DEFAULT with depth 1, as upstream
 * returns  a future you own; its value is the message, lent until the last unref. NULL with the error set as rclio_subscription_new
 * fails    RCLIO_CANCELLED: cancelled, or the node was destroyed; RCLIO_SHUTDOWN
 * thread   the executor's or one while nothing spins */
RCLIO_API rclio_future *rclio_wait_for_message(rclio_node *node, const rclio_type *type, const char *topic, const rclio_qos *qos);

typedef struct rclio_timer rclio_timer;
typedef void rclio_timer_callback_fn(rclio_timer *timer, void *arg);
typedef struct rclio_timer_options {
    bool one_shot;
    bool autostart_off; /* starts with rclio_timer_reset() */
    bool system_clock;  /* as a `clock` of kind RCLIO_CLOCK_SYSTEM: periods follow the system clock's steps */
    rclio_clock
        *clock; /* what the period is measured by, a reference is taken; NULL: the node's clock while its ROS time is active,
                           else the machine's steady clock, so that a step of its system clock moves nothing */
    rclio_callback_group *group;
} rclio_timer_options;

/* Calls every period_ns from now on. After a stall, or a jump of its clock, it calls once and keeps the phase: multiples of the period
 * that are past are skipped, not made up for. When its clock is set back to before the last call, the next one is a period after the
 * new time; when the clock's source changes, what is left of the period is left on the new one too.
 * wire    TIM-5, TIM-6
 * thread  the executor's or one while nothing spins, as all below */
RCLIO_API rclio_timer *rclio_timer_new(rclio_node *node, int64_t period_ns, rclio_timer_callback_fn *call, void *arg,
                                       const rclio_timer_options *options);
RCLIO_API void rclio_timer_destroy(rclio_timer *timer);
RCLIO_API void rclio_timer_cancel(rclio_timer *timer);        /* until reset */
RCLIO_API rclio_status rclio_timer_reset(rclio_timer *timer); /* the next call is one period from now */
RCLIO_API bool rclio_timer_is_canceled(const rclio_timer *timer);
RCLIO_API rclio_status rclio_timer_set_period(rclio_timer *timer, int64_t period_ns); /* from the next reset or call on */
RCLIO_API int64_t rclio_timer_period(const rclio_timer *timer);
RCLIO_API int64_t rclio_timer_until_next(
    const rclio_timer *timer); /* ns, negative when late; RCLIO_FOREVER when cancelled, or when its clock has no time yet */
RCLIO_API int64_t rclio_timer_since_last(const rclio_timer *timer); /* ns since the last call, or since it was made or reset */
RCLIO_API rclio_clock *rclio_timer_clock(const rclio_timer *timer); /* lent */

#ifdef __cplusplus
}
#endif
#endif
