/* src/base/futex.h: sleeping until a word changes: the cheapest sleep that another thread, or a signal handler, can end. Threads: any. */
#ifndef RCLIO_BASE_FUTEX_H
#define RCLIO_BASE_FUTEX_H

#include "rclio/api.h"

#include <stdatomic.h>

/* Sleeps while *word is `expected`: until futex_wake(), a signal or the deadline (steady clock, RCLIO_FOREVER: none). May return for no
 * reason. */
void futex_wait(atomic_int *word, int expected, int64_t deadline_ns);

/* Wakes one thread that sleeps on `word`, which was changed before. Safe in a signal handler. */
void futex_wake(atomic_int *word);

#endif
