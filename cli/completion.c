/* cli/completion.c: see completion.h. Reads the words as cli/parse.c would, as far as they go. */
#include "completion.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void completing_offer(completing *k, const char *candidate, const char *about)
{
    if (strncmp(candidate, k->word, strlen(k->word)) != 0 || strpbrk(candidate, "\n\t")) return; /* a line and its tab: CP1 */
    cli_print(k->c, "%s\t%s\n", candidate, about ? about : "");
    k->any = true;
}

void completing_offer_files(completing *k)
{
    cli_print_text(k->c, ":files\n");
    k->any = true;
}

static const cli_option *find_option(const cli_option *options, const char *word)
{
    char name[CLI_NAME_SIZE];
    for (const cli_option *o = options; o->kind; o++) {
        if (cli_is_argument(o)) continue;
        for (const char *rest = o->names; (rest = cli_next_name(rest, name));)
            if (strcmp(name, word) == 0) return o;
    }
    return NULL;
}

static void offer_option(completing *k, const cli_option *option)
{
    char name[CLI_NAME_SIZE];
    for (const char *rest = option->names; (rest = cli_next_name(rest, name));) completing_offer(k, name, option->help);
}

static void offer_options(completing *k, const cli_option *options)
{
    for (const cli_option *o = options; o->kind; o++)
        if (!cli_is_argument(o)) offer_option(k, o);
    offer_option(k, &cli_help_option);
}

static void offer_value(completing *k, const cli_option *option)
{
    char name[CLI_NAME_SIZE], longest[CLI_NAME_SIZE] = "";
    for (size_t i = 0; option->choices && option->choices[i]; i++) completing_offer(k, option->choices[i], NULL);
    if (option->choices) return;
    for (const char *rest = option->names; (rest = cli_next_name(rest, name));)
        if (strlen(name) > strlen(longest)) memcpy(longest, name, sizeof longest);
    completing_offer_values(k, longest);
}

/* The argument that is next; one that takes several is the last. NULL: no more are taken. */
static const cli_option *next_argument(const cli_option *options, size_t given)
{
    for (const cli_option *o = options; o->kind; o++) {
        if (!cli_is_argument(o)) continue;
        if (given == 0 || o->kind == CLI_KIND_ARGUMENTS || o->kind == CLI_KIND_REST) return o;
        given--;
    }
    return NULL;
}

/* Reads options and arguments; returns the option whose value the last word is. Stops behind the first argument when there are
 * `commands` to come: *used says how many words that took. */
static const cli_option *read_words(completing *k, const cli_option *options, int count, char *const words[], int *used)
{
    const cli_option *pending = NULL;
    bool only_arguments = false;
    int i = 0;
    for (k->given_count = 0; i + 1 < count; i++) {
        const char *word = words[i];
        if (pending && pending->kind != CLI_KIND_STRINGS) {
            pending = NULL; /* that was its value */
            continue;
        }
        if (pending && word[0] != '-') continue;
        pending = NULL;
        if (!only_arguments && strcmp(word, "--") == 0) {
            only_arguments = true;
        } else if (!only_arguments && word[0] == '-' && word[1]) {
            const cli_option *o = find_option(options, word);
            pending = o && cli_takes_value(o) ? o : NULL;
        } else {
            if (k->given_count < sizeof k->given / sizeof *k->given) k->given[k->given_count++] = word;
            if (used) break;
        }
    }
    if (used) *used = i + 1;
    return pending;
}

static void complete_verb(completing *k, const cli_verb *verb, int count, char *const words[])
{
    k->verb = verb;
    const cli_option *pending = read_words(k, verb->options, count, words, NULL);
    if (pending) {
        offer_value(k, pending);
        return;
    }
    const cli_option *argument = next_argument(verb->options, k->given_count);
    if (argument && argument->kind == CLI_KIND_REST) { /* the words of another program */
        completing_offer_files(k);
        return;
    }
    if (k->word[0] == '-') {
        offer_options(k, verb->options);
        return;
    }
    if (argument) offer_value(k, argument);
    if (!argument && !k->word[0]) offer_options(k, verb->options); /* nothing else can follow */
}

/* "list" of "topic list"; NULL: of another group. */
static const char *name_in_group(const cli_verb *verb, const char *group)
{
    size_t length = strlen(group);
    return strncmp(verb->path, group, length) == 0 && verb->path[length] == ' ' ? verb->path + length + 1 : NULL;
}

static void complete_group(completing *k, const cli_group *group, int count, char *const words[])
{
    int used = 0;
    read_words(k, group->options, count, words, &used);
    if (k->given_count == 0 && k->word[0] == '-') offer_options(k, group->options);
    for (const cli_verb *const *v = cli_verbs(); *v; v++) {
        const char *name = name_in_group(*v, group->name);
        if (name && k->given_count == 0)
            completing_offer(k, name, (*v)->summary);
        else if (name && strcmp(name, k->given[0]) == 0) {
            complete_verb(k, *v, count - used, words + used);
            return;
        }
    }
}

static void complete_program(completing *k, int count, char *const words[])
{
    int used = 0;
    read_words(k, cli_program_options, count, words, &used);
    const char *command = k->given_count ? k->given[0] : NULL;
    if (!command && k->word[0] == '-') offer_options(k, cli_program_options);
    for (const cli_group *g = cli_groups; g->name; g++) {
        if (!command) completing_offer(k, g->name, g->summary);
        if (!command || strcmp(g->name, command) != 0) continue;
        complete_group(k, g, count - used, words + used);
        return;
    }
    for (const cli_verb *const *v = cli_verbs(); *v; v++) {
        if (!cli_is_lone(*v)) continue;
        if (!command) completing_offer(k, (*v)->path, (*v)->summary);
        if (!command || strcmp((*v)->path, command) != 0) continue;
        complete_verb(k, *v, count - used, words + used);
        return;
    }
}

int cli_complete(cli *c, int count, char *const words[])
{
    completing k = {.c = c, .word = count > 0 ? words[count - 1] : ""};
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC); /* CP3 */
    if (nothing >= 0) {
        dup2(nothing, STDERR_FILENO);
        close(nothing);
    }
    complete_program(&k, count, words);
    return 0;
}
