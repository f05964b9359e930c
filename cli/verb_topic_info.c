/* cli/verb_topic_info.c: `ros2 topic info`. */
#include "cli.h"

struct topic_info {
    cli_discovery discovery;
    int64_t verbose;
    const char *topic;
};

static const cli_option topic_info_options[] = {
    CLI_DISCOVERY(struct topic_info, discovery),
    CLI_COUNT(struct topic_info, verbose, "--verbose, -v", "show node, type hash, id and QoS of each publisher and subscription"),
    CLI_ARG(struct topic_info, topic, "topic_name", "full name of the topic, /chatter for example"),
    {0},
};

static int print_endpoints(cli *c, const char *topic, const char *title, rclio_endpoint_kind kind, bool verbose)
{
    rclio_endpoint_list endpoints = {0};
    if (rclio_graph_endpoints(c->node, topic, kind, &endpoints) != RCLIO_OK) return cli_fail(c);
    cli_print(c, "%s count: %zu\n%s", title, endpoints.size, verbose ? "\n" : "");
    for (size_t i = 0; i < endpoints.size && verbose; i++) cli_print_endpoint(c, &endpoints.data[i]);
    rclio_endpoint_list_free(&endpoints);
    return 0;
}

static int topic_info_run(cli *c, const void *options)
{
    const struct topic_info *o = options;
    rclio_name_list topics = {0};
    int result = CLI_FAILED;
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL); /* to the end: the counts are only complete then */
    if (status != RCLIO_OK) return cli_look_status(status);
    if (rclio_graph_topics(c->node, false, &topics) != RCLIO_OK) return cli_fail(c);
    const rclio_name_and_types *topic = cli_find_name(&topics, o->topic);
    if (!topic) {
        cli_error(c, "Unknown topic '%s'", o->topic);
        cli_suggest(c, o->topic, &topics);
        goto done;
    }
    cli_print_type(c, topic);
    if (o->verbose) cli_print_text(c, "\n");
    result = print_endpoints(c, o->topic, "Publisher", RCLIO_PUBLISHER, o->verbose > 0);
    if (result == 0) result = print_endpoints(c, o->topic, "Subscription", RCLIO_SUBSCRIPTION, o->verbose > 0);
done:
    rclio_name_list_free(&topics);
    return result;
}

const cli_verb cli_verb_topic_info = {
    "topic info",       "Print type, publishers and subscriptions of a topic",
    topic_info_options, sizeof(struct topic_info),
    topic_info_run,     NULL,
};
