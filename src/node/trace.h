/* src/node/trace.h: where the time of an entity goes, measured while somebody asks (`ros2 trace`, node/inspect.h).
 *
 *   TR1  An entity that nobody has asked about has no trace: what that costs is one look at a pointer. A trace stays until its entity goes,
 *        switched off when nobody asks any more.
 *   TR2  Middleware threads, publishers' threads and the executor add at the same time; sums and extremes are right one by one.
 *   TR3  A message is `wire` until the middleware says that it is there, `queue` until it is taken. When it came is kept for the last
 *        TRACE_ARRIVALS messages; what has waited behind more is not counted.
 * Threads: any. Tests: tests/node/test_inspect.c. */
#ifndef RCLIO_NODE_TRACE_H
#define RCLIO_NODE_TRACE_H

#include "base/clock.h"
#include "node/node.h"

#define TRACE_ARRIVALS 64

typedef enum trace_stage {              /* in the order in which `trace` answers (node/inspect.c) */
                           TRACE_WIRE,  /* from who published or called to here, by the clocks of both */
                           TRACE_QUEUE, /* until it was taken; of a timer, how late it was called */
                           TRACE_DECODE,
                           TRACE_CALLBACK, /* awaits included */
                           TRACE_ENCODE,
                           TRACE_WRITE,  /* in the middleware, until it has sent or queued it */
                           TRACE_ANSWER, /* of a client: from call to response */
                           TRACE_STAGES,
} trace_stage;

typedef struct trace_sum {
    atomic_ullong count;
    atomic_llong total_ns;
    atomic_llong longest_ns; /* since it was read */
} trace_sum;

typedef struct trace {
    atomic_bool on;
    trace_sum sums[TRACE_STAGES];
    atomic_llong arrived_ns[TRACE_ARRIVALS]; /* TR3, system clock */
} trace;

/* NULL: nobody asks. */
static inline trace *trace_of(const entity *e)
{
    trace *t = atomic_load_explicit(&e->trace, memory_order_acquire);
    return t && atomic_load_explicit(&t->on, memory_order_relaxed) ? t : NULL;
}

void trace_add(trace *t, trace_stage stage, int64_t duration_ns);

/* When a stage begins; 0 where nobody asks. What began so ends in trace_end(), which does nothing for 0. */
static inline int64_t trace_begin(const entity *e)
{
    return trace_of(e) ? clock_steady_ns() : 0;
}
void trace_end(const entity *e, trace_stage stage, int64_t began_ns);

/* Message `number` of those that ever came is there; is taken, sent at `source_ns` (0: unknown). TR3 */
void trace_arrived(trace *t, uint64_t number);
void trace_taken(trace *t, uint64_t number, int64_t source_ns);

/* Where the middleware knows when it came (0: it does not). */
void trace_came(trace *t, int64_t source_ns, int64_t arrived_ns);

#endif
