/* src/node/action_client.h: what the files of the action client share.
 *
 *   AC1  `goals` has every handle whose goal has not ended, under `lock`; feedback and status find their handle there.
 *   AC2  Feedback callbacks run one after the other in the feedback source's task; a goal's result is completed after the feedback
 *        that was published for it (docs/actions.md).
 *   AC3  A handle holds a reference to the client's memory; a client that is destroyed has no endpoints any more.
 * Threads: sending goals from any; the rest the executor's. */
#ifndef RCLIO_NODE_ACTION_CLIENT_H
#define RCLIO_NODE_ACTION_CLIENT_H

#include "node/action_types.h"
#include "node/client.h"

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

struct rclio_goal_handle {
    UT_hash_handle hh; /* in client->goals, by id */
    bool lost;         /* uthash could not add it */
    atomic_int references;
    atomic_int status; /* rclio_goal_status; written by goal_handle_learn() and goal_handle_end() */
    rclio_action_client *client;
    rclio_goal_id id;
    char id_text[33];
    rclio_future *accepted, *result;
    rclio_future *send_call; /* the task's */
    rclio_feedback_fn *feedback;
    void *arg;
    uint32_t feedback_seen, feedback_expected;
    rclio_future *caught_up; /* the task waits for feedback_expected; NULL: it does not */
    list drain_link;
    rclio_future *drained; /* the task waits for what the feedback reader has */
};

struct rclio_action_client {
    entity entity; /* references: the owner, each source, each handle */
    source feedback_source, status_source;
    const mw_ops *ops;
    rclio_callback_group *group; /* lent while it is made */
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
    atomic_bool destroyed;
};

/* Takes note of a status unless a later one is known. thread any */
void goal_handle_learn(rclio_goal_handle *goal, rclio_goal_status status);

/* One more feedback message has been handled. */
void goal_handle_saw_feedback(rclio_goal_handle *goal);

/* The client is being destroyed: nothing more will come. */
void goal_handle_stop_waiting(rclio_goal_handle *goal);

/* With a reference; NULL: no such goal is under way. */
rclio_goal_handle *action_client_find(rclio_action_client *client, const uint8_t uuid[16]);
rclio_status action_client_add(rclio_action_client *client, rclio_goal_handle *goal);
void action_client_remove(rclio_action_client *client, rclio_goal_handle *goal);

#endif
