/* bench_contexts: what a context costs to make and to destroy, beside a participant of raw Cyclone DDS in the same run.
 *
 *   bench_contexts [ROUNDS]      default 200
 *
 * Prints p50 and p95 of both halves and of their sum, in milliseconds, and the ratio of the sums. Each round makes one of each kind, so that
 * all see the same machine: a raw participant, a context without a node, with a node of topics only, and with a whole node (six parameter
 * services, type description, /rosout), each in the process that has made them before. The target for a context with a node is 20 ms. */
#include "raw.h"

#include "rclio/rclio.h"

#include <stdio.h>
#include <stdlib.h>

enum { DOMAIN = 91, ROUNDS = 200, TARGET_MS = 20 };

typedef struct kind {
    const char *name;
    void *(*make)(void);
    void (*destroy)(void *made);
    double *made_ms, *destroyed_ms, *sum_ms;
} kind;

static void fail(const char *what)
{
    fprintf(stderr, "bench_contexts: %s: %s\n", what, rclio_error());
    exit(1);
}

static void *make_raw(void)
{
    raw_cyclone.open(DOMAIN);
    return NULL;
}

static void destroy_raw(void *made)
{
    (void)made;
    raw_cyclone.close();
}

static void *make_context(void)
{
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.has_domain_id = true, .domain_id = DOMAIN});
    if (!context) fail("context");
    return context;
}

static void *make_node(const rclio_node_options *options)
{
    rclio_context *context = make_context();
    if (!rclio_node_new(context, "bench", options)) fail("node");
    return context;
}

static void *make_small_node(void)
{
    return make_node(
        &(rclio_node_options){.no_parameter_services = true, .no_type_description_service = true, .no_rosout = true});
}

static void *make_whole_node(void)
{
    return make_node(NULL);
}

static void destroy_context(void *made)
{
    rclio_context_destroy(made);
}

static void measure(kind *k, size_t round)
{
    int64_t begin = rclio_now_steady();
    void *made = k->make();
    int64_t middle = rclio_now_steady();
    k->destroy(made);
    int64_t end = rclio_now_steady();
    k->made_ms[round] = (double)(middle - begin) / 1e6;
    k->destroyed_ms[round] = (double)(end - middle) / 1e6;
    k->sum_ms[round] = (double)(end - begin) / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *sorted(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return values;
}

static void print_row(const kind *k, size_t count, double raw_ms)
{
    const double *made = sorted(k->made_ms, count), *destroyed = sorted(k->destroyed_ms, count), *sum = sorted(k->sum_ms, count);
    size_t middle = count / 2, high = count * 95 / 100;
    printf("%-26s %6.2f %6.2f   %6.2f %6.2f   %6.2f %6.2f   %5.2f\n", k->name, made[middle], made[high], destroyed[middle],
           destroyed[high], sum[middle], sum[high], sum[middle] / raw_ms);
}

int main(int argc, char **argv)
{
    kind kinds[] = {{.name = "raw Cyclone participant", .make = make_raw, .destroy = destroy_raw},
                    {.name = "context", .make = make_context, .destroy = destroy_context},
                    {.name = "context, node of topics", .make = make_small_node, .destroy = destroy_context},
                    {.name = "context, whole node", .make = make_whole_node, .destroy = destroy_context}};
    enum { KINDS = sizeof kinds / sizeof *kinds };
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : ROUNDS;
    if (rounds == 0) rounds = 1;
    for (size_t k = 0; k < KINDS; k++) {
        double *figures = calloc(rounds + 1, 3 * sizeof *figures);
        if (!figures) fail("memory");
        kinds[k].made_ms = figures;
        kinds[k].destroyed_ms = figures + rounds;
        kinds[k].sum_ms = figures + 2 * rounds;
        measure(&kinds[k], 0); /* libraries are loaded, threads and memory are warm */
    }
    for (size_t round = 0; round < rounds; round++)
        for (size_t k = 0; k < KINDS; k++) measure(&kinds[k], round);
    printf("%zu rounds, ms: p50, p95       make           destroy         both          ratio\n", rounds);
    double raw_ms = sorted(kinds[0].sum_ms, rounds)[rounds / 2];
    for (size_t k = 0; k < KINDS; k++) print_row(&kinds[k], rounds, raw_ms);
    double both_ms = kinds[KINDS - 1].sum_ms[rounds / 2];
    printf("target: %d ms for a context with a node; a whole one takes %.1f ms: %s\n", TARGET_MS, both_ms,
           both_ms < TARGET_MS ? "kept" : "missed");
    for (size_t k = 0; k < KINDS; k++) free(kinds[k].made_ms);
    return 0;
}
