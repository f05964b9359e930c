/* src/async/supervisor_process.c: what becomes of one process.
 *
 *            start                     asked to end
 *   (new) ---------> RUNNING ----------------------------> STOPPING     SIGTERM at half of the time, SIGKILL at its end
 *                    ^     \  it ended                        |
 *     pause is over  |      v                                 v
 *                    +-- WAITING ----- asked to end -----> ENDED   (also: it ended and its policy starts it no more)
 *
 * Threads: the supervisor's. Tests: tests/async/test_supervisor.c. */
#include "async/supervisor.h"
#include "base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PAUSE_NS RCLIO_S(1)
#define LONGEST_PAUSE_NS RCLIO_S(30)
#define SETTLED_NS RCLIO_S(10)

static void exit_ready(watch *w);

static int64_t now(const rclio_process *process)
{
    return process->supervisor->clock.now(process->supervisor->clock.arg);
}

static int64_t after(int64_t moment, int64_t duration)
{
    return duration > RCLIO_FOREVER - moment ? RCLIO_FOREVER : moment + duration;
}

/* SV3. `due_ns` belongs to the state: whoever enters one says when it is to be looked at again. */
static void process_enter(rclio_process *process, rclio_process_state state, int64_t due_ns)
{
    process->state = state;
    process->due_ns = due_ns;
}

/* ---- strings of the options ---- */

static void words_free(char **words)
{
    for (size_t i = 0; words && words[i]; i++) free(words[i]);
    free(words);
}

static rclio_status words_copy(const char *const *words, char ***copy)
{
    size_t count = 0;
    if (!words) return RCLIO_OK;
    while (words[count]) count++;
    *copy = calloc(count + 1, sizeof **copy);
    if (!*copy) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a command line");
    for (size_t i = 0; i < count; i++) {
        if (!((*copy)[i] = copy_string(words[i]))) return rclio_error_status();
    }
    return RCLIO_OK;
}

/* ---- its life ---- */

static rclio_status check(const rclio_supervisor *supervisor, const rclio_process_options *o)
{
    const rclio_restart_options *r = &o->restart;
    const char *noun = supervisor->noun;
    if (!o->name || !*o->name) return rclio_fail(RCLIO_INVALID, "a %s needs a name", noun);
    if (!o->run == !(o->program && o->program[0]))
        return rclio_fail(RCLIO_INVALID, "%s '%s' needs a function or a program, one of them", noun, o->name);
    if (r->pause_ns < 0 || r->longest_pause_ns < 0 || r->settled_ns < 0)
        return rclio_fail(RCLIO_INVALID, "%s '%s' has a negative time among its restart options", noun, o->name);
    if ((unsigned)r->policy > RCLIO_RESTART_ALWAYS)
        return rclio_fail(RCLIO_INVALID, "%s '%s' has no such restart policy: %d", noun, o->name, (int)r->policy);
    if (supervisor->stopping) return rclio_fail(RCLIO_BAD_STATE, "%s '%s' comes too late: all are being stopped", noun, o->name);
    return RCLIO_OK;
}

static rclio_status copy_options(rclio_process *process, const rclio_process_options *o)
{
    process->run = o->run;
    process->arg = o->arg;
    process->restart = o->restart;
    if (!o->restart.pause_ns) process->restart.pause_ns = FIRST_PAUSE_NS;
    if (!o->restart.longest_pause_ns) process->restart.longest_pause_ns = LONGEST_PAUSE_NS;
    if (!o->restart.settled_ns) process->restart.settled_ns = SETTLED_NS;
    if (!(process->name = copy_string(o->name))) return rclio_error_status();
    if (o->directory && !(process->directory = copy_string(o->directory))) return rclio_error_status();
    rclio_status status = o->run ? RCLIO_OK : words_copy(o->program, &process->program);
    return status ? status : words_copy(o->environment, &process->environment);
}

static rclio_status process_run(rclio_process *process)
{
    text_clear(&process->out.last);
    text_clear(&process->err.last);
    rclio_status status = child_start(process);
    if (status) return rclio_error_add("%s '%s' cannot be started", process->supervisor->noun, process->name);
    process->started_ns = now(process);
    process->asked_signal = 0;
    process->hung = false;
    process_enter(process, RCLIO_PROCESS_RUNNING, RCLIO_FOREVER);
    report_started(process);
    return RCLIO_OK;
}

rclio_process *rclio_process_start(rclio_supervisor *supervisor, const rclio_process_options *options)
{
    if (!supervisor)
        return rclio_error_status() ? NULL : rclio_fail_null(RCLIO_INVALID, "there is no supervisor to start a process");
    if (!options)
        return rclio_fail_null(RCLIO_INVALID, "a %s needs options: a name and a function or a program", supervisor->noun);
    if (check(supervisor, options)) return NULL;
    rclio_process *process = calloc(1, sizeof *process);
    if (!process) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for %s '%s'", supervisor->noun, options->name);
    process->supervisor = supervisor;
    process->exit = (watch){.fd = -1, .ready = exit_ready};
    process_enter(process, RCLIO_PROCESS_ENDED, RCLIO_FOREVER);
    stream_init(&process->out, process, &supervisor->out);
    stream_init(&process->err, process, &supervisor->err);
    list_append(&supervisor->processes, &process->link);
    if (copy_options(process, options) == RCLIO_OK && process_run(process) == RCLIO_OK) return process;
    process_free(process);
    return NULL;
}

static void reap(rclio_process *process, process_end *end)
{
    siginfo_t info = {0};
    int done;
    while ((done = waitid(P_PIDFD, (id_t)process->exit.fd, &info, WEXITED)) < 0 && errno == EINTR) continue;
    end->exit_status = -1;
    end->known = done == 0; /* else SIGCHLD is ignored, or somebody else waits for all children */
    if (done == 0 && info.si_code == CLD_EXITED) end->exit_status = info.si_status;
    if (done == 0 && info.si_code != CLD_EXITED) end->signal_number = info.si_status;
    end->core_dumped = done == 0 && info.si_code == CLD_DUMPED;
    supervisor_close(process->supervisor, &process->exit);
    process->pid = 0;
}

void process_free(rclio_process *process)
{
    process_end end = {0};
    if (process->exit.fd >= 0) {
        kill(-process->pid, SIGKILL); /* SV4 */
        reap(process, &end);
    }
    list_remove(&process->link);
    stream_fini(&process->out);
    stream_fini(&process->err);
    words_free(process->program);
    words_free(process->environment);
    free(process->directory);
    free(process->name);
    free(process);
}

void rclio_process_destroy(rclio_process *process)
{
    if (!process) return;
    if (!process->supervisor->dispatching) {
        process_free(process);
        return;
    }
    process->destroyed = true; /* SV1 */
    process->due_ns = RCLIO_FOREVER;
    if (process->exit.fd >= 0) kill(-process->pid, SIGKILL);
}

bool process_is_over(const rclio_process *process)
{
    return process->destroyed || process->state == RCLIO_PROCESS_ENDED;
}

/* ---- its end ---- */

static bool policy_starts_again(const rclio_process *process, bool failed)
{
    const rclio_restart_options *r = &process->restart;
    if (process->asked_signal || r->policy == RCLIO_RESTART_NEVER) return false;
    if (r->policy == RCLIO_RESTART_ON_FAILURE && !failed) return false;
    return r->limit == 0 || process->in_a_row < r->limit;
}

/* The pause before the next start; -1: there is none. Doubles with each start in a row. */
static int64_t next_pause(rclio_process *process, bool failed, int64_t moment)
{
    const rclio_restart_options *r = &process->restart;
    if (process->started_ns && moment - process->started_ns >= r->settled_ns) process->in_a_row = 0;
    if (!policy_starts_again(process, failed)) return -1;
    int64_t pause = r->pause_ns;
    for (unsigned i = 0; i < process->in_a_row && pause < r->longest_pause_ns; i++)
        pause = pause > r->longest_pause_ns / 2 ? r->longest_pause_ns : pause * 2;
    process->in_a_row++;
    return pause < r->longest_pause_ns ? pause : r->longest_pause_ns;
}

static void enter_after_end(rclio_process *process, int64_t pause_ns, int64_t moment)
{
    if (pause_ns < 0)
        process_enter(process, RCLIO_PROCESS_ENDED, RCLIO_FOREVER);
    else
        process_enter(process, RCLIO_PROCESS_WAITING, after(moment, pause_ns));
}

static void exit_ready(watch *w)
{
    rclio_process *process = list_entry(w, rclio_process, exit);
    process_end end = {0};
    pid_t pid = process->pid;
    kill(-pid, SIGKILL); /* V2, SV4: what is left of its group; it would keep the pipes open, too */
    reap(process, &end);
    stream_close(&process->out);
    stream_close(&process->err);
    if (process->destroyed) return;
    int64_t moment = now(process), pause_ns = next_pause(process, process_end_is_failure(&end), moment);
    enter_after_end(process, pause_ns, moment);
    report_ended(process, pid, &end, pause_ns);
}

static void start_again(rclio_process *process, int64_t moment)
{
    process->restarts++;
    process->started_ns = 0;
    if (process_run(process) == RCLIO_OK) return;
    int64_t pause_ns = next_pause(process, true, moment);
    enter_after_end(process, pause_ns, moment);
    report_not_started(process, pause_ns);
}

/* ---- asked to end ---- */

static void send(rclio_process *process, int signal_number)
{
    process->asked_signal = signal_number;
    kill(-process->pid, signal_number);
    kill(-process->pid, SIGCONT); /* one that is stopped would not see it */
}

void process_ask_to_end(rclio_process *process, int signal_number)
{
    int64_t moment = now(process), whole = process->supervisor->options.stop_timeout_ns;
    if (process->destroyed) return;
    if (process->state == RCLIO_PROCESS_WAITING) process_enter(process, RCLIO_PROCESS_ENDED, RCLIO_FOREVER);
    if (process->state != RCLIO_PROCESS_RUNNING) return;
    process->kill_ns = after(moment, whole);
    process_enter(process, RCLIO_PROCESS_STOPPING, signal_number == SIGTERM ? process->kill_ns : after(moment, whole / 2));
    send(process, signal_number);
}

void rclio_process_stop(rclio_process *process)
{
    if (!process) return;
    process_ask_to_end(process, SIGTERM);
    if (!process->supervisor->dispatching) supervisor_arm(process->supervisor);
}

void process_expire(rclio_process *process, int64_t moment)
{
    if (process->destroyed || process->due_ns > moment) return;
    if (process->state == RCLIO_PROCESS_WAITING) {
        start_again(process, moment);
    } else if (process->state == RCLIO_PROCESS_STOPPING && moment < process->kill_ns) {
        process_enter(process, RCLIO_PROCESS_STOPPING, process->kill_ns);
        send(process, SIGTERM);
    } else if (process->state == RCLIO_PROCESS_STOPPING) {
        process_enter(process, RCLIO_PROCESS_STOPPING, RCLIO_FOREVER);
        process->hung = true;
        kill(-process->pid, SIGKILL);
    }
}

/* ---- looking at it ---- */

const char *rclio_process_name(const rclio_process *process)
{
    return process->name;
}

pid_t rclio_process_pid(const rclio_process *process)
{
    return process->pid;
}

rclio_process_state rclio_process_state_of(const rclio_process *process)
{
    return process->state;
}

unsigned rclio_process_restarts(const rclio_process *process)
{
    return process->restarts;
}
