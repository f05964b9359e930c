/* tests/types/own_types.h: a registry of the repository's own definitions for a group of tests. Threads: one. */
#ifndef RCLIO_TESTS_OWN_TYPES_H
#define RCLIO_TESTS_OWN_TYPES_H

#include "rclio/types.h"

/* For cmocka_run_group_tests(): *state is an rclio_types that the environment does not change. */
int make_registry(void **state);
int drop_registry(void **state);

/* The type of that name; fails the test when there is none. */
const rclio_type *type_of(void **state, const char *name);

#endif
