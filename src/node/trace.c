/* src/node/trace.c: see trace.h. */
#include "node/trace.h"

void trace_add(trace *t, trace_stage stage, int64_t duration_ns)
{
    trace_sum *sum = &t->sums[stage];
    long long longest = atomic_load_explicit(&sum->longest_ns, memory_order_relaxed);
    atomic_fetch_add_explicit(&sum->count, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&sum->total_ns, duration_ns, memory_order_relaxed);
    while (duration_ns > longest && !atomic_compare_exchange_weak_explicit(&sum->longest_ns, &longest, duration_ns,
                                                                           memory_order_relaxed, memory_order_relaxed))
        ;
}

void trace_end(const entity *e, trace_stage stage, int64_t began_ns)
{
    trace *t = began_ns ? trace_of(e) : NULL;
    if (t) trace_add(t, stage, clock_steady_ns() - began_ns);
}

void trace_arrived(trace *t, uint64_t number)
{
    atomic_store_explicit(&t->arrived_ns[number % TRACE_ARRIVALS], clock_system_ns(), memory_order_relaxed);
}

void trace_came(trace *t, int64_t source_ns, int64_t arrived_ns)
{
    int64_t now = clock_system_ns();
    if (arrived_ns == 0) return;
    if (source_ns && arrived_ns > source_ns) trace_add(t, TRACE_WIRE, arrived_ns - source_ns); /* else the clocks differ */
    trace_add(t, TRACE_QUEUE, now > arrived_ns ? now - arrived_ns : 0);
}

void trace_taken(trace *t, uint64_t number, int64_t source_ns)
{
    trace_came(t, source_ns, atomic_exchange_explicit(&t->arrived_ns[number % TRACE_ARRIVALS], 0, memory_order_relaxed));
}
