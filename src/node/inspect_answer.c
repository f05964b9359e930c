/* src/node/inspect_answer.c: what a process tells about itself, as lines of words with tabs between (docs/tracing.md).
 *
 *   IA1  What comes from the program (names of tasks) is written without control characters: a line stays a line.
 *   IA2  Entities are read while they are in their node's list, under the context's lock; their names do not change, and numbers are
 *        atomic.
 * Threads: that of inspect.c. */
#include "async/describe.h"
#include "base/clock.h"
#include "node/counters.h"
#include "node/inspect.h"
#include "node/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct answering {
    rclio_context *context;
    text *out;
    rclio_executor *executors[CONTEXT_EXECUTORS + 1]; /* of the nodes and their groups */
    size_t executor_count;
    rclio_executor *executor; /* the one that is looked at */
} answering;

static void word(text *out, const char *string) /* IA1 */
{
    text_append_char(out, '\t');
    for (; *string; string++) text_append_char(out, (unsigned char)*string < ' ' || *string == 0x7f ? ' ' : *string);
}

static void number(text *out, int64_t value)
{
    text_append_format(out, "\t%" PRId64, value);
}

static int64_t cpu_ns(void)
{
    struct timespec used;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return -1;
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static void tell_process(answering *a)
{
    text_append(a->out, "process");
    number(a->out, getpid());
    word(a->out, program_invocation_short_name);
    number(a->out, rclio_context_domain_id(a->context));
    number(a->out, clock_steady_ns());
    number(a->out, cpu_ns());
    text_append_char(a->out, '\n');
}

/* ---- nodes and executors [context->lock] ---- */

static void remember(answering *a, rclio_executor *executor)
{
    for (size_t i = 0; i < a->executor_count; i++)
        if (a->executors[i] == executor) return;
    if (a->executor_count < sizeof a->executors / sizeof *a->executors) a->executors[a->executor_count++] = executor;
}

static void tell_nodes(answering *a)
{
    list_each(at, &a->context->nodes) {
        const rclio_node *node = list_entry(at, rclio_node, link);
        text_append(a->out, "node");
        word(a->out, node->full_name);
        word(a->out, executor_name(node->executor));
        text_append_char(a->out, '\n');
        remember(a, node->executor);
        list_each(of, &node->entities) {
            const entity *e = list_entry(of, entity, link);
            if (e->facts) remember(a, e->executor); /* a group may still be given another */
        }
    }
}

/* ---- tasks [context->lock] ---- */

/* "goal 1234 of '/fibonacci'", "planner of '/driver'" */
static bool is_of(const char *task, const char *name)
{
    size_t length = strlen(name), whole = strlen(task);
    if (whole < length + 6 || task[whole - 1] != '\'') return false;
    const char *tail = task + whole - length - 6;
    return strncmp(tail, " of '", 5) == 0 && memcmp(tail + 5, name, length) == 0;
}

/* Whose source has that name; NULL: none of these. `same`: the very pointer is meant, which may lead nowhere. */
static const rclio_node *node_of_source(const answering *a, const char *name, bool same, const char **found)
{
    list_each(at, &a->context->nodes) {
        const rclio_node *node = list_entry(at, rclio_node, link);
        if (!same && is_of(name, node->full_name)) return node;
        list_each(of, &node->entities) {
            const entity *e = list_entry(of, entity, link);
            if (!e->facts) continue;
            entity_facts facts = e->facts(e);
            const char *own = facts.source_name;
            if (!same && strcmp(facts.kind, "action server") == 0 && is_of(name, facts.name)) return node;
            if (!own || (same ? own != name : strcmp(own, name) != 0)) continue;
            if (found) *found = own;
            return node;
        }
    }
    return NULL;
}

/* The only node of an executor; NULL: it has several. */
static const rclio_node *only_node(const answering *a, const rclio_executor *executor)
{
    const rclio_node *only = NULL;
    list_each(at, &a->context->nodes) {
        const rclio_node *node = list_entry(at, rclio_node, link);
        if (node->executor != executor) continue;
        if (only) return NULL;
        only = node;
    }
    return only;
}

static void begin_task(const answering *a, const rclio_node *node, const char *name, const char *state)
{
    if (!node) node = only_node(a, a->executor);
    text_append(a->out, "task");
    word(a->out, executor_name(a->executor));
    word(a->out, node ? node->full_name : "-");
    word(a->out, name);
    word(a->out, state);
}

static void tell_task(const task_view *view, void *arg)
{
    const answering *a = arg;
    begin_task(a, node_of_source(a, view->name, false, NULL), view->name, view->state);
    word(a->out, view->what);
    number(a->out, view->since_ns);
    number(a->out, view->left_ns);
    word(a->out, view->file ? view->file : "");
    number(a->out, view->line);
    text_append_char(a->out, '\n');
}

static void tell_future(const char *what, int64_t since_ns, size_t waiters, void *arg)
{
    const answering *a = arg;
    text_append(a->out, "future");
    word(a->out, executor_name(a->executor));
    word(a->out, what);
    number(a->out, since_ns);
    number(a->out, (int64_t)waiters);
    text_append_char(a->out, '\n');
}

static void tell_running(const void *name, void *arg)
{
    const answering *a = arg;
    const char *found = NULL;
    const rclio_node *node = node_of_source(a, name, true, &found);
    if (!node) return; /* a task, which is told of among the tasks, or rclio's own work */
    begin_task(a, node, found, "runs");
    text_append(a->out, "\t\t-1\t-1\t\t0\n");
}

static void tell_tasks(answering *a)
{
    for (size_t i = 0; i < a->executor_count; i++) {
        a->executor = a->executors[i];
        executor_each_running(a->executor, tell_running, a);
        if (executor_look(a->executor, &(executor_view){tell_task, tell_future, a})) continue;
        text_append(a->out, "stuck");
        word(a->out, executor_name(a->executor));
        text_append_char(a->out, '\n');
    }
}

/* ---- entities [context->lock] ---- */

static void tell_counters(text *out, const counters *c)
{
    rclio_counters read = {0};
    if (c) counters_read(c, &read);
    number(out, (int64_t)read.received);
    number(out, (int64_t)read.dropped);
    number(out, (int64_t)read.late);
    number(out, (int64_t)read.failed);
    number(out, (int64_t)read.callbacks);
    number(out, (int64_t)read.queue_high);
}

static void tell_trace(text *out, trace *t)
{
    for (size_t i = 0; i < TRACE_STAGES; i++) {
        trace_sum *sum = t ? &t->sums[i] : NULL;
        number(out, sum ? (int64_t)atomic_load_explicit(&sum->count, memory_order_relaxed) : 0);
        number(out, sum ? atomic_load_explicit(&sum->total_ns, memory_order_relaxed) : 0);
        number(out, sum ? atomic_exchange_explicit(&sum->longest_ns, 0, memory_order_relaxed) : 0);
    }
}

static void tell_entities(answering *a, bool with_trace)
{
    list_each(at, &a->context->nodes) {
        const rclio_node *node = list_entry(at, rclio_node, link);
        list_each(of, &node->entities) {
            const entity *e = list_entry(of, entity, link);
            if (!e->facts) continue;
            entity_facts facts = e->facts(e);
            text_append(a->out, "entity");
            word(a->out, node->full_name);
            word(a->out, facts.kind);
            word(a->out, facts.name);
            tell_counters(a->out, facts.counters);
            if (with_trace) tell_trace(a->out, atomic_load(&e->trace));
            text_append_char(a->out, '\n');
        }
    }
}

void inspect_answer(rclio_context *context, const char *question, text *out)
{
    answering a = {.context = context, .out = out};
    bool traced = strcmp(question, "trace") == 0;
    tell_process(&a);
    mutex_lock(&context->lock); /* IA2 */
    tell_nodes(&a);
    if (strcmp(question, "tasks") == 0) tell_tasks(&a);
    if (traced || strcmp(question, "nodes") == 0) tell_entities(&a, traced);
    mutex_unlock(&context->lock);
    text_append(out, "end\n");
}

void inspect_trace(rclio_context *context, bool on)
{
    mutex_lock(&context->lock);
    list_each(at, &context->nodes) {
        const rclio_node *node = list_entry(at, rclio_node, link);
        list_each(of, &node->entities) {
            entity *e = list_entry(of, entity, link);
            struct trace *t = atomic_load(&e->trace);
            if (!t && on && e->facts && (t = calloc(1, sizeof *t))) atomic_store_explicit(&e->trace, t, memory_order_release);
            if (t) atomic_store(&t->on, on);
        }
    }
    mutex_unlock(&context->lock);
}
