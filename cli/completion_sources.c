/* cli/completion_sources.c: where candidates come from: names of the network, installed types and packages, fields of a type.
 * Rules: completion.h. Threads: main. */
#include "completion.h"

#include <stdlib.h>
#include <string.h>

/* CP3: who is there answers within these; who needs longer (Fast DDS: up to three seconds) may be missing. */
#define QUIET RCLIO_MS(60)
#define ALONE RCLIO_MS(200)
#define LIMIT RCLIO_MS(2000)

static const char *given(const completing *k, size_t place)
{
    return k->given_count > place ? k->given[place] : NULL;
}

/* Joins the network and waits until it is quiet. */
static bool look(completing *k)
{
    if (!cli_node(k->c, NULL)) return false;
    rclio_future *settled = rclio_graph_settled(k->c->node, QUIET, ALONE, LIMIT);
    bool good = settled && cli_wait(k->c, settled, LIMIT) != RCLIO_SHUTDOWN;
    rclio_future_unref(settled);
    return good;
}

/* Hidden names are offered to who has written a '_'. */
static bool is_wanted(const completing *k, const char *name)
{
    return !rclio_name_is_hidden(name) || rclio_name_is_hidden(k->word) || k->c->include_hidden;
}

/* ---- names of the network ---- */

static void offer_things(completing *k, cli_things things)
{
    rclio_name_list names = {0};
    if (!look(k) || cli_list(k->c, things, &names) != RCLIO_OK) return;
    for (size_t i = 0; i < names.size; i++)
        if (is_wanted(k, names.data[i].name)) completing_offer(k, names.data[i].name, names.data[i].types[0]);
    rclio_name_list_free(&names);
}

static void offer_topics(completing *k)
{
    offer_things(k, CLI_TOPICS);
}

static void offer_services(completing *k)
{
    offer_things(k, CLI_SERVICES);
}

static void offer_actions(completing *k)
{
    offer_things(k, CLI_ACTIONS);
}

static void offer_nodes(completing *k)
{
    rclio_node_list nodes = {0};
    if (!look(k) || rclio_graph_nodes(k->c->node, &nodes) != RCLIO_OK) return;
    for (size_t i = 0; i < nodes.size; i++) {
        const char *name = nodes.data[i].full_name;
        bool again = i && strcmp(nodes.data[i - 1].full_name, name) == 0;
        if (!again && is_wanted(k, name) && strcmp(name, rclio_node_full_name(k->c->node)) != 0) completing_offer(k, name, NULL);
    }
    rclio_node_list_free(&nodes);
}

/* ---- types ---- */

static void offer_installed(completing *k, const char *folder)
{
    char **names = cli_types(k->c) ? rclio_types_list(k->c->types, NULL, folder) : NULL;
    for (size_t i = 0; names && names[i]; i++) completing_offer(k, names[i], NULL);
    rclio_names_free(names);
}

/* The types of what the first argument names, if it is there; else all that are installed. */
static void offer_types_of(completing *k, cli_things things, const char *folder)
{
    rclio_name_list names = {0};
    const char *name = given(k, 0);
    bool found = false;
    if (name && look(k) && cli_list(k->c, things, &names) == RCLIO_OK) {
        const rclio_name_and_types *entry = cli_find_name(&names, name);
        for (size_t i = 0; entry && i < entry->type_count; i++) completing_offer(k, entry->types[i], NULL);
        found = entry != NULL;
    }
    rclio_name_list_free(&names);
    if (!found) offer_installed(k, folder);
}

static void offer_message_types(completing *k)
{
    offer_types_of(k, CLI_TOPICS, "msg");
}

static void offer_service_types(completing *k)
{
    offer_types_of(k, CLI_SERVICES, "srv");
}

static void offer_action_types(completing *k)
{
    offer_types_of(k, CLI_ACTIONS, "action");
}

static void offer_all_types(completing *k)
{
    offer_installed(k, "msg");
    offer_installed(k, "srv");
    offer_installed(k, "action");
}

/* ---- fields ---- */

/* The type of the topic that stands first, or that stands behind it. */
static const rclio_type *topic_type(completing *k)
{
    const char *topic = given(k, 0), *name = given(k, 1);
    const rclio_type *type = name && cli_types(k->c) ? rclio_types_get(k->c->types, name) : NULL;
    if (type || !topic || !look(k)) return type;
    if (rclio_graph_count(k->c->node, topic, RCLIO_ROLE_PUBLISHERS) +
            rclio_graph_count(k->c->node, topic, RCLIO_ROLE_SUBSCRIPTIONS) ==
        0)
        return NULL;
    rclio_future *learning = rclio_type_of_topic(k->c->node, topic, name);
    if (learning && cli_wait(k->c, learning, LIMIT) == RCLIO_OK && rclio_future_get_state(learning) == RCLIO_DONE)
        type = rclio_future_value(learning); /* the context's */
    rclio_future_unref(learning);
    return type;
}

static size_t dots(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += *text == '.';
    return count;
}

/* As deep as the word goes, and one more below what it names in full. */
static void offer_fields_below(completing *k, const rclio_type *type, const char *path)
{
    if (rclio_type_is_empty(type)) return;
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        char name[256], *about = rclio_field_type_text(field);
        int length = snprintf(name, sizeof name, "%s%s%s", path, *path ? "." : "", field->name);
        if (length > 0 && (size_t)length < sizeof name) {
            completing_offer(k, name, about);
            bool inside = strncmp(k->word, name, (size_t)length) == 0 && (k->word[length] == '.' || !k->word[length]);
            if (inside && field->nested && field->shape == RCLIO_SINGLE && dots(name) <= dots(k->word))
                offer_fields_below(k, field->nested, name);
        }
        free(about);
    }
}

static void offer_fields(completing *k)
{
    const rclio_type *type = topic_type(k);
    if (type && type->kind == RCLIO_MESSAGE) offer_fields_below(k, type, "");
}

/* ---- a message to fill in ---- */

static void print_prototype(FILE *out, const rclio_type *type);

static void print_default(FILE *out, const rclio_field *field)
{
    if (field->shape != RCLIO_SINGLE)
        fputs("[]", out);
    else if (field->nested)
        print_prototype(out, field->nested);
    else if (field->base == RCLIO_STRING || field->base == RCLIO_WSTRING)
        fputs("''", out);
    else if (field->base == RCLIO_BOOL)
        fputs("false", out);
    else
        fputs(field->base == RCLIO_FLOAT32 || field->base == RCLIO_FLOAT64 ? "0.0" : "0", out);
}

/* Arrays of fixed length and what has a default in its definition are left out: what is not named has its default. */
static void print_prototype(FILE *out, const rclio_type *type)
{
    bool any = false;
    fputc('{', out);
    for (size_t i = 0; i < type->field_count && !rclio_type_is_empty(type); i++) {
        const rclio_field *field = &type->fields[i];
        if (field->shape == RCLIO_ARRAY || field->default_value) continue;
        fprintf(out, "%s%s: ", any ? ", " : "", field->name);
        print_default(out, field);
        any = true;
    }
    fputc('}', out);
}

static void offer_prototype(completing *k)
{
    char *text = NULL;
    size_t size = 0;
    const char *name = given(k, 1);
    const rclio_type *type = name && cli_types(k->c) ? rclio_types_get(k->c->types, name) : NULL;
    FILE *out = type ? open_memstream(&text, &size) : NULL;
    if (!out) return;
    print_prototype(out, type->kind == RCLIO_MESSAGE ? type : type->parts[RCLIO_PART_REQUEST]); /* the goal has the same place */
    fclose(out);
    completing_offer(k, text, name);
    free(text);
}

/* ---- parameters ---- */

static void offer_parameters(completing *k)
{
    const char *node = given(k, 0);
    if (!node || !look(k)) return;
    rclio_parameter_client *client = rclio_parameter_client_new(k->c->node, node, NULL);
    rclio_future *there = client ? rclio_parameter_client_wait(client) : NULL, *asking = NULL;
    if (there && cli_wait(k->c, there, LIMIT) == RCLIO_OK && rclio_future_get_state(there) == RCLIO_DONE)
        asking = rclio_parameter_client_list(client, NULL, 0, 0);
    if (asking && cli_wait(k->c, asking, LIMIT) == RCLIO_OK && rclio_future_get_state(asking) == RCLIO_DONE) {
        const rclio_parameter_names *found = rclio_future_value(asking);
        for (size_t i = 0; i < found->name_count; i++) completing_offer(k, found->names[i], NULL);
    }
    rclio_future_unref(asking);
    rclio_future_unref(there);
}

/* ---- managed nodes ---- */

static void offer_transitions(completing *k)
{
    static const char *const labels[] = {"configure", "cleanup", "activate", "deactivate", "shutdown"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) completing_offer(k, labels[i], NULL);
}

/* ---- packages ---- */

static void offer_packages(completing *k)
{
    cli_package_list packages = {0};
    if (strcmp(k->verb->path, "pkg create") == 0) return; /* a new name */
    if (strcmp(k->verb->path, "run") == 0 && strpbrk(k->word, "./")) {
        completing_offer_files(k);
        return;
    }
    if (!cli_packages(k->c, &packages)) return;
    for (size_t i = 0; i < packages.size; i++) completing_offer(k, packages.data[i].name, NULL);
    cli_packages_free(&packages);
}

static void offer_one_executable(const char *name, const char *path, void *k)
{
    completing_offer(k, name, path);
}

static void offer_one_script(const char *name, const char *module, const char *attribute, void *k)
{
    (void)attribute;
    completing_offer(k, name, module);
}

static void offer_executables(completing *k)
{
    cli_package_list packages = {0};
    if (!given(k, 0) || !cli_packages(k->c, &packages)) return;
    const cli_package *package = cli_package_find(&packages, given(k, 0));
    if (package) cli_package_executables(package, offer_one_executable, k);
    cli_packages_free(&packages);
    if (!k->any) cli_python_scripts(given(k, 0), offer_one_script, k);
}

static void offer_dependencies(completing *k)
{
    cli_package_list packages = {0};
    if (!cli_packages(k->c, &packages)) return;
    for (size_t i = 0; i < packages.size; i++) completing_offer(k, packages.data[i].name, NULL);
    cli_packages_free(&packages);
}

/* CP2 */
void completing_offer_values(completing *k, const char *name)
{
    static const struct {
        const char *name;
        void (*offer)(completing *k);
    } sources[] = {
        {"topic_name", offer_topics},
        {"topic", offer_topics},
        {"node_name", offer_nodes},
        {"service_name", offer_services},
        {"action_name", offer_actions},
        {"topic_type", offer_message_types},
        {"message_type", offer_message_types},
        {"service_type", offer_service_types},
        {"action_type", offer_action_types},
        {"type", offer_all_types},
        {"values", offer_prototype},
        {"goal", offer_prototype},
        {"parameter_name", offer_parameters},
        {"parameter_names", offer_parameters},
        {"transition", offer_transitions},
        {"package_name", offer_packages},
        {"executable_name", offer_executables},
        {"--field", offer_fields},
        {"parameter_file", completing_offer_files},
        {"--destination-directory", completing_offer_files},
        {"--dependencies", offer_dependencies},
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (strcmp(sources[i].name, name) == 0) sources[i].offer(k);
}
