/* cli/parse.c: the command line as Python's argparse reads it.
 *
 *   P1  Long options take `--name value`, `--name=value` and any unambiguous beginning; short ones may be bundled (`-tc`) and take their
 *       value attached (`-r5`).
 *   P2  `-5` and `-.5` are values, unless the command has an option that looks like a number (`topic pub -1`).
 *   P3  After `--` everything is an argument. A text with a blank in it is never an option.
 *   P4  What nobody recognises is collected and reported by the program itself, after all other errors.
 *   P5  Unlike argparse, an optional argument may follow options (`pub /t type --once '{}'`).
 *   P6  What follows the last argument of a command with CLI_KIND_REST is kept as it stands, options and `--` too; an option that
 *       nobody knows begins it as soon as there is an argument.
 * Threads: main. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct match {
    const cli_option *option;
    char name[CLI_NAME_SIZE];
    const char *value; /* attached to the option; NULL: none */
} match;

const char *cli_next_name(const char *names, char name[CLI_NAME_SIZE])
{
    if (!names || !*names) return NULL;
    size_t length = strcspn(names, ",");
    snprintf(name, CLI_NAME_SIZE, "%.*s", (int)length, names);
    names += length;
    return names + strspn(names, ", ");
}

static bool is_option(const cli_option *option)
{
    return option->kind != CLI_KIND_END && !cli_is_argument(option);
}

static bool looks_like_number(const char *text)
{
    if (text[0] != '-') return false;
    size_t whole = strspn(text + 1, "0123456789");
    if (text[1 + whole] == '\0') return whole > 0;
    if (text[1 + whole] != '.') return false;
    const char *fraction = text + 2 + whole;
    size_t digits = strspn(fraction, "0123456789");
    return digits > 0 && fraction[digits] == '\0';
}

static bool has_number_options(const cli_parse *p)
{
    for (const cli_option *o = p->options; o && o->kind; o++) {
        char name[CLI_NAME_SIZE];
        if (!is_option(o)) continue;
        for (const char *rest = o->names; (rest = cli_next_name(rest, name));)
            if (looks_like_number(name)) return true;
    }
    return false;
}

/* Calls `each` for every name of every option until it returns true. */
typedef bool name_fn(const cli_option *option, const char *name, void *arg);

static bool each_name(const cli_parse *p, name_fn *each, void *arg)
{
    char name[CLI_NAME_SIZE];
    for (const char *rest = cli_help_option.names; (rest = cli_next_name(rest, name));)
        if (each(&cli_help_option, name, arg)) return true;
    for (const cli_option *o = p->options; o && o->kind; o++) {
        if (!is_option(o)) continue;
        for (const char *rest = o->names; (rest = cli_next_name(rest, name));)
            if (each(o, name, arg)) return true;
    }
    return false;
}

struct search {
    const char *text; /* what stands on the command line */
    size_t length;    /* of the part before '=' */
    match found;
    size_t count;
    FILE *names; /* all that match, for the error */
};

static void search_add(struct search *s, const cli_option *option, const char *name, const char *value)
{
    if (s->count++ == 0) {
        s->found.option = option;
        snprintf(s->found.name, sizeof s->found.name, "%s", name);
        s->found.value = value;
    }
    if (s->names) fprintf(s->names, "%s%s", s->count > 1 ? ", " : "", name);
}

static bool match_exactly(const cli_option *option, const char *name, void *arg)
{
    struct search *s = arg;
    if (strlen(name) != s->length || strncmp(name, s->text, s->length) != 0) return false;
    search_add(s, option, name, s->text[s->length] == '=' ? s->text + s->length + 1 : NULL);
    return true;
}

static bool match_beginning(const cli_option *option, const char *name, void *arg)
{
    struct search *s = arg;
    if (s->text[1] == '-') {
        if (strncmp(name, s->text, s->length) == 0)
            search_add(s, option, name, s->text[s->length] == '=' ? s->text + s->length + 1 : NULL);
        return false;
    }
    if (strlen(name) == 2 && strncmp(name, s->text, 2) == 0)
        search_add(s, option, name, s->text + 2);
    else if (strncmp(name, s->text, strlen(s->text)) == 0)
        search_add(s, option, name, NULL);
    return false;
}

typedef enum token { TOKEN_ARGUMENT, TOKEN_OPTION, TOKEN_UNKNOWN, TOKEN_ERROR } token;

/* What a word of the command line is; an option goes to *found. */
static token classify(cli_parse *p, const char *text, match *found)
{
    if (text[0] != '-' || text[1] == '\0') return TOKEN_ARGUMENT;
    struct search s = {.text = text, .length = strlen(text)};
    if (each_name(p, match_exactly, &s)) goto option;
    if (strchr(text, '=')) {
        s.length = strcspn(text, "=");
        if (each_name(p, match_exactly, &s)) goto option;
    }
    char *names = NULL;
    size_t size = 0;
    s.names = open_memstream(&names, &size);
    each_name(p, match_beginning, &s);
    if (s.names) fclose(s.names);
    if (s.count > 1) cli_usage_error(p, "ambiguous option: %s could match %s", text, names ? names : "several");
    free(names);
    if (s.count > 1) return TOKEN_ERROR;
    if (s.count == 1) goto option;
    if (looks_like_number(text) && !has_number_options(p)) return TOKEN_ARGUMENT;
    return strchr(text, ' ') ? TOKEN_ARGUMENT : TOKEN_UNKNOWN;
option:
    *found = s.found;
    return TOKEN_OPTION;
}

/* Prints "argument -r/--rate: ..." */
static cli_parse_result value_error(cli_parse *p, const cli_option *option, const char *cause, const char *value)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return CLI_ERROR;
    fputs("argument ", out);
    cli_option_name(out, option);
    fprintf(out, ": %s", cause);
    if (value) cli_repr(out, value);
    fclose(out);
    cli_usage_error(p, "%s", text);
    free(text);
    return CLI_ERROR;
}

static const char *number_name(const cli_option *option)
{
    static const char *const names[2][4] = {{"int", "positive_int", "nonnegative_int", "unsigned_int"},
                                            {"float", "positive_float", "nonnegative_float", "unsigned_float"}};
    return names[option->kind == CLI_KIND_DOUBLE][option->range];
}

static cli_parse_result number_error(cli_parse *p, const cli_option *option, const char *text, bool is_number)
{
    if (option->range == CLI_UNSIGNED) return value_error(p, option, "value must be non-negative integer", NULL);
    if (is_number)
        return value_error(p, option, option->range == CLI_POSITIVE ? "Value must be positive" : "Value must be positive or zero",
                           NULL);
    char cause[64];
    snprintf(cause, sizeof cause, "invalid %s value: ", number_name(option));
    return value_error(p, option, cause, text);
}

static bool in_range(const cli_option *option, double value)
{
    if (option->range == CLI_POSITIVE) return value > 0;
    return option->range == CLI_ANY || value >= 0;
}

static cli_parse_result set_number(cli_parse *p, const cli_option *option, const char *text, void *target)
{
    char *end = NULL;
    errno = 0;
    if (option->kind == CLI_KIND_INT) {
        long long value = strtoll(text, &end, 10);
        bool good = end != text && *end == '\0' && errno == 0;
        if (!good || !in_range(option, (double)value)) return number_error(p, option, text, good);
        *(int64_t *)target = value;
        return CLI_PARSED;
    }
    double value = strtod(text, &end);
    bool good = end != text && *end == '\0' && !strpbrk(text, "xX");
    if (!good || !in_range(option, value)) return number_error(p, option, text, good);
    *(double *)target = value;
    return CLI_PARSED;
}

static cli_parse_result check_choice(cli_parse *p, const cli_option *option, const char *value)
{
    char *text = NULL;
    size_t size = 0;
    for (size_t i = 0; option->choices[i]; i++)
        if (strcmp(option->choices[i], value) == 0) return CLI_PARSED;
    FILE *out = open_memstream(&text, &size);
    if (!out) return CLI_ERROR;
    fputs("argument ", out);
    cli_option_name(out, option);
    fputs(": invalid choice: ", out);
    cli_repr(out, value);
    for (size_t i = 0; option->choices[i]; i++) fprintf(out, "%s'%s'", i ? ", " : " (choose from ", option->choices[i]);
    fputc(')', out);
    fclose(out);
    cli_usage_error(p, "%s", text);
    free(text);
    return CLI_ERROR;
}

static cli_parse_result add_word(cli_parse *p, cli_words *words, const char *word)
{
    const char **data = realloc(words->data, (words->count + 1) * sizeof *data);
    if (!data) return cli_error(p->c, "out of memory"), CLI_ERROR;
    words->data = data;
    data[words->count++] = word;
    return CLI_PARSED;
}

static cli_parse_result set_value(cli_parse *p, const cli_option *option, const char *value)
{
    char *target = (char *)p->values + option->offset;
    if (option->choices && check_choice(p, option, value) != CLI_PARSED) return CLI_ERROR;
    switch (option->kind) {
    case CLI_KIND_ARGUMENT:
    case CLI_KIND_STRING: *(const char **)(void *)target = value; return CLI_PARSED;
    case CLI_KIND_INT:
    case CLI_KIND_DOUBLE: return set_number(p, option, value, target);
    case CLI_KIND_FLAG: *(bool *)target = true; return CLI_PARSED;
    case CLI_KIND_COUNT: ++*(int64_t *)(void *)target; return CLI_PARSED;
    case CLI_KIND_REST:
    case CLI_KIND_ARGUMENTS:
    case CLI_KIND_STRINGS: return add_word(p, (cli_words *)(void *)target, value);
    case CLI_KIND_HELP: return CLI_HELP;
    default: return CLI_PARSED;
    }
}

/* Notes that an option is there; an error when it excludes one that was there before. */
static cli_parse_result note_option(cli_parse *p, const cli_option *option)
{
    if (option == &cli_help_option) return CLI_PARSED;
    p->seen |= UINT64_C(1) << (option - p->options);
    if (!option->exclusive) return CLI_PARSED;
    for (const cli_option *o = p->options; o->kind; o++) {
        if (o == option || o->exclusive != option->exclusive || !(p->seen & UINT64_C(1) << (o - p->options))) continue;
        char *name = NULL, cause[128];
        size_t size = 0;
        FILE *out = open_memstream(&name, &size);
        if (!out) return CLI_ERROR;
        cli_option_name(out, o);
        fclose(out);
        snprintf(cause, sizeof cause, "not allowed with argument %s", name);
        free(name);
        return value_error(p, option, cause, NULL);
    }
    return CLI_PARSED;
}

/* Every word up to the next option is a value. */
static cli_parse_result take_words(cli_parse *p, const cli_option *option, int argc, char *const argv[], int *next)
{
    cli_words *words = (cli_words *)(void *)((char *)p->values + option->offset);
    words->count = 0; /* given again: the last ones count, as in argparse */
    for (; *next < argc && strcmp(argv[*next], "--") != 0; ++*next) {
        match ignored;
        token kind = classify(p, argv[*next], &ignored);
        if (kind == TOKEN_ERROR) return CLI_ERROR;
        if (kind != TOKEN_ARGUMENT) break;
        if (set_value(p, option, argv[*next]) != CLI_PARSED) return CLI_ERROR;
    }
    return words->count ? CLI_PARSED : value_error(p, option, "expected at least one argument", NULL);
}

/* P1: one option with its value, or a bundle of short ones. *next is the index of the following word, moved when it was taken. */
static cli_parse_result take_option(cli_parse *p, match found, int argc, char *const argv[], int *next)
{
    for (;;) {
        cli_parse_result result = note_option(p, found.option);
        if (result != CLI_PARSED) return result;
        if (cli_takes_value(found.option)) {
            match ignored;
            if (found.value) return set_value(p, found.option, found.value);
            if (found.option->kind == CLI_KIND_STRINGS) return take_words(p, found.option, argc, argv, next);
            if (*next >= argc || strcmp(argv[*next], "--") == 0)
                return value_error(p, found.option, "expected one argument", NULL);
            token kind = classify(p, argv[*next], &ignored);
            if (kind == TOKEN_ERROR) return CLI_ERROR;
            if (kind != TOKEN_ARGUMENT) return value_error(p, found.option, "expected one argument", NULL);
            return set_value(p, found.option, argv[(*next)++]);
        }
        const char *rest = found.value;
        if (rest && (found.name[1] == '-' || *rest == '\0'))
            return value_error(p, found.option, "ignored explicit argument ", rest);
        if (rest) { /* a bundle: the next letter must be an option of its own */
            char letter[3] = {'-', rest[0], '\0'};
            struct search s = {.text = letter, .length = 2};
            if (!each_name(p, match_exactly, &s)) return value_error(p, found.option, "ignored explicit argument ", rest);
            if ((result = set_value(p, found.option, "")) != CLI_PARSED) return result;
            found = s.found;
            found.value = rest[1] ? rest + 1 : NULL;
            continue;
        }
        return set_value(p, found.option, "");
    }
}

static const cli_option *next_argument(const cli_parse *p)
{
    for (const cli_option *o = p->options; o && o->kind; o++)
        if (cli_is_argument(o) && o->kind != CLI_KIND_REST &&
            (o->kind == CLI_KIND_ARGUMENTS || !(p->seen & UINT64_C(1) << (o - p->options))))
            return o;
    return NULL;
}

static cli_parse_result check_required(cli_parse *p)
{
    char *names = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&names, &size);
    if (!out) return CLI_ERROR;
    bool any = false;
    for (const cli_option *o = p->options; o && o->kind; o++) {
        if (!cli_is_argument(o) || o->optional || o->verb_checks || o->kind == CLI_KIND_REST ||
            p->seen & UINT64_C(1) << (o - p->options))
            continue;
        fprintf(out, "%s%s", any ? ", " : "", o->names);
        any = true;
    }
    fclose(out);
    if (any) cli_usage_error(p, "the following arguments are required: %s", names);
    free(names);
    return any ? CLI_ERROR : CLI_PARSED;
}

void cli_preset(const cli_option *options, void *values)
{
    for (const cli_option *o = options; o && o->kind; o++) {
        char *target = (char *)values + o->offset;
        if (o->kind == CLI_KIND_INT)
            *(int64_t *)(void *)target = o->preset ? strtoll(o->preset, NULL, 10) : CLI_UNSET;
        else if (o->kind == CLI_KIND_DOUBLE)
            *(double *)(void *)target = o->preset ? strtod(o->preset, NULL) : (double)NAN;
        else if (o->kind == CLI_KIND_STRING || o->kind == CLI_KIND_ARGUMENT)
            *(const char **)(void *)target = o->preset;
    }
}

void cli_release(const cli_option *options, void *values)
{
    for (const cli_option *o = options; o && o->kind; o++) {
        cli_words *words = (cli_words *)(void *)((char *)values + o->offset);
        if (o->kind == CLI_KIND_ARGUMENTS || o->kind == CLI_KIND_STRINGS || o->kind == CLI_KIND_REST) free(words->data);
    }
}

static const cli_option *rest_option(const cli_parse *p)
{
    for (const cli_option *o = p->options; o && o->kind; o++)
        if (o->kind == CLI_KIND_REST) return o;
    return NULL;
}

/* P6 */
static cli_parse_result take_rest(cli_parse *p, int argc, char *const argv[], int next)
{
    cli_parse_result result = CLI_PARSED;
    while (next < argc && result == CLI_PARSED) result = set_value(p, rest_option(p), argv[next++]);
    return result == CLI_PARSED ? check_required(p) : result;
}

cli_parse_result cli_parse_arguments(cli_parse *p, int argc, char *const argv[], const char **command, int *used)
{
    bool only_arguments = false;
    int next = 0;
    if (command) *command = NULL;
    while (next < argc) {
        const char *text = argv[next++];
        match found;
        if (rest_option(p) && !next_argument(p)) return take_rest(p, argc, argv, next - 1);
        if (!only_arguments && strcmp(text, "--") == 0) {
            only_arguments = true;
            continue;
        }
        token kind = only_arguments ? TOKEN_ARGUMENT : classify(p, text, &found);
        cli_parse_result result = CLI_PARSED;
        if (kind == TOKEN_ERROR) return CLI_ERROR;
        if (kind == TOKEN_UNKNOWN && rest_option(p) && next_argument(p)->verb_checks) return take_rest(p, argc, argv, next - 1);
        if (kind == TOKEN_OPTION) {
            result = take_option(p, found, argc, argv, &next);
        } else if (kind == TOKEN_ARGUMENT && command) {
            *command = text;
            *used = next;
            return CLI_PARSED;
        } else {
            const cli_option *argument = kind == TOKEN_ARGUMENT ? next_argument(p) : NULL;
            if (argument) {
                result = set_value(p, argument, text);
                p->seen |= UINT64_C(1) << (argument - p->options);
            } else {
                p->extra[p->extra_count++] = text;
            }
        }
        if (result != CLI_PARSED) return result;
    }
    if (command) {
        *used = next;
        return CLI_PARSED;
    }
    return check_required(p);
}
