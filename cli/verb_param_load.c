/* cli/verb_param_load.c: `ros2 param load`. Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct param_load {
    cli_remote remote;
    bool no_wildcard;
    const char *node, *file;
};

static const cli_option param_load_options[] = {
    CLI_DISCOVERY(struct param_load, remote.discovery),
    CLI_HIDDEN_NODES(struct param_load, remote),
    CLI_FLAG(struct param_load, no_wildcard, "--no-use-wildcard", "leave out what the file has for all nodes, below /**"),
    CLI_NODE_TIMEOUT(struct param_load, remote),
    CLI_ARG(struct param_load, node, "node_name", "name of the node, /talker for example"),
    CLI_ARG(struct param_load, file, "parameter_file", "file in YAML, as `param dump` prints it"),
    {0},
};

/* What the file has for the node, of which its own entries go before those for all nodes wherever they stand. */
static rclio_status read_own(const struct param_load *o, const char *node, rclio_parameter_list *list)
{
    rclio_parameter_list own = {0}, all = {0};
    rclio_status status = rclio_parameters_read_file_entries(o->file, node, RCLIO_FILE_NO_WILDCARD, &own);
    if (status == RCLIO_OK && !o->no_wildcard) status = rclio_parameters_read_file_entries(o->file, node, RCLIO_FILE_NODE, &all);
    const rclio_parameter_list *from = o->no_wildcard ? &own : &all;
    for (size_t i = 0; i < from->size && status == RCLIO_OK; i++) {
        const rclio_parameter_value *value = rclio_parameter_list_find(&own, from->data[i].name);
        status = rclio_parameter_list_add(list, from->data[i].name, value ? *value : from->data[i].value);
    }
    rclio_parameter_list_fini(&own);
    rclio_parameter_list_fini(&all);
    return status;
}

/* A file that has nothing for the node was written for another: all of it, as upstream. */
static bool read_file(cli *c, const struct param_load *o, const char *node, rclio_parameter_list *list)
{
    rclio_status status = read_own(o, node, list);
    if (status == RCLIO_OK && list->size == 0 && !o->no_wildcard)
        status = rclio_parameters_read_file_entries(o->file, node, RCLIO_FILE_ALL, list);
    if (status != RCLIO_OK) return cli_fail(c), false;
    if (list->size == 0) cli_error(c, "Param file does not contain selected parameters");
    return list->size > 0;
}

static void print_results(cli *c, const rclio_parameter_list *list, const rclio_parameter_results *results)
{
    for (size_t i = 0; i < list->size && i < results->size; i++) {
        const rclio_parameter_result *result = &results->data[i];
        if (result->status == RCLIO_OK)
            cli_print(c, "Set parameter %s successful\n", list->data[i].name);
        else
            cli_error(c, "Set parameter %s failed: %s", list->data[i].name, result->reason ? result->reason : "no reason given");
    }
}

static int param_load_run(cli *c, const void *options)
{
    const struct param_load *o = options;
    rclio_parameter_list list = {0};
    cli_parameters node;
    int status;
    if (!cli_parameters_open(c, &o->remote, o->node, &node, &status)) return status;
    status = CLI_FAILED;
    if (read_file(c, o, node.node, &list)) {
        rclio_future *setting = rclio_parameter_client_set_file(node.client, list.data, list.size);
        const rclio_parameter_results *results = cli_answer(c, setting, node.node);
        if (results) {
            print_results(c, &list, results);
            status = 0;
        }
        rclio_future_unref(setting);
    }
    rclio_parameter_list_fini(&list);
    free(node.node);
    return status;
}

const cli_verb cli_verb_param_load = {
    "param load",
    "Set the parameters that a file has for a node",
    param_load_options,
    sizeof(struct param_load),
    param_load_run,
    "Of a file that has entries for the node, only those (and those for all nodes) are set; upstream sets those of every node in "
    "the\n"
    "file. A file with nothing for the node is set as a whole, as upstream. What is wrong in a file is named with line and "
    "column.",
};
