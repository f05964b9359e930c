/* src/node/process/child.c: from the program to a running process: pipes, fork, and what the child does before it is its own.
 *
 *   CH1  Between fork and exec only functions that are async-signal-safe: the program may have threads. A child that runs a function
 *        may do more (PN7).
 *   CH2  A child that executes a program reports a failure through a pipe that exec closes, so a start fails where it is called.
 *   CH3  The child closes every file of the loop itself and never touches its epoll set, which both share.
 *   CH4  A child ends by exit() with what rclio_spin() returned, so its node ends as in a program of its own.
 * Tests: tests/process/test_processes.c, test_orphans.c. */
#include "node/process/processes.h"

#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

static void become_own_process(const birth *b)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);                  /* PN5 */
    if (getppid() != b->parent) _exit(CANNOT_EXECUTE); /* it ended before that */
    setpgid(0, 0);                                     /* PN4 */
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(b->out[1], STDOUT_FILENO) < 0 || dup2(b->err[1], STDERR_FILENO) < 0)
        give_up(b);
    close(null);
    pthread_sigmask(SIG_SETMASK, &b->mask, NULL);
}

static void close_file(int fd)
{
    if (fd >= 0) close(fd);
}

static void close_inherited(const rclio_processes *processes, const birth *b) /* CH3 */
{
    const int own[] = {processes->epoll_fd,
                       processes->wake.fd,
                       processes->timer.fd,
                       processes->signals.fd,
                       processes->out.watch.fd,
                       processes->err.watch.fd,
                       b->out[0],
                       b->out[1],
                       b->err[0],
                       b->err[1]};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) close_file(own[i]);
    list_each(link, &processes->processes) {
        const process *other = list_entry(link, process, link);
        close_file(other->exit.fd);
        close_file(other->out.watch.fd);
        close_file(other->err.watch.fd);
    }
}

/* The reason why there is no node, in one line: of several lines a report would have only the last, for a bad name the one with its caret. */
static void put_reason_in_one_line(void)
{
    char line[RCLIO_ERROR_SIZE];
    size_t length = 0;
    for (const char *at = rclio_error(); *at && length + 1 < sizeof line;) {
        size_t blank = strspn(at, " \n"), word = strcspn(at + blank, " \n");
        bool caret = word == 1 && at[blank] == '^';
        if (length && blank && word && !caret) line[length++] = ' ';
        for (size_t i = 0; i < word && !caret && length + 1 < sizeof line; i++) line[length++] = at[blank + i];
        at += blank + word;
    }
    line[length] = '\0';
    if (length)
        rclio_error_set(rclio_error_status(), line);
    else
        rclio_fail(RCLIO_INVALID, "its function returned no node, and no error says why");
}

static _Noreturn void run_function(const birth *b, const process *p)
{
    close_inherited(p->owner, b);
    environ = b->environment;
    setvbuf(stdout, NULL, _IOLBF, 0); /* PN6: a pipe is no terminal, yet its lines are to be seen when they are written */
    rclio_error_clear();              /* the program's, from before the fork */
    rclio_context *context = rclio_init((int)p->line.size, p->line.data, &p->owner->options.context);
    rclio_node *node = p->make(context, p->arg);
    if (!node) put_reason_in_one_line();
    int status = rclio_spin(node); /* NULL: prints why */
    if (!node) rclio_context_destroy(context);
    exit(status); /* CH4 */
}

static _Noreturn void run_program(const birth *b, const process *p)
{
    execvpe(p->line.data[0], p->line.data, b->environment);
    give_up(b);
}

/* ---- in the program ---- */

static void close_end(int *fd)
{
    close_file(*fd);
    *fd = -1;
}

static size_t count_threads(void)
{
#if defined(__SANITIZE_THREAD__)
    return 1; /* it keeps one of its own */
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

static rclio_status check_threads(void) /* PN7 */
{
    size_t threads = count_threads();
    if (threads <= 1) return RCLIO_OK;
    return rclio_fail(
        RCLIO_BAD_STATE,
        "this process has %zu threads, whose locks a forked function would wait for: start it before the first node "
        "is made, or as a program",
        threads);
}

/* Logs that end on our terminal are coloured as there. */
static rclio_status prepare_environment(const process *p, birth *b)
{
    static char colours[] = "RCUTILS_COLORIZED_OUTPUT=1";
    b->environment = environment_with(&p->environment, isatty(p->owner->err.watch.fd) ? colours : NULL);
    return b->environment ? RCLIO_OK : rclio_error_status();
}

static rclio_status prepare(const process *p, birth *b)
{
    b->parent = getpid();
    b->mask = p->owner->mask_before;
    if (p->make && check_threads() != RCLIO_OK) return rclio_error_status();
    if (prepare_environment(p, b) != RCLIO_OK) return rclio_error_status();
    if (pipe2(b->out, O_CLOEXEC) || pipe2(b->err, O_CLOEXEC) || (!p->make && pipe2(b->failed, O_CLOEXEC)))
        return rclio_fail(RCLIO_SYSTEM, "no pipe for its output: %s", strerror(errno));
    fcntl(b->out[0], F_SETFL, O_NONBLOCK);
    fcntl(b->err[0], F_SETFL, O_NONBLOCK);
    return RCLIO_OK;
}

static rclio_status forked(process *p, const birth *b)
{
    fflush(NULL); /* or what waits in buffers would be written twice */
    p->pid = fork();
    if (p->pid < 0) {
        p->pid = 0;
        return rclio_fail(RCLIO_SYSTEM, "no process for it: %s", strerror(errno));
    }
    if (p->pid > 0) {
        setpgid(p->pid, p->pid); /* the child does so too: who is first does not matter */
        return RCLIO_OK;
    }
    become_own_process(b);
    if (p->make) run_function(b, p);
    run_program(b, p);
}

static rclio_status wait_for_exec(const process *p, birth *b) /* CH2 */
{
    int error = 0;
    ssize_t got;
    close_end(&b->failed[1]);
    while ((got = read(b->failed[0], &error, sizeof error)) < 0 && errno == EINTR) continue;
    if (got != (ssize_t)sizeof error) return RCLIO_OK;
    return rclio_fail(error == ENOENT ? RCLIO_NOT_FOUND : RCLIO_SYSTEM, "%s: %s", p->line.data[0], strerror(error));
}

static rclio_status open_watches(process *p, birth *b)
{
    p->exit.fd = (int)syscall(SYS_pidfd_open, p->pid, 0); /* close-on-exec as all pidfds */
    if (p->exit.fd < 0) return rclio_fail(RCLIO_SYSTEM, "it cannot be watched: %s", strerror(errno));
    p->out.watch.fd = b->out[0];
    p->err.watch.fd = b->err[0];
    b->out[0] = b->err[0] = -1;
    rclio_status status = loop_watch(p->owner, &p->exit, EPOLLIN);
    if (!status) status = loop_watch(p->owner, &p->out.watch, EPOLLIN);
    if (!status) status = loop_watch(p->owner, &p->err.watch, EPOLLIN);
    return status;
}

static void abandon(process *p)
{
    loop_close_file(p->owner, &p->exit);
    loop_close_file(p->owner, &p->out.watch);
    loop_close_file(p->owner, &p->err.watch);
    if (p->pid > 0) {
        kill(p->pid, SIGKILL);
        while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR) continue;
    }
    p->pid = 0;
}

rclio_status child_start(process *p)
{
    birth b = {.out = {-1, -1}, .err = {-1, -1}, .failed = {-1, -1}};
    rclio_status status = prepare(p, &b);
    if (!status) status = forked(p, &b);
    if (!status && !p->make) status = wait_for_exec(p, &b);
    if (!status) status = open_watches(p, &b);
    if (status) abandon(p);
    for (int i = 0; i < 2; i++) {
        close_end(&b.out[i]);
        close_end(&b.err[i]);
        close_end(&b.failed[i]);
    }
    free(b.environment);
    return status;
}
