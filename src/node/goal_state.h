/* src/node/goal_state.h: the states of an action's goal and the moves between them (ACT-7).
 *
 *   GS1  The table in goal_state.c is the only place that says which move is allowed.
 *   GS2  Values of states are those on the wire.
 * Threads: any; pure functions. */
#ifndef RCLIO_NODE_GOAL_STATE_H
#define RCLIO_NODE_GOAL_STATE_H

#include "rclio/action.h"

#define GOAL_STATES 7

typedef enum goal_event { GOAL_EXECUTE, GOAL_CANCEL, GOAL_SUCCEED, GOAL_ABORT, GOAL_CANCELED, GOAL_EVENTS } goal_event;

/* Sets *next, or fails with RCLIO_BAD_STATE: "goal <goal> is EXECUTING: the event CANCELED is not allowed". */
rclio_status goal_state_next(const char *goal, rclio_goal_status state, goal_event event, rclio_goal_status *next);

const char *goal_event_name(goal_event event); /* never NULL */
bool goal_state_is_terminal(rclio_goal_status state);
bool goal_state_is_cancelable(rclio_goal_status state); /* ACT-8 */

#endif
