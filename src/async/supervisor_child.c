/* src/async/supervisor_child.c: from the supervisor to a running process: pipes, fork, and what the child does before it is its own.
 *
 *   SC1  Between fork and exec only functions that are async-signal-safe: the program may have threads. A child that runs a function
 *        may do more (V5).
 *   SC2  A child that executes a program reports a failure through a pipe that exec closes, so a start fails where it is called.
 *   SC3  The child closes every file of the supervisor itself and never touches its epoll set, which both share.
 * Threads: the supervisor's. Tests: tests/async/test_supervisor.c. */
#include "async/supervisor.h"
#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT_EXECUTE 127 /* as shells say it */

typedef struct birth {
    int out[2], err[2], failed[2]; /* pipes: read end, write end; -1: closed */
    pid_t parent;
    char **environment;
    sigset_t mask; /* of the child */
} birth;

/* ---- in the child ---- */

static _Noreturn void give_up(const birth *b)
{
    int error = errno;
    if (b->failed[1] >= 0 && write(b->failed[1], &error, sizeof error) < 0) _exit(CANNOT_EXECUTE);
    _exit(CANNOT_EXECUTE);
}

static void become_own_process(const birth *b, const rclio_process *process)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);                  /* V2 */
    if (getppid() != b->parent) _exit(CANNOT_EXECUTE); /* it ended before that */
    setpgid(0, 0);                                     /* V1 */
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(b->out[1], STDOUT_FILENO) < 0 || dup2(b->err[1], STDERR_FILENO) < 0)
        give_up(b);
    close(null);
    if (process->directory && chdir(process->directory)) give_up(b);
    pthread_sigmask(SIG_SETMASK, &b->mask, NULL);
}

static void close_file(int fd)
{
    if (fd >= 0) close(fd);
}

/* SC3 */
static void close_inherited(rclio_supervisor *supervisor, const birth *b)
{
    const int own[] = {supervisor->epoll_fd,
                       supervisor->wake.fd,
                       supervisor->timer.fd,
                       supervisor->signals.fd,
                       supervisor->out.watch.fd,
                       supervisor->err.watch.fd,
                       b->out[0],
                       b->out[1],
                       b->err[0],
                       b->err[1]};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) close_file(own[i]);
    list_each(link, &supervisor->processes) {
        const rclio_process *other = list_entry(link, rclio_process, link);
        close_file(other->exit.fd);
        close_file(other->out.watch.fd);
        close_file(other->err.watch.fd);
    }
}

static _Noreturn void run_function(const birth *b, const rclio_process *process)
{
    if (isatty(process->supervisor->err.watch.fd)) setenv("RCUTILS_COLORIZED_OUTPUT", "1", 0);
    close_inherited(process->supervisor, b);
    setvbuf(stdout, NULL, _IOLBF, 0); /* V3: a pipe is no terminal, yet its lines are to be seen when they are written */
    exit(process->run(process->arg));
}

static _Noreturn void run_program(const birth *b, const rclio_process *process)
{
    execvpe(process->program[0], process->program, b->environment);
    give_up(b);
}

/* ---- in the supervisor ---- */

static void close_end(int *fd)
{
    close_file(*fd);
    *fd = -1;
}

/* V5. Sanitizers keep a thread of their own. */
static size_t count_threads(void)
{
#if defined(__SANITIZE_THREAD__)
    return 1;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    return 1;
#endif
#endif
    size_t count = 0;
    DIR *folder = opendir("/proc/self/task");
    if (!folder) return 1; /* not told: believed */
    for (const struct dirent *entry; (entry = readdir(folder));) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

/* This process's environment, with colours for logs that end on our terminal. The strings are lent. */
static char **program_environment(const rclio_process *process)
{
    static char colours[] = "RCUTILS_COLORIZED_OUTPUT=1";
    size_t count = 0, given = 0;
    if (process->environment) return process->environment;
    while (environ[count]) count++;
    char **copy = calloc(count + 2, sizeof *copy);
    if (!copy) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the environment of '%s'", process->name);
    for (; given < count; given++) copy[given] = environ[given];
    if (isatty(process->supervisor->err.watch.fd) && !getenv("RCUTILS_COLORIZED_OUTPUT")) copy[given] = colours;
    return copy;
}

static rclio_status prepare(rclio_process *process, birth *b)
{
    const rclio_supervisor *supervisor = process->supervisor;
    b->parent = getpid();
    if (supervisor->masked)
        b->mask = supervisor->mask_before;
    else
        pthread_sigmask(SIG_BLOCK, NULL, &b->mask);
    if (process->run && count_threads() > 1)
        return rclio_fail(
            RCLIO_BAD_STATE,
            "this process has %zu threads, whose locks a forked function would wait for: start it before the first node is "
            "made, or as a program",
            count_threads());
    if (process->program && !(b->environment = program_environment(process))) return rclio_error_status();
    if (pipe2(b->out, O_CLOEXEC) || pipe2(b->err, O_CLOEXEC) || (process->program && pipe2(b->failed, O_CLOEXEC)))
        return rclio_fail(RCLIO_SYSTEM, "no pipe for its output: %s", strerror(errno));
    fcntl(b->out[0], F_SETFL, O_NONBLOCK);
    fcntl(b->err[0], F_SETFL, O_NONBLOCK);
    return RCLIO_OK;
}

static rclio_status forked(rclio_process *process, birth *b)
{
    const rclio_supervisor_options *options = &process->supervisor->options;
    fflush(NULL); /* or what waits in buffers would be written twice */
    process->pid = options->fork ? options->fork(options->arg) : fork();
    if (process->pid < 0) {
        process->pid = 0;
        return rclio_fail(RCLIO_SYSTEM, "it cannot be forked: %s", strerror(errno));
    }
    if (process->pid > 0) return RCLIO_OK;
    become_own_process(b, process);
    if (process->run) run_function(b, process);
    run_program(b, process);
}

/* SC2 */
static rclio_status wait_for_exec(const rclio_process *process, birth *b)
{
    int error = 0;
    ssize_t got;
    close_end(&b->failed[1]);
    while ((got = read(b->failed[0], &error, sizeof error)) < 0 && errno == EINTR) continue;
    if (got != (ssize_t)sizeof error) return RCLIO_OK;
    return rclio_fail(error == ENOENT ? RCLIO_NOT_FOUND : RCLIO_SYSTEM, "%s: %s", process->program[0], strerror(error));
}

static rclio_status open_watches(rclio_process *process, birth *b)
{
    rclio_supervisor *supervisor = process->supervisor;
    process->exit.fd = (int)syscall(SYS_pidfd_open, process->pid, 0); /* close-on-exec as all pidfds */
    if (process->exit.fd < 0) return rclio_fail(RCLIO_SYSTEM, "it cannot be watched: %s", strerror(errno));
    process->out.watch.fd = b->out[0];
    process->err.watch.fd = b->err[0];
    b->out[0] = b->err[0] = -1;
    rclio_status status = supervisor_watch(supervisor, &process->exit, EPOLLIN);
    if (!status) status = supervisor_watch(supervisor, &process->out.watch, EPOLLIN);
    if (!status) status = supervisor_watch(supervisor, &process->err.watch, EPOLLIN);
    return status;
}

static void abandon(rclio_process *process)
{
    rclio_supervisor *supervisor = process->supervisor;
    supervisor_close(supervisor, &process->exit);
    supervisor_close(supervisor, &process->out.watch);
    supervisor_close(supervisor, &process->err.watch);
    if (process->pid > 0) {
        kill(process->pid, SIGKILL);
        while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR) continue;
    }
    process->pid = 0;
}

rclio_status child_start(rclio_process *process)
{
    birth b = {.out = {-1, -1}, .err = {-1, -1}, .failed = {-1, -1}};
    rclio_status status = prepare(process, &b);
    if (!status) status = forked(process, &b);
    if (!status) setpgid(process->pid, process->pid); /* the child does so too: who is first does not matter */
    if (!status && process->program) status = wait_for_exec(process, &b);
    if (!status) status = open_watches(process, &b);
    if (status) abandon(process);
    for (int i = 0; i < 2; i++) {
        close_end(&b.out[i]);
        close_end(&b.err[i]);
        close_end(&b.failed[i]);
    }
    if (b.environment != process->environment) free(b.environment);
    return status;
}
