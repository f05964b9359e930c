/* cli/verb_topic_bw.c: `ros2 topic bw`. Nothing is decoded. Threads: main. */
#include "cli.h"

struct topic_bw {
    int64_t window;
    cli_discovery discovery;
    const char *topic;
};

static const cli_option topic_bw_options[] = {
    CLI_INT(struct topic_bw, window, "--window, -w", "messages to average over", .preset = "100", .range = CLI_POSITIVE),
    CLI_SPIN_TIME(struct topic_bw, discovery),
    CLI_ARG(struct topic_bw, topic, "topic", "topic to listen to, /chatter for example"),
    {0},
};

struct bw {
    cli *c;
    cli_window times, sizes; /* of the same messages; times in seconds since the first of all */
    int64_t start;
};

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    struct bw *bw = arg;
    int64_t now = rclio_now_steady();
    (void)message;
    if (bw->times.count == 0) bw->start = now;
    if (!cli_window_add(&bw->times, (double)(now - bw->start) * 1e-9) ||
        !cli_window_add(&bw->sizes, (double)info->serialized_size))
        cli_end(bw->c, cli_error(bw->c, "out of memory"));
}

static void print_size(cli *c, double size, double unit_of)
{
    if (unit_of < 1e3)
        cli_print(c, "%.0f B", size);
    else if (unit_of < 1e6)
        cli_print(c, "%.2f KB", size / 1e3);
    else
        cli_print(c, "%.2f MB", size / 1e6);
}

static void print_bandwidth(cli *c, void *arg)
{
    struct bw *bw = arg;
    if (bw->times.count < 2) return;
    cli_summary s = cli_window_summary(&bw->sizes);
    double passed = (double)(rclio_now_steady() - bw->start) * 1e-9 - cli_window_first(&bw->times);
    double rate = passed > 0 ? s.sum / passed : 0; /* its unit is that of all four, so that they compare */
    print_size(c, rate, rate);
    cli_print(c, "/s from %zu messages\n\tMessage size mean: ", s.count);
    print_size(c, s.mean, rate);
    cli_print_text(c, " min: ");
    print_size(c, s.minimum, rate);
    cli_print_text(c, " max: ");
    print_size(c, s.maximum, rate);
    cli_print_text(c, "\n");
}

static int measure(cli *c, const char *topic, const rclio_type *type, const void *options)
{
    const struct topic_bw *o = options;
    size_t window = (size_t)o->window;
    struct bw bw = {.c = c, .times = {.capacity = window}, .sizes = {.capacity = window}};
    cli_measuring measuring = {c, print_bandwidth, &bw};
    cli_print(c, "Subscribed to [%s]\n", topic);
    if (!cli_flush(c)) return c->end_status;
    int status = cli_measure(&measuring, type, topic, on_message, true);
    cli_window_fini(&bw.times);
    cli_window_fini(&bw.sizes);
    return status;
}

static int topic_bw_run(cli *c, const void *options)
{
    const struct topic_bw *o = options;
    const cli_watch watch = {"measure", measure};
    return cli_watch_topic(c, &o->discovery, o->topic, &watch, o);
}

const cli_verb cli_verb_topic_bw = {
    "topic bw",       "Print how many bytes a second a topic takes",
    topic_bw_options, sizeof(struct topic_bw),
    topic_bw_run,     "A type whose definition is not installed is learned from the publisher.",
};
