/* src/node/context.c: a context: arguments, environment, log, types, executor, and the participant that its nodes share.
 *
 *   C1  The participant is opened with the first node and closed with the last (wire.md 2.2).
 *   C2  rclio_shutdown() stores a flag and stops executors, nothing else: it may run in a signal handler. What must end runs later, in
 *       context_run_shutdown_hooks(), on the thread that spun, waited or destroys.
 *   C4  Sleeps by a clock end with the context, whoever spins what: rclio_shutdown() closes their scope, which is a flag too, and every
 *       executor of its nodes that stops wakes them.
 *   C3  Destroying: tasks first, so that their last words find node and publishers; nodes and what is below them; the executor; then
 *       what they used.
 * Threads: as the public header says. Tests: tests/node/test_context.c. */
#include "base/error.h"
#include "base/log_console.h"
#include "base/text.h"
#include "node/counters.h"
#include "node/environment.h"
#include "node/inspect.h"
#include "node/log_sinks.h"
#include "node/node.h"
#include "node/shutdown.h"
#include "node/signals.h"

#include <stdio.h>
#include <stdlib.h>

#define LOGGER "rcl"
#define OLD_RULE "Found remap rule '%s'. This syntax is deprecated. Use '--ros-args --remap %s' instead."
#define LAST_WORDS_NS RCLIO_MS(100) /* for tasks that see the end of what they awaited after a shutdown */

static void warn_about_types(const char *line, void *arg)
{
    LOG_WARN(arg, "rclio", "%s", line);
}

static rclio_status read_arguments(rclio_context *context, int argc, char *const argv[])
{
    if ((context->arguments = arguments_parse(argc, argv))) return RCLIO_OK;
    if (starts_with(rclio_error(), "failed to initialize rcl")) /* words it does not know are not told twice, as upstream */
        log_console_bare(RCLIO_LOG_ERROR, LOGGER, "Failed to parse global arguments");
    return rclio_error_status();
}

void context_warn_about_arguments(rclio_context *context, const arguments *a) /* ARG-2: the old form */
{
    for (char *const *rule = arguments_deprecated(a); *rule; rule++) LOG_WARN(context->log, LOGGER, OLD_RULE, *rule, *rule);
}

static void executor_stopped(void *arg) /* C2 */
{
    rclio_context *context = arg;
    if (rclio_ok(context)) return;
    sleep_scope_wake(context->sleeps);
    context_run_shutdown_hooks(context);
    log_sinks_flush(context->sinks);
}

static void own_executor_stopped(void *arg) /* C4 */
{
    rclio_context *context = arg;
    if (!rclio_ok(context)) sleep_scope_wake(context->sleeps);
}

static rclio_status build(rclio_context *context, int argc, char *const argv[])
{
    const rclio_context_options *o = &context->options;
    if (read_arguments(context, argc, argv) != RCLIO_OK) return rclio_error_status();
    if (!(context->log = log_new())) return rclio_error_status();
    if (!(context->sinks = log_sinks_new(context->log, context->arguments))) return rclio_error_status();
    context_warn_about_arguments(context, context->arguments);
    context->environment = environment_read(o->middleware, o->has_domain_id ? &o->domain_id : NULL, context->log);
    if (!context->environment) return rclio_error_add("failed to initialize rcl");
    context->ops = context->environment->ops;
    const char *enclave = arguments_enclave(context->arguments);
    context->mw_options = (mw_options){
        .domain_id = context->environment->domain_id,
        .enclave = enclave ? enclave : "/",
        .range = context->environment->range,
        .static_peers = context->environment->static_peers,
        .few_threads = o->few_threads,
        .log = context->log,
    };
    if (!(context->sleeps = sleep_scope_new())) return rclio_error_status();
    if (!(context->types = rclio_types_new(warn_about_types, context->log))) return rclio_error_status();
    if (!(context->executor = rclio_executor_new(&o->executor))) return rclio_error_status();
    executor_on_stop(context->executor, &context->stopped, executor_stopped, context);
    executor_on_failure(context->executor, &context->failed, context_log_failure, context);
    return o->signals == RCLIO_SIGNALS_NONE ? RCLIO_OK : signals_set(context, o->signals);
}

static rclio_status init_locks(rclio_context *context)
{
    if (mutex_init(&context->lock)) return rclio_error_status();
    if (mutex_init(&context->opening)) goto no_opening;
    if (condition_init(&context->hook_returned)) goto no_condition;
    return RCLIO_OK;

no_condition:
    mutex_fini(&context->opening);
no_opening:
    mutex_fini(&context->lock);
    return rclio_error_status();
}

static void fini_locks(rclio_context *context)
{
    condition_fini(&context->hook_returned);
    mutex_fini(&context->opening);
    mutex_fini(&context->lock);
}

rclio_context *rclio_init(int argc, char *const argv[], const rclio_context_options *options)
{
    rclio_context *context = calloc(1, sizeof *context);
    if (!context) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a context");
    if (init_locks(context) != RCLIO_OK) {
        free(context);
        return NULL;
    }
    if (options) context->options = *options;
    list_init(&context->nodes);
    list_init(&context->shutdown_hooks);
    if (!(context->shutdown_callbacks = shutdown_callbacks_new(context))) { /* the first of the hooks */
        fini_locks(context);
        free(context);
        return NULL;
    }
    if (build(context, argc, argv) == RCLIO_OK) return context;
    rclio_context_destroy(context);
    return NULL;
}

void rclio_context_destroy(rclio_context *context)
{
    if (!context) return;
    signals_set(context, RCLIO_SIGNALS_NONE);
    if (context->executor) {
        atomic_store(&context->shut_down, true);
        sleep_scope_close(context->sleeps);
        sleep_scope_wake(context->sleeps);
        context_run_shutdown_hooks(context);
        executor_close(context->executor); /* C3 */
    }
    while (!list_is_empty(&context->nodes)) /* the last made goes first */
        rclio_node_destroy(list_entry(context->nodes.previous, rclio_node, link));
    if (context->executor) executor_off_failure(context->executor, &context->failed);
    rclio_executor_destroy(context->executor);
    rclio_types_destroy(context->types);
    sleep_scope_unref(context->sleeps);
    log_sinks_destroy(context->sinks);
    log_destroy(context->log);
    environment_destroy(context->environment);
    arguments_destroy(context->arguments);
    shutdown_callbacks_destroy(context->shutdown_callbacks);
    fini_locks(context);
    free(context);
}

void rclio_shutdown(rclio_context *context) /* C2 */
{
    if (!context) return;
    atomic_store(&context->shut_down, true);
    if (context->sleeps) sleep_scope_close(context->sleeps);
    if (context->executor) rclio_executor_stop(context->executor);
    for (size_t i = 0; i < CONTEXT_EXECUTORS; i++) {
        rclio_executor *executor = atomic_load(&context->executors[i].executor);
        if (executor) rclio_executor_stop(executor);
    }
}

void context_signalled(rclio_context *context, int number)
{
    int none = 0;
    if (rclio_ok(context)) atomic_compare_exchange_strong(&context->ended_by, &none, number);
    rclio_shutdown(context);
}

int rclio_shutdown_signal(const rclio_context *context)
{
    return context ? atomic_load(&context->ended_by) : 0;
}

rclio_status rclio_context_set_signals(rclio_context *context, rclio_signals signals)
{
    if (!context) return rclio_fail_missing("no context to choose signals for");
    return signals_set(context, signals);
}

bool rclio_ok(const rclio_context *context)
{
    return context && !atomic_load(&context->shut_down);
}

rclio_executor *rclio_context_executor(rclio_context *context)
{
    return context ? context->executor : NULL;
}

rclio_types *rclio_context_types(rclio_context *context)
{
    return context ? context->types : NULL;
}

uint32_t rclio_context_domain_id(const rclio_context *context)
{
    return context->mw_options.domain_id;
}

char *const *rclio_context_arguments(const rclio_context *context, int *count)
{
    return arguments_rest(context->arguments, count);
}

char **rclio_remove_ros_arguments(int argc, char *const argv[])
{
    arguments *a = arguments_parse_local(argc, argv);
    if (!a) return NULL;
    for (char *const *rule = arguments_deprecated(a); *rule; rule++) {
        char *line = copy_format(OLD_RULE, *rule, *rule);
        if (line) log_console_bare(RCLIO_LOG_WARN, LOGGER, line);
        free(line);
    }
    char **rest = arguments_take_rest(a);
    arguments_destroy(a);
    return rest;
}

rclio_status context_remember_executor(rclio_context *context, rclio_executor *executor)
{
    size_t free_slot = CONTEXT_EXECUTORS;
    if (executor == context->executor) return RCLIO_OK;
    mutex_lock(&context->lock);
    for (size_t i = 0; i < CONTEXT_EXECUTORS; i++) {
        rclio_executor *known = atomic_load(&context->executors[i].executor);
        if (known == executor) {
            free_slot = i;
            break;
        }
        if (!known && free_slot == CONTEXT_EXECUTORS) free_slot = i;
    }
    if (free_slot < CONTEXT_EXECUTORS) {
        if (context->executors[free_slot].nodes++ == 0) {
            executor_on_stop(executor, &context->executors[free_slot].stopped, own_executor_stopped, context);
            executor_on_failure(executor, &context->executors[free_slot].failed, context_log_failure, context);
        }
        atomic_store(&context->executors[free_slot].executor, executor);
    }
    mutex_unlock(&context->lock);
    if (free_slot == CONTEXT_EXECUTORS)
        return rclio_fail(RCLIO_LIMIT, "the nodes of one context may use at most %d executors of their own", CONTEXT_EXECUTORS);
    return RCLIO_OK;
}

void context_forget_executor(rclio_context *context, rclio_executor *executor)
{
    mutex_lock(&context->lock);
    for (size_t i = 0; i < CONTEXT_EXECUTORS; i++) {
        if (atomic_load(&context->executors[i].executor) != executor) continue;
        if (--context->executors[i].nodes > 0) continue;
        executor_off_stop(executor, &context->executors[i].stopped);
        executor_off_failure(executor, &context->executors[i].failed);
        atomic_store(&context->executors[i].executor, NULL);
    }
    mutex_unlock(&context->lock);
}

rclio_status context_open(rclio_context *context, rclio_executor *executor) /* C1 */
{
    if (!rclio_ok(context)) return rclio_fail(RCLIO_SHUTDOWN, "the context is shut down");
    if (context_remember_executor(context, executor) != RCLIO_OK) return rclio_error_status();
    mutex_lock(&context->opening);
    if (context->node_count == 0) context->participant = context->ops->open(&context->mw_options);
    bool opened = context->participant;
    if (opened && context->node_count++ == 0) context->inspect = inspect_start(context);
    mutex_unlock(&context->opening);
    if (opened) return RCLIO_OK;
    context_forget_executor(context, executor);
    return rclio_error_status();
}

void context_close(rclio_context *context, rclio_executor *executor)
{
    context_forget_executor(context, executor);
    mutex_lock(&context->opening);
    if (--context->node_count == 0) {
        inspect_stop(context->inspect);
        context->inspect = NULL;
        context->ops->close(context->participant);
        context->participant = NULL;
    }
    mutex_unlock(&context->opening);
}

void context_on_shutdown(rclio_context *context, shutdown_hook *hook, void (*call)(void *arg), void *arg)
{
    hook->call = call;
    hook->arg = arg;
    mutex_lock(&context->lock);
    list_append(&context->shutdown_hooks, &hook->link);
    mutex_unlock(&context->lock);
}

/* [lock] */
static void wait_for_hooks(rclio_context *context) REQUIRES(context->lock)
{
    while (context->running_hooks && !pthread_equal(context->running_hooks, pthread_self()))
        condition_wait(&context->hook_returned, &context->lock);
}

void context_forget_shutdown(rclio_context *context, shutdown_hook *hook)
{
    mutex_lock(&context->lock);
    list_remove(&hook->link);
    wait_for_hooks(context);
    mutex_unlock(&context->lock);
}

void context_run_shutdown_hooks(rclio_context *context)
{
    mutex_lock(&context->lock);
    wait_for_hooks(context);
    while (!list_is_empty(&context->shutdown_hooks)) {
        shutdown_hook *hook = list_entry(context->shutdown_hooks.next, shutdown_hook, link);
        list_remove(&hook->link);
        context->running_hooks = pthread_self();
        mutex_unlock(&context->lock);
        hook->call(hook->arg);
        mutex_lock(&context->lock);
    }
    context->running_hooks = 0;
    condition_signal_all(&context->hook_returned);
    mutex_unlock(&context->lock);
}

static rclio_status spin(rclio_context *context, rclio_executor *executor)
{
    rclio_status status = RCLIO_OK;
    while (rclio_ok(context) && status == RCLIO_OK) { /* rclio_executor_stop() alone does not end it */
        status = rclio_executor_spin(executor);
    }
    if (rclio_ok(context)) return status;
    sleep_scope_wake(context->sleeps);
    context_run_shutdown_hooks(context);
    status = rclio_executor_spin_some(executor, LAST_WORDS_NS);
    log_sinks_flush(context->sinks);
    return status;
}

rclio_status rclio_context_spin(rclio_context *context)
{
    if (!context) return rclio_fail_missing("no context to spin");
    return spin(context, context->executor);
}

int rclio_spin(rclio_node *node)
{
    if (!node) {
        if (rclio_error_status() == RCLIO_SHUTDOWN) return 0; /* Ctrl-C came before it was made */
        fprintf(stderr, "%s\n", rclio_error());
        return 1;
    }
    rclio_context *context = node->context;
    rclio_status status = spin(context, node->executor);
    if (status != RCLIO_OK) fprintf(stderr, "%s\n", rclio_error());
    rclio_context_destroy(context);
    return status == RCLIO_OK ? 0 : 1;
}
