/* src/mw/split/promises.c: services that are promised until somebody could call them (SP6, SP7 in split.h).
 *
 *   PR1  A promised replier has a place in the graph, and in ros_discovery_info, where its endpoints will be (DIS-19). So questions about
 *        our own node find it, and a peer knows that more is to come.
 *   PR2  `promised` empties once, in order. `met` goes up before that and stays: what is asked for afterwards is made at once.
 *   PR3  `waiting` is held for a few instructions and never while something is made, because a listener takes it. `opening` is held while
 *        all of them are made: a destroy that finds its replier neither promised nor made waits for that.
 * Threads: met() by listeners; the thread "rclio-services" lives while it makes; the rest any. Tests: tests/mw/test_promises.c,
 * tests/peers/test_alone.py. */
#include "mw/split/split.h"

#include "base/error.h"

rclio_status promises_init(split *s)
{
    list_init(&s->promised);
    return mutex_init(&s->waiting);
}

bool promises_are_allowed(split *s)
{
    mutex_lock(&s->waiting);
    bool allowed = !s->met;
    mutex_unlock(&s->waiting);
    return allowed;
}

bool promise_add(split *s, split_replier *replier)
{
    mutex_lock(&s->waiting);
    bool allowed = !s->met; /* PR2 */
    if (allowed) list_append(&s->promised, &replier->link);
    mutex_unlock(&s->waiting);
    return allowed;
}

void promise_forget(split *s, split_replier *replier)
{
    mutex_lock(&s->waiting);
    bool was_promised = !list_is_empty(&replier->link);
    list_remove(&replier->link);
    mutex_unlock(&s->waiting);
    if (was_promised || atomic_load(&replier->state) != REPLIER_PROMISED) return;
    mutex_lock(&s->opening); /* PR3 */
    mutex_unlock(&s->opening);
}

static split_replier *next_promise(split *s)
{
    split_replier *next = NULL;
    mutex_lock(&s->waiting);
    s->met = true; /* PR2 */
    if (!list_is_empty(&s->promised)) {
        next = list_entry(s->promised.next, split_replier, link);
        list_remove(&next->link);
    }
    mutex_unlock(&s->waiting);
    return next;
}

void promises_keep(split *s, cyclone_mw *m)
{
    bool any = false;
    for (split_replier *next; (next = next_promise(s)); any = true) {
        if (split_replier_make(next, s) != RCLIO_OK)
            LOG_WARN(m->log, "rclio", "service '%s' cannot be called: %s", next->service, rclio_error());
        next->ready.call(next->ready.arg); /* a request may have come before it could be taken */
    }
    if (any && discovery_publish(m) != RCLIO_OK) /* one sample for all */
        LOG_WARN(m->log, "rclio", "other nodes see an older graph: %s", rclio_error());
}

static void keep(void *arg)
{
    cyclone_mw *m = arg;
    split *s = m->services;
    mutex_lock(&s->waiting);
    bool forgotten = list_is_empty(&s->promised);
    mutex_unlock(&s->waiting);
    if (!forgotten) split_ready(s, m);
}

void promises_met(cyclone_mw *m)
{
    split *s = m->services;
    mutex_lock(&s->waiting);
    if (!s->met) {
        s->met = list_is_empty(&s->promised) || thread_start(&s->keeper, "rclio-services", keep, m) == RCLIO_OK;
        if (!s->met) LOG_WARN(m->log, "rclio", "parameter services wait for another peer: %s", rclio_error());
    }
    mutex_unlock(&s->waiting);
}

void promises_end(split *s)
{
    mutex_lock(&s->waiting);
    s->met = true;
    mutex_unlock(&s->waiting);
    thread_join(&s->keeper);
}

void promises_fini(split *s)
{
    mutex_fini(&s->waiting);
}
