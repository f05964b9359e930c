/* src/node/goal_state.c: see goal_state.h. */
#include "node/goal_state.h"

#include "base/error.h"

/* ACT-7. 0: not allowed. */
static const uint8_t next_state[GOAL_STATES][GOAL_EVENTS] = {
    [RCLIO_GOAL_ACCEPTED] = {[GOAL_EXECUTE] = RCLIO_GOAL_EXECUTING, [GOAL_CANCEL] = RCLIO_GOAL_CANCELING},
    [RCLIO_GOAL_EXECUTING] =
        {[GOAL_CANCEL] = RCLIO_GOAL_CANCELING, [GOAL_SUCCEED] = RCLIO_GOAL_SUCCEEDED, [GOAL_ABORT] = RCLIO_GOAL_ABORTED},
    [RCLIO_GOAL_CANCELING] =
        {[GOAL_SUCCEED] = RCLIO_GOAL_SUCCEEDED, [GOAL_ABORT] = RCLIO_GOAL_ABORTED, [GOAL_CANCELED] = RCLIO_GOAL_CANCELED},
};

static const char *const event_names[GOAL_EVENTS] = {
    [GOAL_EXECUTE] = "EXECUTE", [GOAL_CANCEL] = "CANCEL",     [GOAL_SUCCEED] = "SUCCEED",
    [GOAL_ABORT] = "ABORT",     [GOAL_CANCELED] = "CANCELED",
};

rclio_status goal_state_next(const char *goal, rclio_goal_status state, goal_event event, rclio_goal_status *next)
{
    uint8_t to = (unsigned)state < GOAL_STATES && (unsigned)event < GOAL_EVENTS ? next_state[state][event] : 0;
    if (!to) {
        return rclio_fail(RCLIO_BAD_STATE, "goal %s is %s: the event %s is not allowed", goal, rclio_goal_status_name(state),
                          goal_event_name(event));
    }
    *next = (rclio_goal_status)to;
    return RCLIO_OK;
}

const char *goal_event_name(goal_event event)
{
    return (unsigned)event < GOAL_EVENTS ? event_names[event] : "(no event)";
}

bool goal_state_is_terminal(rclio_goal_status state)
{
    return state == RCLIO_GOAL_SUCCEEDED || state == RCLIO_GOAL_CANCELED || state == RCLIO_GOAL_ABORTED;
}

bool goal_state_is_cancelable(rclio_goal_status state)
{
    return state == RCLIO_GOAL_ACCEPTED || state == RCLIO_GOAL_EXECUTING;
}

const char *rclio_goal_status_name(rclio_goal_status status)
{
    switch (status) {
    case RCLIO_GOAL_UNKNOWN: return "UNKNOWN";
    case RCLIO_GOAL_ACCEPTED: return "ACCEPTED";
    case RCLIO_GOAL_EXECUTING: return "EXECUTING";
    case RCLIO_GOAL_CANCELING: return "CANCELING";
    case RCLIO_GOAL_SUCCEEDED: return "SUCCEEDED";
    case RCLIO_GOAL_CANCELED: return "CANCELED";
    case RCLIO_GOAL_ABORTED: return "ABORTED";
    case RCLIO_GOAL_REJECTED: return "REJECTED";
    }
    return "(no status)";
}

void rclio_goal_id_text(const rclio_goal_id *id, char text[33])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof id->uuid; i++) {
        text[2 * i] = digits[id->uuid[i] >> 4];
        text[2 * i + 1] = digits[id->uuid[i] & 15];
    }
    text[32] = '\0';
}
