/* src/node/counters.c: see counters.h. */
#include "node/counters.h"

#include "base/clock.h"
#include "base/error.h"

#include <inttypes.h>
#include <stdio.h>

#define LOGGED_A_SECOND 10

static uint64_t read_one(const atomic_ullong *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

rclio_status counters_read(const counters *c, rclio_counters *read)
{
    if (!c || !read) return rclio_fail(RCLIO_INVALID, "counters are read of something, to somewhere");
    *read = (rclio_counters){
        .received = read_one(&c->received),
        .dropped = read_one(&c->dropped),
        .late = read_one(&c->late),
        .failed = read_one(&c->failed),
        .callbacks = read_one(&c->callbacks),
        .callback_max_ns = atomic_load_explicit(&c->max_ns, memory_order_relaxed),
        .queue_high = read_one(&c->queue_high),
    };
    int64_t total_ns = atomic_load_explicit(&c->total_ns, memory_order_relaxed);
    if (read->callbacks > 0) read->callback_mean_ns = total_ns / (int64_t)read->callbacks;
    return RCLIO_OK;
}

/* CO2 */
static bool may_log(counters *c)
{
    int64_t now = clock_steady_ns();
    if (c->logged == 0 || now - c->logging_since_ns >= RCLIO_S(1)) {
        c->logging_since_ns = now;
        c->logged = 0;
    }
    if (c->logged < LOGGED_A_SECOND) {
        c->logged++;
        return true;
    }
    c->not_logged++;
    return false;
}

static void write_line(log *to, const char *logger, const char *what, const task_failure *failure, const char *more)
{
    char place[256];
    log_write(to, RCLIO_LOG_ERROR, logger, failure->file ? failure->file : __FILE__,
              failure->function ? failure->function : __func__, failure->file ? failure->line : __LINE__,
              "%s failed%s: %s (%s)%s", what, task_failure_place(failure, place, sizeof place), task_failure_text(failure),
              rclio_status_name(failure->status), more);
}

void count_failure(rclio_node *node, counters *c, const char *what, const task_failure *failure)
{
    char more[64] = "";
    count_anywhere(&c->failed);
    if (!may_log(c)) return;
    if (c->not_logged > 0) snprintf(more, sizeof more, "; %" PRIu64 " before it were not logged", c->not_logged);
    c->not_logged = 0;
    write_line(node->context->log, node->logger, what, failure, more);
}

bool callback_failed(rclio_node *node, counters *c, const char *what, task_failure *failure)
{
    task_failure taken;
    if (!task_take_failure(&taken)) return false;
    count_failure(node, c, what, &taken);
    if (failure)
        *failure = taken;
    else
        task_failure_fini(&taken);
    return true;
}

void context_log_failure(const char *what, const task_failure *failure, void *context)
{
    write_line(((rclio_context *)context)->log, "rclio", what, failure, "");
}
