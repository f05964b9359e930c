/* src/node/lifecycle_machine.c: see lifecycle_machine.h. Tests: tests/node/test_lifecycle_machine.c walks all pairs. */
#include "node/lifecycle_machine.h"

#include "base/error.h"

#include <string.h>

#define S(name) RCLIO_LIFECYCLE_##name
#define OUTCOMES(first, from, success, failure)                                                                     \
    {(first), "transition_success", S(from), S(success)}, {(first) + 1, "transition_failure", S(from), S(failure)}, \
    {                                                                                                               \
        (first) + 2, "transition_error", S(from), S(ERRORPROCESSING)                                                \
    }

/* LIF-3, LIF-6, LIF-7 */
const lifecycle_move lifecycle_moves[LIFECYCLE_MOVES] = {
    {1, "configure", S(UNCONFIGURED), S(CONFIGURING)},
    OUTCOMES(10, CONFIGURING, INACTIVE, UNCONFIGURED),
    {2, "cleanup", S(INACTIVE), S(CLEANINGUP)},
    OUTCOMES(20, CLEANINGUP, UNCONFIGURED, INACTIVE),
    {3, "activate", S(INACTIVE), S(ACTIVATING)},
    OUTCOMES(30, ACTIVATING, ACTIVE, INACTIVE),
    {4, "deactivate", S(ACTIVE), S(DEACTIVATING)},
    OUTCOMES(40, DEACTIVATING, INACTIVE, ACTIVE),
    {5, "shutdown", S(UNCONFIGURED), S(SHUTTINGDOWN)},
    {6, "shutdown", S(INACTIVE), S(SHUTTINGDOWN)},
    {7, "shutdown", S(ACTIVE), S(SHUTTINGDOWN)},
    OUTCOMES(50, SHUTTINGDOWN, FINALIZED, FINALIZED),
    {60, "transition_success", S(ERRORPROCESSING), S(UNCONFIGURED)},
    {61, "transition_failure", S(ERRORPROCESSING), S(FINALIZED)},
    {62, "transition_error", S(ERRORPROCESSING), S(FINALIZED)},
};

const rclio_lifecycle_state lifecycle_states[LIFECYCLE_STATES] = {
    S(UNKNOWN),    S(UNCONFIGURED), S(INACTIVE),   S(ACTIVE),       S(FINALIZED),       S(CONFIGURING),
    S(CLEANINGUP), S(SHUTTINGDOWN), S(ACTIVATING), S(DEACTIVATING), S(ERRORPROCESSING),
};

static const struct {
    const char *name;
    lifecycle_effect effect;
} states[LIFECYCLE_STATE_LIMIT] = {
    [S(UNKNOWN)] = {"unknown", LIFECYCLE_CLOSED},
    [S(UNCONFIGURED)] = {"unconfigured", LIFECYCLE_CLOSED},
    [S(INACTIVE)] = {"inactive", LIFECYCLE_CLOSED},
    [S(ACTIVE)] = {"active", LIFECYCLE_RUNNING},
    [S(FINALIZED)] = {"finalized", LIFECYCLE_CLOSED},
    [S(CONFIGURING)] = {"configuring", LIFECYCLE_CLOSED},
    [S(CLEANINGUP)] = {"cleaningup", LIFECYCLE_CLOSED},
    [S(SHUTTINGDOWN)] = {"shuttingdown", LIFECYCLE_AS_BEFORE}, /* last words when it was active */
    [S(ACTIVATING)] = {"activating", LIFECYCLE_OPEN},
    [S(DEACTIVATING)] = {"deactivating", LIFECYCLE_OPEN},
    [S(ERRORPROCESSING)] = {"errorprocessing", LIFECYCLE_CLOSED},
};

const char *rclio_lifecycle_state_name(rclio_lifecycle_state state)
{
    const char *name = (unsigned)state < LIFECYCLE_STATE_LIMIT ? states[state].name : NULL;
    return name ? name : "";
}

lifecycle_effect lifecycle_effect_of(rclio_lifecycle_state state)
{
    return (unsigned)state < LIFECYCLE_STATE_LIMIT ? states[state].effect : LIFECYCLE_CLOSED;
}

const char *rclio_lifecycle_transition_name(rclio_lifecycle_transition transition)
{
    for (size_t i = 0; i < LIFECYCLE_MOVES; i++)
        if (lifecycle_moves[i].id == transition && transition <= RCLIO_LIFECYCLE_SHUTDOWN) return lifecycle_moves[i].label;
    return "";
}

const lifecycle_move *lifecycle_find(rclio_lifecycle_state state, uint8_t id, const char *label)
{
    bool by_label = label && *label;
    for (size_t i = 0; i < LIFECYCLE_MOVES; i++) {
        const lifecycle_move *move = &lifecycle_moves[i];
        if (move->start == state && (by_label ? strcmp(move->label, label) == 0 : move->id == id)) return move;
    }
    if (by_label) return rclio_fail_null(RCLIO_BAD_STATE, "no transition '%s' from %s", label, rclio_lifecycle_state_name(state));
    return rclio_fail_null(RCLIO_BAD_STATE, "no transition %u from %s", id, rclio_lifecycle_state_name(state));
}

const lifecycle_move *lifecycle_outcome(rclio_lifecycle_state state, rclio_lifecycle_result result)
{
    for (size_t i = 0; i < LIFECYCLE_MOVES; i++) {
        const lifecycle_move *move = &lifecycle_moves[i];
        if (move->start == state && move->id >= 10 && move->id % 10 == (uint8_t)(result - RCLIO_LIFECYCLE_SUCCESS)) return move;
    }
    return NULL; /* a resting state has no outcomes */
}
