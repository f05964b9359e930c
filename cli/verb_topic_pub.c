/* cli/verb_topic_pub.c: `ros2 topic pub`.
 *
 *   B1  The phase of the rate is kept: the n-th message is due (n - 1) / rate seconds after the first.
 *   B2  `now` and `auto` stamps are taken anew for each message.
 *   B4  Input of several documents, as `topic echo` prints them, is one message after the other, and without a number of times ends
 *       with the last. All are checked before anything is opened.
 *   B3  `--yaml-file` reads a file; there, and\n"
    "with `--stdin`, several documents are several messages. Before it ends, reliable subscriptions have got everything, or a second has passed.
 * Threads: main. */
#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct topic_pub {
    bool from_stdin, once;
    const char *file;
    double rate, max_wait, keep_alive;
    int64_t print_every, times, wait_matching;
    const char *node_name, *topic, *type, *values;
    cli_qos qos;
    cli_discovery discovery;
};

static const cli_option topic_pub_options[] = {
    CLI_FLAG(struct topic_pub, from_stdin, "--stdin", "read the values from standard input"),
    CLI_STRING(struct topic_pub, file, "--yaml-file",
               "read the values from this file; what `topic echo` prints is several messages"),
    CLI_DOUBLE(struct topic_pub, rate, "-r, --rate", "messages a second", .value = "N", .preset = "1", .range = CLI_POSITIVE),
    CLI_INT(struct topic_pub, print_every, "-p, --print", "print only each N-th message", .value = "N", .preset = "1",
            .range = CLI_POSITIVE),
    CLI_FLAG(struct topic_pub, once, "-1, --once", "publish one message and end", .exclusive = 1),
    CLI_INT(struct topic_pub, times, "-t, --times", "publish so many messages and end; 0: without end", .preset = "0",
            .exclusive = 1, .range = CLI_NOT_NEGATIVE),
    CLI_INT(struct topic_pub, wait_matching, "-w, --wait-matching-subscriptions",
            "wait for so many subscriptions first; 1 if not given with --once or --times, else 0", .range = CLI_NOT_NEGATIVE),
    CLI_DOUBLE(struct topic_pub, max_wait, "--max-wait-time-secs", "wait for them at most so many seconds",
               .range = CLI_NOT_NEGATIVE),
    CLI_DOUBLE(struct topic_pub, keep_alive, "--keep-alive", "stay so many seconds after the last message", .value = "N",
               .preset = "0.1", .range = CLI_NOT_NEGATIVE),
    CLI_STRING(struct topic_pub, node_name, "-n, --node-name", "name of the publishing node"),
    CLI_QOS(struct topic_pub, qos),
    CLI_SPIN_TIME(struct topic_pub, discovery),
    CLI_ARG(struct topic_pub, topic, "topic_name", "topic to publish on, /chatter for example"),
    CLI_ARG(struct topic_pub, type, "message_type", "type of the message, std_msgs/msg/String for example"),
    CLI_ARG(struct topic_pub, values, "values",
            "values of its fields in YAML, \"{data: hello}\" for example; others have their defaults", .optional = true),
    {0},
};

struct pub {
    cli *c;
    const struct topic_pub *o;
    const rclio_type *type;
    const char **documents; /* B4; at least one */
    size_t document_count;
    void *message;
    rclio_publisher *publisher;
    int64_t times; /* 0: without end */
};

static rclio_status wait_for_subscriptions(struct pub *p, size_t wanted)
{
    char line[96];
    rclio_status status = RCLIO_OK;
    if (wanted == 0) return RCLIO_OK;
    rclio_future *there = rclio_publisher_wait_for_subscriptions(p->publisher, wanted);
    if (!there) return cli_fail(p->c), rclio_error_status();
    snprintf(line, sizeof line, "Waiting for at least %zu matching subscription(s)...", wanted);
    status = cli_wait_for(p->c, there, isnan(p->o->max_wait) ? RCLIO_FOREVER : (int64_t)(p->o->max_wait * 1e9), line, NULL, NULL);
    size_t got = rclio_publisher_subscriptions(p->publisher);
    if (status == RCLIO_TIMEOUT)
        cli_error(p->c, "Timed out waiting for subscribers: Expected %zu subscribers but only got %zu subscribers", wanted, got);
    if (status == RCLIO_SHUTDOWN && !p->c->output_failed)
        cli_error(p->c, "interrupted while '%s' had %zu of %zu matching subscription(s)", rclio_publisher_topic(p->publisher),
                  got, wanted);
    rclio_future_unref(there);
    return status;
}

/* What the document does not name has its default. false after an error line. */
static bool fill_anew(struct pub *p, const char *document)
{
    rclio_message_destroy(p->type, p->message);
    if (!(p->message = rclio_message_new(p->type))) return cli_fail(p->c), false;
    return cli_fill(p->c, p->type, document, rclio_now_system(), p->message);
}

/* false after an error line. */
static bool publish_one(struct pub *p, int64_t number)
{
    const char *values = p->documents[(size_t)(number - 1) % p->document_count];
    bool anew = p->document_count > 1 || strstr(values, "now") || strstr(values, "auto"); /* B2 */
    if (anew && !fill_anew(p, values)) return false;
    if (number % p->o->print_every == 0) {
        char *text = rclio_message_to_python(p->type, p->message);
        if (!text) return cli_fail(p->c), false;
        cli_print(p->c, "publishing #%" PRId64 ": %s\n\n", number, text);
        free(text);
        if (!cli_flush(p->c)) return false;
    }
    if (rclio_publish(p->publisher, p->message) == RCLIO_OK) return true;
    cli_fail(p->c);
    return false;
}

/* B3 */
static void stay(struct pub *p)
{
    rclio_future *acknowledged = rclio_publisher_wait_acknowledged(p->publisher, RCLIO_S(1));
    int64_t end = rclio_deadline((int64_t)(p->o->keep_alive * 1e9));
    if (acknowledged) cli_wait(p->c, acknowledged, RCLIO_S(1));
    rclio_future_unref(acknowledged);
    cli_pause(p->c, end);
}

static int publish_all(struct pub *p)
{
    int64_t start = rclio_now_steady(), number = 0;
    cli_print_text(p->c, "publisher: beginning loop\n");
    for (;;) {
        if (!publish_one(p, ++number)) return CLI_FAILED;
        if (number == p->times) break;
        if (cli_pace(p->c, start, number, p->o->rate) != RCLIO_OK) /* B1 */
            return cli_interrupted() ? CLI_INTERRUPTED : CLI_FAILED;
    }
    stay(p);
    return 0;
}

static int publish_on_topic(struct pub *p, size_t wanted)
{
    cli *c = p->c;
    rclio_publisher_options options = {.qos = cli_qos_resolve(&p->o->qos, RCLIO_QOS_DEFAULT)};
    if (!cli_node(c, p->o->node_name)) return CLI_FAILED;
    p->publisher = rclio_publisher_new(c->node, p->type, p->o->topic, &options);
    if (!p->publisher) return cli_fail(c);
    if (wait_for_subscriptions(p, wanted) != RCLIO_OK) return CLI_FAILED;
    return publish_all(p);
}

/* Divides the text, in place, at lines that are "---"; true when memory is there. What is blank is no document, unless all is. */
static bool divide(struct pub *p, char *text)
{
    size_t lines = 2;
    for (const char *at = text; *at; at++) lines += *at == '\n';
    if (!(p->documents = calloc(lines, sizeof *p->documents))) return false;
    for (char *rest = text, *start = text; rest;) {
        char *line = strsep(&rest, "\n");
        bool mark = strcmp(line, "---") == 0 || strcmp(line, "---\r") == 0;
        if (mark) *line = '\0';
        if (!mark && rest) rest[-1] = '\n'; /* of the same document */
        if (!mark && rest) continue;
        if (start[strspn(start, " \t\r\n")]) p->documents[p->document_count++] = start;
        start = rest;
    }
    if (p->document_count == 0) p->documents[p->document_count++] = "";
    return true;
}

/* What --stdin, --yaml-file or the command line say, as a string you free; NULL after an error line. */
static char *read_values(cli *c, const struct topic_pub *o)
{
    if (o->from_stdin + (o->file != NULL) + (o->values != NULL) > 1)
        return cli_error(c, "give the values once: on the command line, with --stdin or with --yaml-file"), NULL;
    if (o->from_stdin) return cli_read_stdin(c);
    if (o->file) return cli_read_file(c, o->file);
    char *copy = strdup(o->values ? o->values : "");
    if (!copy) cli_error(c, "out of memory");
    return copy;
}

static int publish_values(struct pub *p, char *text, size_t wanted)
{
    cli *c = p->c;
    if (!divide(p, text)) return cli_error(c, "out of memory");
    for (size_t i = p->document_count; i-- > 0;) /* B4; the first is the one that stays */
        if (!fill_anew(p, p->documents[i])) return CLI_FAILED;
    if (p->document_count > 1 && p->times == 0) p->times = (int64_t)p->document_count;
    return publish_on_topic(p, wanted);
}

static int topic_pub_run(cli *c, const void *options)
{
    const struct topic_pub *o = options;
    struct pub p = {.c = c, .o = o, .times = o->once ? 1 : o->times};
    int64_t wanted = o->wait_matching != CLI_UNSET ? o->wait_matching : o->once || o->times > 0 ? 1 : 0;
    if (!isnan(o->max_wait) && wanted == 0)
        return cli_error(c, "--max-wait-time-secs needs subscriptions to wait for: give -w too");
    if (!(p.type = cli_type(c, o->type, RCLIO_MESSAGE, "message"))) return CLI_FAILED;
    char *text = read_values(c, o);
    int status = text ? publish_values(&p, text, (size_t)wanted) : CLI_FAILED;
    rclio_message_destroy(p.type, p.message);
    free(p.documents);
    free(text);
    return status;
}

const cli_verb cli_verb_topic_pub = {
    "topic pub",
    "Publish messages on a topic",
    topic_pub_options,
    sizeof(struct topic_pub),
    topic_pub_run,
    "The values are checked before the network is opened. The line about waiting comes after half a second, since discovery may "
    "take\n"
    "that long. `--yaml-file` reads a file; there, and\n"
    "with `--stdin`, several documents are several messages. Before it ends, reliable subscriptions have acknowledged what was "
    "sent. YAML errors are one line with line and "
    "column.",
};
