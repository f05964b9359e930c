/* cli/main.c: the `ros2` command: finds the verb, reads its options, runs it.
 * `ros2`, `ros2 <group>` and every -h print help without opening anything. A verb without a group (`ros2 run`) is a command of the
 * program itself. Threads: main. */
#include "completion.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define COMMANDS_MAX 64

static int by_name(const void *a, const void *b)
{
    return strcmp(((const cli_command *)a)->name, ((const cli_command *)b)->name);
}

/* What may stand behind `ros2`: groups, and verbs that have none. */
static void list_groups(cli_command commands[COMMANDS_MAX])
{
    size_t count = 0;
    for (const cli_group *g = cli_groups; g->name && count < COMMANDS_MAX - 1; g++)
        commands[count++] = (cli_command){g->name, g->summary};
    for (const cli_verb *const *v = cli_verbs(); *v && count < COMMANDS_MAX - 1; v++)
        if (cli_is_lone(*v)) commands[count++] = (cli_command){(*v)->path, (*v)->summary};
    qsort(commands, count, sizeof *commands, by_name);
    commands[count] = (cli_command){0};
}

/* "list" for "topic list" of group "topic"; NULL: of another group. */
static const char *verb_name(const cli_verb *verb, const char *group)
{
    size_t length = strlen(group);
    return strncmp(verb->path, group, length) == 0 && verb->path[length] == ' ' ? verb->path + length + 1 : NULL;
}

static void list_verbs(const char *group, cli_command commands[COMMANDS_MAX])
{
    size_t count = 0;
    for (const cli_verb *const *v = cli_verbs(); *v && count < COMMANDS_MAX - 1; v++)
        if (verb_name(*v, group)) commands[count++] = (cli_command){verb_name(*v, group), (*v)->summary};
    commands[count] = (cli_command){0};
}

/* Exit status of "ros2 topic nope". */
static int unknown_command(cli_parse *p, const char *command, const cli_command *commands)
{
    char *text = NULL;
    size_t size = 0, best = strlen(command) / 3 + 1;
    const char *nearest = NULL;
    FILE *out = open_memstream(&text, &size);
    if (!out) return CLI_USAGE;
    fprintf(out, "argument Call `%s <command> -h` for more detailed usage.: invalid choice: ", p->program);
    cli_repr(out, command);
    for (const cli_command *c = commands; c->name; c++) {
        fprintf(out, "%s'%s'", c == commands ? " (choose from " : ", ", c->name);
        size_t distance = cli_distance(command, c->name);
        if (distance < best) best = distance, nearest = c->name;
    }
    fputc(')', out);
    fclose(out);
    cli_usage_error(p, "%s", text);
    if (nearest) cli_did_you_mean(p->c, nearest);
    free(text);
    return CLI_USAGE;
}

/* Help or a command: returns true when *command is one of `commands`, or is NULL and `run` says what to do then; else *status is the
 * exit status. */
static bool read_command(cli_parse *p, int *argc, char *const **argv, const char *summary, const cli_command *commands, bool run,
                         const char **command, int *status)
{
    int used = 0;
    p->commands = commands;
    cli_parse_result result = cli_parse_arguments(p, *argc, *argv, command, &used);
    if (result == CLI_ERROR) {
        *status = CLI_USAGE;
        return false;
    }
    if (result == CLI_HELP || !*command) {
        if (p->extra_count) {
            *status = -1; /* the program reports them */
            return false;
        }
        if (result != CLI_HELP && run) return true;
        cli_help(stdout, p->program, summary, p->options, commands, cli_columns());
        *status = 0;
        return false;
    }
    *argc -= used;
    *argv += used;
    for (const cli_command *c = commands; c->name; c++)
        if (strcmp(c->name, *command) == 0) return true;
    *status = unknown_command(p, *command, commands);
    return false;
}

static int run_verb(cli *c, const cli_verb *verb, cli_parse *p, int argc, char *const argv[])
{
    char program[80];
    int status = -1;
    void *values = calloc(1, verb->size ? verb->size : 1);
    if (!values) return cli_error(c, "out of memory");
    snprintf(program, sizeof program, "ros2 %s", verb->path);
    c->program = p->program = program;
    p->options = verb->options;
    p->commands = NULL;
    p->values = values;
    p->seen = 0;
    cli_preset(verb->options, values);
    switch (cli_parse_arguments(p, argc, argv, NULL, NULL)) {
    case CLI_ERROR: status = CLI_USAGE; break;
    case CLI_HELP:
        cli_help(stdout, program, verb->summary, verb->options, NULL, cli_columns());
        status = 0;
        break;
    case CLI_PARSED:
        if (!p->extra_count) status = verb->run(c, values);
        break;
    }
    cli_release(verb->options, values);
    free(values);
    c->program = p->program = "ros2"; /* `program` ends here */
    return status;
}

static int run_group(cli *c, const cli_group *group, cli_parse *p, int argc, char *const argv[])
{
    cli_command commands[COMMANDS_MAX];
    char program[80];
    const char *command;
    int status;
    if (group->later) return cli_error(c, "%s", group->later);
    snprintf(program, sizeof program, "ros2 %s", group->name);
    p->program = program;
    p->options = group->options;
    p->seen = 0;
    list_verbs(group->name, commands);
    if (!read_command(p, &argc, &argv, group->summary, commands, group->run != NULL, &command, &status)) return status;
    if (!command) return group->run(c);
    for (const cli_verb *const *v = cli_verbs(); *v; v++) {
        const char *name = verb_name(*v, group->name);
        if (name && strcmp(name, command) == 0) return run_verb(c, *v, p, argc, argv);
    }
    return CLI_USAGE;
}

static int run_program(cli *c, cli_parse *p, int argc, char *const argv[])
{
    cli_command commands[COMMANDS_MAX];
    const char *command;
    int status;
    list_groups(commands);
    if (!read_command(p, &argc, &argv, "ros2: nodes, topics, services and actions from the command line", commands, false,
                      &command, &status))
        return status;
    for (const cli_verb *const *v = cli_verbs(); *v; v++)
        if (strcmp((*v)->path, command) == 0) return run_verb(c, *v, p, argc, argv);
    for (const cli_group *g = cli_groups; g->name; g++)
        if (strcmp(g->name, command) == 0) return run_group(c, g, p, argc, argv);
    return CLI_USAGE;
}

static int unrecognized(cli_parse *p)
{
    cli_command commands[COMMANDS_MAX];
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return CLI_USAGE;
    for (size_t i = 0; i < p->extra_count; i++) fprintf(out, " %s", p->extra[i]);
    fclose(out);
    p->program = "ros2";
    p->options = cli_program_options;
    list_groups(commands);
    p->commands = commands;
    cli_usage_error(p, "unrecognized arguments:%s", text);
    free(text);
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    cli c = {.program = "ros2"};
    cli_parse parse = {.c = &c, .program = "ros2", .options = cli_program_options, .values = &c};
    int status;
    if (argc == 2 && strcmp(argv[1], "--markdown") == 0) {
        cli_markdown(stdout);
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "--man") == 0) {
        cli_manual(stdout);
        return 0;
    }
    signal(SIGPIPE, SIG_IGN);
    cli_catch_interrupts();
    if (argc >= 2 && strcmp(argv[1], "--complete") == 0) {
        status = cli_complete(&c, argc - 2, argv + 2);
        cli_close(&c);
        return status;
    }
    if (!(parse.extra = calloc((size_t)argc + 1, sizeof *parse.extra))) return cli_error(&c, "out of memory");
    status = run_program(&c, &parse, argc - 1, argv + 1);
    if (status == -1) status = unrecognized(&parse);
    cli_flush(&c);
    if (c.output_failed) status = c.end_status;
    cli_close(&c);
    free(parse.extra);
    return status;
}
