/* cli/measure.c: numbers of the last messages, and printing what they say once a second.
 *
 *   M1  A window has room for its capacity; with one more the oldest goes. Sum and sum of squares are of the window alone, counted anew
 *       when they are asked for: rounding does not add up over hours.
 * Threads: main. */
#include "cli.h"

#include <math.h>
#include <stdlib.h>

bool cli_window_add(cli_window *window, double value)
{
    if (window->count == window->allocated && window->count < window->capacity) {
        size_t room = window->allocated ? window->allocated * 2 : 64;
        if (room > window->capacity) room = window->capacity;
        double *data = realloc(window->data, room * sizeof *data);
        if (!data) return false;
        window->data = data;
        window->allocated = room;
    }
    if (window->capacity == 0) return true;
    if (window->count < window->capacity)
        window->data[window->count++] = value; /* it begins at 0 as long as it grows */
    else {
        window->data[window->first] = value; /* M1 */
        window->first = (window->first + 1) % window->capacity;
    }
    return true;
}

double cli_window_first(const cli_window *window)
{
    return window->data[window->first];
}

cli_summary cli_window_summary(const cli_window *window)
{
    cli_summary s = {.count = window->count};
    double sum = 0, squares = 0;
    if (s.count == 0) return s;
    s.minimum = s.maximum = window->data[0];
    for (size_t i = 0; i < s.count; i++) {
        sum += window->data[i];
        s.minimum = fmin(s.minimum, window->data[i]);
        s.maximum = fmax(s.maximum, window->data[i]);
    }
    s.sum = sum;
    s.mean = sum / (double)s.count;
    for (size_t i = 0; i < s.count; i++) squares += (window->data[i] - s.mean) * (window->data[i] - s.mean);
    s.deviation = sqrt(squares / (double)s.count);
    return s;
}

void cli_window_fini(cli_window *window)
{
    free(window->data);
}

static void on_second(rclio_timer *timer, void *arg)
{
    const cli_measuring *m = arg;
    (void)timer;
    m->print(m->c, m->arg);
    if (!cli_flush(m->c)) cli_end(m->c, m->c->end_status);
}

int cli_measure(cli_measuring *m, const rclio_type *type, const char *topic, rclio_message_fn *on_message, bool raw)
{
    cli *c = m->c;
    rclio_subscription_options options = {.qos = RCLIO_QOS_SENSOR_DATA, .raw = raw};
    options.qos.depth = 1000; /* while others are printed */
    if (!rclio_subscription_new(c->node, type, topic, on_message, m->arg, &options)) return cli_fail(c);
    if (!rclio_timer_new(c->node, RCLIO_S(1), on_second, m, NULL)) return cli_fail(c);
    rclio_status status = cli_run(c, RCLIO_FOREVER);
    return status == RCLIO_OK ? c->end_status : status == RCLIO_SHUTDOWN ? CLI_INTERRUPTED : cli_fail(c);
}

int64_t cli_arrival(cli *c, const rclio_message_info *info)
{
    if (!rclio_node_uses_sim_time(c->node)) return info->received_timestamp_ns;
    return rclio_clock_now(rclio_node_clock(c->node));
}
