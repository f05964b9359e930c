/* cli/verb_topic_echo.c: `ros2 topic echo`.
 *
 *   E1  Without a type the graph is asked; without QoS options the strictest QoS that every publisher offers is taken, of those that
 *       are seen until MORE_PUBLISHERS after the first.
 *   E2  Each message is handed on before the next one is taken.
 * Threads: main. */
#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MORE_PUBLISHERS RCLIO_MS(100)
#define QUEUE_DEPTH 1000 /* messages that wait while one is printed */

struct topic_echo {
    cli_discovery discovery;
    cli_qos qos;
    bool csv, full_length, no_arr, no_str, flow_style, no_lost_messages, raw, once, message_info;
    const char *field, *filter, *topic, *type;
    int64_t truncate_length;
    double timeout;
};

static const cli_option topic_echo_options[] = {
    CLI_DISCOVERY(struct topic_echo, discovery),
    CLI_QOS(struct topic_echo, qos),
    CLI_FLAG(struct topic_echo, csv, "--csv", "print the values of a message on one line, separated by commas"),
    CLI_STRING(struct topic_echo, field, "--field", "print only this field, header.stamp for example"),
    CLI_FLAG(struct topic_echo, full_length, "--full-length, -f", "print all elements of arrays and all of texts"),
    CLI_INT(struct topic_echo, truncate_length, "--truncate-length, -l", "print at most so many elements and characters",
            .preset = "128", .range = CLI_UNSIGNED),
    CLI_FLAG(struct topic_echo, no_arr, "--no-arr", "print type and length of arrays instead of their elements"),
    CLI_FLAG(struct topic_echo, no_str, "--no-str", "print the length of texts instead of the texts"),
    CLI_FLAG(struct topic_echo, flow_style, "--flow-style", "print arrays on one line"),
    CLI_FLAG(struct topic_echo, no_lost_messages, "--no-lost-messages", "do not report lost messages"),
    CLI_FLAG(struct topic_echo, raw, "--raw", "print the bytes as they came"),
    CLI_STRING(struct topic_echo, filter, "--filter", "print only messages m for which this Python expression is true",
               .value = "FILTER_EXPR"),
    CLI_FLAG(struct topic_echo, once, "--once", "end after the first message"),
    CLI_DOUBLE(struct topic_echo, timeout, "--timeout", "end after this many seconds", .value = "N"),
    CLI_FLAG(struct topic_echo, message_info, "--include-message-info, -i",
             "print where and when each message came from, before it"),
    CLI_ARG(struct topic_echo, topic, "topic_name", "topic to listen to, /chatter for example"),
    CLI_ARG(struct topic_echo, type, "message_type", "its type; left out: what its publishers say", .optional = true),
    {0},
};

struct echo {
    cli *c;
    const struct topic_echo *o;
    const char *topic; /* full name */
    const rclio_type *type;
    rclio_yaml_options yaml;
    bool done;
};

/* ---- messages ---- */

static void print_info(struct echo *e, const rclio_message_info *info)
{
    cli_print(e->c,
              "publication_sequence_number: null\nreceived_timestamp: %" PRId64
              "\nreception_sequence_number: null\nsource_timestamp: %" PRId64 "\n---\n",
              info->received_timestamp_ns, info->source_timestamp_ns);
}

static char *raw_text(const rclio_message_info *info)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    cli_repr_bytes(out, info->serialized, info->serialized_size);
    fputc('\n', out);
    fclose(out);
    return text;
}

static char *message_text(struct echo *e, const void *message, const rclio_message_info *info)
{
    const struct topic_echo *o = e->o;
    if (o->raw) return raw_text(info);
    return o->csv ? rclio_message_to_csv(e->type, message, o->field, &e->yaml)
                  : rclio_message_to_yaml(e->type, message, o->field, &e->yaml);
}

static void field_error(struct echo *e)
{
    cli_error(e->c, "Invalid field '%s': %s", e->o->field, rclio_error());
}

static bool passes(struct echo *e, const void *message)
{
    if (!e->o->filter) return true;
    bool passed = cli_filter_passes(e->c, e->o->filter, e->type, message, &e->done);
    if (e->done) cli_end(e->c, CLI_FAILED);
    return passed;
}

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    struct echo *e = arg;
    if (e->done) return; /* --once, and one more was waiting */
    if (!passes(e, message)) return;
    if (e->o->message_info) print_info(e, info);
    char *text = message_text(e, message, info);
    if (!text) {
        e->done = true;
        if (rclio_error_status() == RCLIO_NOT_FOUND && e->o->field)
            field_error(e);
        else
            cli_fail(e->c);
        cli_end(e->c, CLI_FAILED);
        return;
    }
    size_t length = strlen(text);
    cli_print_text(e->c, text);
    if (length == 0 || text[length - 1] != '\n') cli_print_text(e->c, "\n");
    if (!e->o->csv || e->o->raw) cli_print_text(e->c, "---\n");
    free(text);
    e->done = e->o->once || !cli_flush(e->c);
    if (e->done) cli_end(e->c, e->c->output_failed ? e->c->end_status : 0);
}

static void on_event(const rclio_event *event, void *arg)
{
    struct echo *e = arg;
    if (event->kind == RCLIO_EVENT_INCOMPATIBLE_QOS)
        RCLIO_WARN(e->c->node,
                   "New publisher discovered on topic '%s', offering incompatible QoS. No messages will be received from it. "
                   "Last incompatible policy: %s",
                   e->topic, event->policy ? event->policy : "UNKNOWN");
    if (event->kind != RCLIO_EVENT_MESSAGE_LOST || e->o->no_lost_messages) return;
    cli_print(e->c, "A message was lost!!!\n\ttotal count change:%" PRId32 "\n\ttotal count: %" PRId32 "---\n",
              event->total_change, event->total);
    cli_flush(e->c);
}

/* ---- before the first message ---- */

/* The only type of the topic; NULL after an error line. */
static const rclio_type *type_from_graph(struct echo *e)
{
    cli *c = e->c;
    rclio_name_list topics = {0};
    const rclio_type *type = NULL;
    if (rclio_graph_topics(c->node, false, &topics) != RCLIO_OK) return cli_fail(c), NULL;
    const rclio_name_and_types *topic = cli_find_name(&topics, e->topic);
    if (!topic) {
        cli_print(c, "WARNING: topic [%s] does not appear to be published yet\n", e->o->topic);
        cli_error(c, "Could not determine the type for the passed topic");
        cli_suggest(c, e->topic, &topics);
    } else if (topic->type_count > 1) {
        cli_several_types(c, "echo", topic);
    } else {
        type = cli_learn_type(c, topic->name, NULL);
    }
    rclio_name_list_free(&topics);
    return type;
}

static rclio_qos choose_qos(struct echo *e)
{
    rclio_qos qos = RCLIO_QOS_SENSOR_DATA;
    rclio_endpoint_list publishers = {0};
    size_t reliable = 0, latched = 0;
    if (cli_qos_given(&e->o->qos)) return cli_qos_resolve(&e->o->qos, qos);
    qos.depth = QUEUE_DEPTH;
    if (rclio_graph_endpoints(e->c->node, e->topic, RCLIO_PUBLISHER, &publishers) != RCLIO_OK) return qos;
    for (size_t i = 0; i < publishers.size; i++) {
        reliable += publishers.data[i].qos.reliability == RCLIO_RELIABLE;
        latched += publishers.data[i].qos.durability == RCLIO_TRANSIENT_LOCAL;
    }
    if (publishers.size > 0 && reliable == publishers.size)
        qos.reliability = RCLIO_RELIABLE;
    else if (reliable > 0)
        cli_print_text(e->c, "Some, but not all, publishers are offering QoSReliabilityPolicy.RELIABLE. Falling back to "
                             "QoSReliabilityPolicy.BEST_EFFORT as it will connect to all publishers\n");
    if (publishers.size > 0 && latched == publishers.size)
        qos.durability = RCLIO_TRANSIENT_LOCAL;
    else if (latched > 0)
        cli_print_text(e->c, "Some, but not all, publishers are offering QoSDurabilityPolicy.TRANSIENT_LOCAL. Falling back to "
                             "QoSDurabilityPolicy.VOLATILE as it will connect to all publishers\n");
    rclio_endpoint_list_free(&publishers);
    return qos;
}

/* A field that is not there is seen before the first message comes, unless the path depends on the message. */
static bool check_fields(struct echo *e)
{
    if (e->o->filter && !cli_filter_fits(e->c, e->o->filter, e->type)) return false;
    if (!e->o->field || e->o->raw || strchr(e->o->field, '[')) return true;
    void *message = rclio_message_new(e->type);
    char *text = message ? rclio_message_to_yaml(e->type, message, e->o->field, &e->yaml) : NULL;
    bool missing = message && !text && rclio_error_status() == RCLIO_NOT_FOUND;
    if (missing) field_error(e);
    free(text);
    rclio_message_destroy(e->type, message);
    return !missing;
}

static bool topic_is_there(cli *c, void *arg)
{
    const struct echo *e = arg;
    return rclio_graph_count(c->node, e->topic, RCLIO_ROLE_PUBLISHERS) > 0;
}

/* Until type and QoS can be chosen. */
static rclio_status look_for_topic(struct echo *e)
{
    bool chosen = cli_qos_given(&e->o->qos);
    if (e->type && chosen) return RCLIO_OK;
    rclio_status status = cli_look(e->c, &e->o->discovery, topic_is_there, e);
    if (status != RCLIO_OK || chosen || !topic_is_there(e->c, e)) return status;
    return cli_pause(e->c, rclio_deadline(MORE_PUBLISHERS));
}

static int listen(struct echo *e)
{
    cli *c = e->c;
    rclio_subscription_options options = {.qos = choose_qos(e), .raw = e->o->raw, .on_event = on_event, .event_arg = e};
    int64_t timeout = isnan(e->o->timeout) || e->o->timeout < 0 ? RCLIO_FOREVER : (int64_t)(e->o->timeout * 1e9);
    if (!rclio_subscription_new(c->node, e->type, e->topic, on_message, e, &options)) return cli_fail(c);
    switch (cli_run(c, timeout)) {
    case RCLIO_OK: return c->end_status;
    case RCLIO_TIMEOUT: return 0;
    case RCLIO_SHUTDOWN: return CLI_INTERRUPTED;
    default: return cli_fail(c);
    }
}

static int topic_echo_run(cli *c, const void *options)
{
    const struct topic_echo *o = options;
    struct echo e = {.c = c, .o = o, .yaml = {.no_arr = o->no_arr, .no_str = o->no_str, .flow_style = o->flow_style}};
    int status = CLI_FAILED;
    e.yaml.truncate_length = o->full_length ? 0 : (size_t)o->truncate_length;
    if (o->type && !(e.type = cli_type(c, o->type, RCLIO_MESSAGE, "message"))) return CLI_FAILED;
    if (e.type && !check_fields(&e)) return CLI_FAILED;
    if (o->filter && (o->raw || !cli_filter_check(c, o->filter)))
        return o->raw ? cli_error(c, "--filter needs messages: it cannot go with --raw") : CLI_FAILED;
    if (!cli_node(c, NULL)) return CLI_FAILED;
    char *topic = rclio_node_resolve_topic(c->node, o->topic);
    if (!topic) return cli_fail(c);
    e.topic = topic;
    rclio_status looked = look_for_topic(&e);
    if (looked != RCLIO_OK)
        status = looked == RCLIO_SHUTDOWN ? CLI_INTERRUPTED : CLI_FAILED;
    else if ((e.type ? (e.type = cli_agree_on_type(c, topic, e.type)) : (e.type = type_from_graph(&e))) && check_fields(&e))
        status = listen(&e);
    free(topic);
    return status;
}

const cli_verb cli_verb_topic_echo = {
    "topic echo",
    "Print the messages of a topic",
    topic_echo_options,
    sizeof(struct topic_echo),
    topic_echo_run,
    "A field that does not exist is reported before the first message. Without QoS options up to 1000 messages\n"
    "wait while one is printed (upstream: 5). A type whose definition is not installed, or is another than the publisher's, is "
    "learned "
    "from the\n"
    "publisher. `--filter` takes comparisons (also chained, `in`), `and or not`, arithmetic, fields, indices, `len abs min max "
    "sum int "
    "float bool`,\n"
    "`startswith` and `endswith` of Python; what is wrong with it is said with its column, before anything is opened.",
};
