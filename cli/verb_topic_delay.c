/* cli/verb_topic_delay.c: `ros2 topic delay`. Threads: main. */
#include "cli.h"

#include <string.h>

struct topic_delay {
    int64_t window;
    cli_discovery discovery;
    const char *topic;
};

static const cli_option topic_delay_options[] = {
    CLI_INT(struct topic_delay, window, "--window, -w", "messages to average over", .preset = "10000", .range = CLI_POSITIVE),
    CLI_SPIN_TIME(struct topic_delay, discovery),
    CLI_ARG(struct topic_delay, topic, "topic", "topic whose messages have a header, /scan for example"),
    {0},
};

typedef struct stamp { /* builtin_interfaces/msg/Time in memory */
    int32_t sec;
    uint32_t nanosec;
} stamp;

struct delay {
    cli *c;
    size_t stamp; /* offset in the message */
    cli_window delays;
    bool news;
};

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    struct delay *delay = arg;
    const stamp *s = (const void *)((const char *)message + delay->stamp);
    int64_t lag = cli_arrival(delay->c, info) - rclio_time_join(s->sec, s->nanosec);
    if (!cli_window_add(&delay->delays, (double)lag * 1e-9)) cli_end(delay->c, cli_error(delay->c, "out of memory"));
    delay->news = true;
}

static void print_delay(cli *c, void *arg)
{
    struct delay *delay = arg;
    if (!delay->news) return;
    cli_summary s = cli_window_summary(&delay->delays);
    delay->news = false;
    cli_print(c, "average delay: %.3f\n\tmin: %.3fs max: %.3fs std dev: %.5fs window: %zu\n", s.mean, s.minimum, s.maximum,
              s.deviation, s.count);
}

/* false: it has no header. */
static bool find_stamp(const rclio_type *type, size_t *offset)
{
    const rclio_field *header = rclio_type_field(type, "header");
    if (!header || header->shape != RCLIO_SINGLE || header->base != RCLIO_NESTED) return false;
    const rclio_field *time = rclio_type_field(header->nested, "stamp");
    if (!time || time->shape != RCLIO_SINGLE || time->base != RCLIO_NESTED) return false;
    if (strcmp(time->nested->name, "builtin_interfaces/msg/Time") != 0) return false;
    *offset = header->offset + time->offset;
    return true;
}

static int measure(cli *c, const char *topic, const rclio_type *type, const void *options)
{
    const struct topic_delay *o = options;
    struct delay delay = {.c = c, .delays = {.capacity = (size_t)o->window}};
    cli_measuring measuring = {c, print_delay, &delay};
    if (!find_stamp(type, &delay.stamp)) return cli_error(c, "msg does not have header");
    int status = cli_measure(&measuring, type, topic, on_message, false);
    cli_window_fini(&delay.delays);
    return status;
}

static int topic_delay_run(cli *c, const void *options)
{
    const struct topic_delay *o = options;
    const cli_watch watch = {"measure", measure};
    return cli_watch_topic(c, &o->discovery, o->topic, &watch, o);
}

const cli_verb cli_verb_topic_delay = {
    "topic delay",       "Print how old the messages of a topic are when they arrive, by the stamp of their header",
    topic_delay_options, sizeof(struct topic_delay),
    topic_delay_run,     "A topic without a header is refused before its first message.",
};
