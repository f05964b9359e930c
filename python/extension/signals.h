/* python/extension/signals.h: signals that come just before a thread begins to wait.
 *
 *   SI1  Python's handlers run between two instructions of the main thread. One that comes between the last of these and the wait must
 *        end the wait: while the main thread waits or spins, Python's wake-up file is a pipe of ours, which is waited for as well.
 *   SI2  Whoever had a wake-up file before (the program, asyncio, uvloop) is told of what came, and has it back afterwards. What is
 *        set meanwhile stays: it is asyncio's, whose loop it wakes.
 *   SI3  Waits lie inside each other: the first to begin keeps what was before, the last to end gives it back.
 * Threads: any, attached; in others than the main interpreter's main thread it does nothing. */
#ifndef RCLIO_PYTHON_SIGNALS_H
#define RCLIO_PYTHON_SIGNALS_H

#include "extension.h"

/* From now on signals make the returned file readable; handlers of those that came before are still to be run (PyErr_CheckSignals).
 * -1: signals are not this thread's; nothing is to be done. Keeps the exception that is set, if one is. */
int py_signals_begin(struct py_state *state);
void py_signals_end(struct py_state *state, int file); /* what _begin() returned. Keeps the exception that is set */

/* The file is readable, or may be: SI2, and runs the handlers. false with an exception of theirs. */
bool py_signals_take(struct py_state *state, int file);

/* Somebody has set the wake-up file to nothing meanwhile: it is ours again. */
void py_signals_again(struct py_state *state, int file);

void py_signals_close(struct py_state *state);

#endif
