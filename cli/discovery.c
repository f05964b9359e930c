/* cli/discovery.c: looking around in the network, and names that are not there.
 *
 *   D1  A look ends when the network has been quiet for QUIET, all participants of this machine were seen (rclio/graph.h) and LEAST has
 *       passed since it was joined, so that other machines can answer; or nobody is there after ALONE; at the latest after LIMIT. With
 *       --spin-time it takes that long. What is asked for by name ends it as soon as it is found.
 *   D2  Who has told of himself only in part is waited for up to LIMIT: Fast DDS takes one to three seconds on loopback.
 * Threads: main. */
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define QUIET RCLIO_MS(50)
#define LEAST RCLIO_MS(100)
#define ALONE RCLIO_MS(300)
#define LIMIT RCLIO_S(5)

static void stop_executor(rclio_future *settled, void *executor)
{
    (void)settled;
    rclio_executor_stop(executor);
}

/* Waits for changes of the graph until `found` or `settled` or the deadline. */
static rclio_status look_until_found(cli *c, rclio_future *settled, int64_t deadline, cli_found_fn *found, void *arg)
{
    rclio_executor *executor = rclio_context_executor(c->context);
    for (;;) {
        if (cli_interrupted()) return RCLIO_SHUTDOWN;
        if (found(c, arg)) return RCLIO_OK;
        if (settled && rclio_future_get_state(settled) != RCLIO_PENDING) return RCLIO_OK;
        rclio_future *changed = rclio_graph_changed(c->node);
        int64_t left = deadline - rclio_now_steady();
        if (!changed) return cli_fail(c), rclio_error_status();
        if (left > 0 && !found(c, arg)) rclio_executor_spin_until(executor, changed, left);
        rclio_future_unref(changed);
        if (left <= 0) return RCLIO_OK;
    }
}

static bool never(cli *c, void *arg)
{
    (void)c, (void)arg;
    return false;
}

rclio_status cli_look(cli *c, const cli_discovery *discovery, cli_found_fn *found, void *arg)
{
    rclio_status status;
    if (!cli_node(c, NULL)) return RCLIO_SYSTEM;
    if (discovery && !isnan(discovery->spin_time)) {
        int64_t deadline = rclio_deadline((int64_t)(fmax(discovery->spin_time, 0) * 1e9));
        return look_until_found(c, NULL, deadline, found ? found : never, arg);
    }
    rclio_future *settled = rclio_graph_settled(c->node, QUIET, ALONE, LIMIT);
    if (!settled) return cli_fail(c), rclio_error_status();
    if (found) {
        rclio_future_on_done(settled, stop_executor, rclio_context_executor(c->context));
        status = look_until_found(c, settled, rclio_deadline(LIMIT), found, arg);
    } else {
        status = cli_wait(c, settled, LIMIT);
        int64_t left = c->joined_ns + LEAST - rclio_now_steady();
        if (status == RCLIO_OK && left > 0) status = cli_run(c, left);
    }
    rclio_future_unref(settled);
    return status == RCLIO_TIMEOUT ? RCLIO_OK : status;
}

int cli_look_status(rclio_status status)
{
    return status == RCLIO_SHUTDOWN ? CLI_USAGE : CLI_FAILED;
}

const rclio_name_and_types *cli_find_name(const rclio_name_list *names, const char *name)
{
    for (size_t i = 0; i < names->size; i++)
        if (strcmp(names->data[i].name, name) == 0) return &names->data[i];
    return NULL;
}

rclio_status cli_list(cli *c, cli_things things, rclio_name_list *names)
{
    if (things == CLI_TOPICS) return rclio_graph_topics(c->node, false, names);
    return things == CLI_SERVICES ? rclio_graph_services(c->node, names) : rclio_graph_actions(c->node, names);
}

struct wanted {
    cli_things things;
    const char *name;
};

static bool is_there(cli *c, void *arg)
{
    const struct wanted *wanted = arg;
    rclio_name_list names = {0};
    bool there = cli_list(c, wanted->things, &names) == RCLIO_OK && cli_find_name(&names, wanted->name);
    rclio_name_list_free(&names);
    return there;
}

void cli_warn_other_type(cli *c, cli_things things, const char *name, const char *type)
{
    static const char *const nouns[] = {"topic", "service", "action"};
    rclio_name_list names = {0};
    const rclio_name_and_types *entry = cli_list(c, things, &names) == RCLIO_OK ? cli_find_name(&names, name) : NULL;
    bool same = !entry || entry->type_count == 0;
    for (size_t i = 0; entry && i < entry->type_count; i++) same |= strcmp(entry->types[i], type) == 0;
    if (!same) cli_error(c, "%s '%s' is of type '%s', not '%s': nothing will come", nouns[things], name, entry->types[0], type);
    rclio_name_list_free(&names);
}

int cli_print_type_of(cli *c, const cli_discovery *discovery, cli_things things, const char *name, bool hidden)
{
    static const char *const nouns[] = {"topic", "service", "action"};
    struct wanted wanted = {things, name};
    rclio_name_list names = {0};
    rclio_status status = cli_look(c, discovery, is_there, &wanted);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (cli_list(c, things, &names) != RCLIO_OK) return cli_fail(c);
    const rclio_name_and_types *entry = !hidden && rclio_name_is_hidden(name) ? NULL : cli_find_name(&names, name);
    for (size_t i = 0; entry && i < entry->type_count; i++) cli_print(c, "%s\n", entry->types[i]);
    if (!entry) {
        cli_error(c, "Unknown %s '%s'", nouns[things], name);
        if (cli_find_name(&names, name))
            cli_error(c, "It is hidden: write it behind `ros2 %s --include-hidden-%ss type`", nouns[things], nouns[things]);
        else
            cli_suggest(c, name, &names);
    }
    rclio_name_list_free(&names);
    return entry ? 0 : CLI_FAILED;
}

void cli_print_types(cli *c, const rclio_name_and_types *entry)
{
    for (size_t i = 0; i < entry->type_count; i++) cli_print(c, "%s%s", i ? ", " : "", entry->types[i]);
}

void cli_print_type(cli *c, const rclio_name_and_types *entry)
{
    if (entry->type_count == 1) {
        cli_print(c, "Type: %s\n", entry->types[0]);
        return;
    }
    cli_print_text(c, "Type: [");
    for (size_t i = 0; i < entry->type_count; i++) cli_print(c, "%s'%s'", i ? ", " : "", entry->types[i]);
    cli_print_text(c, "]\n");
}

void cli_print_names(cli *c, const rclio_name_list *names, bool types, bool count, bool hidden)
{
    size_t shown = 0;
    for (size_t i = 0; i < names->size; i++) {
        const rclio_name_and_types *entry = &names->data[i];
        if (!hidden && rclio_name_is_hidden(entry->name)) continue;
        shown++;
        if (count) continue;
        cli_print_text(c, entry->name);
        if (types) {
            cli_print_text(c, " [");
            cli_print_types(c, entry);
            cli_print_text(c, "]");
        }
        cli_print_text(c, "\n");
    }
    if (count) cli_print(c, "%zu\n", shown);
}

/* The nearest of the types that are in use. */
static void suggest_type(cli *c, const rclio_name_list *names, const char *type)
{
    const char *nearest = NULL;
    size_t best = strlen(type) / 6 + 2; /* types of one package are near each other by their first half alone */
    for (size_t i = 0; i < names->size; i++)
        for (size_t t = 0; t < names->data[i].type_count; t++) {
            size_t distance = cli_distance(type, names->data[i].types[t]);
            if (distance < best) best = distance, nearest = names->data[i].types[t];
        }
    if (nearest && strcmp(nearest, type) != 0) cli_did_you_mean(c, nearest);
}

int cli_print_found(cli *c, const cli_discovery *discovery, cli_things things, const char *type, bool count, bool hidden)
{
    rclio_name_list names = {0};
    size_t found = 0;
    rclio_status status = cli_look(c, discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (cli_list(c, things, &names) != RCLIO_OK) return cli_fail(c);
    for (size_t i = 0; i < names.size; i++) {
        bool has = false;
        if (!hidden && rclio_name_is_hidden(names.data[i].name)) continue;
        for (size_t t = 0; t < names.data[i].type_count; t++) has |= strcmp(names.data[i].types[t], type) == 0;
        found += has;
        if (has && !count) cli_print(c, "%s\n", names.data[i].name);
    }
    if (count) cli_print(c, "%zu\n", found);
    if (found == 0) suggest_type(c, &names, type);
    rclio_name_list_free(&names);
    return 0;
}

size_t cli_distance(const char *a, const char *b)
{
    size_t length = strlen(b), row[128];
    if (length >= sizeof row / sizeof *row || strlen(a) > 512) return SIZE_MAX;
    for (size_t j = 0; j <= length; j++) row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]), best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            diagonal = row[j];
            row[j] = replaced < best ? replaced : best;
        }
    }
    return row[length];
}

const char *cli_nearest(const char *wanted, const rclio_name_list *names)
{
    const char *nearest = NULL;
    size_t best = strlen(wanted) / 3 + 2;
    for (size_t i = 0; i < names->size; i++) {
        size_t distance = cli_distance(wanted, names->data[i].name);
        if (distance > 0 && distance < best) best = distance, nearest = names->data[i].name;
    }
    return nearest;
}

void cli_did_you_mean(cli *c, const char *name)
{
    cli_error(c, "Did you mean '%s%s%s'?", cli_bold(CLI_NAME), name, cli_bold(CLI_PLAIN));
}

void cli_suggest(cli *c, const char *wanted, const rclio_name_list *names)
{
    const char *nearest = cli_nearest(wanted, names);
    if (nearest) cli_did_you_mean(c, nearest);
}

void cli_suggest_word(cli *c, const char *wanted, const char *const *words)
{
    const char *nearest = NULL;
    size_t best = strlen(wanted) / 3 + 2;
    for (size_t i = 0; words && words[i]; i++) {
        size_t distance = cli_distance(wanted, words[i]);
        if (distance > 0 && distance < best) best = distance, nearest = words[i];
    }
    if (nearest) cli_did_you_mean(c, nearest);
}

void cli_suggest_server(cli *c, cli_things things, const char *wanted, rclio_role servers)
{
    rclio_name_list names = {0};
    if (rclio_graph_count(c->node, wanted, servers) == 0 && cli_list(c, things, &names) == RCLIO_OK)
        cli_suggest(c, wanted, &names);
    rclio_name_list_free(&names);
}
