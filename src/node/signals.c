/* src/node/signals.c: see signals.h.
 *
 *   SG4  `inside` counts handlers that read the table; signals_remove() takes the context out, then waits until none is inside. A
 *        handler never waits, so this ends.
 *   SG5  Chaining is as if the program's handler stood alone: its mask and its SA_ONSTACK, SA_NODEFER and SA_RESTART are ours, and one
 *        with SA_RESETHAND is called once. Where there was none, system calls of callbacks in flight are restarted (SA_RESTART).
 *   SG6  A program's handler that was installed after ours may call ours, which may have been put over it since: a thread that is
 *        inside a chain does not go through it again.
 *   SG7  A forked child inherits the handler and a copy of the table, whose contexts are its parent's: there a signal does what it did
 *        before rclio came, so that multiprocessing's SIGTERM ends its workers. Its own first context starts the table afresh.
 * Tests: tests/node/test_signals.c. */
#include "node/signals.h"

#include "base/error.h"
#include "base/thread.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define CONTEXTS 64
#define SIGNALS 2

/* SG6; no lazy allocation in a handler */
static _Thread_local volatile sig_atomic_t chaining[SIGNALS] __attribute__((tls_model("initial-exec")));

static const int signal_numbers[SIGNALS] = {SIGINT, SIGTERM};

static struct { /* SG2 */
    mutex lock; /* never taken in a handler */
    _Atomic(rclio_context *) contexts[SIGNALS][CONTEXTS];
    size_t count[SIGNALS];
    struct sigaction previous[SIGNALS];
    atomic_int inside;  /* SG4 */
    atomic_int process; /* SG7: whose contexts these are */
} table = {.lock = MUTEX_INITIALIZER};

static void call_previous(int which, int number, siginfo_t *info, void *machine) /* SG5, SG6 */
{
    struct sigaction *previous = &table.previous[which], now = *previous;
    if (chaining[which]) return;
    chaining[which] = 1;
    if ((now.sa_flags & SA_RESETHAND) && now.sa_handler != SIG_IGN) {
        previous->sa_flags &= ~(SA_SIGINFO | (int)SA_RESETHAND);
        previous->sa_handler = SIG_DFL;
    }
    if (now.sa_flags & SA_SIGINFO) {
        if (now.sa_sigaction) now.sa_sigaction(number, info, machine);
    } else if (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN) {
        now.sa_handler(number);
    }
    chaining[which] = 0;
}

static void handle_in_child(int which, int number, siginfo_t *info, void *machine) /* SG7 */
{
    const struct sigaction *previous = &table.previous[which];
    bool has_handler = (previous->sa_flags & SA_SIGINFO) || (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN);
    if (has_handler) {
        call_previous(which, number, info, machine);
        return;
    }
    sigaction(number, previous, NULL);
    if (previous->sa_handler == SIG_DFL) raise(number); /* comes when this returns */
}

static void handle(int number, siginfo_t *info, void *machine) /* SG1; async-signal-safe */
{
    int saved = errno, which = number == SIGINT ? 0 : 1;
    if (atomic_load(&table.process) != getpid()) {
        handle_in_child(which, number, info, machine);
        errno = saved;
        return;
    }
    atomic_fetch_add(&table.inside, 1);
    for (size_t i = 0; i < CONTEXTS; i++) {
        rclio_context *context = atomic_load(&table.contexts[which][i]);
        if (context) context_signalled(context, number);
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
    struct sigaction ours = {.sa_sigaction = handle}, now = {.sa_handler = SIG_DFL};
    if (sigaction(signal_numbers[which], NULL, &now) == 0 && is_ours(&now)) return RCLIO_OK;
    bool has_handler = (now.sa_flags & SA_SIGINFO) || (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN);
    ours.sa_mask = now.sa_mask; /* SG5 */
    ours.sa_flags = SA_SIGINFO | (has_handler ? now.sa_flags & (SA_ONSTACK | (int)SA_NODEFER | SA_RESTART) : SA_RESTART);
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

static void take_out(const rclio_context *context, int which) REQUIRES(table.lock)
{
    for (size_t i = 0; i < CONTEXTS; i++) {
        if (atomic_load(&table.contexts[which][i]) != context) continue;
        atomic_store(&table.contexts[which][i], NULL);
        if (--table.count[which] == 0) uninstall(which);
    }
}

static bool is_in(const rclio_context *context, int which) REQUIRES(table.lock)
{
    for (size_t i = 0; i < CONTEXTS; i++)
        if (atomic_load(&table.contexts[which][i]) == context) return true;
    return false;
}

static void begin_in_process(void) REQUIRES(table.lock) /* SG7 */
{
    int process = getpid();
    if (atomic_load(&table.process) == process) return;
    for (int which = 0; which < SIGNALS; which++) {
        for (size_t i = 0; i < CONTEXTS; i++) atomic_store(&table.contexts[which][i], NULL);
        table.count[which] = 0;
    }
    atomic_store(&table.inside, 0);
    atomic_store(&table.process, process);
}

rclio_status signals_set(rclio_context *context, rclio_signals signals)
{
    const bool wanted[SIGNALS] = {signals == RCLIO_SIGNALS_ALL || signals == RCLIO_SIGNALS_SIGINT,
                                  signals == RCLIO_SIGNALS_ALL || signals == RCLIO_SIGNALS_SIGTERM};
    rclio_status status = RCLIO_OK;
    mutex_lock(&table.lock);
    begin_in_process();
    for (int which = 0; which < SIGNALS && status == RCLIO_OK; which++) {
        if (wanted[which] == is_in(context, which)) continue;
        if (wanted[which])
            status = add(context, which);
        else
            take_out(context, which);
    }
    mutex_unlock(&table.lock);
    while (atomic_load(&table.inside) > 0) sched_yield(); /* SG4 */
    return status;
}
