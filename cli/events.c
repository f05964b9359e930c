/* cli/events.c: printing what introspection tells of services and actions. Threads: main. */
#include "cli.h"

#include <stdlib.h>

#define QUEUE_DEPTH 1000 /* events that wait while one is printed */

static void on_event(const void *message, const rclio_message_info *info, void *arg)
{
    cli_events *e = arg;
    const cli_event_options *o = e->options;
    rclio_yaml_options yaml = {.no_arr = o->no_arr, .no_str = o->no_str, .flow_style = o->flow_style};
    (void)info;
    yaml.truncate_length = o->full_length ? 0 : (size_t)o->truncate_length;
    char *text =
        o->csv ? rclio_message_to_csv(e->type, message, NULL, &yaml) : rclio_message_to_yaml(e->type, message, NULL, &yaml);
    if (!text) {
        cli_end(e->c, cli_fail(e->c));
        return;
    }
    if (e->title) cli_print(e->c, o->csv ? "%s," : "interface: %s\n", e->title);
    cli_print_text(e->c, text);
    if (!o->csv) cli_print_text(e->c, "---\n");
    free(text);
    if (!cli_flush(e->c)) cli_end(e->c, e->c->end_status);
}

static rclio_qos offered(cli *c, const char *topic)
{
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    rclio_endpoint_list publishers = {0};
    qos.depth = QUEUE_DEPTH;
    if (rclio_graph_endpoints(c->node, topic, RCLIO_PUBLISHER, &publishers) != RCLIO_OK) return qos;
    for (size_t i = 0; i < publishers.size; i++)
        if (publishers.data[i].qos.reliability == RCLIO_BEST_EFFORT) qos.reliability = RCLIO_BEST_EFFORT;
    rclio_endpoint_list_free(&publishers);
    return qos;
}

rclio_status cli_listen_events(cli_events *events, const char *topic, const rclio_qos *qos)
{
    rclio_subscription_options options = {.qos = qos ? *qos : offered(events->c, topic)};
    if (rclio_subscription_new(events->c->node, events->type, topic, on_event, events, &options)) return RCLIO_OK;
    cli_fail(events->c);
    return rclio_error_status();
}
