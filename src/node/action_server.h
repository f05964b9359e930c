/* src/node/action_server.h: what the files of the action server share.
 *
 *   AS1  `goals` has every goal that is known: active ones, and ended ones that have not expired (ACT-2, ACT-6).
 *   AS2  `shown` has those the status topic lists, in order of acceptance: all active ones and the ACTION_SHOWN_FINISHED that ended last,
 *        so that the cost of a goal does not grow with the number of goals that have ended (ACT-3, docs/actions.md).
 *   AS3  `held` has accepted goals that wait until their client's feedback reader is matched (docs/actions.md).
 * Threads: the executor's. */
#ifndef RCLIO_NODE_ACTION_SERVER_H
#define RCLIO_NODE_ACTION_SERVER_H

#include "node/counters.h"
#include "node/goal.h"
#include "node/goal_heap.h"
#include "node/service.h"

#define ACTION_SHOWN_FINISHED 32
#define ACTION_HOLD_NS RCLIO_S(1)
#define ACTION_RESULT_TIMEOUT_NS RCLIO_S(900)
#define ACTION_MAXIMUM_ACTIVE 1000

struct rclio_action_server {
    entity entity;       /* the owner's reference and the source's */
    source match_source; /* woken when readers of the feedback topic come or go */
    const mw_ops *ops;
    action_types types;
    char *name, *what;
    rclio_goal_fn *execute;
    void *arg;
    rclio_action_server_options options; /* `group` is lent while it is made */
    rclio_service *send_goal, *cancel_goal, *get_result;
    mw_writer *feedback, *status;
    rclio_codec *feedback_codec, *status_codec, *result_codec;
    uint8_t *feedback_message,
        *result_message; /* room to put the user's part behind the protocol's; never initialised, never freed deeply */
    void *empty_result;  /* an initialised GetResult_Response */
    goal_status_array status_message;
    rclio_goal *goals; /* AS1 */
    list shown;        /* AS2 */
    list finished;     /* those of them that have ended, in the order they did */
    size_t finished_count;
    list held;           /* AS3 */
    goal_client heard;   /* last found to have a matched reader of feedback */
    bool heard_is_known; /* cleared by a change of matches */
    timer held_timer;
    goal_heap expiring;
    timer expiry;
    size_t active;  /* goals that have not ended */
    size_t offered; /* goals that wait for on_goal_offer's answer */
    counters counters;
    bool destroyed;
};

rclio_goal *action_server_find(rclio_action_server *server, const rclio_goal_id *id);

/* action_server_status.c */
void action_server_show(rclio_action_server *server, rclio_goal *goal);          /* adds it to the list */
void action_server_show_finished(rclio_action_server *server, rclio_goal *goal); /* it has ended: AS2 */
void action_server_unshow(rclio_action_server *server, rclio_goal *goal);
void action_server_publish_status(rclio_action_server *server);
rclio_status action_server_publish(rclio_action_server *server, mw_writer *writer, const rclio_codec *codec, const void *message);

/* action_server_result.c */
rclio_status action_server_encode_result(rclio_action_server *server, rclio_goal *goal, rclio_goal_status status,
                                         const void *result);
void action_server_answer_waiting(rclio_goal *goal);
void action_server_on_get_result(const void *request, void *response, void *arg);
void action_server_keep_result(rclio_action_server *server, rclio_goal *goal); /* until it expires */
void action_server_expire(timer *t);
void action_server_forget(rclio_action_server *server, rclio_goal *goal);

/* action_server_cancel.c */
void action_server_on_cancel(const void *request, void *response, void *arg);

/* action_server_start.c */
void action_server_on_send_goal(const void *request, void *response, void *arg);
void action_server_start_goal(rclio_action_server *server, rclio_goal *goal); /* now, or when its client can hear it (AS3) */
void action_server_matched(source *s);
void action_server_held_expired(timer *t);

#endif
