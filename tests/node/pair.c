/* tests/node/pair.c: see pair.h. */
#include "pair.h"

#include "base/log.h"
#include "base/thread.h"
#include "node/node.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static const rclio_type *type_of(rclio_context *context, const char *name)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(context), name);
    if (!type) fail_msg("%s", rclio_error());
    return type;
}

static rclio_node *node_of(rclio_context *context, const char *name, rclio_executor *executor)
{
    rclio_node_options options = {
        .executor = executor, .no_type_description_service = true, .no_parameter_services = true, .no_parameter_events = true};
    rclio_node *node = rclio_node_new(context, name, &options);
    if (!node) fail_msg("%s", rclio_error());
    return node;
}

pair pair_new(void)
{
    return pair_new_on(NULL);
}

/* A test that failed has left its nodes running: those that follow would find its services, which nobody spins, and wait in vain. */
static void leave_failed_test(void)
{
    char domain[16];
    int next = harness_watched ? test_domain_take() : 0;
    if (!next) return;
    snprintf(domain, sizeof domain, "%d", next);
    setenv("ROS_DOMAIN_ID", domain, 1);
}

pair pair_new_on(const rclio_executor_options *options)
{
    pair p = {0};
    leave_failed_test();
    p.executor = rclio_executor_new(options);
    harness_watch(p.executor);
    p.server_context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    p.client_context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    p.server = node_of(p.server_context, "server", p.executor);
    p.client = node_of(p.client_context, "client", p.executor);
    p.add = type_of(p.client_context, "example_interfaces/srv/AddTwoInts");
    p.fibonacci = type_of(p.client_context, "action_tutorials_interfaces/action/Fibonacci");
    p.cancel_goal = type_of(p.client_context, "action_msgs/srv/CancelGoal");
    p.set_bool = type_of(p.client_context, "example_interfaces/srv/SetBool");
    p.server_add = type_of(p.server_context, "example_interfaces/srv/AddTwoInts");
    p.server_fibonacci = type_of(p.server_context, "action_tutorials_interfaces/action/Fibonacci");
    p.server_set_bool = type_of(p.server_context, "example_interfaces/srv/SetBool");
    return p;
}

void pair_free(pair *p)
{
    rclio_context_destroy(p->client_context);
    rclio_context_destroy(p->server_context);
    rclio_executor_destroy(p->executor);
    harness_unwatch();
}

lone lone_new(const char *name)
{
    lone l = {.context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE})};
    l.node = node_of(l.context, name, NULL);
    return l;
}

const rclio_type *lone_type(lone *l, const char *name)
{
    return type_of(l->context, name);
}

child child_start(void (*run)(int in, int out))
{
    int down[2], up[2];
    assert_int_equal(pipe(down), 0);
    assert_int_equal(pipe(up), 0);
    child c = {.pid = fork()};
    assert_true(c.pid >= 0);
    if (c.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(down[1]);
        close(up[0]);
        run(down[0], up[1]);
        fflush(NULL);
        _exit(0);
    }
    close(down[0]);
    close(up[1]);
    c.to = down[1];
    c.from = up[0];
    return c;
}

void child_wait_byte(child *c)
{
    char byte;
    assert_int_equal(read(c->from, &byte, 1), 1);
}

static int reap(child *c)
{
    int status = 0;
    close(c->to);
    assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
    close(c->from);
    return status;
}

void child_kill(child *c)
{
    assert_int_equal(kill(c->pid, SIGKILL), 0);
    reap(c);
}

void child_end(child *c)
{
    assert_int_equal(reap(c), 0);
}

static void wait_for_end(void *arg)
{
    rclio_await_fd(*(int *)arg, POLLIN, RCLIO_FOREVER, NULL);
}

void serve_until_end_of(int in, rclio_context *context)
{
    rclio_task *task = rclio_task_new(rclio_context_executor(context), "end of the test", wait_for_end, &in);
    rclio_executor_spin_until(rclio_context_executor(context), rclio_task_future(task), RCLIO_FOREVER);
    rclio_task_unref(task);
}

event event_new(pair *p, const char *what)
{
    return (event){.future = rclio_future_new(p->executor, what, NULL)};
}

void event_set(event *e)
{
    rclio_future_complete(e->future, NULL);
}

void event_free(event *e)
{
    rclio_future_unref(e->future);
}

struct captured_log {
    rclio_context *context;
    int sink;
    mutex lock;
    size_t count;
    char lines[200][400];
};

static void capture(const log_record *record, void *arg)
{
    captured_log *l = arg;
    mutex_lock(&l->lock);
    if (l->count < 200) snprintf(l->lines[l->count++], sizeof l->lines[0], "%s", record->message);
    mutex_unlock(&l->lock);
}

captured_log *captured_log_new(rclio_context *context)
{
    captured_log *l = calloc(1, sizeof *l);
    l->context = context;
    mutex_init(&l->lock);
    l->sink = log_sink_add(context->log, capture, l);
    return l;
}

size_t captured_log_count(captured_log *l, const char *words)
{
    size_t found = 0;
    mutex_lock(&l->lock);
    for (size_t i = 0; i < l->count; i++) found += strstr(l->lines[i], words) != NULL;
    mutex_unlock(&l->lock);
    return found;
}

void captured_log_free(captured_log *l)
{
    log_sink_remove(l->context->log, l->sink);
    mutex_fini(&l->lock);
    free(l);
}
