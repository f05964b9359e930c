/* src/async/overflow.h: a stack overflow ends the process with a line that names the task (K5).
 *
 *   O1  The one process-wide thing of rclio: a handler of SIGSEGV and SIGBUS, installed once, with the first executor. It says
 *       its line when the fault lies in the guard of a stack of the executor that the thread spins, and always hands on to the
 *       handler that was installed before, or lets the fault end the process with the default action.
 *   O2  A handler that the program installs later replaces it; the report is then the program's.
 * Threads: any. */
#ifndef RCLIO_ASYNC_OVERFLOW_H
#define RCLIO_ASYNC_OVERFLOW_H

#include "async/fiber.h"

void overflow_install(void);

/* Gives the thread an alternate signal stack unless it has one; freed when the thread ends. */
void overflow_prepare_thread(void);

/* A canary was overwritten: ends the process with the same line. */
void overflow_found_late(fiber *f);

#endif
