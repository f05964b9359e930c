/* cli/manual.c: the man page ros2(1), written from the verb tables by `ros2 --man`; installed by CMake.
 *
 *   MA1  Whatever text comes from a table is escaped: a backslash, a '-' (else a hyphen that cannot be searched for), a '.' or '\''
 *        that begins a line.
 * Threads: main. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static void print_text(FILE *out, const char *text) /* MA1 */
{
    bool begins = true;
    for (; *text; text++) {
        if (begins && (*text == '.' || *text == '\'')) fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else if (*text != '`') /* code is not set apart */
            fputc(*text, out);
        begins = *text == '\n';
    }
}

/* What cli/help.c prints into a file, escaped. */
static void print_usage(FILE *out, const cli_verb *verb)
{
    char program[80], *text = NULL;
    size_t size = 0;
    FILE *plain = open_memstream(&text, &size);
    if (!plain) return;
    snprintf(program, sizeof program, "ros2 %s", verb->path);
    cli_usage(plain, program, verb->options, NULL, 72);
    fclose(plain);
    fputs(".nf\n", out);
    print_text(out, strncmp(text, "usage: ", 7) == 0 ? text + 7 : text);
    fputs(".fi\n", out);
    free(text);
}

static void print_option(FILE *out, const cli_option *option)
{
    char *text = NULL;
    size_t size = 0;
    FILE *plain = open_memstream(&text, &size);
    if (!plain) return;
    cli_option_invocation(plain, option);
    fclose(plain);
    fputs(".TP\n.B ", out);
    print_text(out, text);
    fputc('\n', out);
    print_text(out, option->help);
    if (option->preset) {
        fputs(" (", out);
        print_text(out, option->preset);
        fputs(" if not given)", out);
    }
    if (option->optional) fputs(" (may be left out)", out);
    fputc('\n', out);
    free(text);
}

static void print_options(FILE *out, const cli_option *options)
{
    for (const cli_option *o = options; o->kind; o++)
        if (cli_is_argument(o)) print_option(out, o);
    for (const cli_option *o = options; o->kind; o++)
        if (!cli_is_argument(o)) print_option(out, o);
}

static void print_verb(FILE *out, const cli_verb *verb)
{
    fputs(".SS \"ros2 ", out);
    print_text(out, verb->path);
    fputs("\"\n", out);
    print_text(out, verb->summary);
    fputs(".\n.PP\n", out);
    print_usage(out, verb);
    print_options(out, verb->options);
    if (!verb->notes) return;
    fputs(".PP\nDiffers from upstream: ", out);
    print_text(out, verb->notes);
    fputc('\n', out);
}

/* What stands between `ros2 <group>` and its verbs, or in place of them. */
static void print_group(FILE *out, const cli_group *group)
{
    if (!group->options[0].kind) return;
    fprintf(out, ".SS \"ros2 %s\"\n", group->name);
    print_text(out, group->summary);
    fputs(".\n", out);
    print_options(out, group->options);
    if (!group->notes) return;
    fputs(".PP\nDiffers from upstream: ", out);
    print_text(out, group->notes);
    fputc('\n', out);
}

static void print_list(FILE *out)
{
    fputs(".SH COMMANDS\n", out);
    for (const cli_group *g = cli_groups; g->name; g++) {
        fprintf(out, ".TP\n.B %s\n", g->name);
        print_text(out, g->later ? g->later : g->summary);
        fputs(".\n", out);
    }
    for (const cli_verb *const *v = cli_verbs(); *v; v++) {
        if (!cli_is_lone(*v)) continue;
        fprintf(out, ".TP\n.B %s\n", (*v)->path);
        print_text(out, (*v)->summary);
        fputs(".\n", out);
    }
}

void cli_manual(FILE *out)
{
    fputs(
        ".TH ROS2 1 \"\" \"rclio\" \"ROS 2\"\n"
        ".SH NAME\nros2 \\- nodes, topics, services and actions from the command line\n"
        ".SH SYNOPSIS\n.B ros2\n.RB [ \\-h ]\n.I command\n.RI [ verb ]\n.RI [ options ]\n.RI [ arguments ]\n"
        ".SH DESCRIPTION\n"
        "Joins the ROS 2 network of this computer's domain and answers, without a daemon and without Python. Output, option "
        "names,\n"
        "error texts and exit statuses are those of ROS 2's own tool. Options may be shortened as long as they are unambiguous,\n"
        "bundled, and written behind the arguments; after\n.B \\-\\-\neverything is an argument.\n",
        out);
    print_list(out);
    fputs(".SH VERBS\n", out);
    for (const cli_group *g = cli_groups; g->name; g++) print_group(out, g);
    for (const cli_verb *const *v = cli_verbs(); *v; v++) print_verb(out, *v);
    fputs(".SH EXIT STATUS\n"
          ".TP\n.B 0\nDone; also a goal that was rejected or aborted, and standard output closed by its reader.\n"
          ".TP\n.B 1\nUnknown thing or bad value; interrupted while waiting for somebody; standard output full.\n"
          ".TP\n.B 2\nWrong usage; interrupted while looking around.\n"
          ".TP\n.B 15\nInterrupted while receiving or publishing.\n"
          ".SH ENVIRONMENT\n"
          ".TP\n.B ROS_DOMAIN_ID\nDomain to join, 0 to 232; 0 if not set.\n"
          ".TP\n.B ROS_AUTOMATIC_DISCOVERY_RANGE\n.RB SUBNET , \" LOCALHOST\" , \" OFF\" \" or\" \" SYSTEM_DEFAULT\" .\n"
          ".TP\n.B RMW_IMPLEMENTATION\n.B rmw_cyclonedds_cpp\nspeaks to nodes on Cyclone DDS only; not set: to all.\n"
          ".TP\n.BR AMENT_PREFIX_PATH , \" COLCON_PREFIX_PATH\" , \" RCLIO_INTERFACE_PATH\"\nWhere packages and interface "
          "definitions lie.\n"
          ".TP\n.B NO_COLOR\nSet to anything: no colour. There is none either where standard output is no terminal.\n"
          ".TP\n.B COLUMNS\nWidth that help is wrapped at.\n",
          out);
}
