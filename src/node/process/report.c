/* src/node/process/report.c: what is told of a process, as an event and as a sentence. The table of all sentences is in
 * docs/processes.md.
 * Tests: tests/process/test_processes.c, test_restart.c, test_stop.c. */
#include "base/clock.h"
#include "base/error.h"
#include "node/process/processes.h"

#include <stdlib.h>
#include <string.h>

#define LOGGER "rclio.processes"
#define SHELL_SIGNAL 128 /* a program's own way to say that it ended by a signal */

bool process_end_is_failure(const process_end *end)
{
    return !end->known || end->signal_number || end->exit_status != 0;
}

/* sigabbrev_np() is of one C library only. */
static const char *signal_name(int number)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {{SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},   {SIGTRAP, "SIGTRAP"},
                 {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},   {SIGKILL, "SIGKILL"}, {SIGUSR1, "SIGUSR1"},
                 {SIGSEGV, "SIGSEGV"}, {SIGUSR2, "SIGUSR2"}, {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"},
                 {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"}, {SIGSYS, "SIGSYS"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].number == number) return names[i].name;
    }
    return "no name";
}

/* Ended as one ends that is asked to. */
static bool is_as_asked(const process *p, const process_end *end)
{
    int by = end->signal_number;
    if (!p->asked_signal || p->hung || !end->known) return false;
    if (end->exit_status > SHELL_SIGNAL) by = end->exit_status - SHELL_SIGNAL;
    return end->exit_status == 0 || by == SIGINT || by == SIGTERM || by == p->asked_signal;
}

static const char *last_line(const process *p)
{
    return p->err.last.length ? p->err.last.data : p->out.last.data;
}

/* A line may hold anything; a sentence is one line. */
static void append_last_line(text *t, const char *line)
{
    text_append(t, *line ? "; its last line: " : "; it had written nothing");
    for (; *line; line++) text_append_char(t, (unsigned char)*line < ' ' || *line == 127 ? ' ' : *line);
}

static void append_seconds(text *t, int64_t ns)
{
    text_append_format(t, "%lld", (long long)(ns / RCLIO_S(1)));
    int milliseconds = (int)(ns % RCLIO_S(1) / RCLIO_MS(1));
    if (milliseconds % 100)
        text_append_format(t, ".%03d", milliseconds);
    else if (milliseconds)
        text_append_format(t, ".%d", milliseconds / 100);
    text_append(t, " s");
}

static void append_end(text *t, const process *p, const process_end *end)
{
    if (p->hung) {
        text_append(t, "did not end within ");
        append_seconds(t, p->owner->options.stop_timeout_ns);
        text_append(t, " when it was asked to, and was killed");
    } else if (!end->known) {
        text_append(t, "ended, with a status that somebody else took");
    } else if (end->signal_number) {
        text_append_format(t, "was killed by signal %d (%s%s)", end->signal_number, signal_name(end->signal_number),
                           end->core_dumped ? ", core dumped" : "");
    } else {
        text_append_format(t, "ended with status %d", end->exit_status);
    }
    if (p->asked_signal && !p->hung) text_append(t, is_as_asked(p, end) ? " as asked" : " when it was asked to end");
}

static void append_pause(text *t, int64_t pause_ns)
{
    if (pause_ns < 0) return;
    text_append(t, "; starts again in ");
    append_seconds(t, pause_ns);
}

/* As a line of a log, behind what the processes have written. */
static void print(rclio_processes *processes, rclio_log_level level, const char *description)
{
    const log_record record = {.level = level,
                               .time_ns = clock_system_ns(),
                               .logger = LOGGER,
                               .message = description,
                               .file = __FILE__,
                               .function = __func__,
                               .line = __LINE__};
    text line;
    if (level < RCLIO_LOG_INFO) return;
    text_init(&line);
    log_format_record(processes->format, &record, &line);
    text_append_char(&line, '\n');
    sink_append(&processes->err, line.data, line.length);
    sink_flush(&processes->err);
    text_fini(&line);
}

static void tell(const process *p, rclio_process_event *event, const text *description)
{
    rclio_processes *processes = p->owner;
    event->name = p->name;
    event->restarts = p->restarts;
    event->description = description->data;
    if (processes->options.on_event)
        processes->options.on_event(event, processes->options.arg);
    else
        print(processes, event->level, event->description);
}

void report_started(process *p)
{
    rclio_process_event event = {
        .change = RCLIO_PROCESS_STARTED, .pid = p->pid, .exit_status = -1, .pause_ns = -1, .last_line = ""};
    text t;
    text_init(&t);
    event.level = p->restarts ? RCLIO_LOG_INFO : RCLIO_LOG_DEBUG;
    text_append_format(&t, "node '%s' started%s as pid %d", p->name, p->restarts ? " again" : "", (int)p->pid);
    tell(p, &event, &t);
    text_fini(&t);
}

void report_not_started(process *p, int64_t pause_ns)
{
    rclio_process_event event = {
        .change = RCLIO_PROCESS_NOT_STARTED, .level = RCLIO_LOG_ERROR, .exit_status = -1, .pause_ns = pause_ns, .last_line = ""};
    text t;
    text_init(&t);
    text_append(&t, rclio_error());
    append_pause(&t, pause_ns);
    if (pause_ns < 0) p->owner->failed = true;
    tell(p, &event, &t);
    text_fini(&t);
}

static rclio_log_level level_of(const process *p, const process_end *end)
{
    if (is_as_asked(p, end)) return RCLIO_LOG_DEBUG;
    return process_end_is_failure(end) ? RCLIO_LOG_ERROR : RCLIO_LOG_INFO;
}

void report_ended(process *p, pid_t pid, const process_end *end, int64_t pause_ns)
{
    rclio_process_event event = {.change = end->signal_number ? RCLIO_PROCESS_KILLED : RCLIO_PROCESS_EXITED,
                                 .level = level_of(p, end),
                                 .pid = pid,
                                 .exit_status = end->exit_status,
                                 .signal_number = end->signal_number,
                                 .last_line = last_line(p),
                                 .pause_ns = pause_ns};
    text t;
    text_init(&t);
    text_append_format(&t, "node '%s' (pid %d) ", p->name, (int)pid);
    append_end(&t, p, end);
    append_pause(&t, pause_ns);
    if (event.level == RCLIO_LOG_ERROR) append_last_line(&t, event.last_line);
    if (event.level == RCLIO_LOG_ERROR && pause_ns < 0) p->owner->failed = true;
    tell(p, &event, &t);
    text_fini(&t);
}
