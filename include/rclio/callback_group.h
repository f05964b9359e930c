/* include/rclio/callback_group.h: which callbacks of a node may run at the same time, and on which executor. Floor: node.
 *
 *   CG1  On a multi-threaded executor (X6) one callback of a mutually exclusive group runs at a time, in the order in which their
 *        events came; callbacks of a reentrant group run beside each other and beside themselves: several messages of one
 *        subscription, ticks of one timer, calls of one service.
 *   CG2  Whatever is in no group is in the node's default group, which is mutually exclusive.
 *   CG3  A callback that awaits, or blocks its thread in rclio_future_wait(), has left its group until it goes on; then it is alone in
 *        it again. So it may wait for anything that its own group does. Its own entity is not called again before it has returned,
 *        unless the group is reentrant.
 *   CG4  On a single-threaded executor nothing runs at the same time. There a reentrant group lets an entity be called again while
 *        a callback of it is suspended.
 *   CG5  Completing a future needs no group: responses, results and goal handlers' tasks come through always. Tasks, posts and done
 *        callbacks are in no group. */
#ifndef RCLIO_CALLBACK_GROUP_H
#define RCLIO_CALLBACK_GROUP_H

#include "rclio/node.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rclio_group_kind { RCLIO_GROUP_MUTUALLY_EXCLUSIVE = 0, RCLIO_GROUP_REENTRANT } rclio_group_kind;

/* Objects join it with the option `group` when they are made, and stay in it.
 * returns  a group that belongs to the node; NULL with the error set.
 * thread   the executor's or one while nothing spins */
RCLIO_API rclio_callback_group *rclio_callback_group_new(rclio_node *node, rclio_group_kind kind);

/* What is in it stays as it is. NULL is allowed. thread as _new */
RCLIO_API void rclio_callback_group_destroy(rclio_callback_group *group);

/* What is made in the group from now on runs on this executor instead of the node's: a thread of its own for what must not be
 * held up, for example. The executor must outlive the node.
 * fails   RCLIO_BAD_STATE: something is in the group already; RCLIO_LIMIT: too many executors in one context
 * thread  as _new */
RCLIO_API rclio_status rclio_callback_group_assign(rclio_callback_group *group, rclio_executor *executor);

RCLIO_API rclio_group_kind rclio_callback_group_kind(const rclio_callback_group *group);    /* thread any */
RCLIO_API rclio_executor *rclio_callback_group_executor(const rclio_callback_group *group); /* thread any */

#ifdef __cplusplus
}
#endif
#endif
