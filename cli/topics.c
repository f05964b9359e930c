/* cli/topics.c: the type of a topic that a verb is to listen to, and waiting for its first publisher.
 *
 *   T1  A type whose definition is not here, or is another than what is announced, is learned from the nodes that have the topic.
 * Threads: main. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

int cli_several_types(cli *c, const char *verb, const rclio_name_and_types *topic)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; out && i < topic->type_count; i++) fprintf(out, "%s%s", i ? ", " : "", topic->types[i]);
    if (out) fclose(out);
    cli_error(c, "Cannot %s topic '%s', as it contains more than one type: [%s]", verb, topic->name, text ? text : "");
    free(text);
    return CLI_FAILED;
}

const rclio_type *cli_learn_type(cli *c, const char *topic, const char *type_name)
{
    const rclio_type *type = NULL;
    rclio_future *learning = rclio_type_of_topic(c->node, topic, type_name); /* T1 */
    if (!learning) return cli_fail(c), NULL;
    if (cli_wait(c, learning, RCLIO_FOREVER) != RCLIO_OK)
        ; /* an interrupt: nothing to say */
    else if (rclio_future_get_state(learning) == RCLIO_DONE)
        type = rclio_future_value(learning);
    else if (rclio_future_result(learning) != RCLIO_OK) {
        cli_error(c, "The passed message type is invalid");
        cli_fail(c);
    }
    rclio_future_unref(learning);
    return type;
}

/* The first publisher that has another definition of the type; false: there is none. */
static bool find_other_definition(cli *c, const char *topic, const rclio_type *type, char *node, size_t size)
{
    rclio_endpoint_list publishers = {0};
    char hash[RCLIO_TYPE_HASH_TEXT_SIZE];
    bool found = false;
    rclio_type_hash_text(type, hash);
    if (rclio_graph_endpoints(c->node, topic, RCLIO_PUBLISHER, &publishers) != RCLIO_OK) return false;
    for (size_t i = 0; i < publishers.size && !found; i++) {
        const rclio_endpoint *publisher = &publishers.data[i];
        found = strcmp(publisher->type, type->name) == 0 && publisher->type_hash[0] && strcmp(publisher->type_hash, hash) != 0;
        if (found) snprintf(node, size, "%s", publisher->node_name);
    }
    rclio_endpoint_list_free(&publishers);
    return found;
}

const rclio_type *cli_agree_on_type(cli *c, const char *topic, const rclio_type *type)
{
    char node[256];
    const rclio_type *theirs = NULL;
    if (!find_other_definition(c, topic, type, node, sizeof node)) return type;
    rclio_future *learning = rclio_type_of_topic(c->node, topic, type->name); /* T1 */
    if (learning && cli_wait(c, learning, RCLIO_S(5)) == RCLIO_OK && rclio_future_get_state(learning) == RCLIO_DONE)
        theirs = rclio_future_value(learning);
    rclio_future_unref(learning);
    if (!theirs && !cli_interrupted()) {
        find_other_definition(c, topic, type, node, sizeof node); /* its name may have come since */
        cli_error(c, "node '%s' has another definition of '%s' and does not tell it: its messages may be dropped or wrong", node,
                  type->name);
    }
    return theirs ? theirs : type;
}

struct published {
    const char *topic;
};

static bool is_published(cli *c, void *arg)
{
    const struct published *wanted = arg;
    return rclio_graph_count(c->node, wanted->topic, RCLIO_ROLE_PUBLISHERS) > 0;
}

/* One future a change, so that nothing is missed in between. */
static rclio_status wait_until_published(cli *c, struct published *wanted)
{
    for (;;) {
        rclio_future *changed = rclio_graph_changed(c->node);
        if (!changed) return cli_fail(c), rclio_error_status();
        rclio_status status = is_published(c, wanted) ? RCLIO_OK : cli_wait(c, changed, RCLIO_FOREVER);
        rclio_future_unref(changed);
        if (status != RCLIO_OK || is_published(c, wanted)) return status;
    }
}

rclio_status cli_wait_for_topic(cli *c, const cli_discovery *discovery, const char *given, const char *topic)
{
    struct published wanted = {topic};
    rclio_name_list names = {0};
    rclio_status status = cli_look(c, discovery, is_published, &wanted);
    if (status != RCLIO_OK || is_published(c, &wanted)) return status;
    cli_print(c, "WARNING: topic [%s] does not appear to be published yet\n", given);
    if (!cli_flush(c)) return RCLIO_SHUTDOWN;
    if (rclio_graph_topics(c->node, false, &names) == RCLIO_OK && !cli_find_name(&names, topic)) cli_suggest(c, topic, &names);
    rclio_name_list_free(&names);
    return wait_until_published(c, &wanted);
}

int cli_watch_topic(cli *c, const cli_discovery *discovery, const char *given, const cli_watch *watch, const void *arg)
{
    rclio_name_list names = {0};
    const rclio_type *type = NULL;
    int result = CLI_FAILED;
    if (!cli_node(c, NULL)) return CLI_FAILED;
    if (discovery->sim_time && rclio_node_set_use_sim_time(c->node, true) != RCLIO_OK) return cli_fail(c);
    char *topic = rclio_node_resolve_topic(c->node, given);
    if (!topic) return cli_fail(c);
    rclio_status status = cli_wait_for_topic(c, discovery, given, topic);
    if (status != RCLIO_OK) {
        result = status == RCLIO_SHUTDOWN ? c->end_status : CLI_FAILED; /* interrupted before anything came: 0, as upstream */
        goto done;
    }
    if (rclio_graph_topics(c->node, false, &names) != RCLIO_OK) {
        cli_fail(c);
        goto done;
    }
    const rclio_name_and_types *entry = cli_find_name(&names, topic);
    if (entry && entry->type_count > 1)
        result = cli_several_types(c, watch->verb, entry);
    else if ((type = cli_learn_type(c, topic, NULL)))
        result = watch->run(c, topic, type, arg);
    else if (cli_interrupted())
        result = 0;
done:
    rclio_name_list_free(&names);
    free(topic);
    return result;
}
