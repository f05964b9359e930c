/* cli/verb_topic_list.c: `ros2 topic list`. */
#include "cli.h"

struct topic_list {
    cli_discovery discovery;
    bool types, count, hidden, verbose;
};

static const cli_option topic_list_options[] = {
    CLI_DISCOVERY(struct topic_list, discovery),
    CLI_FLAG(struct topic_list, types, "-t, --show-types", "show the type of each topic too"),
    CLI_FLAG(struct topic_list, count, "-c, --count-topics", "show only how many there are"),
    CLI_FLAG(struct topic_list, hidden, "--include-hidden-topics", "consider hidden topics as well"),
    CLI_FLAG(struct topic_list, verbose, "-v, --verbose",
             "show the type and the number of publishers and subscriptions of each topic"),
    {0},
};

static void print_side(cli *c, const rclio_name_list *topics, const char *title, const char *noun, rclio_role role, bool hidden)
{
    cli_print(c, "%s topics:\n", title);
    for (size_t i = 0; i < topics->size; i++) {
        const rclio_name_and_types *topic = &topics->data[i];
        size_t count = rclio_graph_count(c->node, topic->name, role);
        if (count == 0 || (!hidden && rclio_name_is_hidden(topic->name))) continue;
        cli_print(c, " * %s [", topic->name);
        cli_print_types(c, topic);
        cli_print(c, "] %zu %s%s\n", count, noun, count == 1 ? "" : "s");
    }
    cli_print_text(c, "\n");
}

static int topic_list_run(cli *c, const void *options)
{
    const struct topic_list *o = options;
    bool hidden = o->hidden || c->include_hidden;
    rclio_name_list topics = {0};
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_topics(c->node, false, &topics) != RCLIO_OK) return cli_fail(c);
    if (o->verbose && !o->count) {
        print_side(c, &topics, "Published", "publisher", RCLIO_ROLE_PUBLISHERS, hidden);
        print_side(c, &topics, "Subscribed", "subscriber", RCLIO_ROLE_SUBSCRIPTIONS, hidden);
    } else {
        cli_print_names(c, &topics, o->types, o->count, hidden);
    }
    rclio_name_list_free(&topics);
    return 0;
}

const cli_verb cli_verb_topic_list = {
    "topic list", "List the topics of the network", topic_list_options, sizeof(struct topic_list), topic_list_run, NULL,
};
