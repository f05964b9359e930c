/* src/async/supervisor.c: see supervisor.h: a supervisor's life, its files, its clock, its end. What becomes of one process is in
 * supervisor_process.c, its birth in supervisor_child.c, what it writes in supervisor_output.c, what is told in supervisor_report.c.
 * Tests: tests/async/test_supervisor*.c. */
#include "async/supervisor.h"

#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_PER_CALL 64
#define STOP_TIMEOUT_NS RCLIO_MS(800)
#define LAST_OUTPUT_MS 100 /* for a reader of the output that is slow, once all processes have ended */

/* ---- files: SV1 ---- */

rclio_status supervisor_watch(rclio_supervisor *supervisor, watch *w, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = w};
    if (w->added) return RCLIO_OK;
    if (epoll_ctl(supervisor->epoll_fd, EPOLL_CTL_ADD, w->fd, &event))
        return rclio_fail(RCLIO_SYSTEM, "a supervisor cannot watch file %d: %s", w->fd, strerror(errno));
    w->added = true;
    return RCLIO_OK;
}

void supervisor_unwatch(rclio_supervisor *supervisor, watch *w)
{
    if (w->added) epoll_ctl(supervisor->epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
    w->added = false;
}

void supervisor_close(rclio_supervisor *supervisor, watch *w)
{
    if (w->fd < 0) return;
    supervisor_unwatch(supervisor, w); /* a copy in a child that is being forked would keep it in the set */
    close(w->fd);
    w->fd = -1;
}

/* ---- the clock: SV2 ---- */

static int64_t steady_now(void *arg)
{
    (void)arg;
    return clock_steady_ns();
}

static void arm_timerfd(void *arg, int64_t deadline_ns)
{
    rclio_supervisor *supervisor = arg;
    struct itimerspec when = {0};
    if (deadline_ns != RCLIO_FOREVER) {
        int64_t at = deadline_ns > 0 ? deadline_ns : 1; /* 0 would disarm it */
        when.it_value = (struct timespec){.tv_sec = at / RCLIO_S(1), .tv_nsec = at % RCLIO_S(1)};
    }
    timerfd_settime(supervisor->timer.fd, TFD_TIMER_ABSTIME, &when, NULL);
}

void supervisor_use_clock(rclio_supervisor *supervisor, const supervisor_clock *clock)
{
    supervisor->clock = *clock;
}

void supervisor_arm(rclio_supervisor *supervisor)
{
    int64_t next = RCLIO_FOREVER;
    list_each(link, &supervisor->processes) {
        const rclio_process *process = list_entry(link, rclio_process, link);
        if (!process->destroyed && process->due_ns < next) next = process->due_ns;
    }
    supervisor->clock.arm(supervisor->clock.arg, next);
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
    rclio_supervisor *supervisor = list_entry(w, rclio_supervisor, signals);
    struct signalfd_siginfo got;
    while (read(w->fd, &got, sizeof got) == (ssize_t)sizeof got) {
        call_own_handler(&got);
        rclio_supervisor_stop(supervisor, (int)got.ssi_signo);
    }
}

void rclio_supervisor_stop(rclio_supervisor *supervisor, int signal_number)
{
    uint64_t one = 1;
    int number = errno;
    if (!supervisor) return;
    atomic_store(&supervisor->stop_signal, signal_number > 0 ? signal_number : SIGTERM);
    while (write(supervisor->wake.fd, &one, sizeof one) < 0 && errno == EINTR) continue;
    errno = number;
}

static void begin_stop(rclio_supervisor *supervisor)
{
    int signal_number = atomic_exchange(&supervisor->stop_signal, 0);
    if (!signal_number || supervisor->stopping) return; /* each signal is passed on once */
    supervisor->stopping = true;
    list_each(link, &supervisor->processes) process_ask_to_end(list_entry(link, rclio_process, link), signal_number);
}

/* ---- dispatching ---- */

static void sweep(rclio_supervisor *supervisor)
{
    list_each(link, &supervisor->processes) {
        rclio_process *process = list_entry(link, rclio_process, link);
        if (process->destroyed) process_free(process);
    }
}

void rclio_supervisor_dispatch(rclio_supervisor *supervisor)
{
    struct epoll_event events[EVENTS_PER_CALL];
    supervisor->dispatching = true;
    int count = epoll_wait(supervisor->epoll_fd, events, EVENTS_PER_CALL, 0);
    for (int i = 0; i < count; i++) {
        watch *w = events[i].data.ptr;
        if (w->fd >= 0) w->ready(w); /* else an event before this one closed it */
    }
    begin_stop(supervisor);
    int64_t now = supervisor->clock.now(supervisor->clock.arg);
    list_each(link, &supervisor->processes) process_expire(list_entry(link, rclio_process, link), now);
    sink_flush(&supervisor->out);
    sink_flush(&supervisor->err);
    supervisor->dispatching = false;
    sweep(supervisor);
    supervisor_arm(supervisor);
}

bool rclio_supervisor_is_busy(const rclio_supervisor *supervisor)
{
    list_each(link, &supervisor->processes) {
        if (!process_is_over(list_entry(link, rclio_process, link))) return true;
    }
    return false;
}

int rclio_supervisor_fd(const rclio_supervisor *supervisor)
{
    return supervisor->epoll_fd;
}

static rclio_status outcome(const rclio_supervisor *supervisor)
{
    if (supervisor->failure && (!supervisor->stopping || supervisor->stopped_badly))
        return rclio_fail(RCLIO_UNAVAILABLE, "%s", supervisor->failure);
    return RCLIO_OK;
}

rclio_status rclio_supervisor_run(rclio_supervisor *supervisor)
{
    struct epoll_event event;
    if (!supervisor)
        return rclio_error_status() ? rclio_error_status() : rclio_fail(RCLIO_INVALID, "there is no supervisor to run");
    supervisor_arm(supervisor);
    while (rclio_supervisor_is_busy(supervisor)) {
        if (epoll_wait(supervisor->epoll_fd, &event, 1, -1) < 0 && errno != EINTR)
            return rclio_fail(RCLIO_SYSTEM, "a supervisor cannot wait: %s", strerror(errno));
        rclio_supervisor_dispatch(supervisor);
    }
    sink_drain(&supervisor->out, LAST_OUTPUT_MS);
    sink_drain(&supervisor->err, LAST_OUTPUT_MS);
    return outcome(supervisor);
}

/* ---- its life ---- */

/* A child's pipes must not land on 0, 1 or 2 of a program that was started without them. */
static void open_standard_files(void)
{
    int fd;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO) continue;
    if (fd >= 0) close(fd);
}

static rclio_status take_signals(rclio_supervisor *supervisor)
{
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    if (pthread_sigmask(SIG_BLOCK, &ours, &supervisor->mask_before))
        return rclio_fail(RCLIO_SYSTEM, "a supervisor cannot block SIGINT");
    supervisor->masked = true;
    supervisor->signals.fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    if (supervisor->signals.fd < 0) return rclio_fail(RCLIO_SYSTEM, "no file for a supervisor's signals: %s", strerror(errno));
    return supervisor_watch(supervisor, &supervisor->signals, EPOLLIN);
}

static rclio_status open_files(rclio_supervisor *supervisor)
{
    open_standard_files();
    supervisor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    supervisor->wake.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    supervisor->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (supervisor->epoll_fd < 0 || supervisor->wake.fd < 0 || supervisor->timer.fd < 0)
        return rclio_fail(RCLIO_SYSTEM, "no files for a supervisor: %s", strerror(errno));
    rclio_status status = supervisor_watch(supervisor, &supervisor->wake, EPOLLIN);
    if (!status) status = supervisor_watch(supervisor, &supervisor->timer, EPOLLIN);
    if (!status) status = sink_init(&supervisor->out, supervisor, STDOUT_FILENO);
    if (!status) status = sink_init(&supervisor->err, supervisor, STDERR_FILENO);
    if (!status && !supervisor->options.ignore_signals) status = take_signals(supervisor);
    return status;
}

static rclio_supervisor *supervisor_alloc(const rclio_supervisor_options *options)
{
    const char *format = getenv("RCUTILS_CONSOLE_OUTPUT_FORMAT");
    rclio_supervisor *supervisor = calloc(1, sizeof *supervisor);
    if (!supervisor) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a supervisor");
    supervisor->options = *options;
    if (!options->stop_timeout_ns) supervisor->options.stop_timeout_ns = STOP_TIMEOUT_NS;
    supervisor->epoll_fd = -1;
    supervisor->wake = supervisor->timer = (watch){.fd = -1, .ready = drain_counter};
    supervisor->signals = (watch){.fd = -1, .ready = signals_ready};
    supervisor->out.watch.fd = supervisor->err.watch.fd = -1;
    text_init(&supervisor->out.pending);
    text_init(&supervisor->err.pending);
    list_init(&supervisor->processes);
    supervisor->clock = (supervisor_clock){.now = steady_now, .arm = arm_timerfd, .arg = supervisor};
    supervisor->noun = copy_string(options->noun ? options->noun : "process");
    supervisor->format = log_format_parse(format && *format ? format : LOG_FORMAT_DEFAULT);
    if (supervisor->noun && supervisor->format) return supervisor;
    rclio_supervisor_destroy(supervisor);
    return NULL;
}

rclio_supervisor *rclio_supervisor_new(const rclio_supervisor_options *options)
{
    static const rclio_supervisor_options defaults;
    if (!options) options = &defaults;
    if (options->stop_timeout_ns < 0)
        return rclio_fail_null(RCLIO_INVALID, "a supervisor's stop_timeout_ns is negative: %lld",
                               (long long)options->stop_timeout_ns);
    rclio_supervisor *supervisor = supervisor_alloc(options);
    if (!supervisor) return NULL;
    if (open_files(supervisor) == RCLIO_OK) return supervisor;
    rclio_supervisor_destroy(supervisor);
    return NULL;
}

void rclio_supervisor_destroy(rclio_supervisor *supervisor)
{
    if (!supervisor) return;
    list_each(link, &supervisor->processes) process_free(list_entry(link, rclio_process, link));
    sink_fini(&supervisor->out);
    sink_fini(&supervisor->err);
    supervisor_close(supervisor, &supervisor->wake);
    supervisor_close(supervisor, &supervisor->timer);
    supervisor_close(supervisor, &supervisor->signals);
    if (supervisor->epoll_fd >= 0) close(supervisor->epoll_fd);
    if (supervisor->masked) pthread_sigmask(SIG_SETMASK, &supervisor->mask_before, NULL);
    log_format_destroy(supervisor->format);
    free(supervisor->noun);
    free(supervisor->failure);
    free(supervisor);
}
