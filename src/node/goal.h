/* src/node/goal.h: a goal as its server sees it.
 *
 *   G1  goal_step() alone writes `state`; what a move brings about (status, results) happens there.
 *   G2  References: one while the server knows the goal, one of the task that runs the handler, those of the user. The request lives until
 *       the goal has ended and only the server's is left; the encoded result until the goal expires.
 *   G3  `server` is NULL once the server is destroyed: the handler goes on to its end, its calls fail with RCLIO_CANCELLED.
 * Threads: the executor's. */
#ifndef RCLIO_NODE_GOAL_H
#define RCLIO_NODE_GOAL_H

#include "node/action_types.h"
#include "node/goal_state.h"

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>

struct rclio_goal {
    UT_hash_handle hh; /* in server->goals, by id */
    bool lost;         /* uthash could not add it */
    list shown_link;   /* in server->shown */
    list finished_link;
    list held_link;
    size_t heap_index;           /* in server->expiring */
    rclio_executor *executor;    /* a reference; its state lock guards the goal */
    rclio_action_server *server; /* G3 */
    rclio_goal_id id;
    char id_text[33];
    wire_time stamp; /* of acceptance */
    int64_t accepted_steady_ns;
    int64_t held_until_ns;
    uint8_t client[12]; /* the participant that has its client's topics (DIS-13) */
    rclio_goal_status state;
    int references; /* G2 */
    bool known;
    bool started;       /* the handler's task was made, or waits in server->held */
    rclio_types *types; /* a reference: a handler may outlive the context */
    const rclio_type *message_type;
    void *message; /* SendGoal_Request; NULL once released */
    size_t goal_offset;
    uint8_t *result;                         /* GetResult_Response with its tail (ACT-12), once it has ended */
    size_t result_message_size, result_size; /* without and with the tail */
    list waiting;                            /* result requests, by rclio_request.link */
    uint32_t feedback_count;
    rclio_future *cancel_requested; /* made when first asked for */
    rclio_task *task;
    rclio_goal_fn *execute;
    void *arg;
};

/* A goal in state ACCEPTED with one reference; takes over the message on success. */
rclio_goal *goal_new(rclio_action_server *server, void *message);

/* Moves it and does what the new state asks for. fails RCLIO_BAD_STATE (ACT-7) */
rclio_status goal_step(rclio_goal *goal, goal_event event);

/* Wakes who waits for the request to cancel: after the status that says so (ACT-9). */
void goal_tell_canceling(rclio_goal *goal);

/* Runs the handler in a task of its own. */
void goal_start(rclio_goal *goal);

/* The server is being destroyed (G3). */
void goal_abandon(rclio_goal *goal);

#endif
