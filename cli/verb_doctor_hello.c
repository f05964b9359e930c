/* cli/verb_doctor_hello.c: `ros2 doctor hello`: who hears whom, by a topic and by multicast.
 * Threads: main. */
#include "multicast.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEARD_MAX 256

const cli_option cli_hello_options[] = {
    CLI_STRING(cli_hello, topic, "-t, --topic", "topic to say hello on", .value = "[TOPIC]", .preset = "/canyouhearme"),
    CLI_DOUBLE(cli_hello, emit_period, "-ep, --emit-period", "seconds between two hellos", .value = "N", .preset = "0.1",
               .range = CLI_POSITIVE),
    CLI_DOUBLE(cli_hello, print_period, "-pp, --print-period", "seconds between two summaries", .value = "N", .preset = "1.0",
               .range = CLI_POSITIVE),
    CLI_INT(cli_hello, ttl, "--ttl", "how many routers the datagrams may pass", .range = CLI_UNSIGNED),
    CLI_FLAG(cli_hello, once, "-1, --once", "end after the first summary"),
    {0},
};

struct heard {
    char host[128];
    size_t count;
};

struct hello {
    cli *c;
    const cli_hello *o;
    char text[192], host[128];
    const rclio_type *type;
    rclio_publisher *publisher;
    void *message;
    struct sockaddr_in group;
    int listening;
    size_t published, sent, by_topic_count, by_multicast_count;
    struct heard by_topic[HEARD_MAX], by_multicast[HEARD_MAX];
};

/* The last word is the host's name. One's own are not counted. */
static void hear(const struct hello *h, struct heard *table, size_t *count, const char *text)
{
    const char *host = strrchr(text, ' ');
    size_t i = 0;
    if (!host || strcmp(++host, h->host) == 0) return;
    while (i < *count && strncmp(table[i].host, host, sizeof table[i].host - 1) != 0) i++;
    if (i == HEARD_MAX) return;
    if (i == *count) {
        snprintf(table[i].host, sizeof table[i].host, "%s", host);
        table[(*count)++].count = 0;
    }
    table[i].count++;
}

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    struct hello *h = arg;
    const rosidl_runtime_c__String *data = message;
    (void)info;
    hear(h, h->by_topic, &h->by_topic_count, data->data ? data->data : "");
}

static void receive(struct hello *h)
{
    char text[512];
    ssize_t got;
    while ((got = recv(h->listening, text, sizeof text - 1, MSG_DONTWAIT)) >= 0) {
        text[got] = '\0';
        hear(h, h->by_multicast, &h->by_multicast_count, text);
    }
}

static void say_hello(rclio_timer *timer, void *arg)
{
    struct hello *h = arg;
    (void)timer;
    if (rclio_publish(h->publisher, h->message) == RCLIO_OK) h->published++;
    if (cli_multicast_send(h->c, &h->group, h->o->ttl, h->text))
        h->sent++;
    else
        cli_end(h->c, CLI_FAILED);
    receive(h);
}

static void print_heard(cli *c, const struct heard *table, size_t count, double period)
{
    char head[64];
    snprintf(head, sizeof head, "Msg Count /%gs", period);
    cli_print(c, "%-15s %-20s %-10s\n", "", "Hostname", head);
    for (size_t i = 0; i < count; i++) cli_print(c, "%-15s %-20s %-10zu\n", "", table[i].host, table[i].count);
}

static void summarize(rclio_timer *timer, void *arg)
{
    struct hello *h = arg;
    cli *c = h->c;
    (void)timer;
    receive(h);
    cli_print(c, "MULTIMACHINE COMMUNICATION SUMMARY\nTopic: %s, Published Msg Count: %zu\nSubscribed from:\n", h->o->topic,
              h->published);
    print_heard(c, h->by_topic, h->by_topic_count, h->o->print_period);
    cli_print(c, "Multicast Group/Port: %s/%s, Sent Msg Count: %zu\nReceived from:\n", CLI_MULTICAST_GROUP, CLI_MULTICAST_PORT,
              h->sent);
    print_heard(c, h->by_multicast, h->by_multicast_count, h->o->print_period);
    cli_print_text(c, "------------------------------------------------------------\n");
    h->published = h->sent = h->by_topic_count = h->by_multicast_count = 0;
    if (!cli_flush(c))
        cli_end(c, c->end_status);
    else if (h->o->once)
        cli_end(c, 0);
}

static int run(struct hello *h)
{
    cli *c = h->c;
    const rclio_type *type = h->type = cli_type(c, "std_msgs/msg/String", RCLIO_MESSAGE, "message");
    if (!type || !cli_node(c, NULL)) return CLI_FAILED;
    if (!(h->message = rclio_message_new(type)) || !rosidl_runtime_c__String__assign(h->message, h->text)) return cli_fail(c);
    if (!(h->publisher = rclio_publisher_new(c->node, type, h->o->topic, NULL)) ||
        !rclio_subscription_new(c->node, type, h->o->topic, on_message, h, NULL) ||
        !rclio_timer_new(c->node, (int64_t)(h->o->emit_period * 1e9), say_hello, h, NULL) ||
        !rclio_timer_new(c->node, (int64_t)(h->o->print_period * 1e9), summarize, h, NULL))
        return cli_fail(c);
    return cli_run(c, RCLIO_FOREVER) == RCLIO_SHUTDOWN ? CLI_USAGE : c->end_status;
}

int cli_hello_run(cli *c, const void *options)
{
    struct hello *h = calloc(1, sizeof *h);
    int status = CLI_FAILED;
    if (!h) return cli_error(c, "out of memory");
    h->c = c;
    h->o = options;
    if (gethostname(h->host, sizeof h->host - 1) != 0) snprintf(h->host, sizeof h->host, "unknown");
    snprintf(h->text, sizeof h->text, "hello, it's me %s", h->host);
    if (h->o->ttl != CLI_UNSET && h->o->ttl > 255)
        cli_error(c, "'%lld' is no --ttl: it must be 0 to 255", (long long)h->o->ttl);
    else if (cli_group_address(c, CLI_MULTICAST_GROUP, atoi(CLI_MULTICAST_PORT), &h->group) &&
             (h->listening = cli_multicast_listen(c, &h->group)) >= 0) {
        status = run(h);
        close(h->listening);
    }
    if (h->message) rclio_message_destroy(h->type, h->message);
    free(h);
    return status;
}

const cli_verb cli_verb_doctor_hello = {
    "doctor hello",    "Say hello to other machines, by a topic and by multicast, and print who was heard",
    cli_hello_options, sizeof(cli_hello),
    cli_hello_run,     NULL,
};
