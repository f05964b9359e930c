/* include/rclio/action.h: actions: goals that take time, with feedback, result and cancelling. Floor: node. wire: ACT-1 .. ACT-11 */
#ifndef RCLIO_ACTION_H
#define RCLIO_ACTION_H

#include "rclio/future.h"
#include "rclio/node.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ACT-7 */
typedef enum rclio_goal_status {
    RCLIO_GOAL_UNKNOWN = 0,
    RCLIO_GOAL_ACCEPTED = 1,
    RCLIO_GOAL_EXECUTING = 2,
    RCLIO_GOAL_CANCELING = 3,
    RCLIO_GOAL_SUCCEEDED = 4,
    RCLIO_GOAL_CANCELED = 5,
    RCLIO_GOAL_ABORTED = 6,
    RCLIO_GOAL_REJECTED = 100, /* client side only: the server said no */
} rclio_goal_status;
/* "SUCCEEDED" for RCLIO_GOAL_SUCCEEDED; never NULL.
 * thread any */
RCLIO_API const char *rclio_goal_status_name(rclio_goal_status status);

typedef struct rclio_goal_id {
    uint8_t uuid[16];
} rclio_goal_id;
/* 32 hexadecimal digits and a NUL.
 * thread any */
RCLIO_API void rclio_goal_id_text(const rclio_goal_id *id, char text[33]);

/* The profiles of an action's endpoints; both sides have their own, and they have to fit (QOS-5). What is 0 is RCLIO_QOS_SERVICES's and
 * RCLIO_QOS_ACTION_STATUS's; of feedback RCLIO_QOS_DEFAULT's, and the last 1,000 messages are kept. Whoever changes reliability or depth of feedback
 * has what they give, and not the promise that none is lost. */
typedef struct rclio_action_qos {
    rclio_qos goal, cancel, result; /* the services */
    rclio_qos feedback, status;     /* the topics */
} rclio_action_qos;

/* ---- server ---- */

typedef struct rclio_action_server rclio_action_server;
typedef struct rclio_goal rclio_goal; /* a goal as its server sees it */

typedef enum rclio_goal_response { RCLIO_ACCEPT_AND_EXECUTE = 0, RCLIO_REJECT, RCLIO_ACCEPT_AND_DEFER } rclio_goal_response;
typedef enum rclio_cancel_response { RCLIO_CANCEL_ACCEPT = 0, RCLIO_CANCEL_REJECT } rclio_cancel_response;

/* Runs in a task of its own for each goal; may await. A handler that returns without ending its goal, with or without having called
 * rclio_task_fail(): it is aborted, and logged. The other callbacks may call that too: the goal, or its cancelling, is rejected. */
typedef void rclio_goal_fn(rclio_goal *goal, void *arg);

/* For programs that answer later and run their goals by themselves, in another language's event loop for example: see the options. */
typedef struct rclio_goal_offer rclio_goal_offer;         /* a goal that asks to be accepted */
typedef struct rclio_cancel_request rclio_cancel_request; /* a goal that somebody asks to cancel */

typedef struct rclio_action_server_options {
    rclio_goal_response (*on_goal)(const rclio_goal_id *id, const void *goal_request, void *arg); /* NULL: accept and execute */
    rclio_cancel_response (*on_cancel)(rclio_goal *goal, void *arg); /* NULL: accept. (Upstream's rclpy rejects by default.) */
    void (*on_accepted)(rclio_goal *goal, void *arg); /* called for a deferred goal: start it later with rclio_goal_execute() */
    int64_t result_timeout_ns;                        /* ACT-6; 0: 900 s as rclpy; negative: dropped at once */
    rclio_callback_group *group;                      /* of the callbacks above; handlers are tasks and in no group (CG5) */
    size_t maximum_active_goals;                      /* accepted and not ended; 0: 1,000; beyond it: rejected, and logged */
    size_t maximum_goals; /* known at a time, finished ones not yet expired included; 0: no limit; beyond it: rejected */
    void (*on_goal_offer)(rclio_goal_offer *offer, void *arg); /* instead of on_goal: yours until rclio_goal_offer_answer() */
    void (*on_cancel_request)(rclio_cancel_request *request,
                              void *arg); /* instead of on_cancel: yours until rclio_cancel_request_answer() */
    bool
        runs_elsewhere; /* `execute` only says that the goal is to be executed: it runs in no task of its own, may neither await nor
                            fail, and the goal goes on after it until the program ends it */
    rclio_action_qos qos;
} rclio_action_server_options;

/* type    of kind action. thread the executor's or one while nothing spins */
RCLIO_API rclio_action_server *rclio_action_server_new(rclio_node *node, const rclio_type *type, const char *name,
                                                       rclio_goal_fn *execute, void *arg,
                                                       const rclio_action_server_options *options);
RCLIO_API void rclio_action_server_destroy(rclio_action_server *server);
RCLIO_API const char *rclio_action_server_name(const rclio_action_server *server); /* the full name. thread any */

/* Of an offer: what is lent is valid until the answer. thread any */
RCLIO_API const void *rclio_goal_offer_request(const rclio_goal_offer *offer); /* the _Goal message */
RCLIO_API const rclio_goal_id *rclio_goal_offer_id(const rclio_goal_offer *offer);

/* Answers the client and ends the offer.
 * goal     NULL, or gets a reference to the goal when it is accepted, else NULL. One that is to be executed at once may have been handed
 *          to `execute` before this returns.
 * fails    RCLIO_CANCELLED: the server has been destroyed; RCLIO_INVALID: a goal with that id was accepted meanwhile, and this one is
 *          rejected; RCLIO_NO_MEMORY: it is rejected
 * thread   the executor's, as below */
RCLIO_API rclio_status rclio_goal_offer_answer(rclio_goal_offer *offer, rclio_goal_response answer, rclio_goal **goal);

/* The goal to be cancelled, lent until the answer. The reply to the client leaves with the last answer for the goals it asked for.
 * thread   the executor's */
RCLIO_API rclio_goal *rclio_cancel_request_goal(const rclio_cancel_request *request);
RCLIO_API void rclio_cancel_request_answer(rclio_cancel_request *request, rclio_cancel_response answer);

/* Of a goal; valid in its handler, and until rclio_goal_unref() after rclio_goal_ref(). thread the executor's */
RCLIO_API const void *rclio_goal_request(const rclio_goal *goal); /* the _Goal message, lent */
RCLIO_API const rclio_goal_id *rclio_goal_get_id(const rclio_goal *goal);
RCLIO_API rclio_goal_status rclio_goal_get_status(const rclio_goal *goal);
RCLIO_API bool rclio_goal_is_cancel_requested(const rclio_goal *goal);
RCLIO_API bool rclio_goal_is_active(const rclio_goal *goal);
RCLIO_API rclio_future *rclio_goal_cancel_requested(rclio_goal *goal); /* done when cancelling is accepted; lent */
RCLIO_API rclio_status rclio_goal_publish_feedback(rclio_goal *goal, const void *feedback); /* the _Feedback message */
RCLIO_API rclio_status rclio_goal_execute(rclio_goal *goal);                                /* starts a deferred goal */

/* End it: `result` is the _Result message, borrowed; NULL: an empty one. RCLIO_BAD_STATE names the state and the move (ACT-7).
 * thread the executor's, references too */
RCLIO_API rclio_status rclio_goal_succeed(rclio_goal *goal, const void *result);
RCLIO_API rclio_status rclio_goal_abort(rclio_goal *goal, const void *result);
RCLIO_API rclio_status rclio_goal_canceled(rclio_goal *goal, const void *result);

/* The same in two steps, for a result that comes after the end: the goal is SUCCEEDED, ABORTED or CANCELED from now on, and who asks for
 * its result waits until it is given. Feedback may be published in between. A goal that is ended so must be given its result.
 * fails    as above; rclio_goal_give_result() also RCLIO_BAD_STATE: it has not ended, or has a result
 * thread   the executor's */
RCLIO_API rclio_status rclio_goal_end(rclio_goal *goal, rclio_goal_status status);
RCLIO_API rclio_status rclio_goal_give_result(rclio_goal *goal, const void *result);

/* Gives a goal up, in whatever state it is: it is aborted unless it has ended, and gets an empty result unless it has one.
 * thread   the executor's, references too */
RCLIO_API void rclio_goal_give_up(rclio_goal *goal);

RCLIO_API rclio_goal *rclio_goal_ref(rclio_goal *goal);
RCLIO_API void rclio_goal_unref(rclio_goal *goal);

/* ---- client ---- */

typedef struct rclio_action_client rclio_action_client;
typedef struct rclio_goal_handle rclio_goal_handle; /* a goal as its client sees it */

/* feedback  the _Feedback message, borrowed for the call. In order, all before the result, none lost between live nodes. */
typedef void rclio_feedback_fn(rclio_goal_handle *goal, const void *feedback, void *arg);

/* bytes     a FeedbackMessage, the goal's id first, as CDR with its header; borrowed for the call */
typedef void rclio_feedback_bytes_fn(rclio_goal_handle *goal, const uint8_t *bytes, size_t size, void *arg);

typedef struct rclio_action_client_options {
    rclio_callback_group *group; /* of feedback callbacks; NULL: the node's default */
    rclio_feedback_bytes_fn
        *on_feedback_bytes; /* for programs that decode by themselves: called instead of the goals' own callbacks,
                                                   with their `arg`; for goals that have one */
    rclio_action_qos qos;
} rclio_action_client_options;

/* type     of kind action; must outlive the client.
 * fails    RCLIO_INVALID: a name or a type that is not legal; RCLIO_SYSTEM.
 * thread   the executor's or one while nothing spins, also for the functions below that do not say `any` */
RCLIO_API rclio_action_client *rclio_action_client_new(rclio_node *node, const rclio_type *type, const char *name,
                                                       const rclio_action_client_options *options);
RCLIO_API void rclio_action_client_destroy(rclio_action_client *client);
RCLIO_API const char *rclio_action_client_name(const rclio_action_client *client); /* the full name. thread any */
RCLIO_API bool rclio_action_client_is_available(rclio_action_client *client);      /* ACT-11, both directions. thread any */
RCLIO_API rclio_future *rclio_action_client_wait_for_server(rclio_action_client *client); /* you own it */

/* Sends a goal and returns at once; waits for a server when there is none.
 * goal      the _Goal message, borrowed until it returns. feedback may be NULL.
 * returns   a handle you own (rclio_goal_handle_unref): it stays good after the client is destroyed. NULL with the error set.
 * thread    any, as for the references, id and status of the handle */
RCLIO_API rclio_goal_handle *rclio_action_send_goal(rclio_action_client *client, const void *goal, rclio_feedback_fn *feedback,
                                                    void *arg);

/* The same with an id that the program chooses: another one for each goal, for the server rejects one whose id it still knows (ACT-2).
 * id       NULL: a random one
 * thread   any */
RCLIO_API rclio_goal_handle *rclio_action_send_goal_as(rclio_action_client *client, const rclio_goal_id *id, const void *goal,
                                                       rclio_feedback_fn *feedback, void *arg);
RCLIO_API rclio_goal_handle *rclio_goal_handle_ref(rclio_goal_handle *goal);
RCLIO_API void rclio_goal_handle_unref(rclio_goal_handle *goal);
RCLIO_API const rclio_goal_id *rclio_goal_handle_id(const rclio_goal_handle *goal);
RCLIO_API rclio_goal_status
rclio_goal_handle_status(const rclio_goal_handle *goal); /* the newest known: reply, status topic or result */

RCLIO_API int64_t rclio_goal_handle_stamp(const rclio_goal_handle *goal); /* ns, when the server accepted it; 0: it has not */

/* Done when the server has accepted; failed with RCLIO_UNAVAILABLE when it is gone, RCLIO_INVALID when it rejected. Lent.
 * thread any */
RCLIO_API rclio_future *rclio_goal_handle_accepted(rclio_goal_handle *goal);

/* Done when the goal has ended in any way, with its _Result message (lent); the status tells how. Failed: RCLIO_INVALID rejected,
 * RCLIO_UNAVAILABLE the server is gone (status UNKNOWN). Lent; the result is asked for as soon as the goal is accepted.
 * thread any */
RCLIO_API rclio_future *rclio_goal_handle_result(rclio_goal_handle *goal);

/* What a server that does not know the goal any more has answered (ACT-5): the GetResult_Response message, whose status may be any that is no
 * end; NULL: none has. For who passes it on as it is.
 * returns  lent by the handle; read it once the result has failed
 * thread   any */
RCLIO_API const void *rclio_goal_handle_response(const rclio_goal_handle *goal);

/* Asks the server to cancel. Done when it has answered: value NULL; RCLIO_INVALID when it refused (names the code, ACT-8). You own it.
 * thread the executor's */
RCLIO_API rclio_future *rclio_goal_handle_cancel(rclio_goal_handle *goal);

/* The protocol's request to cancel (ACT-8), to a server that is there now: by id (NULL: any), by time of acceptance (0: any), by both.
 * returns  a future you own; the value is the CancelGoal_Response message, lent
 * fails    as rclio_client_call(); RCLIO_UNAVAILABLE also when no server is there
 * thread   any */
RCLIO_API rclio_future *rclio_action_cancel_request(rclio_action_client *client, const rclio_goal_id *id, int64_t stamp_ns);

/* The protocol's request for a result (ACT-5), to a server that is there now, for any goal that it knows by this id, whoever has sent it.
 * returns  a future you own; the value is the GetResult_Response message, lent: status and result. It comes when the goal has ended, or at
 *          once with status UNKNOWN
 * fails    as rclio_client_call(); RCLIO_UNAVAILABLE also when no server is there
 * thread   any */
RCLIO_API rclio_future *rclio_action_result_request(rclio_action_client *client, const rclio_goal_id *id);

/* Cancels all goals (stamp_ns 0), or all accepted at or before that time. The value is the CancelGoal_Response message, lent. You own
 * the future. thread the executor's */
RCLIO_API rclio_future *rclio_action_cancel_all(rclio_action_client *client, int64_t stamp_ns);

#ifdef __cplusplus
}
#endif
#endif
