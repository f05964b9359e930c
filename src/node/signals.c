/* src/node/signals.c: see signals.h.
 *
 *   SG4  `inside` counts handlers that read the table; signals_remove() takes the context out, then waits until none is inside. A
 *        handler never waits, so this ends.
 * Tests: tests/node/test_context.c. */
#include "node/signals.h"

#include "base/error.h"
#include "base/thread.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#define CONTEXTS 64
#define SIGNALS 2

static const int signal_numbers[SIGNALS] = {SIGINT, SIGTERM};

static struct { /* SG2 */
    mutex lock; /* never taken in a handler */
    _Atomic(rclio_context *) contexts[SIGNALS][CONTEXTS];
    size_t count[SIGNALS];
    struct sigaction previous[SIGNALS];
    atomic_int inside; /* SG4 */
} table = {.lock = MUTEX_INITIALIZER};

static void call_previous(int which, int number, siginfo_t *info, void *machine)
{
    const struct sigaction *previous = &table.previous[which];
    if (previous->sa_flags & SA_SIGINFO) {
        if (previous->sa_sigaction) previous->sa_sigaction(number, info, machine);
    } else if (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN) {
        previous->sa_handler(number);
    }
}

static void handle(int number, siginfo_t *info, void *machine) /* SG1; async-signal-safe */
{
    int saved = errno, which = number == SIGINT ? 0 : 1;
    atomic_fetch_add(&table.inside, 1);
    for (size_t i = 0; i < CONTEXTS; i++) {
        rclio_context *context = atomic_load(&table.contexts[which][i]);
        if (context) rclio_shutdown(context);
    }
    atomic_fetch_sub(&table.inside, 1);
    call_previous(which, number, info, machine);
    errno = saved;
}

static bool is_ours(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == handle;
}

static rclio_status install(int which) REQUIRES(table.lock)
{
    struct sigaction ours = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_RESTART}, now;
    sigemptyset(&ours.sa_mask);
    if (sigaction(signal_numbers[which], NULL, &now) == 0 && is_ours(&now)) return RCLIO_OK;
    table.previous[which] = now;
    if (sigaction(signal_numbers[which], &ours, NULL) == 0) return RCLIO_OK;
    return rclio_fail(RCLIO_SYSTEM, "no handler for signal %d: %s", signal_numbers[which], strerror(errno));
}

static void uninstall(int which) REQUIRES(table.lock) /* SG3 */
{
    struct sigaction now;
    if (sigaction(signal_numbers[which], NULL, &now) == 0 && is_ours(&now))
        sigaction(signal_numbers[which], &table.previous[which], NULL);
}

static rclio_status add(rclio_context *context, int which) REQUIRES(table.lock)
{
    if (table.count[which] == 0 && install(which) != RCLIO_OK) return rclio_error_status();
    for (size_t i = 0; i < CONTEXTS; i++) {
        if (atomic_load(&table.contexts[which][i])) continue;
        atomic_store(&table.contexts[which][i], context);
        table.count[which]++;
        return RCLIO_OK;
    }
    return rclio_fail(RCLIO_LIMIT, "signals shut down at most %d contexts: make this one with RCLIO_SIGNALS_NONE", CONTEXTS);
}

rclio_status signals_add(rclio_context *context, rclio_signals signals)
{
    rclio_status status = RCLIO_OK;
    mutex_lock(&table.lock);
    if (signals == RCLIO_SIGNALS_ALL || signals == RCLIO_SIGNALS_SIGINT) status = add(context, 0);
    if (status == RCLIO_OK && (signals == RCLIO_SIGNALS_ALL || signals == RCLIO_SIGNALS_SIGTERM)) status = add(context, 1);
    mutex_unlock(&table.lock);
    return status;
}

void signals_remove(rclio_context *context)
{
    mutex_lock(&table.lock);
    for (int which = 0; which < SIGNALS; which++) {
        for (size_t i = 0; i < CONTEXTS; i++) {
            if (atomic_load(&table.contexts[which][i]) != context) continue;
            atomic_store(&table.contexts[which][i], NULL);
            if (--table.count[which] == 0) uninstall(which);
        }
    }
    mutex_unlock(&table.lock);
    while (atomic_load(&table.inside) > 0) sched_yield(); /* SG4 */
}
