/* tests/process/stage.c: see stage.h. */
#include "stage.h"

#include "node/process/processes.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

int stage_environment(void **state)
{
    int failed = harness_environment(state);
    setenv("RMW_IMPLEMENTATION", "rmw_cyclonedds_cpp", 1);
    return failed;
}

static void keep(const rclio_process_event *event, void *arg)
{
    stage *s = arg;
    assert_true(s->count < STAGE_EVENTS);
    seen *kept = &s->events[s->count++];
    *kept = (seen){.change = event->change,
                   .level = event->level,
                   .pid = event->pid,
                   .exit_status = event->exit_status,
                   .signal_number = event->signal_number,
                   .pause_ns = event->pause_ns,
                   .restarts = event->restarts};
    snprintf(kept->name, sizeof kept->name, "%s", event->name);
    snprintf(kept->last_line, sizeof kept->last_line, "%s", event->last_line);
    snprintf(kept->description, sizeof kept->description, "%s", event->description);
}

void stage_open(stage *s, int argc, char *const argv[], const rclio_processes_options *options)
{
    rclio_processes_options with_events = *options;
    *s = (stage){0};
    harness_watch(NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    assert_int_equal(pipe(s->news), 0);
    snprintf(s->news_path, sizeof s->news_path, "/proc/self/fd/%d", s->news[1]);
    if (!options->on_event) {
        with_events.signals = RCLIO_SIGNALS_NONE;
        with_events.on_event = keep;
        with_events.arg = s;
    }
    s->processes = rclio_processes_new(argc, argv, &with_events);
    if (!s->processes) fail_msg("%s", rclio_error());
}

static int64_t stage_now(void *arg)
{
    return ((stage *)arg)->now_ns;
}

static void stage_arm(void *arg, int64_t deadline_ns)
{
    ((stage *)arg)->due_ns = deadline_ns;
}

void stage_own_clock(stage *s)
{
    s->now_ns = RCLIO_S(1000);
    loop_use_clock(s->processes, &(process_clock){.now = stage_now, .arm = stage_arm, .arg = s});
}

void stage_close(stage *s)
{
    rclio_processes_destroy(s->processes);
    while (waitpid(-1, NULL, 0) > 0) continue; /* what they had started: killed, but ours to reap */
    close(s->news[0]);
    close(s->news[1]);
    harness_unwatch();
}

void stage_add_script(stage *s, const char *name, const char *script, const rclio_process_options *options)
{
    const char *const program[] = {"/bin/sh", "-c", script, NULL};
    assert_ok(rclio_processes_add_program(s->processes, name, program, options));
}

void stage_start(stage *s)
{
    assert_ok(rclio_processes_start(s->processes));
}

/* One turn of the loop; true: also when there is news. */
static bool turn(stage *s)
{
    struct pollfd files[] = {{.fd = rclio_processes_fd(s->processes), .events = POLLIN}, {.fd = s->news[0], .events = POLLIN}};
    poll(files, 2, -1); /* the watchdog ends one that waits for ever */
    rclio_processes_dispatch(s->processes);
    return files[1].revents != 0;
}

const seen *stage_until(stage *s, size_t count)
{
    while (s->count < count) turn(s);
    return &s->events[count - 1];
}

const seen *stage_until_change(stage *s, const char *name, rclio_process_change change, size_t from)
{
    for (size_t i = from;; i++) {
        const seen *event = stage_until(s, i + 1);
        if (event->change == change && strcmp(event->name, name) == 0) return event;
    }
}

void stage_until_over(stage *s)
{
    struct pollfd file = {.fd = rclio_processes_fd(s->processes), .events = POLLIN};
    while (rclio_processes_dispatch(s->processes)) poll(&file, 1, -1);
}

void stage_pass(stage *s, int64_t ns)
{
    s->now_ns += ns;
    rclio_processes_dispatch(s->processes);
}

const char *stage_news(stage *s)
{
    static char line[1024];
    size_t length = 0;
    alarm(WATCHDOG_SECONDS); /* there is progress */
    while (!turn(s)) continue;
    while (length + 1 < sizeof line && read(s->news[0], &line[length], 1) == 1 && line[length] != '\n') length++;
    line[length] = '\0';
    return line;
}

void stage_tell(const stage *s, const char *line)
{
    char whole[1024];
    int length = snprintf(whole, sizeof whole, "%s\n", line);
    if (write(s->news[1], whole, (size_t)length) != length) abort();
}
