/* src/node/action_client.h: what the files of the action client share.
 *
 *   AC1  `goals` has every handle whose goal has not ended, under `lock`; feedback and status find their handle there. One with the id of
 *        another is sent and is not in it: the server knows the id and rejects it (ACT-2).
 *   AC2  Feedback callbacks run one after the other in the feedback source's task; a goal's result is completed after the feedback
 *        that was published for it (docs/actions.md).
 *   AC3  A goal is driven by done callbacks, the feedback that comes and a timer; no task of it is ever suspended.
 *   AC4  A handle holds a reference to the client's memory; a client that is destroyed has no endpoints any more.
 * Threads: sending goals from any; the rest the executor's. */
#ifndef RCLIO_NODE_ACTION_CLIENT_H
#define RCLIO_NODE_ACTION_CLIENT_H

#include "async/source.h"
#include "node/action_types.h"
#include "node/client.h"
#include "node/counters.h"

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

struct rclio_goal_handle {
    UT_hash_handle hh; /* in client->goals, by id */
    bool lost;         /* uthash could not add it */
    bool is_listed;    /* in client->goals [client->lock] */
    atomic_int references;
    atomic_int status; /* rclio_goal_status; written by goal_handle_learn() and goal_handle_end() */
    rclio_action_client *client;
    rclio_goal_id id;
    char id_text[33];
    rclio_future *accepted, *result;
    atomic_llong stamp_ns;                 /* of acceptance, by the server's clock */
    rclio_future *send_call, *result_call; /* until they have ended, for who drives it */
    uint8_t *response;                     /* GetResult_Response, lent by result_call, while it waits for feedback */
    rclio_feedback_fn *feedback;
    void *arg;
    uint32_t feedback_seen, feedback_expected;
    uint32_t feedback_before; /* seen when it began to wait */
    bool waits;               /* for feedback_expected, */
    bool waits_for_end;       /* or for its end on the status topic */
    timer patience;
    list drain_link; /* waits until the feedback reader has nothing that came before now */
};

struct rclio_action_client {
    entity entity; /* references: the owner, each source, each handle */
    source feedback_source, status_source;
    const mw_ops *ops;
    rclio_callback_group *group; /* lent while it is made */
    rclio_feedback_bytes_fn *on_feedback_bytes;
    action_types types;
    char *name, *what;
    rclio_client *send_goal, *cancel_goal, *get_result;
    mw_reader *feedback, *status;
    rclio_codec *feedback_codec, *status_codec;
    void *feedback_message; /* FeedbackMessage */
    goal_status_array status_message;
    mutex lock;
    rclio_goal_handle *goals; /* AC1 [lock] */
    list drains;              /* of drain_link */
    counters counters;        /* CO1: `queue_high` under the lock */
    atomic_bool destroyed;
};

/* Takes note of a status unless a later one is known. thread any */
void goal_handle_learn(rclio_goal_handle *goal, rclio_goal_status status);

/* The same of what the status topic says. It may be gone then. */
void goal_handle_saw_status(rclio_goal_handle *goal, rclio_goal_status status);

/* One more feedback message has been handled. */
void goal_handle_saw_feedback(rclio_goal_handle *goal);

/* What had come when it asked has been handled, or the client is being destroyed and nothing more will come. It may be gone then. */
void goal_handle_drained(rclio_goal_handle *goal);

/* With a reference; NULL: no such goal is under way. */
rclio_goal_handle *action_client_find(rclio_action_client *client, const uint8_t uuid[16]);
rclio_status action_client_add(rclio_action_client *client, rclio_goal_handle *goal);
void action_client_remove(rclio_action_client *client, rclio_goal_handle *goal);

#endif
