/* cli/verb_topic_pub.c: `ros2 topic pub`.
 *
 *   B1  The phase of the rate is kept: the n-th message is due (n - 1) / rate seconds after the first.
 *   B2  `now` and `auto` stamps are taken anew for each message.
 *   B3  Before it ends, reliable subscriptions have got everything, or a second has passed.
 * Threads: main. */
#include "cli.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct topic_pub {
    bool from_stdin, once;
    double rate, max_wait, keep_alive;
    int64_t print_every, times, wait_matching;
    const char *node_name, *topic, *type, *values;
    cli_qos qos;
    cli_discovery discovery;
};

static const cli_option topic_pub_options[] = {
    CLI_FLAG(struct topic_pub, from_stdin, "--stdin", "read the values from standard input"),
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
    const char *values;
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

/* false after an error line. */
static bool publish_one(struct pub *p, int64_t number)
{
    bool stamped = strstr(p->values, "now") || strstr(p->values, "auto");
    if (stamped && !cli_fill(p->c, p->type, p->values, rclio_now_system(), p->message)) return false;
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

static int topic_pub_run(cli *c, const void *options)
{
    const struct topic_pub *o = options;
    struct pub p = {.c = c, .o = o, .values = o->values ? o->values : "", .times = o->once ? 1 : o->times};
    int64_t wanted = o->wait_matching != CLI_UNSET ? o->wait_matching : o->once || o->times > 0 ? 1 : 0;
    char *input = NULL;
    int status = CLI_FAILED;
    if (!isnan(o->max_wait) && wanted == 0)
        return cli_error(c, "--max-wait-time-secs needs subscriptions to wait for: give -w too");
    if (!(p.type = cli_type(c, o->type, RCLIO_MESSAGE, "message"))) return CLI_FAILED;
    if (o->from_stdin) {
        if (!(input = cli_read_stdin(c))) return CLI_FAILED;
        p.values = input;
    }
    if (!(p.message = rclio_message_new(p.type))) {
        cli_fail(c);
        goto done;
    }
    if (!cli_fill(c, p.type, p.values, rclio_now_system(), p.message)) goto done; /* before anything is opened */
    status = publish_on_topic(&p, (size_t)wanted);
done:
    rclio_message_destroy(p.type, p.message);
    free(input);
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
    "that long. Before it ends, reliable subscriptions have acknowledged what was sent. YAML errors are one line with line and "
    "column.",
};
