/* cli/markdown.c: docs/cli.md, written from the verb tables by `ros2 --markdown`. Threads: main. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define USAGE_COLUMNS 100

static void print_cell(FILE *out, const char *text)
{
    for (; *text; text++) fprintf(out, *text == '|' ? "\\%c" : "%c", *text);
}

static void print_option(FILE *out, const cli_option *option)
{
    fputs("| `", out);
    cli_option_invocation(out, option);
    fputs("` | ", out);
    print_cell(out, option->help);
    if (option->preset) fprintf(out, " (%s if not given)", option->preset);
    if (option->optional) fputs(" (may be left out)", out);
    fputs(" |\n", out);
}

static void print_verb(FILE *out, const char *head, const cli_verb *verb)
{
    char program[80];
    snprintf(program, sizeof program, "ros2 %s", verb->path);
    fprintf(out, "\n%s %s\n\n%s.\n\n```\n", head, verb->path, verb->summary);
    cli_usage(out, program, verb->options, NULL, USAGE_COLUMNS);
    fputs("```\n", out);
    if (verb->options[0].kind) fputs("\n| | |\n|---|---|\n", out);
    for (const cli_option *o = verb->options; o->kind; o++)
        if (cli_is_argument(o)) print_option(out, o);
    for (const cli_option *o = verb->options; o->kind; o++)
        if (!cli_is_argument(o)) print_option(out, o);
    if (verb->notes) fprintf(out, "\nDiffers from upstream: %s\n", verb->notes);
}

void cli_markdown(FILE *out)
{
    fputs("# The `ros2` command\n\n"
          "<!-- Written by `ros2 --markdown` from the option tables in cli/; change those. -->\n\n"
          "Output, option names, error texts and exit statuses are those of upstream's tool; where a verb does better, it says "
          "so below.\n\n"
          "| exit status | meaning |\n|---|---|\n"
          "| 0 | done; also a goal that was rejected or aborted, and standard output closed by its reader |\n"
          "| 1 | unknown thing or bad value; interrupted while waiting for somebody; standard output full |\n"
          "| 2 | wrong usage; interrupted while looking around |\n"
          "| 15 | interrupted while receiving or publishing |\n\n"
          "For all verbs:\n\n"
          "- There is no daemon. A look at the network ends when it is quiet, what is asked for by name as soon as it is found; "
          "`--spin-time`\n"
          "  looks for that many seconds. For up to three seconds participants are waited for that this machine's open ports "
          "tell of.\n"
          "  `--no-daemon` and `--use-sim-time` are accepted and change nothing.\n"
          "- Options may be shortened as long as they are unambiguous, bundled (`-tc`), and written behind the arguments; after "
          "`--` everything\n"
          "  is an argument. An optional argument may follow options (`topic pub /t std_msgs/msg/String --once '{data: x}'`).\n"
          "- Help and usage are wrapped at `COLUMNS`, the terminal's width, or 80.\n"
          "- An unknown name is answered with the nearest one. Ctrl-C twice ends at once. Nothing is left half-written.\n"
          "- Colour is for errors and warnings on a terminal, and not with `NO_COLOR`.\n"
          "- `bench/bench_cli.py` measures help, discovery, a 10 kHz topic and images (and upstream's `ros2` beside it, where "
          "there is "
          "one: it is not\n"
          "  among the wheels that rclio is tested with).\n",
          out);
    for (const cli_verb *const *v = cli_verbs(); *v; v++)
        if (!strchr((*v)->path, ' ')) print_verb(out, "##", *v);
    for (const cli_group *g = cli_groups; g->name; g++) {
        size_t length = strlen(g->name);
        fprintf(out, "\n## %s\n\n%s.\n", g->name, g->summary);
        if (g->later) fprintf(out, "\nNot there yet, whatever is written behind it: `%s`, exit status 1.\n", g->later);
        if (g->options[0].kind) fputs("\n| | |\n|---|---|\n", out);
        for (const cli_option *o = g->options; o->kind; o++) print_option(out, o);
        if (g->notes) fprintf(out, "\nDiffers from upstream: %s\n", g->notes);
        for (const cli_verb *const *v = cli_verbs(); *v; v++)
            if (strncmp((*v)->path, g->name, length) == 0 && (*v)->path[length] == ' ') print_verb(out, "###", *v);
    }
}
