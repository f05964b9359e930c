/* tests/cli/parse_probe.c: reads its arguments with a table of its own and prints what came out, for test_cli_parser.py. */
#include "cli.h"

#include <stdlib.h>

struct probe {
    const char *name, *second, *text, *choice;
    int64_t number, window, verbose;
    double rate;
    bool flag, once, chosen;
    int64_t times;
};

static const char *const choices[] = {"one", "two", NULL};

static const cli_option options[] = {
    CLI_FLAG(struct probe, flag, "-f, --flag", "a flag"),
    CLI_COUNT(struct probe, verbose, "--verbose, -v", "how much to say"),
    CLI_STRING(struct probe, text, "--text", "a text"),
    CLI_INT(struct probe, number, "-n, --number", "a number"),
    CLI_INT(struct probe, window, "--window, -w", "messages to average over", .preset = "10000", .range = CLI_POSITIVE),
    CLI_DOUBLE(struct probe, rate, "-r, --rate", "a rate", .value = "N", .range = CLI_POSITIVE),
    CLI_STRING(struct probe, choice, "--choice", "one of two", .choices = choices),
    CLI_FLAG(struct probe, chosen, "--chosen", "shares a beginning with --choice"),
    CLI_FLAG(struct probe, once, "-o, --once", "once", .exclusive = 1),
    CLI_INT(struct probe, times, "-t, --times", "so often", .exclusive = 1, .range = CLI_NOT_NEGATIVE),
    CLI_ARG(struct probe, name, "name", "a name"),
    CLI_ARG(struct probe, second, "second", "another", .optional = true),
    {0},
};

/* The same with an option that looks like a number. */
static const cli_option number_options[] = {
    CLI_FLAG(struct probe, once, "-1, --once", "once"),
    CLI_DOUBLE(struct probe, rate, "-r, --rate", "a rate", .value = "N"),
    CLI_ARG(struct probe, name, "name", "a name", .optional = true),
    {0},
};

struct words {
    const char *name;
    cli_words rest, prefixes;
    bool flag;
};

/* Several words. */
static const cli_option word_options[] = {
    CLI_FLAG(struct words, flag, "-f, --flag", "a flag"),
    CLI_STRINGS(struct words, prefixes, "--prefixes", "some texts"),
    CLI_ARG(struct words, name, "name", "a name"),
    CLI_ARGS(struct words, rest, "rest", "more names"),
    {0},
};

static void print_words(const char *title, const cli_words *words)
{
    printf("%s=", title);
    for (size_t i = 0; i < words->count; i++) printf("%s%s", i ? "," : "", words->data[i]);
    putchar(' ');
}

static int parse_words(int argc, char **argv)
{
    cli c = {0};
    struct words v = {0};
    cli_parse p = {.c = &c, .program = "probe", .options = word_options, .values = &v};
    if (!(p.extra = calloc((size_t)argc, sizeof *p.extra))) return 70;
    cli_parse_result result = cli_parse_arguments(&p, argc - 2, argv + 2, NULL, NULL);
    if (result == CLI_HELP) cli_help(stdout, p.program, "Tries the parser", p.options, NULL, cli_columns());
    if (result == CLI_PARSED) {
        print_words("rest", &v.rest);
        print_words("prefixes", &v.prefixes);
        printf("name=%s flag=%d\n", v.name, v.flag);
    }
    cli_release(word_options, &v);
    free(p.extra);
    return result == CLI_ERROR ? 2 : 0;
}

int main(int argc, char **argv)
{
    cli c = {0};
    struct probe v = {0};
    bool numbers = argc > 1 && argv[1][0] == '1';
    cli_parse p = {.c = &c, .program = "probe", .options = numbers ? number_options : options, .values = &v};
    if (argc > 1 && argv[1][0] == '2') return parse_words(argc, argv);
    if (argc < 2 || !(p.extra = calloc((size_t)argc, sizeof *p.extra))) return 70;
    if (!numbers) cli_preset(options, &v);
    cli_parse_result result = cli_parse_arguments(&p, argc - 2, argv + 2, NULL, NULL);
    if (result == CLI_HELP) cli_help(stdout, p.program, "Tries the parser", p.options, NULL, cli_columns());
    if (result == CLI_PARSED) {
        printf("name=%s second=%s text=%s choice=%s\n", v.name ? v.name : "-", v.second ? v.second : "-", v.text ? v.text : "-",
               v.choice ? v.choice : "-");
        printf("number=%lld window=%lld times=%lld verbose=%lld rate=%g\n", (long long)v.number, (long long)v.window,
               (long long)v.times, (long long)v.verbose, v.rate);
        printf("flag=%d once=%d chosen=%d extra=%zu\n", v.flag, v.once, v.chosen, p.extra_count);
    }
    free(p.extra);
    return result == CLI_ERROR ? 2 : 0;
}
