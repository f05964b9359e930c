/* bench_services: awaited service calls (example_interfaces/srv/AddTwoInts) beside the raw middleware under them and beside upstream.
 *
 *   bench_services [ROUNDS [CALLS]]      default 5 rounds of 5,000 calls
 *
 * Prints, as medians over the rounds, the p50 of a call and the CPU of both processes for one, for: raw Cyclone DDS and raw Fast DDS (a request
 * and a reply of the same sizes, the callback writes an eventfd, the thread that waits for it takes), rclio to rclio in both modes, rclio to
 * upstream, upstream to rclio, upstream to upstream; with the ratio to what each stands on. Then start-up and memory of a node in both modes.
 * RCLIO_UPSTREAM names the folder of the upstream peer (tests/peers/setup prints it); without it its rows are left out, and a line says so.
 *
 * Every process is started anew: a server, and a client that prints "begin" and, after its calls, their p50; this program reads both
 * processes' CPU clocks at these lines. */
#include "raw.h"

#include "rclio/rclio.h"

#include "example_interfaces/srv/add_two_ints.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP = 200, RAW_REQUEST = 4 + 16, RAW_REPLY = 4 + 8, ROUNDS_MAX = 64, NODE_STARTS = 20 };
enum { DOMAIN_FIRST = 20, DOMAINS = 80 };

extern char **environ;

static void fail(const char *what)
{
    fprintf(stderr, "bench_services: %s: %s\n", what, rclio_error());
    exit(1);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

/* ---- a client's calls ---- */

typedef void call_fn(void *arg);

/* Prints what the parent waits for. */
static void measure(call_fn *call, void *arg, size_t count)
{
    double *trips = calloc(count, sizeof *trips);
    if (!trips) fail("memory");
    for (int i = 0; i < WARM_UP; i++) call(arg);
    printf("begin\n");
    fflush(stdout);
    for (size_t i = 0; i < count; i++) {
        int64_t before = rclio_now_steady();
        call(arg);
        trips[i] = (double)(rclio_now_steady() - before) / 1e3;
    }
    printf("%.2f\n", median(trips, count));
    fflush(stdout);
    free(trips);
}

/* ---- raw ---- */

struct raw_side {
    const raw_stack *stack;
    raw_writer *out;
    raw_reader *in;
    int event_fd;
};

static struct raw_side raw_begin(const raw_stack *stack, const char *out, const char *in)
{
    struct raw_side side = {.stack = stack, .event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    stack->open((uint32_t)strtoul(getenv("ROS_DOMAIN_ID"), NULL, 0));
    side.out = stack->writer_new(out, false);
    side.in = stack->reader_new(in, false, side.event_fd);
    while (!stack->is_matched(side.out, side.in)) poll(NULL, 0, 1);
    poll(NULL, 0, 200); /* the other side's match: raw endpoints tell of their own only */
    return side;
}

static void raw_wait(struct raw_side *side, void *bytes, size_t size)
{
    struct pollfd file = {.fd = side->event_fd, .events = POLLIN};
    uint64_t count;
    while (side->stack->take(side->in, bytes, size) < 0) {
        poll(&file, 1, -1);
        if (read(side->event_fd, &count, sizeof count) < 0 && errno != EAGAIN) exit(1);
    }
}

static void raw_call(void *arg)
{
    struct raw_side *side = arg;
    uint8_t request[RAW_REQUEST] = {0, 1}, reply[RAW_REPLY];
    if (!side->stack->write(side->out, request, sizeof request)) exit(1);
    raw_wait(side, reply, sizeof reply);
}

static void raw_serve(const raw_stack *stack)
{
    struct raw_side side = raw_begin(stack, "bench/reply", "bench/request");
    uint8_t request[RAW_REQUEST], reply[RAW_REPLY] = {0, 1};
    for (;;) {
        raw_wait(&side, request, sizeof request);
        if (!stack->write(side.out, reply, sizeof reply)) exit(1);
    }
}

static void raw_ask(const raw_stack *stack, size_t count)
{
    struct raw_side side = raw_begin(stack, "bench/request", "bench/reply");
    measure(raw_call, &side, count);
}

/* ---- rclio ---- */

static rclio_node *node_begin(const char *name)
{
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.no_rosout = true});
    rclio_node *node = rclio_node_new(context, name, &(rclio_node_options){.no_rosout = true});
    if (!node) fail("node");
    return node;
}

static void add(const void *request, void *response, void *arg)
{
    const example_interfaces__srv__AddTwoInts_Request *terms = request;
    (void)arg;
    ((example_interfaces__srv__AddTwoInts_Response *)response)->sum = terms->a + terms->b;
}

static void rclio_serve(void)
{
    rclio_node *node = node_begin("bench_server");
    if (!rclio_service_new(node, RCLIO_TYPE(example_interfaces, srv, AddTwoInts), "bench_add", add, NULL, NULL)) fail("service");
    rclio_spin(node);
}

struct asker {
    rclio_client *client;
    size_t count;
};

static void rclio_call(void *arg)
{
    struct asker *asker = arg;
    const example_interfaces__srv__AddTwoInts_Request request = {.a = 2, .b = 3};
    rclio_future *call = rclio_client_call(asker->client, &request);
    const example_interfaces__srv__AddTwoInts_Response *response = rclio_await_for(call, RCLIO_S(10));
    if (!response || response->sum != 5) fail("call");
    rclio_future_unref(call);
}

static void ask_all(void *arg)
{
    struct asker *asker = arg;
    rclio_future *there = rclio_client_wait_for_service(asker->client);
    rclio_await_for(there, RCLIO_S(30));
    if (rclio_future_get_state(there) != RCLIO_DONE) fail("no service");
    rclio_future_unref(there);
    measure(rclio_call, asker, asker->count);
    _exit(0);
}

static void rclio_ask(size_t count)
{
    rclio_node *node = node_begin("bench_client");
    struct asker asker = {rclio_client_new(node, RCLIO_TYPE(example_interfaces, srv, AddTwoInts), "bench_add", NULL), count};
    if (!asker.client || rclio_task_start(rclio_node_executor(node), "asker", ask_all, &asker)) fail("client");
    rclio_spin(node);
}

/* For start-up and memory: a node with what every node has; says so and waits. */
static void rclio_idle(void)
{
    rclio_node *node = rclio_node_new(rclio_init(0, NULL, NULL), "bench_node", NULL);
    if (!node) fail("node");
    printf("begin\n");
    fflush(stdout);
    rclio_spin(node);
}

/* ---- processes ---- */

struct stack {
    const char *name;       /* "raw cyclone", "raw fast", "rclio", "upstream" */
    const char *middleware; /* RMW_IMPLEMENTATION of rclio; NULL: unset */
};

struct child {
    pid_t pid;
    FILE *says;
    clockid_t clock;
};

static struct child start(struct stack stack, const char *role, size_t count, const char *self)
{
    struct child child = {0};
    int pipe_fds[2];
    char number[32], python[512], script[512];
    const char *upstream = getenv("RCLIO_UPSTREAM");
    snprintf(number, sizeof number, "%zu", count);
    snprintf(python, sizeof python, "%s/python", upstream ? upstream : "");
    snprintf(script, sizeof script, "%s/upstream_services.py", RCLIO_BENCH_DIR);
    char *own[] = {(char *)self, (char *)"--role", (char *)stack.name, (char *)role, number, NULL};
    char *others[] = {python, script, (char *)role, number, NULL};
    char **arguments = strcmp(stack.name, "upstream") == 0 ? others : own;
    if (stack.middleware)
        setenv("RMW_IMPLEMENTATION", stack.middleware, 1);
    else
        unsetenv("RMW_IMPLEMENTATION");
    if (pipe(pipe_fds)) fail("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, pipe_fds[0]);
    if (posix_spawn(&child.pid, arguments[0], &actions, NULL, arguments, environ)) fail(arguments[0]);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_fds[1]);
    child.says = fdopen(pipe_fds[0], "r");
    if (!child.says || clock_getcpuclockid(child.pid, &child.clock)) fail("the other process");
    return child;
}

static void end(struct child *child)
{
    kill(child->pid, SIGKILL);
    waitpid(child->pid, NULL, 0);
    fclose(child->says);
}

static double cpu_us(const struct child *child)
{
    struct timespec used;
    if (clock_gettime(child->clock, &used)) return 0;
    return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

static double line_of(struct child *child)
{
    char line[256] = "";
    if (!fgets(line, sizeof line, child->says)) fail("the client ended");
    return strtod(line, NULL);
}

/* A domain for each pair: the processes are killed, and what they leave behind would be met by the next ones until its lease ends. */
static void next_domain(void)
{
    static int step;
    char domain[16];
    snprintf(domain, sizeof domain, "%d", DOMAIN_FIRST + step++ % DOMAINS);
    setenv("ROS_DOMAIN_ID", domain, 1);
}

struct row {
    const char *title;
    struct stack server, client;
    int stands_on; /* row to compare with; -1: none */
    double p50[ROUNDS_MAX], cpu[ROUNDS_MAX];
};

static void run_row(struct row *row, int round, size_t calls, const char *self)
{
    bool slow = strcmp(row->server.name, "upstream") == 0 || strcmp(row->client.name, "upstream") == 0;
    size_t count = slow ? calls / 5 + 1 : calls;
    next_domain();
    struct child server = start(row->server, "server", count, self), client = start(row->client, "client", count, self);
    line_of(&client);
    double before = cpu_us(&server) + cpu_us(&client);
    row->p50[round] = line_of(&client);
    row->cpu[round] = (cpu_us(&server) + cpu_us(&client) - before) / (double)count;
    end(&client);
    end(&server);
}

static void print_row(struct row *row, const struct row *rows, int rounds)
{
    double p50 = median(row->p50, (size_t)rounds), cpu = median(row->cpu, (size_t)rounds);
    printf("%-34s %9.1f %9.1f", row->title, p50, cpu);
    if (row->stands_on >= 0) { /* printed before, so sorted */
        const struct row *under = &rows[row->stands_on];
        printf("   %5.2f %5.2f  of %s", p50 / under->p50[rounds / 2], cpu / under->cpu[rounds / 2], under->title);
    }
    printf("\n");
}

static void print_calls(int rounds, size_t calls, const char *self)
{
    const struct stack cyclone = {"raw cyclone", NULL}, fast = {"raw fast", NULL}, both = {"rclio", NULL},
                       lean = {"rclio", "rmw_cyclonedds_cpp"}, upstream = {"upstream", NULL};
    struct row rows[] = {
        {.title = "raw Cyclone DDS", .server = cyclone, .client = cyclone, .stands_on = -1},
        {.title = "raw Fast DDS", .server = fast, .client = fast, .stands_on = -1},
        {.title = "rclio, rmw_cyclonedds_cpp", .server = lean, .client = lean, .stands_on = 0},
        {.title = "rclio", .server = both, .client = both, .stands_on = 1},
        {.title = "rclio calls across modes", .server = both, .client = lean, .stands_on = 1},
        {.title = "upstream to upstream", .server = upstream, .client = upstream, .stands_on = -1},
        {.title = "rclio calls upstream", .server = upstream, .client = both, .stands_on = 5},
        {.title = "upstream calls rclio", .server = both, .client = upstream, .stands_on = 5},
    };
    size_t count = getenv("RCLIO_UPSTREAM") ? 8 : 5;
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < count; i++) run_row(&rows[i], round, calls, self);
    printf("a service call, %d rounds              p50, us   CPU, us   ratios of p50 and CPU\n", rounds);
    for (size_t i = 0; i < count; i++) print_row(&rows[i], rows, rounds);
    if (count < 8) printf("(without upstream: RCLIO_UPSTREAM is not set; tests/peers/setup prints its folder)\n");
}

static double resident_mb(pid_t pid)
{
    char path[64], line[256];
    double kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "VmRSS:", 6) == 0) kb = strtod(line + 6, NULL);
    if (status) fclose(status);
    return kb / 1024;
}

static void print_node(const char *title, const char *middleware, const char *self)
{
    double ms[NODE_STARTS], mb[NODE_STARTS], cpu[NODE_STARTS];
    for (int i = 0; i < NODE_STARTS; i++) {
        next_domain();
        int64_t before = rclio_now_steady();
        struct child node = start((struct stack){"rclio", middleware}, "idle", 0, self);
        line_of(&node);
        ms[i] = (double)(rclio_now_steady() - before) / 1e6;
        mb[i] = resident_mb(node.pid);
        cpu[i] = cpu_us(&node) / 1e3;
        end(&node);
    }
    printf("%-34s %9.1f %9.1f %9.1f\n", title, median(ms, NODE_STARTS), median(cpu, NODE_STARTS), median(mb, NODE_STARTS));
}

static int play(const char *stack, const char *role, size_t count)
{
    const raw_stack *raw = strcmp(stack, "raw cyclone") == 0 ? &raw_cyclone : strcmp(stack, "raw fast") == 0 ? &raw_fast : NULL;
    bool serves = strcmp(role, "server") == 0;
    if (raw && serves)
        raw_serve(raw);
    else if (raw)
        raw_ask(raw, count);
    else if (serves)
        rclio_serve();
    else if (strcmp(role, "idle") == 0)
        rclio_idle();
    else
        rclio_ask(count);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "--role") == 0) return play(argv[2], argv[3], strtoul(argv[4], NULL, 0));
    int rounds = argc > 1 ? atoi(argv[1]) : 5;
    size_t calls = argc > 2 ? strtoul(argv[2], NULL, 0) : 5000;
    if (rounds < 1 || rounds > ROUNDS_MAX || calls < 5) return fprintf(stderr, "usage: bench_services [ROUNDS [CALLS]]\n"), 2;
    next_domain();
    print_calls(rounds, calls, "/proc/self/exe");
    printf("\na node, %d starts                start, ms   CPU, ms   resident, MB\n", NODE_STARTS);
    print_node("rclio", NULL, "/proc/self/exe");
    print_node("rclio, rmw_cyclonedds_cpp", "rmw_cyclonedds_cpp", "/proc/self/exe");
    return 0;
}
