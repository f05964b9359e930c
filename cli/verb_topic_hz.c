/* cli/verb_topic_hz.c: `ros2 topic hz`. Without a filter messages are counted, not decoded. Threads: main. */
#include "cli.h"

struct topic_hz {
    int64_t window;
    const char *filter, *topic;
    bool wall_time;
    cli_discovery discovery;
};

static const cli_option topic_hz_options[] = {
    CLI_INT(struct topic_hz, window, "--window, -w", "messages to average over", .preset = "10000", .range = CLI_POSITIVE),
    CLI_STRING(struct topic_hz, filter, "--filter", "count only messages m for which this Python expression is true",
               .value = "EXPR"),
    CLI_FLAG(struct topic_hz, wall_time, "--wall-time", "measure by the machine's clock, also with --use-sim-time"),
    CLI_SPIN_TIME(struct topic_hz, discovery),
    CLI_ARG(struct topic_hz, topic, "topic_name", "topic to listen to, /chatter for example"),
    {0},
};

struct hz {
    cli *c;
    const struct topic_hz *o;
    const rclio_type *type;
    cli_window periods;
    int64_t last; /* arrival */
    bool any, news;
};

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    struct hz *hz = arg;
    bool failed = false;
    if (hz->o->filter && !cli_filter_passes(hz->c, hz->o->filter, hz->type, message, &failed)) {
        if (failed) cli_end(hz->c, CLI_FAILED);
        return;
    }
    int64_t now = hz->o->wall_time ? info->received_timestamp_ns : cli_arrival(hz->c, info);
    if (hz->any && now < hz->last) { /* the clock was set back */
        hz->periods.count = hz->periods.first = 0;
    } else if (hz->any) {
        if (!cli_window_add(&hz->periods, (double)(now - hz->last) * 1e-9)) cli_end(hz->c, cli_error(hz->c, "out of memory"));
    }
    hz->last = now;
    hz->any = hz->news = true;
}

static void print_rate(cli *c, void *arg)
{
    struct hz *hz = arg;
    if (!hz->news || hz->periods.count == 0) return;
    cli_summary s = cli_window_summary(&hz->periods);
    hz->news = false;
    cli_print(c, "average rate: %.3f\n\tmin: %.3fs max: %.3fs std dev: %.5fs window: %zu\n", s.mean > 0 ? 1 / s.mean : 0.0,
              s.minimum, s.maximum, s.deviation, s.count + 1);
}

static int measure(cli *c, const char *topic, const rclio_type *type, const void *options)
{
    const struct topic_hz *o = options;
    struct hz hz = {.c = c, .o = o, .type = type, .periods = {.capacity = o->window > 1 ? (size_t)o->window - 1 : 1}};
    cli_measuring measuring = {c, print_rate, &hz};
    if (o->filter && !cli_filter_fits(c, o->filter, type)) return CLI_FAILED;
    int status = cli_measure(&measuring, type, topic, on_message, o->filter == NULL);
    cli_window_fini(&hz.periods);
    return status;
}

static int topic_hz_run(cli *c, const void *options)
{
    const struct topic_hz *o = options;
    const cli_watch watch = {"measure", measure};
    if (o->filter && !cli_filter_check(c, o->filter)) return CLI_FAILED;
    return cli_watch_topic(c, &o->discovery, o->topic, &watch, o);
}

const cli_verb cli_verb_topic_hz = {
    "topic hz",
    "Print how often the messages of a topic arrive",
    topic_hz_options,
    sizeof(struct topic_hz),
    topic_hz_run,
    "The time of a message is when it arrived, not when the program came to it; without a filter nothing is decoded. A type "
    "whose "
    "definition\n"
    "is not installed is learned from the publisher. Of `--filter` see `topic echo`.",
};
