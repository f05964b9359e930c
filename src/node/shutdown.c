/* src/node/shutdown.c: see shutdown.h.
 *
 *   SH3  `calling` is the callback that runs now, `caller` its thread: whoever removes it in another thread waits for its end.
 * Tests: tests/node/test_shutdown.c. */
#include "node/shutdown.h"

#include "base/error.h"

#include <stdlib.h>

typedef struct callback {
    list link;
    uint64_t id;
    void (*call)(void *arg);
    void *arg;
} callback;

struct shutdown_callbacks {
    rclio_context *context;
    shutdown_hook hook;
    mutex lock;
    condition returned;
    list callbacks; /* [lock] as all below */
    uint64_t last_id;
    uint64_t calling; /* SH3; 0: none */
    pthread_t caller;
    bool called; /* all: later ones are called at once */
};

static void call_unlocked(shutdown_callbacks *s, callback *c) REQUIRES(s->lock)
{
    s->calling = c->id;
    s->caller = pthread_self();
    mutex_unlock(&s->lock);
    c->call(c->arg);
    free(c);
    mutex_lock(&s->lock);
    s->calling = 0;
    condition_signal_all(&s->returned);
}

static void call_all(void *arg) /* SH2 */
{
    shutdown_callbacks *s = arg;
    mutex_lock(&s->lock);
    atomic_store(&s->context->last_words, !list_is_empty(&s->callbacks));
    while (!list_is_empty(&s->callbacks)) {
        callback *first = list_entry(s->callbacks.next, callback, link);
        list_remove(&first->link);
        call_unlocked(s, first);
    }
    s->called = true;
    atomic_store(&s->context->last_words, false);
    mutex_unlock(&s->lock);
}

shutdown_callbacks *shutdown_callbacks_new(rclio_context *context)
{
    shutdown_callbacks *s = calloc(1, sizeof *s);
    if (!s) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a context");
    s->context = context;
    if (mutex_init(&s->lock) != RCLIO_OK) goto no_lock;
    if (condition_init(&s->returned) != RCLIO_OK) goto no_condition;
    mutex_lock(&s->lock);
    list_init(&s->callbacks);
    mutex_unlock(&s->lock);
    context_on_shutdown(context, &s->hook, call_all, s);
    return s;

no_condition:
    mutex_fini(&s->lock);
no_lock:
    free(s);
    return NULL;
}

void shutdown_callbacks_destroy(shutdown_callbacks *s)
{
    if (!s) return;
    list_remove(&s->hook.link);
    mutex_lock(&s->lock);
    list_each(it, &s->callbacks) free(list_entry(it, callback, link)); /* of a context that did not come to life */
    mutex_unlock(&s->lock);
    condition_fini(&s->returned);
    mutex_fini(&s->lock);
    free(s);
}

uint64_t rclio_on_shutdown(rclio_context *context, void (*call)(void *arg), void *arg)
{
    if (!context) return rclio_fail_missing("a shutdown callback needs a context"), 0;
    if (!call) return rclio_fail(RCLIO_INVALID, "a shutdown callback needs a function"), 0;
    shutdown_callbacks *s = context->shutdown_callbacks;
    callback *c = malloc(sizeof *c);
    if (!c) {
        rclio_fail(RCLIO_NO_MEMORY, "out of memory for a shutdown callback");
        return 0;
    }
    mutex_lock(&s->lock);
    uint64_t id = ++s->last_id;
    bool called = s->called;
    *c = (callback){.id = id, .call = call, .arg = arg};
    list_init(&c->link);
    if (!called) list_append(&s->callbacks, &c->link);
    mutex_unlock(&s->lock);
    if (!called) return id;
    call(arg);
    free(c);
    return id;
}

static void wait_until_returned(shutdown_callbacks *s, uint64_t id) REQUIRES(s->lock) /* SH3 */
{
    while (s->calling == id && !pthread_equal(s->caller, pthread_self())) condition_wait(&s->returned, &s->lock);
}

bool rclio_on_shutdown_remove(rclio_context *context, uint64_t id)
{
    if (!context || id == 0) return false;
    shutdown_callbacks *s = context->shutdown_callbacks;
    callback *found = NULL;
    mutex_lock(&s->lock);
    list_each(it, &s->callbacks) {
        callback *c = list_entry(it, callback, link);
        if (c->id == id) found = c;
    }
    if (found) list_remove(&found->link);
    wait_until_returned(s, id);
    mutex_unlock(&s->lock);
    free(found);
    return found;
}
