/* bench_node: what a node costs that does little: a timer of 100 Hz that publishes, alone and beside 2,000 entities that have nothing to do;
 * and what reading a parameter costs.
 *
 *   bench_node [SECONDS [ROW]]      default 10 for each row; ROW (from 0): that one alone, to be profiled
 *
 * Prints the processor time of the whole process, its middleware's threads too, as a share of one core: with nobody who listens and with a
 * listener in another process. The peer is raw Cyclone DDS behind a sleeping loop. The rows run one after the other, each in a process of
 * its own; a row begins when its process has become quiet. What else runs on the machine makes a second dearer (cold caches), so the
 * figure of a row is its median second, and its cheapest is told too, with what that is above the first row's: a bare loop that only
 * sleeps, which by itself costs more than the target where waking a processor is dear: bench/keep_awake.py keeps them awake. Targets: 0.3 % of a core where nobody listens
 * (what is heard costs raw Cyclone more), 1 us for a parameter. Figures: docs/executors.md. */
#include "raw.h"

#include "rclio/rclio.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DOMAIN = 43, SECONDS = 10, SECONDS_MOST = 600, PERIOD_MS = 10, IDLE = 2000, PARAMETERS = 100, GETS = 200000 };
static const char LOOPBACK[] = "<CycloneDDS><Domain><General><Interfaces><NetworkInterface name=\"lo\" multicast=\"true\"/>"
                               "</Interfaces></General></Domain></CycloneDDS>";
static const double TARGET_PERCENT = 0.3, TARGET_NS = 1000;

typedef struct row {
    const char *name;
    bool alone, raw, heard;
    int idle;
} row;

typedef struct result {
    double percent, least; /* of the median second and of the cheapest, which is nearest to a machine of one's own */
} result;

typedef struct small { /* std_msgs/msg/Int64 */
    int64_t data;
} small;

static void fail(const char *what)
{
    fprintf(stderr, "bench_node: %s: %s\n", what, rclio_error());
    exit(1);
}

static int64_t processor_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec * RCLIO_S(1) + used.tv_nsec;
}

/* Processor time in each second. */
typedef struct meter {
    int64_t wall, second_wall, second_processor;
    double seconds[SECONDS_MOST]; /* percent */
    long ticks;
} meter;

typedef struct ticking {
    rclio_publisher *publisher;
    meter meter;
    long wanted;
    rclio_future *over;
} ticking;

static meter meter_start(void)
{
    int64_t now = rclio_now_steady();
    return (meter){.wall = now, .second_wall = now, .second_processor = processor_ns()};
}

static void meter_tick(meter *m)
{
    enum { TICKS = 1000 / PERIOD_MS };
    if (++m->ticks % TICKS) return;
    int64_t wall = rclio_now_steady(), processor = processor_ns();
    m->seconds[m->ticks / TICKS - 1] = (double)(processor - m->second_processor) / (double)(wall - m->second_wall) * 100;
    m->second_wall = wall;
    m->second_processor = processor;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static result meter_stop(meter *m)
{
    size_t count = (size_t)m->ticks * PERIOD_MS / 1000;
    qsort(m->seconds, count, sizeof *m->seconds, compare);
    return (result){(m->seconds[(count - 1) / 2] + m->seconds[count / 2]) / 2, m->seconds[0]};
}

static rclio_node *open_node(const char *name)
{
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.has_domain_id = true, .domain_id = DOMAIN});
    rclio_node *node = rclio_node_new(context, name, NULL);
    if (!node) fail("node");
    return node;
}

static const rclio_type *get_type(rclio_node *node, const char *name)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(rclio_node_context(node)), name);
    if (!type) fail(name);
    return type;
}

/* ---- what has nothing to do ---- */

static void ignore_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info, (void)arg;
}

static void ignore_tick(rclio_timer *timer, void *arg)
{
    (void)timer, (void)arg;
}

static void ignore_request(const void *request, void *response, void *arg)
{
    (void)request, (void)response, (void)arg;
}

/* Of ten: five subscriptions, three timers, a service and a client. */
static void add_idle(rclio_node *node, int count)
{
    const rclio_type *type = get_type(node, "std_msgs/msg/Int64"), *empty = get_type(node, "std_srvs/srv/Empty");
    for (int i = 0; i < count; i++) {
        char name[32];
        const void *made;
        snprintf(name, sizeof name, "idle_%d", i / 10 * 10 + (i % 10 < 8 ? i % 10 : 8));
        if (i % 10 < 5)
            made = rclio_subscription_new(node, type, name, ignore_message, NULL, NULL);
        else if (i % 10 < 8)
            made = rclio_timer_new(node, RCLIO_S(3600), ignore_tick, NULL, NULL);
        else if (i % 10 == 8)
            made = rclio_service_new(node, empty, name, ignore_request, NULL, NULL);
        else
            made = rclio_client_new(node, empty, name, NULL);
        if (!made) fail(name);
    }
}

/* Discovery takes its time after the last entity was made: until a second costs no more than the one before. */
static void become_quiet(rclio_executor *executor)
{
    rclio_future *never = executor ? rclio_future_new(executor, "never", NULL) : NULL;
    int64_t last = INT64_MAX;
    for (int second = 0; second < 60; second++) {
        int64_t before = processor_ns();
        if (executor)
            rclio_executor_spin_until(executor, never, RCLIO_S(1));
        else
            sleep(1);
        int64_t used = processor_ns() - before;
        if (used > last - last / 10 && used < RCLIO_MS(20)) break;
        last = used;
    }
    rclio_future_unref(never);
}

/* ---- a listener in another process ---- */

static void listen_raw(void)
{
    raw_cyclone.open(DOMAIN);
    raw_cyclone.reader_new("ticks", false, -1);
    for (;;) pause();
}

static void listen_rclio(void)
{
    rclio_node *node = open_node("listener");
    if (!rclio_subscription_new(node, get_type(node, "std_msgs/msg/Int64"), "ticks", ignore_message, NULL, NULL))
        fail("subscription");
    exit(rclio_spin(node));
}

static pid_t start_listener(bool raw)
{
    pid_t pid = fork();
    if (pid) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (raw) listen_raw();
    listen_rclio();
    exit(1);
}

/* ---- the ways to tick ---- */

static void sleep_until(int64_t when)
{
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){.tv_sec = when / RCLIO_S(1), .tv_nsec = when % RCLIO_S(1)},
                    NULL);
}

/* What waking costs on this machine, whoever does it. */
static result tick_alone(int seconds)
{
    meter m = meter_start();
    while (m.ticks < seconds * 1000L / PERIOD_MS) {
        sleep_until(m.wall + RCLIO_MS(PERIOD_MS) * (m.ticks + 1));
        meter_tick(&m);
    }
    return meter_stop(&m);
}

static result tick_raw(bool heard, int seconds)
{
    raw_cyclone.open(DOMAIN);
    raw_writer *writer = raw_cyclone.writer_new("ticks", false);
    while (heard && !raw_cyclone.is_matched(writer, NULL)) usleep(1000);
    become_quiet(NULL);
    const unsigned char bytes[12] = {0, 1};
    meter m = meter_start();
    while (m.ticks < seconds * 1000L / PERIOD_MS) {
        sleep_until(m.wall + RCLIO_MS(PERIOD_MS) * (m.ticks + 1));
        raw_cyclone.write(writer, bytes, sizeof bytes);
        meter_tick(&m);
    }
    return meter_stop(&m);
}

static void on_tick(rclio_timer *timer, void *arg)
{
    ticking *t = arg;
    (void)timer;
    if (rclio_publish(t->publisher, &(small){t->meter.ticks})) fail("publish");
    meter_tick(&t->meter);
    if (t->meter.ticks == t->wanted) rclio_future_complete(t->over, NULL);
}

static result tick_rclio(const row *r, int seconds)
{
    rclio_node *node = open_node("ticker");
    rclio_executor *executor = rclio_node_executor(node);
    ticking t = {.wanted = seconds * 1000L / PERIOD_MS, .over = rclio_future_new(executor, "the last tick", NULL)};
    t.publisher = rclio_publisher_new(node, get_type(node, "std_msgs/msg/Int64"), "ticks", NULL);
    if (!t.publisher) fail("publisher");
    add_idle(node, r->idle);
    if (r->heard && rclio_wait_for(rclio_publisher_wait_for_subscriptions(t.publisher, 1), RCLIO_S(60))) fail("no listener");
    become_quiet(executor);
    t.meter = meter_start();
    if (!rclio_timer_new(node, RCLIO_MS(PERIOD_MS), on_tick, &t, NULL)) fail("timer");
    if (rclio_executor_spin_until(executor, t.over, RCLIO_S(3 * (int64_t)seconds))) fail("ticks");
    return meter_stop(&t.meter);
}

/* In a process of its own: a middleware's threads, and what the rows before left, are in nobody's figures. */
static result run_row(const row *r, int seconds)
{
    int ends[2];
    result got = {0};
    pid_t listener = r->heard ? start_listener(r->raw) : 0;
    if (pipe(ends)) fail("pipe");
    pid_t pid = fork();
    if (pid == 0) {
        got = r->alone ? tick_alone(seconds) : r->raw ? tick_raw(r->heard, seconds) : tick_rclio(r, seconds);
        _exit(write(ends[1], &got, sizeof got) != sizeof got);
    }
    close(ends[1]);
    if (read(ends[0], &got, sizeof got) != sizeof got) {
        fprintf(stderr, "bench_node: %s: no result\n", r->name);
        exit(1);
    }
    close(ends[0]);
    waitpid(pid, NULL, 0);
    if (listener) {
        kill(listener, SIGKILL);
        waitpid(listener, NULL, 0);
    }
    return got;
}

/* ---- parameters ---- */

static double ns_each(int64_t begin)
{
    return (double)(rclio_now_steady() - begin) / GETS;
}

static void bench_parameters(void)
{
    rclio_node *node = open_node("parameters");
    char name[32];
    for (int i = 0; i < PARAMETERS; i++) {
        snprintf(name, sizeof name, "group.number_%d", i);
        if (rclio_parameter_declare(node, name, rclio_value_double(i), NULL)) fail(name);
    }
    if (rclio_parameter_declare(node, "text", rclio_value_string("a text of no great length"), NULL)) fail("text");
    double sum = 0, number;
    int64_t begin = rclio_now_steady();
    for (int i = 0; i < GETS; i++) {
        if (rclio_parameter_get_double(node, "group.number_42", &number)) fail("get");
        sum += number;
    }
    double typed = ns_each(begin);
    begin = rclio_now_steady();
    for (int i = 0; i < GETS; i++) {
        rclio_parameter_value value;
        if (rclio_parameter_get(node, "text", &value)) fail("get");
        sum += value.type;
        rclio_parameter_value_fini(&value);
    }
    double any = ns_each(begin), slower = typed > any ? typed : any;
    printf("parameter get, of %d: a double %.0f ns, a string (copied and freed) %.0f ns; target %.0f ns: %s\n", PARAMETERS + 1,
           typed, any, TARGET_NS, slower < TARGET_NS && sum > 0 ? "kept" : "missed");
    rclio_context_destroy(rclio_node_context(node));
}

int main(int argc, char **argv)
{
    setenv("CYCLONEDDS_URI", LOOPBACK, 0);
    static const row rows[] = {{.name = "a loop that sleeps", .alone = true},
                               {.name = "raw Cyclone, nobody listens", .raw = true},
                               {.name = "raw Cyclone, heard", .raw = true, .heard = true},
                               {.name = "rclio, nobody listens"},
                               {.name = "rclio, heard", .heard = true},
                               {.name = "rclio, 2,000 idle", .idle = IDLE},
                               {.name = "rclio, 2,000 idle, heard", .idle = IDLE, .heard = true}};
    enum { ROWS = sizeof rows / sizeof *rows };
    int seconds = argc > 1 ? atoi(argv[1]) : SECONDS;
    double peer[2] = {0}, most = 0, floor = 0;
    if (seconds < 1) seconds = 1;
    if (seconds > SECONDS_MOST) seconds = SECONDS_MOST;
    size_t first = argc > 2 ? strtoul(argv[2], NULL, 0) % ROWS : 0, end = argc > 2 ? first + 1 : ROWS;
    printf("100 Hz timer and publish, %d s each    %% of a core  least second  above the loop  ratio of least\n", seconds);
    fflush(stdout); /* before a fork */
    for (size_t i = first; i < end; i++) {
        result got = run_row(&rows[i], seconds);
        if (rows[i].alone) floor = got.least;
        if (rows[i].raw) peer[rows[i].heard] = got.least;
        if (!rows[i].alone && !rows[i].raw && !rows[i].heard && got.percent > most) most = got.percent;
        printf("%-38s %12.3f %13.3f %15.3f", rows[i].name, got.percent, got.least, got.least - floor);
        printf(peer[rows[i].heard] > 0 ? " %7.2f\n" : "\n", got.least / peer[rows[i].heard]);
        fflush(stdout);
    }
    if (most > 0)
        printf("target where nobody listens: %.1f %% of a core; at most %.3f: %s\n", TARGET_PERCENT, most,
               most <= TARGET_PERCENT ? "kept" : "missed");
    if (end == ROWS) bench_parameters();
    return 0;
}
