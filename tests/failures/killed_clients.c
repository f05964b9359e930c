/* tests/failures/killed_clients.c: a server whose clients are killed in the midst of their calls, a thousand of them, several at once.
 *   failures_killed_clients FIRST LAST     prints the memory it holds, in kB, after FIRST and after LAST clients
 *   failures_killed_clients --client       such a client: calls with its process id, and is killed before it is answered
 * Each request is kept until its client has been killed and has left the graph, then answered: the answer must be refused.
 * Threads: main. */
#include <rclio/rclio.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 6

typedef struct terms { /* example_interfaces/srv/AddTwoInts_Request */
    int64_t a, b;
} terms;
typedef struct sum {
    int64_t sum;
} sum;

typedef struct server {
    rclio_service *service;
    rclio_request *kept[AT_ONCE];
    size_t kept_count, killed;
    rclio_node *node;
    size_t until[2];
    bool good;
} server;

static const rclio_node_options bare = {.no_rosout = true, .no_type_description_service = true};

static int failed(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, rclio_error());
    return 1;
}

static const rclio_type *adder(rclio_context *context)
{
    return context ? rclio_types_get(rclio_context_types(context), "example_interfaces/srv/AddTwoInts") : NULL;
}

static int run_client(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char name[32]; /* of its own: no warning that there are two */
    snprintf(name, sizeof name, "dying_%ld", (long)getpid());
    rclio_context *context = rclio_init(0, NULL, NULL);
    rclio_node *node = rclio_node_new(context, name, &bare);
    rclio_client *client = rclio_client_new(node, adder(context), "add", NULL);
    rclio_future *call = client ? rclio_client_call(client, &(terms){.a = getpid()}) : NULL;
    if (!call) return failed("no call");
    rclio_executor_spin_until(rclio_context_executor(context), call, RCLIO_FOREVER);
    return failed("was answered");
}

/* Kills the client in the midst of its call. */
static void kill_client(const void *request, void *response, void *arg)
{
    server *s = arg;
    (void)response;
    s->kept[s->kept_count++] = rclio_service_defer(s->service);
    pid_t client = (pid_t)((const terms *)request)->a;
    kill(client, SIGKILL);
    waitpid(client, NULL, 0);
    s->killed++;
}

static bool start_client(void)
{
    extern char **environ;
    char *arguments[] = {"killed_clients", "--client", NULL};
    pid_t pid;
    return posix_spawn(&pid, "/proc/self/exe", NULL, NULL, arguments, environ) == 0;
}

static long memory_kb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1) pages = 0;
    if (file) fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* One more lot of clients, from their start until nothing is left of them. */
static bool run_lot(server *s)
{
    size_t before = s->killed;
    for (int i = 0; i < AT_ONCE; i++)
        if (!start_client()) return false;
    for (;;) {
        rclio_future *changed = rclio_graph_changed(s->node); /* asked for first: no change is missed */
        bool gone = s->killed == before + AT_ONCE && rclio_graph_count(s->node, "/add", RCLIO_ROLE_CLIENTS) == 0;
        if (!gone) rclio_await(changed);
        rclio_future_unref(changed);
        if (gone) break;
    }
    while (s->kept_count > 0) rclio_request_respond(s->kept[--s->kept_count], &(sum){.sum = 1}); /* to nobody */
    return true;
}

static void run_server(void *arg)
{
    server *s = arg;
    for (int i = 0; i < 2; i++) {
        while (s->killed < s->until[i])
            if (!run_lot(s)) return;
        printf("%zu clients: %ld kB\n", s->killed, memory_kb());
        fflush(stdout);
    }
    s->good = true;
}

static int serve(size_t first, size_t last)
{
    server s = {.until = {first, last}};
    rclio_context *context = rclio_init(0, NULL, NULL);
    s.node = rclio_node_new(context, "server", &bare);
    s.service = rclio_service_new(s.node, adder(context), "add", kill_client, &s, NULL);
    rclio_task *task = s.service ? rclio_task_new(rclio_context_executor(context), "lots of clients", run_server, &s) : NULL;
    if (!task) return failed("no server");
    rclio_executor_spin_until(rclio_context_executor(context), rclio_task_future(task), RCLIO_FOREVER);
    rclio_task_unref(task);
    rclio_context_destroy(context);
    return s.good ? 0 : failed("no clients");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--client") == 0) return run_client();
    if (argc == 3) return serve(strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));
    fprintf(stderr, "usage: failures_killed_clients FIRST LAST\n");
    return 2;
}
