/* src/node/process/process.c: what becomes of one process.
 *
 *          start                     asked to end
 *   NEW ---------> RUNNING ----------------------------> STOPPING     SIGTERM at half of the time, SIGKILL at its end
 *                  ^     \  it ended                        |
 *   pause is over  |      v                                 v
 *                  +-- WAITING ----- asked to end -----> ENDED   (also: it ended and its policy starts it no more)
 *
 * Tests: tests/process/test_processes.c, test_restart.c, test_stop.c. */
#include "node/process/processes.h"

#include "base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#define FIRST_PAUSE_NS RCLIO_S(1)
#define LONGEST_PAUSE_NS RCLIO_S(30)

static int64_t now(const process *p)
{
    return p->owner->clock.now(p->owner->clock.arg);
}

static int64_t after(int64_t moment, int64_t duration)
{
    return duration > RCLIO_FOREVER - moment ? RCLIO_FOREVER : moment + duration;
}

/* PR3. `due_ns` belongs to the state: whoever enters one says when it is to be looked at again. */
static void process_enter(process *p, process_state state, int64_t due_ns)
{
    p->state = state;
    p->due_ns = due_ns;
}

/* ---- its end ---- */

static bool policy_starts_again(const process *p, bool failed)
{
    if (p->asked_signal || p->restart == RCLIO_RESTART_NEVER) return false;
    return failed || p->restart == RCLIO_RESTART_ALWAYS;
}

/* The pause before the next start; -1: there is none. Doubles with each start in a row. */
static int64_t next_pause(process *p, bool failed, int64_t ran_ns)
{
    if (ran_ns >= p->longest_pause_ns) p->in_a_row = 0;
    if (!policy_starts_again(p, failed)) return -1;
    int64_t pause = p->first_pause_ns, longest = p->longest_pause_ns;
    for (unsigned i = 0; i < p->in_a_row && pause < longest; i++) pause = pause > longest / 2 ? longest : pause * 2;
    p->in_a_row++;
    return pause < longest ? pause : longest;
}

static void enter_after_end(process *p, int64_t pause_ns, int64_t moment)
{
    if (pause_ns < 0)
        process_enter(p, PROCESS_ENDED, RCLIO_FOREVER);
    else
        process_enter(p, PROCESS_WAITING, after(moment, pause_ns));
}

static void reap(process *p, process_end *end)
{
    siginfo_t info = {0};
    int done;
    while ((done = waitid(P_PID, (id_t)p->pid, &info, WEXITED)) < 0 && errno == EINTR) continue;
    end->exit_status = -1;
    end->known = done == 0; /* else SIGCHLD is ignored, or somebody else waits for all children */
    if (done == 0 && info.si_code == CLD_EXITED) end->exit_status = info.si_status;
    if (done == 0 && info.si_code != CLD_EXITED) end->signal_number = info.si_status;
    end->core_dumped = done == 0 && info.si_code == CLD_DUMPED;
    loop_close_file(p->owner, &p->exit);
    p->pid = 0;
}

static void exit_ready(watch *w)
{
    process *p = list_entry(w, process, exit);
    process_end end = {0};
    pid_t pid = p->pid;
    kill(-pid, SIGKILL); /* PN4, PR4: what is left of its group; it would keep the pipes open, too */
    reap(p, &end);
    stream_close(&p->out);
    stream_close(&p->err);
    int64_t moment = now(p), pause_ns = next_pause(p, process_end_is_failure(&end), moment - p->started_ns);
    enter_after_end(p, pause_ns, moment);
    report_ended(p, pid, &end, pause_ns);
}

/* ---- its life ---- */

process *process_new(rclio_processes *processes, const char *name, const rclio_process_options *options)
{
    process *p = calloc(1, sizeof *p);
    if (!p) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for node '%s'", name);
    p->owner = processes;
    p->restart = options->restart;
    p->first_pause_ns = options->pause_ns ? options->pause_ns : FIRST_PAUSE_NS;
    p->longest_pause_ns = options->longest_pause_ns ? options->longest_pause_ns : LONGEST_PAUSE_NS;
    p->exit = (watch){.fd = -1, .ready = exit_ready};
    process_enter(p, PROCESS_NEW, RCLIO_FOREVER);
    stream_init(&p->out, p, &processes->out);
    stream_init(&p->err, p, &processes->err);
    list_append(&processes->processes, &p->link);
    p->name = copy_string(name);
    if (p->name && words_add_all(&p->environment, options->environment) == RCLIO_OK) return p;
    process_free(p);
    return NULL;
}

void process_free(process *p)
{
    process_end end = {0};
    if (p->exit.fd >= 0) {
        kill(-p->pid, SIGKILL); /* PR4 */
        reap(p, &end);
    }
    list_remove(&p->link);
    stream_fini(&p->out);
    stream_fini(&p->err);
    words_fini(&p->line);
    words_fini(&p->environment);
    free(p->name);
    free(p);
}

rclio_status process_start(process *p)
{
    text_clear(&p->out.last);
    text_clear(&p->err.last);
    if (child_start(p) != RCLIO_OK) return rclio_error_add("node '%s' cannot be started", p->name);
    p->started_ns = now(p);
    process_enter(p, PROCESS_RUNNING, RCLIO_FOREVER);
    report_started(p);
    return RCLIO_OK;
}

static void start_again(process *p, int64_t moment)
{
    p->restarts++;
    if (process_start(p) == RCLIO_OK) return;
    int64_t pause_ns = next_pause(p, true, 0);
    enter_after_end(p, pause_ns, moment);
    report_not_started(p, pause_ns);
}

bool process_is_busy(const process *p)
{
    return p->state == PROCESS_RUNNING || p->state == PROCESS_STOPPING || p->state == PROCESS_WAITING;
}

/* ---- asked to end ---- */

static void send(process *p, int signal_number)
{
    p->asked_signal = signal_number;
    kill(-p->pid, signal_number);
    kill(-p->pid, SIGCONT); /* one that is stopped would not see it */
}

void process_ask_to_end(process *p, int signal_number)
{
    int64_t moment = now(p), whole = p->owner->options.stop_timeout_ns;
    if (p->state == PROCESS_WAITING) process_enter(p, PROCESS_ENDED, RCLIO_FOREVER);
    if (p->state != PROCESS_RUNNING) return;
    p->kill_ns = after(moment, whole);
    process_enter(p, PROCESS_STOPPING, signal_number == SIGTERM ? p->kill_ns : after(moment, whole / 2));
    send(p, signal_number);
}

void process_expire(process *p, int64_t moment)
{
    if (p->due_ns > moment) return;
    if (p->state == PROCESS_WAITING) {
        start_again(p, moment);
    } else if (p->state == PROCESS_STOPPING && moment < p->kill_ns) {
        process_enter(p, PROCESS_STOPPING, p->kill_ns);
        send(p, SIGTERM);
    } else if (p->state == PROCESS_STOPPING) {
        process_enter(p, PROCESS_STOPPING, RCLIO_FOREVER);
        p->hung = true;
        kill(-p->pid, SIGKILL);
    }
}
