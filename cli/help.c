/* cli/help.c: usage lines and help texts, laid out and wrapped as Python's argparse does.
 *
 *   H1  Usage goes on one line when it fits; else options first, then arguments on lines of their own, indented behind the program.
 *   H2  Help texts start in column 24, or earlier when all names are short; a name that is too long has a line of its own.
 * Threads: main. */
#include "cli.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define HELP_POSITION 24

const cli_option cli_help_option = {.kind = CLI_KIND_HELP, .names = "-h, --help", .help = "show this help message and exit"};

size_t cli_columns(void)
{
    const char *columns = getenv("COLUMNS");
    long value = columns ? strtol(columns, NULL, 10) : 0;
    struct winsize window;
    if (value <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0) value = window.ws_col;
    return value > 0 ? (size_t)value : 80;
}

bool cli_is_argument(const cli_option *option)
{
    return option->kind == CLI_KIND_ARGUMENT || option->kind == CLI_KIND_ARGUMENTS || option->kind == CLI_KIND_REST;
}

bool cli_takes_value(const cli_option *option)
{
    return option->kind == CLI_KIND_STRING || option->kind == CLI_KIND_INT || option->kind == CLI_KIND_DOUBLE ||
           option->kind == CLI_KIND_STRINGS;
}

static void print_value_name(FILE *out, const cli_option *option)
{
    char name[CLI_NAME_SIZE], longest[CLI_NAME_SIZE] = "";
    if (option->value) {
        fputs(option->value, out);
        return;
    }
    if (option->choices) {
        for (size_t i = 0; option->choices[i]; i++) fprintf(out, "%s%s", i ? "," : "{", option->choices[i]);
        fputc('}', out);
        return;
    }
    for (const char *rest = option->names; (rest = cli_next_name(rest, name));)
        if (!longest[0] || (longest[1] != '-' && name[1] == '-')) memcpy(longest, name, sizeof longest);
    for (const char *c = longest + strspn(longest, "-"); *c; c++) fputc(*c == '-' ? '_' : toupper((unsigned char)*c), out);
}

void cli_option_value(FILE *out, const cli_option *option)
{
    print_value_name(out, option);
    if (option->kind != CLI_KIND_STRINGS) return;
    fputs(" [", out);
    print_value_name(out, option);
    fputs(" ...]", out);
}

void cli_option_name(FILE *out, const cli_option *option)
{
    char name[CLI_NAME_SIZE];
    bool any = false;
    for (const char *rest = option->names; (rest = cli_next_name(rest, name)); any = true)
        fprintf(out, "%s%s", any ? "/" : "", name);
}

void cli_option_invocation(FILE *out, const cli_option *option)
{
    char name[CLI_NAME_SIZE];
    bool any = false;
    for (const char *rest = option->names; (rest = cli_next_name(rest, name)); any = true) {
        fprintf(out, "%s%s", any ? ", " : "", name);
        if (!cli_takes_value(option)) continue;
        fputc(' ', out);
        cli_option_value(out, option);
    }
}

/* ---- usage ---- */

struct parts { /* what may not be broken, in order */
    char **data;
    size_t count, options; /* the first `options` are options, the rest arguments */
};

static void parts_free(struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) free(parts->data[i]);
    free(parts->data);
}

static bool parts_add(struct parts *parts, char *text)
{
    char **data = text ? realloc(parts->data, (parts->count + 1) * sizeof *data) : NULL;
    if (!data) {
        free(text);
        return false;
    }
    parts->data = data;
    data[parts->count++] = text;
    return true;
}

/* "[-h]", "[-r N]", "[-1 | -t TIMES]"; *next gets the option behind it. */
static char *option_part(const cli_option *option, const cli_option **next)
{
    char *text = NULL, name[CLI_NAME_SIZE];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    const cli_option *o = option;
    fputc('[', out);
    do {
        if (o != option) fputs(" | ", out);
        cli_next_name(o->names, name);
        fputs(name, out);
        if (cli_takes_value(o)) {
            fputc(' ', out);
            cli_option_value(out, o);
        }
        o++;
    } while (option->exclusive && o->kind && o->exclusive == option->exclusive);
    fputc(']', out);
    fclose(out);
    *next = o;
    return text;
}

static bool collect_parts(struct parts *parts, const char *program, const cli_option *options, bool has_commands)
{
    const cli_option *next;
    if (!parts_add(parts, option_part(&cli_help_option, &next))) return false;
    for (const cli_option *o = options; o && o->kind; o = next) {
        next = o + 1;
        if (!cli_is_argument(o) && !parts_add(parts, option_part(o, &next))) return false;
    }
    parts->options = parts->count;
    for (const cli_option *o = options; o && o->kind; o++) {
        char text[CLI_NAME_SIZE + 6];
        if (!cli_is_argument(o)) continue;
        snprintf(text, sizeof text, o->optional ? "[%s]" : "%s", o->kind == CLI_KIND_REST ? "..." : o->names);
        if (!parts_add(parts, strdup(text))) return false;
        if (o->kind != CLI_KIND_ARGUMENTS) continue;
        snprintf(text, sizeof text, "[%s ...]", o->names);
        if (!parts_add(parts, strdup(text))) return false;
    }
    if (!has_commands) return true;
    char call[160]; /* upstream shows this sentence as if it were the name of an argument */
    snprintf(call, sizeof call, "Call `%s <command> -h` for more detailed usage. ...", program);
    for (char *word = call; word;) {
        char *blank = strchr(word, ' ');
        if (blank) *blank++ = '\0';
        if (!parts_add(parts, strdup(word))) return false;
        word = blank;
    }
    return true;
}

/* Prints parts from `from` to `to`; `length` columns are in use, an `empty` line has nothing but its indentation. */
static void print_parts(FILE *out, const struct parts *parts, size_t from, size_t to, size_t indent, bool empty, size_t width)
{
    size_t length = indent - 1; /* as argparse counts: without the blank before the next part */
    for (size_t i = from; i < to; i++) {
        size_t size = strlen(parts->data[i]);
        if (!empty && length + 1 + size > width) {
            fprintf(out, "\n%*s", (int)indent, "");
            length = indent - 1;
            empty = true;
        }
        fprintf(out, "%s%s", empty ? "" : " ", parts->data[i]);
        length += size + 1;
        empty = false;
    }
}

static void print_wrapped_usage(FILE *out, const struct parts *parts, size_t behind_program, size_t width)
{
    bool narrow = (behind_program - 1) * 4 > width * 3;
    size_t indent = narrow ? strlen("usage: ") : behind_program;
    if (narrow) fprintf(out, "\n%*s", (int)indent, "");
    print_parts(out, parts, 0, parts->options, indent, narrow, width);
    if (parts->options == parts->count) return;
    fprintf(out, "\n%*s", (int)indent, "");
    print_parts(out, parts, parts->options, parts->count, indent, true, width);
}

void cli_usage(FILE *out, const char *program, const cli_option *options, const cli_command *commands, size_t columns)
{
    struct parts parts = {0};
    size_t width = columns > 13 ? columns - 2 : 11, total = strlen("usage: ") + strlen(program), behind_program = total + 1;
    if (!collect_parts(&parts, program, options, commands != NULL)) goto done;
    fprintf(out, "usage: %s", program);
    for (size_t i = 0; i < parts.count; i++) total += strlen(parts.data[i]) + 1;
    if (total > width)
        print_wrapped_usage(out, &parts, behind_program, width);
    else
        for (size_t i = 0; i < parts.count; i++) fprintf(out, " %s", parts.data[i]);
    fputc('\n', out);
done:
    parts_free(&parts);
}

/* ---- help ---- */

/* Prints words from `column` on, wrapped at `width`; ends the line. */
static void print_wrapped(FILE *out, const char *text, size_t column, size_t width)
{
    size_t room = width > column + 11 ? width - column : 11, length = 0;
    while (*text) {
        size_t word = strcspn(text, " ");
        if (length && length + 1 + word > room) {
            fprintf(out, "\n%*s", (int)column, "");
            length = 0;
        }
        fprintf(out, "%s%.*s", length ? " " : "", (int)word, text);
        length += word + (length ? 1 : 0);
        text += word;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static char *invocation(const cli_option *option)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    cli_option_invocation(out, option);
    fclose(out);
    return text;
}

static size_t help_position(const cli_option *options)
{
    size_t longest = strlen(cli_help_option.names);
    for (const cli_option *o = options; o && o->kind; o++) {
        char *text = invocation(o);
        if (text && strlen(text) > longest) longest = strlen(text);
        free(text);
    }
    return longest + 4 < HELP_POSITION ? longest + 4 : HELP_POSITION;
}

static void print_option(FILE *out, const cli_option *option, size_t position, size_t width)
{
    char *text = invocation(option), help[400];
    if (!text) return;
    snprintf(help, sizeof help, option->preset ? "%s (default: %s)" : "%s", option->help, option->preset);
    if (strlen(text) + 4 <= position)
        fprintf(out, "  %-*s  ", (int)(position - 4), text);
    else
        fprintf(out, "  %s\n%*s", text, (int)position, "");
    print_wrapped(out, help, position, width);
    free(text);
}

static void print_commands(FILE *out, const char *program, const cli_command *commands, size_t width)
{
    size_t longest = 0;
    for (const cli_command *c = commands; c->name; c++)
        if (strlen(c->name) > longest) longest = strlen(c->name);
    fputs("\nCommands:\n", out);
    for (const cli_command *c = commands; c->name; c++) {
        fprintf(out, "  %-*s  ", (int)longest, c->name);
        print_wrapped(out, c->summary, longest + 4, width);
    }
    fprintf(out, "\n  Call `%s <command> -h` for more detailed usage.\n", program);
}

void cli_help(FILE *out, const char *program, const char *summary, const cli_option *options, const cli_command *commands,
              size_t columns)
{
    size_t width = columns > 13 ? columns - 2 : 11, position = help_position(options);
    bool arguments = false;
    cli_usage(out, program, options, commands, columns);
    fputc('\n', out);
    print_wrapped(out, summary, 0, width);
    for (const cli_option *o = options; o && o->kind; o++) {
        if (!cli_is_argument(o)) continue;
        if (!arguments) fputs("\npositional arguments:\n", out);
        arguments = true;
        print_option(out, o, position, width);
    }
    fputs("\noptions:\n", out);
    print_option(out, &cli_help_option, position, width);
    for (const cli_option *o = options; o && o->kind; o++)
        if (!cli_is_argument(o)) print_option(out, o, position, width);
    if (commands) print_commands(out, program, commands, width);
}
