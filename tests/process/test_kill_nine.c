/* tests/process/test_kill_nine.c: PN2 measured: a node is killed a hundred times, each time when it has just joined the others'
 * conversation; their 100 Hz timers never miss more than one tick.
 *
 * A machine that is busy holds up everybody, so what was missed for want of a processor does not count: the kernel tells how long the
 * threads of a process were ready and did not run, and a bare thread in it how many periods of a timer of the kernel were lost at once.
 * On a machine that is idle both are nothing, and one tick is all that may be missed. */
#include "stage.h"
#include "support/sanitized.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/timerfd.h>

enum { KILLS = TIMES(100, 20) };
#define PERIOD RCLIO_MS(10)

typedef struct ticker {
    stage *s;
    rclio_publisher *publisher;
    void *message;
    int64_t first_ns, last_index, ticks;
    int64_t waited_ns;        /* for a processor, so far */
    int64_t worst, worst_own; /* most ticks missed in a row; of those, what is not for want of a processor */
    _Atomic(int64_t) bare_worst;
} ticker;

static ticker *at_exit; /* in the child alone: atexit() hands nothing over */

static void report(void)
{
    char line[128];
    snprintf(line, sizeof line, "%lld %lld %lld %lld", (long long)at_exit->ticks, (long long)at_exit->worst,
             (long long)at_exit->worst_own, (long long)atomic_load(&at_exit->bare_worst));
    stage_tell(at_exit->s, line);
}

static void *bare_ticks(void *arg)
{
    ticker *t = arg;
    const struct itimerspec every = {.it_interval.tv_nsec = PERIOD, .it_value.tv_nsec = PERIOD};
    int file = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    uint64_t due;
    timerfd_settime(file, 0, &every, NULL);
    while (read(file, &due, sizeof due) == sizeof due) {
        if ((int64_t)due - 1 > atomic_load(&t->bare_worst)) atomic_store(&t->bare_worst, (int64_t)due - 1);
    }
    return NULL;
}

/* Of all threads, so of those too that hold a lock the timer's thread needs. 0 where the kernel does not tell. */
static int64_t waited_for_a_processor(void)
{
    DIR *folder = opendir("/proc/self/task");
    int64_t all = 0;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        char path[320];
        long long ran, waited;
        snprintf(path, sizeof path, "/proc/self/task/%s/schedstat", entry->d_name);
        FILE *file = fopen(path, "re");
        if (file && fscanf(file, "%lld %lld", &ran, &waited) == 2) all += waited;
        if (file) fclose(file);
    }
    if (folder) closedir(folder);
    return all;
}

static void tick(rclio_timer *timer, void *arg)
{
    ticker *t = arg;
    int64_t now = rclio_now_steady();
    (void)timer;
    if (t->ticks++ == 0) t->first_ns = now;
    int64_t index = (now - t->first_ns + PERIOD / 2) / PERIOD; /* by the timer's own schedule */
    int64_t missed = index - t->last_index - 1, waited = waited_for_a_processor();
    int64_t own = missed - (waited - t->waited_ns) / PERIOD;
    if (missed > t->worst) t->worst = missed;
    if (own > t->worst_own) t->worst_own = own;
    t->last_index = index;
    t->waited_ns = waited;
    rclio_publish(t->publisher, t->message);
}

static const rclio_type *message_type(rclio_context *context)
{
    return rclio_types_get(rclio_context_types(context), "std_msgs/msg/Int64");
}

static rclio_node *make_ticker(rclio_context *context, void *arg)
{
    static ticker own; /* in the child */
    pthread_t thread;
    at_exit = &own;
    own.s = arg;
    rclio_node *node = rclio_node_new(context, "ticker", NULL);
    own.publisher = rclio_publisher_new(node, message_type(context), "ticks", NULL);
    own.message = calloc(1, message_type(context)->size);
    if (!rclio_timer_new(node, PERIOD, tick, &own, NULL) || !own.message) return NULL;
    if (pthread_create(&thread, NULL, bare_ticks, &own)) return NULL;
    pthread_detach(thread);
    atexit(report);
    return node;
}

static void heard(const void *message, const rclio_message_info *info, void *arg)
{
    static bool told; /* in the child */
    (void)message;
    (void)info;
    if (!told) stage_tell(arg, "heard");
    told = true;
}

static rclio_node *make_victim(rclio_context *context, void *arg)
{
    rclio_node *node = rclio_node_new(context, "victim", NULL);
    return rclio_subscription_new(node, message_type(context), "ticks", heard, arg, NULL) ? node : NULL;
}

typedef struct victims {
    pid_t running;
    int kills;
} victims;

static void watch_victim(const rclio_process_event *event, void *arg)
{
    victims *v = arg;
    if (strcmp(event->name, "victim") != 0) {
        assert_int_equal(event->change == RCLIO_PROCESS_KILLED, false);
        return;
    }
    v->running = event->change == RCLIO_PROCESS_STARTED ? event->pid : 0;
    v->kills += event->signal_number == SIGKILL;
}

static void a_hundred_kills_cost_the_others_no_tick(void **state)
{
    const rclio_process_options at_once = {.restart = RCLIO_RESTART_ON_FAILURE, .pause_ns = 1, .longest_pause_ns = 1};
    victims v = {0};
    stage s;
    (void)state;
    stage_open(&s, 0, NULL,
               &(rclio_processes_options){
                   .context.no_rosout = true, .stop_timeout_ns = RCLIO_S(30), .on_event = watch_victim, .arg = &v});
    assert_ok(rclio_processes_add(s.processes, "one", make_ticker, &s,
                                  &(rclio_process_options){.arguments = (const char *const[]){"-r", "__node:=one", NULL}}));
    assert_ok(rclio_processes_add(s.processes, "two", make_ticker, &s,
                                  &(rclio_process_options){.arguments = (const char *const[]){"-r", "__node:=two", NULL}}));
    assert_ok(rclio_processes_add(s.processes, "victim", make_victim, &s, &at_once));
    stage_start(&s);
    for (int i = 0; i < KILLS; i++) {
        assert_string_equal(stage_news(&s), "heard");
        kill(v.running, SIGKILL);
    }
    assert_string_equal(stage_news(&s), "heard"); /* the hundredth was seen, too */
    assert_int_equal(v.kills, KILLS);
    rclio_processes_stop(s.processes, SIGINT);
    for (int i = 0; i < 2; i++) {
        long long ticks, worst, own, bare;
        assert_int_equal(sscanf(stage_news(&s), "%lld %lld %lld %lld", &ticks, &worst, &own, &bare), 4);
        print_message("%lld ticks of 10 ms; most missed in a row: %lld, %lld with a processor; by a bare thread: %lld\n", ticks,
                      worst, own, bare);
        assert_true(ticks > KILLS);
        if (!IS_SANITIZED) assert_true(own <= 1 + bare);
    }
    stage_until_over(&s);
    assert_false(rclio_processes_failed(s.processes));
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_kills_cost_the_others_no_tick),
    };
    return cmocka_run_group_tests(tests, stage_environment, NULL);
}
