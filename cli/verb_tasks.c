/* cli/verb_tasks.c: `ros2 tasks`: what each task of the rclio nodes of this computer does or waits for. Threads: main. */
#include "inspection.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

struct tasks {
    bool futures;
    const char *node;
};

static const cli_option tasks_options[] = {
    CLI_FLAG(struct tasks, futures, "-f, --futures",
             "show what is pending too: calls, goals and other futures, with how many wait for each"),
    CLI_ARG(struct tasks, node, "node_name", "only the process of this node; left out: all rclio processes of this user here",
            .optional = true),
    {0},
};

struct telling {
    cli *c;
    const struct tasks *o;
    const char *node; /* full name; NULL: all */
    table tasks, futures;
    long pid; /* of the table that is being filled */
    int number;
    bool has_node, any;
    char program[64];
};

static double seconds(const char *ns)
{
    return strtod(ns, NULL) / 1e9;
}

static void add_task(struct telling *t, const char *const *words)
{
    const char *state = words[4], *what = words[5];
    table_row(&t->tasks);
    table_cell(&t->tasks, 0, "%s", words[2]);
    table_cell(&t->tasks, 1, "%s", words[3]);
    if (strcmp(state, "ready") == 0)
        table_cell(&t->tasks, 2, "runs or is ready to");
    else if (strcmp(state, "new") == 0)
        table_cell(&t->tasks, 2, "has not started");
    else
        table_cell(&t->tasks, 2, "%s%s%s", state, *what ? " " : "", what);
    if (strtod(words[6], NULL) >= 0) table_cell(&t->tasks, 3, "%.1f s", seconds(words[6]));
    if (strtod(words[7], NULL) >= 0) table_cell(&t->tasks, 4, "%.1f s", seconds(words[7]));
    if (*words[8]) table_cell(&t->tasks, 5, "%s:%s", words[8], words[9]);
}

static void add_future(struct telling *t, const char *const *words)
{
    table_row(&t->futures);
    table_cell(&t->futures, 0, "%s", words[2]);
    table_cell(&t->futures, 1, "%.1f s", seconds(words[3]));
    table_cell(&t->futures, 2, "%s", words[4]);
}

static void flush_process(struct telling *t)
{
    bool wanted = t->pid && (!t->node || t->has_node);
    bool colour = cli_has_colour();
    if (wanted) {
        cli_print(t->c, "%sprocess %ld (%s)%s\n", t->any ? "\n" : "", t->pid, t->program,
                  t->tasks.size > 1 ? "" : ": no task waits");
        if (t->tasks.size > 1) table_print(t->c, &t->tasks, "  ", colour);
        if (t->o->futures && t->futures.size > 1) table_print(t->c, &t->futures, "  ", colour);
        t->any = true;
    }
    table_fini(&t->tasks);
    table_fini(&t->futures);
    t->pid = 0;
}

static void on_line(const char *const words[INSPECTION_WORDS], size_t count, const inspected *process, void *arg)
{
    struct telling *t = arg;
    (void)count;
    if (strcmp(words[0], "process") == 0) {
        flush_process(t);
        t->pid = process->pid;
        t->has_node = false;
        snprintf(t->program, sizeof t->program, "%s", words[2]);
        table_begin(&t->tasks, "NODE|TASK|DOES|>SINCE|>AT MOST|WHERE");
        table_begin(&t->futures, "PENDING|>SINCE|>WAITED FOR BY");
    } else if (t->pid == 0) {
        return; /* no answer begins like this */
    } else if (strcmp(words[0], "node") == 0) {
        t->has_node |= t->node && strcmp(words[1], t->node) == 0;
    } else if (strcmp(words[0], "task") == 0) {
        add_task(t, words);
    } else if (strcmp(words[0], "future") == 0) {
        add_future(t, words);
    } else if (strcmp(words[0], "stuck") == 0) {
        cli_error(t->c, "process %ld: executor '%s' holds its lock for longer than a second: nothing is known of its tasks",
                  t->pid, words[1]);
    }
}

static int tasks_run(cli *c, const void *options)
{
    const struct tasks *o = options;
    inspection processes = {0};
    char node[512];
    struct telling t = {.c = c, .o = o, .node = o->node ? node : NULL};
    if (o->node) snprintf(node, sizeof node, "%s%s", o->node[0] == '/' ? "" : "/", o->node);
    if (!inspection_find(c, &processes)) return CLI_FAILED;
    inspection_ask(&processes, "tasks");
    if (!cli_interrupted()) inspection_read(&processes, on_line, &t);
    flush_process(&t);
    inspection_close(&processes);
    if (cli_interrupted()) return CLI_USAGE; /* not all have answered */
    if (t.any) return 0;
    if (o->node) return inspection_no_node(c, node);
    cli_error(c, "No process of this user runs rclio nodes in domain %u on this computer",
              (unsigned)rclio_context_domain_id(c->context));
    return 0;
}

const cli_verb cli_verb_tasks = {
    "tasks",
    "Print what each task of the rclio nodes of this computer does or waits for",
    tasks_options,
    sizeof(struct tasks),
    tasks_run,
    "There is no such command upstream. Callbacks are tasks too: those that run or are suspended are shown. A process answers "
    "while its\n"
    "executor is blocked; docs/tracing.md says how it is asked and who may.",
};
