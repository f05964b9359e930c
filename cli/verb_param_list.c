/* cli/verb_param_list.c: `ros2 param list`. All nodes are asked at once. Threads: main. */
#include "cli.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct param_list {
    cli_remote remote;
    const char *filter, *node;
    cli_words prefixes;
    bool types;
};

static const cli_option param_list_options[] = {
    CLI_DISCOVERY(struct param_list, remote.discovery),
    CLI_STRING(struct param_list, filter, "--filter", "only names that this regular expression matches from their beginning"),
    CLI_HIDDEN_NODES(struct param_list, remote),
    CLI_STRINGS(struct param_list, prefixes, "--param-prefixes", "only these names, and those below them"),
    CLI_FLAG(struct param_list, types, "--param-type", "show the type of each parameter too"),
    CLI_ARG(struct param_list, node, "node_name", "name of the node; left out: all nodes", .optional = true),
    {0},
};

struct listing {
    cli *c;
    const struct param_list *o;
    regex_t filter; /* when there is one */
    bool heads;     /* several nodes: each under its name */
};

struct asked {
    const char *node;
    rclio_parameter_client *client;
    rclio_future *names;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool wanted(const struct listing *l, const char *name)
{
    regmatch_t match;
    return !l->o->filter || (regexec(&l->filter, name, 1, &match, 0) == 0 && match.rm_so == 0);
}

static const char *type_of(const rclio_parameter_descriptors *types, const char *name)
{
    for (size_t i = 0; types && i < types->size; i++)
        if (strcmp(types->data[i].name, name) == 0) return rclio_parameter_type_name(types->data[i].type);
    return "not set";
}

static bool print_names(const struct listing *l, const struct asked *asked, const char **names, size_t count)
{
    const rclio_parameter_descriptors *types = NULL;
    rclio_future *asking = NULL;
    if (l->o->types) {
        asking =
            rclio_parameter_client_describe(asked->client, names, count); /* the type declared, also of one without a value */
        types = cli_answer(l->c, asking, asked->node);
    }
    if (l->heads) cli_print(l->c, "%s:\n", asked->node);
    for (size_t i = 0; i < count; i++) {
        cli_print(l->c, "  %s", names[i]);
        if (types) cli_print(l->c, " (type: %s)", type_of(types, names[i]));
        cli_print_text(l->c, "\n");
    }
    rclio_future_unref(asking);
    return !l->o->types || types;
}

static bool print_node(const struct listing *l, const struct asked *asked)
{
    const rclio_parameter_names *found = cli_answer(l->c, asked->names, asked->node);
    size_t count = 0;
    bool good = true;
    if (!found) return false;
    const char **names = calloc(found->name_count + 1, sizeof *names);
    if (!names) return cli_error(l->c, "out of memory"), false;
    for (size_t i = 0; i < found->name_count; i++)
        if (wanted(l, found->names[i])) names[count++] = found->names[i];
    qsort(names, count, sizeof *names, by_text);
    if (count || !l->o->filter) good = print_names(l, asked, names, count);
    free(names);
    return good;
}

static rclio_future *ask_names(const struct listing *l, struct asked *asked)
{
    return asked->names = rclio_parameter_client_list(asked->client, l->o->prefixes.data, l->o->prefixes.count, 0);
}

static int list_one(struct listing *l)
{
    cli_parameters node;
    struct asked asked = {0};
    int status;
    if (!cli_parameters_open(l->c, &l->o->remote, l->o->node, &node, &status)) return status;
    asked = (struct asked){.node = node.node, .client = node.client};
    ask_names(l, &asked);
    status = print_node(l, &asked) ? 0 : CLI_FAILED;
    rclio_future_unref(asked.names);
    free(node.node);
    return status;
}

/* Makes a client for each node that is to be listed. */
static size_t make_clients(struct listing *l, const rclio_node_list *nodes, struct asked *asked)
{
    size_t count = 0;
    for (size_t i = 0; i < nodes->size; i++) {
        const char *name = nodes->data[i].full_name;
        if (strcmp(name, rclio_node_full_name(l->c->node)) == 0 || (count && strcmp(asked[count - 1].node, name) == 0)) continue;
        if (!l->o->remote.hidden && rclio_name_is_hidden(name)) continue;
        asked[count] = (struct asked){.node = name, .client = rclio_parameter_client_new(l->c->node, name, NULL)};
        if (!asked[count++].client) cli_fail(l->c);
    }
    return count;
}

static int list_all(struct listing *l)
{
    cli *c = l->c;
    rclio_node_list nodes = {0};
    int result = 0;
    rclio_status status = cli_look(c, &l->o->remote.discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_nodes(c->node, &nodes) != RCLIO_OK) return cli_fail(c);
    struct asked *asked = calloc(nodes.size + 1, sizeof *asked);
    size_t count = asked ? make_clients(l, &nodes, asked) : 0;
    for (size_t i = 0; i < count; i++) {
        if (!asked[i].client) continue;
        if (cli_parameters_there(c, &l->o->remote, asked[i].client, asked[i].node))
            ask_names(l, &asked[i]);
        else if (!cli_interrupted())
            cli_error(c, "Wait for service timed out waiting for parameter services for node %s", asked[i].node);
    }
    for (size_t i = 0; i < count && !cli_interrupted(); i++)
        if (asked[i].names && !print_node(l, &asked[i])) result = CLI_FAILED;
    for (size_t i = 0; i < count; i++) rclio_future_unref(asked[i].names);
    free(asked);
    rclio_node_list_free(&nodes);
    return cli_interrupted() ? CLI_USAGE : result;
}

static int param_list_run(cli *c, const void *options)
{
    const struct param_list *o = options;
    struct listing l = {.c = c, .o = o, .heads = o->node == NULL};
    char cause[128];
    int problem = o->filter ? regcomp(&l.filter, o->filter, REG_EXTENDED) : 0;
    if (problem) {
        regerror(problem, &l.filter, cause, sizeof cause);
        return cli_error(c, "'%s' is not a regular expression: %s", o->filter, cause);
    }
    int status = o->node ? list_one(&l) : list_all(&l);
    if (o->filter) regfree(&l.filter);
    return status;
}

const cli_verb cli_verb_param_list = {
    "param list",
    "List the parameters of a node, or of all",
    param_list_options,
    sizeof(struct param_list),
    param_list_run,
    "A node without parameter services is named on standard error as soon as the network is quiet (upstream: on standard output, "
    "after\n"
    "five seconds each). `--filter` is a POSIX extended regular expression.",
};
