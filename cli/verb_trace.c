/* cli/verb_trace.c: `ros2 trace`: where the time of one rclio node goes.
 *
 *   TC1  Sums since the node was first asked come with each answer; what is shown is the difference of two. The first answer switches
 *        measuring on in that process, the end of the connection off.
 * Threads: main. */
#include "inspection.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

/* In the order of the answer (docs/tracing.md). */
enum stage { WIRE, QUEUE, DECODE, CALLBACK, ENCODE, WRITE, ANSWER, STAGES };
enum { RECEIVED, DROPPED, LATE, FAILED, CALLBACKS, QUEUE_HIGH, COUNTERS };
#define FIRST_COUNTER 4 /* words of an entity's line: "entity", node, kind, name, counters, count total longest of each stage */
#define FIRST_STAGE (FIRST_COUNTER + COUNTERS)

struct trace {
    double interval;
    bool once, all;
    const char *node;
};

static const cli_option trace_options[] = {
    CLI_DOUBLE(struct trace, interval, "-i, --interval", "how many seconds each table is of", .value = "SECONDS", .preset = "1",
               .range = CLI_POSITIVE),
    CLI_FLAG(struct trace, once, "-1, --once", "print one table and exit"),
    CLI_FLAG(struct trace, all, "-a, --all", "show what did nothing too"),
    CLI_ARG(struct trace, node, "node_name", "node to look into, /talker for example; it is one of rclio, on this computer"),
    {0},
};

struct row {
    char *kind, *name;
    double counters[COUNTERS];
    struct {
        double count, total, longest;
    } stages[STAGES];
    bool counted; /* in the answer before too: differences mean something */
};

struct picture {
    struct row *rows;
    size_t size;
    double time_ns, cpu_ns;
    long pid;
    int number; /* of the context */
    char program[64];
};

struct tracing {
    cli *c;
    const struct trace *o;
    const char *node;
    inspection processes;
    struct picture now, before;
    double line_time_ns, line_cpu_ns; /* of the process whose lines come */
    char line_program[64];
    bool there, failed;
};

static void picture_fini(struct picture *p)
{
    for (size_t i = 0; i < p->size; i++) {
        free(p->rows[i].kind);
        free(p->rows[i].name);
    }
    free(p->rows);
    *p = (struct picture){0};
}

static void add_row(struct tracing *t, const char *const *words)
{
    struct row *rows = realloc(t->now.rows, (t->now.size + 1) * sizeof *rows);
    if (rows) t->now.rows = rows;
    struct row row = {.kind = strdup(words[2]), .name = strdup(words[3])};
    if (!rows || !row.kind || !row.name) {
        free(row.kind);
        free(row.name);
        t->failed = true;
        return;
    }
    for (size_t i = 0; i < COUNTERS; i++) row.counters[i] = strtod(words[FIRST_COUNTER + i], NULL);
    for (size_t i = 0; i < STAGES; i++) {
        const char *const *stage = words + FIRST_STAGE + 3 * i;
        row.stages[i].count = strtod(stage[0], NULL);
        row.stages[i].total = strtod(stage[1], NULL);
        row.stages[i].longest = strtod(stage[2], NULL);
    }
    rows[t->now.size++] = row;
}

static void on_line(const char *const words[INSPECTION_WORDS], size_t count, const inspected *process, void *arg)
{
    struct tracing *t = arg;
    if (strcmp(words[0], "process") == 0) {
        t->line_time_ns = strtod(words[4], NULL);
        t->line_cpu_ns = strtod(words[5], NULL);
        snprintf(t->line_program, sizeof t->line_program, "%s", words[2]);
    } else if (strcmp(words[0], "node") == 0 && strcmp(words[1], t->node) == 0 && !t->there) {
        t->there = true;
        t->now.pid = process->pid;
        t->now.number = process->number;
        t->now.time_ns = t->line_time_ns;
        t->now.cpu_ns = t->line_cpu_ns;
        snprintf(t->now.program, sizeof t->now.program, "%s", t->line_program);
    } else if (strcmp(words[0], "entity") == 0 && t->there && process->pid == t->now.pid && process->number == t->now.number &&
               strcmp(words[1], t->node) == 0 && count >= FIRST_STAGE + 3 * STAGES) {
        add_row(t, words);
    }
}

/* The same entity in the answer before: the nth of its kind and name. */
static const struct row *row_before(const struct tracing *t, const struct row *row)
{
    size_t nth = 0;
    for (const struct row *r = t->now.rows; r < row; r++)
        nth += strcmp(r->kind, row->kind) == 0 && strcmp(r->name, row->name) == 0;
    for (size_t i = 0; i < t->before.size; i++) {
        const struct row *r = &t->before.rows[i];
        if (strcmp(r->kind, row->kind) == 0 && strcmp(r->name, row->name) == 0 && nth-- == 0) return r;
    }
    return NULL;
}

/* What happened in between, in place of sums. */
static struct row difference(const struct tracing *t, const struct row *row)
{
    static const struct row nothing;
    const struct row *before = row_before(t, row);
    struct row d = *row;
    if (!before) before = &nothing;
    for (size_t i = 0; i < COUNTERS; i++) d.counters[i] -= before->counters[i];
    for (size_t i = 0; i < STAGES; i++) {
        d.stages[i].count -= before->stages[i].count;
        d.stages[i].total -= before->stages[i].total;
    }
    return d;
}

/* How often it did what it is for. */
static double times(const struct row *row)
{
    double most = row->counters[RECEIVED];
    if (strcmp(row->kind, "publisher") == 0) most = row->stages[WRITE].count;
    return most > 0 ? most : 0;
}

static bool did_something(const struct row *row)
{
    double sum = row->counters[DROPPED] + row->counters[LATE] + row->counters[FAILED] + times(row);
    for (size_t i = 0; i < STAGES; i++) sum += row->stages[i].count;
    return sum > 0;
}

static void add_line(struct tracing *t, table *out, const struct row *row, double passed_ns)
{
    char text[16];
    bool timer = strcmp(row->kind, "timer") == 0;
    table_row(out);
    table_cell(out, 0, "%s%s%s", timer ? "" : row->kind, timer ? "" : " ", row->name);
    if (times(row) > 0) table_cell(out, 1, "%.1f Hz", times(row) * 1e9 / passed_ns);
    for (size_t i = 0; i < STAGES; i++) {
        if (row->stages[i].count <= 0) continue;
        inspection_format_time(text, sizeof text, row->stages[i].total / row->stages[i].count);
        table_cell(out, 2 + i, "%s", text);
    }
    double longest = row->stages[CALLBACK].count > 0 ? row->stages[CALLBACK].longest : 0;
    if (longest > 0) {
        inspection_format_time(text, sizeof text, longest);
        table_cell(out, 9, "%s", text);
        table_cell(out, 10, "%.1f %%", row->stages[CALLBACK].total / passed_ns * 100);
    }
    static const int shown[] = {DROPPED, LATE, FAILED};
    for (size_t i = 0; i < 3; i++)
        if (row->counters[shown[i]] > 0) table_cell(out, 11 + i, "%.0f", row->counters[shown[i]]);
    (void)t;
}

static void print_sums(struct tracing *t, const double sums[STAGES], double passed_ns)
{
    cli_print(t->c, "  of the time: callbacks %.1f %%, decoding %.1f %%, encoding %.1f %%, writing %.1f %%\n",
              sums[CALLBACK] / passed_ns * 100, sums[DECODE] / passed_ns * 100, sums[ENCODE] / passed_ns * 100,
              sums[WRITE] / passed_ns * 100);
}

static void print_picture(struct tracing *t)
{
    double passed_ns = t->now.time_ns - t->before.time_ns, sums[STAGES] = {0};
    table out;
    if (passed_ns <= 0) return;
    table_begin(&out, "|>RATE|>WIRE|>QUEUE|>DECODE|>CALLBACK|>ENCODE|>WRITE|>ANSWER|>LONGEST|>BUSY|>DROPPED|>LATE|>FAILED");
    for (size_t i = 0; i < t->now.size; i++) {
        struct row row = difference(t, &t->now.rows[i]);
        if (!t->o->all && !did_something(&row)) continue;
        add_line(t, &out, &row, passed_ns);
        for (size_t s = 0; s < STAGES; s++) sums[s] += row.stages[s].total;
    }
    cli_print(t->c, "%s: process %ld (%s), %.1f %% of a core, in %.2f s\n", t->node, t->now.pid, t->now.program,
              (t->now.cpu_ns - t->before.cpu_ns) / passed_ns * 100, passed_ns / 1e9);
    if (out.size > 1) table_print(t->c, &out, "  ", cli_has_colour());
    print_sums(t, sums, passed_ns);
    if (!t->o->once) cli_print_text(t->c, "\n");
    table_fini(&out);
}

static bool ask(struct tracing *t)
{
    picture_fini(&t->before);
    t->before = t->now;
    t->now = (struct picture){0};
    t->there = false;
    inspection_ask(&t->processes, "trace");
    inspection_read(&t->processes, on_line, t);
    if (t->failed) cli_error(t->c, "out of memory");
    return !t->failed;
}

/* Only its own process is to be measured. false: it is not among them any more. */
static bool keep_process(struct tracing *t)
{
    inspection *all = &t->processes;
    for (size_t i = 0; i < all->size; i++) {
        if (all->data[i].pid != t->now.pid || all->data[i].number != t->now.number) continue;
        inspection others = {.data = all->data + 1, .size = all->size - 1};
        inspected own = all->data[i];
        all->data[i] = all->data[0];
        all->data[0] = own;
        inspection_drop(&others);
        all->size = 1;
        return true;
    }
    return false;
}

static bool find(struct tracing *t)
{
    if (!inspection_find(t->c, &t->processes)) return false;
    inspection_ask(&t->processes, "nodes");
    inspection_read(&t->processes, on_line, t);
    bool found = t->there && keep_process(t);
    picture_fini(&t->now);
    return found;
}

static int watch(struct tracing *t)
{
    int64_t start = rclio_now_steady();
    if (!ask(t)) return CLI_FAILED;
    for (int64_t number = 1;; number++) {
        if (cli_pace(t->c, start, number, 1 / t->o->interval) != RCLIO_OK)
            return t->c->output_failed ? t->c->end_status : CLI_INTERRUPTED;
        if (!ask(t)) return CLI_FAILED;
        if (cli_interrupted()) return CLI_INTERRUPTED;
        if (!t->there) return cli_error(t->c, "'%s' has gone", t->node);
        print_picture(t);
        if (!cli_flush(t->c)) return t->c->end_status;
        if (t->o->once) return 0;
    }
}

static int trace_run(cli *c, const void *options)
{
    const struct trace *o = options;
    char node[512];
    struct tracing t = {.c = c, .o = o, .node = node};
    snprintf(node, sizeof node, "%s%s", o->node[0] == '/' ? "" : "/", o->node);
    if (!cli_context(c)) return CLI_FAILED;
    bool found = find(&t);
    int status = cli_interrupted() ? CLI_USAGE : found ? watch(&t) : inspection_no_node(c, node);
    picture_fini(&t.now);
    picture_fini(&t.before);
    inspection_close(&t.processes);
    return status;
}

const cli_verb cli_verb_trace = {
    "trace",
    "Print where the time of a rclio node goes: callbacks, queues, encoding, the wire",
    trace_options,
    sizeof(struct trace),
    trace_run,
    "There is no such command upstream (tracetools needs LTTng and a node built for it). Any rclio program on this computer is "
    "measured,\n"
    "while this runs; what each column means is in docs/tracing.md.",
};
