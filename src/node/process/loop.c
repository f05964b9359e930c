/* src/node/process/loop.c: the files that wake rclio_processes, its clock, its signals, and how a dispatch handles what they say.
 * Tests: tests/process/test_processes.c, test_stop.c. */
#include "node/process/processes.h"

#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_PER_CALL 64
#define LAST_OUTPUT_MS 100 /* for a slow reader of the output, once all processes have ended */

/* ---- files: PR1 ---- */

rclio_status loop_watch(rclio_processes *processes, watch *w, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = w};
    if (w->added) return RCLIO_OK;
    if (epoll_ctl(processes->epoll_fd, EPOLL_CTL_ADD, w->fd, &event))
        return rclio_fail(RCLIO_SYSTEM, "file %d of a process cannot be watched: %s", w->fd, strerror(errno));
    w->added = true;
    return RCLIO_OK;
}

void loop_unwatch(rclio_processes *processes, watch *w)
{
    if (w->added) epoll_ctl(processes->epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
    w->added = false;
}

void loop_close_file(rclio_processes *processes, watch *w)
{
    if (w->fd < 0) return;
    loop_unwatch(processes, w); /* a copy in a child that is being forked would keep it in the set */
    close(w->fd);
    w->fd = -1;
}

/* ---- the clock: PR2 ---- */

static int64_t steady_now(void *arg)
{
    (void)arg;
    return clock_steady_ns();
}

static void arm_timerfd(void *arg, int64_t deadline_ns)
{
    rclio_processes *processes = arg;
    struct itimerspec when = {0};
    if (deadline_ns != RCLIO_FOREVER) {
        int64_t at = deadline_ns > 0 ? deadline_ns : 1; /* 0 would disarm it */
        when.it_value = (struct timespec){.tv_sec = at / RCLIO_S(1), .tv_nsec = at % RCLIO_S(1)};
    }
    timerfd_settime(processes->timer.fd, TFD_TIMER_ABSTIME, &when, NULL);
}

void loop_use_clock(rclio_processes *processes, const process_clock *clock)
{
    processes->clock = *clock;
}

void loop_arm(rclio_processes *processes)
{
    int64_t next = RCLIO_FOREVER;
    list_each(link, &processes->processes) {
        const process *p = list_entry(link, process, link);
        if (p->due_ns < next) next = p->due_ns;
    }
    processes->clock.arm(processes->clock.arg, next);
}

/* ---- what wakes it ---- */

static void drain_counter(watch *w)
{
    uint64_t count;
    while (read(w->fd, &count, sizeof count) < 0 && errno == EINTR) continue;
}

/* The program's own handler is blocked like the default one: it is called here instead. */
static void call_own_handler(const struct signalfd_siginfo *got)
{
    struct sigaction own;
    siginfo_t info = {.si_signo = (int)got->ssi_signo, .si_code = got->ssi_code};
    info.si_pid = (pid_t)got->ssi_pid;
    if (sigaction((int)got->ssi_signo, NULL, &own)) return;
    if (own.sa_flags & SA_SIGINFO) {
        if (own.sa_sigaction) own.sa_sigaction((int)got->ssi_signo, &info, NULL);
    } else if (own.sa_handler != SIG_DFL && own.sa_handler != SIG_IGN) {
        own.sa_handler((int)got->ssi_signo);
    }
}

static void signals_ready(watch *w)
{
    rclio_processes *processes = list_entry(w, rclio_processes, signals);
    struct signalfd_siginfo got;
    while (read(w->fd, &got, sizeof got) == (ssize_t)sizeof got) {
        call_own_handler(&got);
        rclio_processes_stop(processes, (int)got.ssi_signo);
    }
}

void rclio_processes_stop(rclio_processes *processes, int signal_number)
{
    uint64_t one = 1;
    int number = errno;
    if (!processes) return;
    atomic_store(&processes->stop_signal, signal_number > 0 ? signal_number : SIGTERM);
    while (write(processes->wake.fd, &one, sizeof one) < 0 && errno == EINTR) continue;
    errno = number;
}

static void begin_stop(rclio_processes *processes)
{
    int signal_number = atomic_exchange(&processes->stop_signal, 0);
    if (!signal_number || processes->stopping) return; /* PN4: the first alone is passed on */
    processes->stopping = true;
    processes->failed = false; /* of one that failed before: who stops them all has seen it */
    list_each(link, &processes->processes) process_ask_to_end(list_entry(link, process, link), signal_number);
}

/* ---- dispatching ---- */

static bool is_busy(const rclio_processes *processes)
{
    list_each(link, &processes->processes) {
        if (process_is_busy(list_entry(link, process, link))) return true;
    }
    return false;
}

bool rclio_processes_dispatch(rclio_processes *processes)
{
    struct epoll_event events[EVENTS_PER_CALL];
    int count = epoll_wait(processes->epoll_fd, events, EVENTS_PER_CALL, 0);
    for (int i = 0; i < count; i++) {
        watch *w = events[i].data.ptr;
        if (w->fd >= 0) w->ready(w); /* else an event before this one closed it */
    }
    begin_stop(processes);
    int64_t now = processes->clock.now(processes->clock.arg);
    list_each(link, &processes->processes) process_expire(list_entry(link, process, link), now);
    sink_flush(&processes->out);
    sink_flush(&processes->err);
    loop_arm(processes);
    return is_busy(processes);
}

int rclio_processes_fd(const rclio_processes *processes)
{
    return processes->epoll_fd;
}

rclio_status loop_run(rclio_processes *processes)
{
    struct epoll_event event;
    bool busy = is_busy(processes);
    while (busy) {
        if (epoll_wait(processes->epoll_fd, &event, 1, -1) < 0 && errno != EINTR)
            return rclio_fail(RCLIO_SYSTEM, "processes cannot be waited for: %s", strerror(errno));
        busy = rclio_processes_dispatch(processes);
    }
    sink_drain(&processes->out, LAST_OUTPUT_MS);
    sink_drain(&processes->err, LAST_OUTPUT_MS);
    return RCLIO_OK;
}

/* ---- its life ---- */

/* A child's pipes must not land on 0, 1 or 2 of a program that was started without them. */
static void open_standard_files(void)
{
    int fd;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO) continue;
    if (fd >= 0) close(fd);
}

static rclio_status take_signals(rclio_processes *processes)
{
    rclio_signals which = processes->options.signals;
    sigset_t ours;
    sigemptyset(&ours);
    if (which == RCLIO_SIGNALS_ALL || which == RCLIO_SIGNALS_SIGINT) sigaddset(&ours, SIGINT);
    if (which == RCLIO_SIGNALS_ALL || which == RCLIO_SIGNALS_SIGTERM) sigaddset(&ours, SIGTERM);
    if (pthread_sigmask(SIG_BLOCK, &ours, &processes->mask_before))
        return rclio_fail(RCLIO_SYSTEM, "the signals that stop processes cannot be blocked");
    processes->masked = true;
    processes->signals.fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    if (processes->signals.fd < 0)
        return rclio_fail(RCLIO_SYSTEM, "no file for the signals that stop processes: %s", strerror(errno));
    return loop_watch(processes, &processes->signals, EPOLLIN);
}

rclio_status loop_open(rclio_processes *processes)
{
    open_standard_files();
    processes->wake.ready = processes->timer.ready = drain_counter;
    processes->signals.ready = signals_ready;
    loop_use_clock(processes, &(process_clock){.now = steady_now, .arm = arm_timerfd, .arg = processes});
    processes->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    processes->wake.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    processes->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (processes->epoll_fd < 0 || processes->wake.fd < 0 || processes->timer.fd < 0)
        return rclio_fail(RCLIO_SYSTEM, "no files to watch processes with: %s", strerror(errno));
    rclio_status status = loop_watch(processes, &processes->wake, EPOLLIN);
    if (!status) status = loop_watch(processes, &processes->timer, EPOLLIN);
    if (!status) status = sink_open(&processes->out, STDOUT_FILENO);
    if (!status) status = sink_open(&processes->err, STDERR_FILENO);
    return status ? status : take_signals(processes);
}

void loop_close(rclio_processes *processes)
{
    sink_fini(&processes->out);
    sink_fini(&processes->err);
    loop_close_file(processes, &processes->wake);
    loop_close_file(processes, &processes->timer);
    loop_close_file(processes, &processes->signals);
    if (processes->epoll_fd >= 0) close(processes->epoll_fd);
    if (processes->masked) pthread_sigmask(SIG_SETMASK, &processes->mask_before, NULL);
}
