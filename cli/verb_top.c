/* cli/verb_top.c: `ros2 top`: a screen on a terminal (cli/top_screen.c), else plain lines. Threads: main. */
#include "top.h"

#include <string.h>
#include <unistd.h>

static const cli_option top_verb_options[] = {
    CLI_DISCOVERY(top_options, discovery),
    CLI_DOUBLE(top_options, interval, "-i, --interval", "how many seconds between two looks", .value = "SECONDS", .preset = "1",
               .range = CLI_POSITIVE),
    CLI_FLAG(top_options, once, "-1, --once", "print the tables once, as plain lines, and exit"),
    CLI_STRING(top_options, sort, "--sort", "what comes first", .choices = top_key_names, .preset = "name"),
    CLI_FLAG(top_options, no_rates, "--no-rates", "do not listen to the topics: rates and bandwidths are not known then"),
    CLI_FLAG(top_options, all, "-a, --all", "show hidden nodes and topics too"),
    {0},
};

static void print_lines(top *t, bool first)
{
    char head[160];
    bool colour = cli_has_colour();
    top_head(t, head, sizeof head);
    cli_print(t->c, "%s%s\n", first ? "" : "\n", head);
    for (top_view view = TOP_NODES; view < TOP_VIEWS; view++) {
        table out;
        top_table(t, view, &out);
        if (out.size > 1) table_print(t->c, &out, "  ", colour);
        table_fini(&out);
    }
}

/* The first tables are of the first interval. */
static int print_plain(top *t)
{
    int64_t interval_ns = (int64_t)(t->options->interval * 1e9);
    if (!top_update(t)) return CLI_FAILED;
    for (bool first = true;; first = false) {
        if (cli_pause(t->c, rclio_now_steady() + interval_ns) !=
            RCLIO_OK) /* however long the look took: messages are taken here */
            return t->c->output_failed ? t->c->end_status : CLI_INTERRUPTED;
        if (!top_update(t)) return CLI_FAILED;
        print_lines(t, first);
        if (!cli_flush(t->c)) return t->c->end_status;
        if (t->options->once) return 0;
    }
}

static int top_run(cli *c, const void *options)
{
    const top_options *o = options;
    top t = {.c = c, .options = o, .all = o->all, .rates = {.c = c}};
    int result = -1;
    while (top_key_names[t.key] && strcmp(top_key_names[t.key], o->sort) != 0) t.key++;
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (!o->once && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO)) result = top_screen(&t);
    if (result == -1) result = print_plain(&t);
    top_fini(&t);
    return result;
}

const cli_verb cli_verb_top = {
    "top",
    "Watch nodes and topics: rates, bandwidth, CPU, drops",
    top_verb_options,
    sizeof(top_options),
    top_run,
    "There is no such command upstream. On a terminal it is a screen with keys (`?` shows them), else plain lines. Rates and "
    "bandwidths\n"
    "are counted by listening to every topic, raw and best effort. CPU, callbacks and drops are known of rclio nodes of this "
    "user on this\n"
    "computer, CPU is that of the whole process; of nodes on other computers and of upstream's they are not known and shown as "
    "`-`.",
};
