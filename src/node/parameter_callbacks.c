/* src/node/parameter_callbacks.c: what a program adds to the setting of parameters.
 *
 *   PC1  A call goes over a copy of the list with references of its own: callbacks may await, be added and be removed meanwhile.
 *   PC2  One that was removed is not called any more; its memory goes with the last reference.
 *   PC3  A failure of a callback is its own, not that of the task it runs in.
 *   PC4  Callbacks may set parameters, which calls callbacks; so deep that it must be without an end, it is refused.
 * Threads: the executor's or while nobody spins (EXECUTOR_GUARD). Tests: tests/node/test_parameter_callbacks.c. */
#include "base/error.h"
#include "node/counters.h"
#include "node/node.h"
#include "node/parameter_store.h"

#include <stdio.h>
#include <stdlib.h>

enum { NESTED_CALLS = 20 }; /* of one caller */

struct rclio_parameter_callback {
    list link;
    rclio_executor *executor;
    size_t references; /* the list's and those of calls that are under way */
    bool removed;
    union {
        rclio_parameter_pre_set_fn *pre_set;
        rclio_parameter_on_set_fn *on_set;
        rclio_parameter_post_set_fn *post_set;
    };
    void *arg;
};

typedef struct snapshot {
    rclio_parameter_callback **data;
    size_t size;
} snapshot;

static void unref(rclio_parameter_callback *callback)
{
    if (--callback->references == 0) free(callback);
}

static rclio_status snapshot_take(parameters *p, callback_kind kind, snapshot *s) /* PC1 */
{
    size_t count = 0;
    *s = (snapshot){0};
    list_each(it, &p->callbacks[kind]) count++;
    if (!count) return RCLIO_OK;
    s->data = calloc(count, sizeof *s->data);
    if (!s->data) return rclio_fail(RCLIO_NO_MEMORY, "out of memory to call %zu parameter callbacks", count);
    list_each(it, &p->callbacks[kind]) {
        s->data[s->size] = list_entry(it, rclio_parameter_callback, link);
        s->data[s->size++]->references++;
    }
    return RCLIO_OK;
}

static void snapshot_fini(snapshot *s)
{
    for (size_t i = 0; i < s->size; i++) unref(s->data[i]);
    free(s->data);
}

/* A call to one, in the frame of who calls: PC4. */
typedef struct running_call {
    list link;
    const void *caller; /* task, or thread where there is none */
} running_call;

static const void *current_caller(void)
{
    static _Thread_local const char here = 0; /* its address tells threads apart */
    const void *task = rclio_task_current();
    return task ? task : &here;
}

static void call_begin(parameters *p, running_call *call)
{
    call->caller = current_caller();
    list_init(&call->link);
    list_append(&p->running, &call->link);
}

static void call_end(running_call *call)
{
    list_remove(&call->link);
}

rclio_status parameters_check_nesting(parameters *p) /* PC4 */
{
    const void *caller = current_caller();
    size_t nested = 0;
    EXECUTOR_GUARD(p->executor);
    list_each(it, &p->running) nested += list_entry(it, running_call, link)->caller == caller;
    if (nested < NESTED_CALLS) return RCLIO_OK;
    return rclio_fail(
        RCLIO_LIMIT,
        "a parameter callback of '%s' sets a parameter inside of %d others, one in another: none may set what calls it "
        "again without an end",
        p->node ? p->node->full_name : "a destroyed node", NESTED_CALLS - 1);
}

/* A callback that fails (rclio_task_fail) fails for itself: not the task that sets, nor the service that was asked to. Takes its failure,
 * logs it, and puts back what the task had failed with before. false: it did not fail. */
static bool take_failure(parameters *p, const char *kind, task_failure *before, task_failure *failure)
{
    char what[64];
    bool failed = task_take_failure(failure);
    rclio_node *node = failed ? p->node : NULL;
    snprintf(what, sizeof what, "%s callback of parameters", kind);
    if (node && !node->parameter_failures) node->parameter_failures = calloc(1, sizeof *node->parameter_failures);
    if (node && node->parameter_failures) count_failure(node, node->parameter_failures, what, failure);
    task_put_failure(before);
    return failed;
}

/* The set it belongs to is refused in its words. */
static rclio_status refuse_failed(parameters *p, const char *kind, task_failure *before)
{
    task_failure failure;
    if (!take_failure(p, kind, before, &failure)) return RCLIO_OK;
    rclio_fail(RCLIO_INVALID, "%s", task_failure_text(&failure));
    task_failure_fini(&failure);
    return RCLIO_INVALID;
}

rclio_status parameters_call_pre_set(parameters *p, rclio_parameter_list *batch)
{
    snapshot s;
    EXECUTOR_GUARD(p->executor);
    rclio_status status = snapshot_take(p, CALLBACK_PRE_SET, &s);
    for (size_t i = 0; i < s.size && status == RCLIO_OK; i++) {
        task_failure before;
        running_call call;
        if (s.data[i]->removed) continue;
        task_take_failure(&before);
        call_begin(p, &call);
        USER_CODE(p->executor, s.data[i]->pre_set(batch, s.data[i]->arg));
        call_end(&call);
        status = refuse_failed(p, "pre-set", &before);
    }
    bool emptied = s.size && !batch->size;
    snapshot_fini(&s);
    if (status != RCLIO_OK) return status;
    if (emptied)
        return rclio_fail(RCLIO_INVALID, "parameter list cannot be empty, this might be due to pre_set_parameters_callback "
                                         "modifying the original parameters list.");
    return RCLIO_OK;
}

rclio_status parameters_call_on_set(parameters *p, const rclio_parameter_list *batch)
{
    snapshot s;
    EXECUTOR_GUARD(p->executor);
    rclio_status status = snapshot_take(p, CALLBACK_ON_SET, &s);
    for (size_t i = 0; i < s.size && status == RCLIO_OK; i++) {
        task_failure before;
        running_call call;
        if (s.data[i]->removed) continue;
        task_take_failure(&before);
        rclio_error_clear(); /* what is there after it is its own */
        call_begin(p, &call);
        USER_CODE(p->executor, status = s.data[i]->on_set(batch, s.data[i]->arg));
        call_end(&call);
        if (refuse_failed(p, "on-set", &before) != RCLIO_OK) status = RCLIO_INVALID;
    }
    snapshot_fini(&s);
    return status == RCLIO_OK ? RCLIO_OK : rclio_error_set(RCLIO_INVALID, rclio_error());
}

void parameters_call_post_set(parameters *p, const rclio_parameter_list *batch)
{
    snapshot s;
    EXECUTOR_GUARD(p->executor);
    if (snapshot_take(p, CALLBACK_POST_SET, &s) != RCLIO_OK) return;
    for (size_t i = 0; i < s.size; i++) {
        task_failure before, failure;
        running_call call;
        if (s.data[i]->removed) continue;
        task_take_failure(&before);
        call_begin(p, &call);
        USER_CODE(p->executor, s.data[i]->post_set(batch, s.data[i]->arg));
        call_end(&call);
        if (take_failure(p, "post-set", &before, &failure)) task_failure_fini(&failure);
    }
    snapshot_fini(&s);
}

static rclio_parameter_callback *add(rclio_node *node, callback_kind kind, rclio_parameter_callback with)
{
    if (!node) return NULL; /* the first error stands */
    if (!with.pre_set) return rclio_fail_null(RCLIO_INVALID, "'%s' is given a parameter callback that is NULL", node->full_name);
    rclio_parameter_callback *callback = malloc(sizeof *callback);
    if (!callback) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a parameter callback of '%s'", node->full_name);
    EXECUTOR_GUARD(node->executor);
    *callback = with;
    callback->executor = node->executor;
    callback->references = 1;
    list *first = node->parameters->callbacks[kind].next; /* PA2: before the ones that are there */
    list_init(&callback->link);
    list_append(first, &callback->link);
    return callback;
}

rclio_parameter_callback *rclio_parameters_on_pre_set(rclio_node *node, rclio_parameter_pre_set_fn *call, void *arg)
{
    return add(node, CALLBACK_PRE_SET, (rclio_parameter_callback){.pre_set = call, .arg = arg});
}

rclio_parameter_callback *rclio_parameters_on_set(rclio_node *node, rclio_parameter_on_set_fn *call, void *arg)
{
    return add(node, CALLBACK_ON_SET, (rclio_parameter_callback){.on_set = call, .arg = arg});
}

rclio_parameter_callback *rclio_parameters_on_post_set(rclio_node *node, rclio_parameter_post_set_fn *call, void *arg)
{
    return add(node, CALLBACK_POST_SET, (rclio_parameter_callback){.post_set = call, .arg = arg});
}

void rclio_parameter_callback_remove(rclio_parameter_callback *callback) /* PC2 */
{
    if (!callback) return;
    EXECUTOR_GUARD(callback->executor);
    if (callback->removed) return;
    callback->removed = true;
    list_remove(&callback->link);
    unref(callback);
}

void parameters_free_callbacks(parameters *p)
{
    for (size_t kind = 0; kind < CALLBACK_KINDS; kind++)
        list_each(it, &p->callbacks[kind]) unref(list_entry(it, rclio_parameter_callback, link));
}
