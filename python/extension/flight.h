/* python/extension/flight.h: what is under way at rclio for an entity: calls, goals. rclio's callbacks have it as their `arg`.
 *
 *   FL1  Its memory is C's, with counted references, so that rclio's callbacks can let go of it without the interpreter. What it holds of
 *        Python's goes when it is landed.
 *   FL2  It lands once: by the item that tells of its end, by who forgets it, or because the entity is destroyed. Whoever lands it ends its
 *        futures. It stays in its entity's list until rclio calls no more: that is how FL3 reaches one that has landed before.
 *   FL3  `entity` is written and read in a turn, for rclio's callbacks: NULL once the entity is destroyed.
 * Threads: the interpreter's, attached; references any. Tests: tests/python/test_clients.py, test_action_client.py. */
#ifndef RCLIO_PYTHON_FLIGHT_H
#define RCLIO_PYTHON_FLIGHT_H

#include "entity.h"

#include <stdatomic.h>

struct py_flight;

struct py_flight_kind {
    void (*closed)(struct py_flight *self, struct py_entity *entity); /* its entity is destroyed, and it has landed */
    void (*free)(struct py_flight *self);                             /* any thread, no interpreter */
};

struct py_flight {
    const struct py_flight_kind *kind;
    atomic_size_t references;
    struct py_entity *entity;       /* FL3 */
    struct py_flight *next, **link; /* of the entity's; NULL: not in the list */
    bool landed;
};

/* With two references: the list's, and one for rclio's callback. */
void py_flight_begin(struct py_flight *self, const struct py_flight_kind *kind, struct py_entity *entity);
bool py_flight_land(struct py_flight *self);   /* false: it has landed before */
void py_flight_unlist(struct py_flight *self); /* rclio calls no more. Drops the list's reference */
void py_flight_ref(struct py_flight *self);
void py_flight_unref(struct py_flight *self);

/* In a callback of rclio's: an item with a reference to the flight as its payload (given up when it cannot be put). */
void py_flight_put(struct py_flight *self, int what, bool completes);
void py_flight_release(void *self); /* for items: py_flight_unref() */

#endif
