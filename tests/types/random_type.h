/* tests/types/random_type.h: message types and messages made by chance, the same for the same seed.
 *
 * Threads: one owner. */
#ifndef RCLIO_TESTS_RANDOM_TYPE_H
#define RCLIO_TESTS_RANDOM_TYPE_H

#include "rclio/type.h"

typedef struct dice {
    uint64_t state;
} dice;

/* 0 .. below - 1 */
size_t dice_roll(dice *d, size_t below);

/* A message type with up to `depth` levels below it; abort()s when memory is short. */
rclio_type *random_type_new(dice *d, int depth);
void random_type_destroy(const rclio_type *type);

/* Fills an initialised message; abort()s when memory is short. */
void random_fill(dice *d, const rclio_type *type, void *message);

#endif
