/* src/node/lifecycle_machine.h: the states of a managed node as one table.
 *
 *   LM1  `lifecycle_moves` has every transition there is, in upstream's order (LIF-3); nothing else knows them.
 * Threads: any; all is constant. */
#ifndef RCLIO_NODE_LIFECYCLE_MACHINE_H
#define RCLIO_NODE_LIFECYCLE_MACHINE_H

#include "rclio/lifecycle.h"

enum { LIFECYCLE_MOVES = 25, LIFECYCLE_STATES = 11, LIFECYCLE_STATE_LIMIT = 16 };

typedef struct lifecycle_move {
    uint8_t id;
    const char *label;
    rclio_lifecycle_state start, goal;
} lifecycle_move;

extern const lifecycle_move lifecycle_moves[LIFECYCLE_MOVES];          /* LM1 */
extern const rclio_lifecycle_state lifecycle_states[LIFECYCLE_STATES]; /* all, as upstream lists them (LIF-2) */

/* What a state means for what is managed (LC3, LC4). */
typedef enum lifecycle_effect { LIFECYCLE_CLOSED, LIFECYCLE_OPEN, LIFECYCLE_RUNNING, LIFECYCLE_AS_BEFORE } lifecycle_effect;
lifecycle_effect lifecycle_effect_of(rclio_lifecycle_state state);

/* The move of that label, or of that id when there is no label, that begins in `state`; NULL with the error set (LIF-5). */
const lifecycle_move *lifecycle_find(rclio_lifecycle_state state, uint8_t id, const char *label);

/* The move that `result` of a function makes out of the passing state it ran in (LIF-6). */
const lifecycle_move *lifecycle_outcome(rclio_lifecycle_state state, rclio_lifecycle_result result);

#endif
