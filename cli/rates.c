/* cli/rates.c: see rates.h. */
#include "rates.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH 1000 /* while others are looked at */

static void count_publisher(cli_rate *rate, const uint8_t gid[RCLIO_GID_SIZE])
{
    size_t i = 0;
    while (i < rate->publisher_count && memcmp(rate->publishers[i].gid, gid, RCLIO_GID_SIZE) != 0) i++;
    if (i == CLI_RATES_PUBLISHERS) return;
    if (i == rate->publisher_count) {
        rate->publishers[i] = (cli_rate_publisher){.messages = 0};
        memcpy(rate->publishers[i].gid, gid, RCLIO_GID_SIZE);
        rate->publisher_count++;
    }
    rate->publishers[i].messages++;
}

static void on_message(const void *message, const rclio_message_info *info, void *arg)
{
    cli_rate *rate = arg;
    (void)message;
    rate->messages++;
    rate->bytes += info->serialized_size;
    count_publisher(rate, info->publisher_gid);
    rate->last_ns = info->received_timestamp_ns;
    if (!rate->first_ns) rate->first_ns = rate->last_ns;
}

/* What is announced of the type: 64 hexadecimal digits behind "RIHS01_". */
static void copy_hash(cli_rate *rate, const char *text)
{
    for (size_t i = 0; i < sizeof rate->type.hash && strlen(text) == 71; i++) {
        unsigned byte = 0;
        if (sscanf(text + 7 + 2 * i, "%2x", &byte) == 1) rate->type.hash[i] = (uint8_t)byte;
    }
}

static void rate_free(cli_rate *rate)
{
    if (!rate) return;
    rclio_subscription_destroy(rate->subscription);
    free(rate->topic);
    free(rate->type_name);
    free(rate);
}

static cli_rate *rate_new(cli *c, const char *topic, const rclio_endpoint *publisher)
{
    rclio_subscription_options options = {.qos = RCLIO_QOS_SENSOR_DATA, .raw = true};
    options.qos.depth = DEPTH;
    cli_rate *rate = calloc(1, sizeof *rate);
    if (!rate || !(rate->topic = strdup(topic)) || !(rate->type_name = strdup(publisher->type))) {
        cli_error(c, "out of memory");
        rate_free(rate);
        return NULL;
    }
    rate->type = (rclio_type){.name = rate->type_name, .kind = RCLIO_MESSAGE, .size = 1, .alignment = 1};
    copy_hash(rate, publisher->type_hash);
    rate->marks[0].time_ns = rclio_now_steady();
    rate->mark_count = 1;
    rate->subscription = rclio_subscription_new(c->node, &rate->type, topic, on_message, rate, &options);
    return rate; /* without one: a name or type that ROS does not allow; its rate is not known */
}

static int by_topic(const void *a, const void *b)
{
    return strcmp((*(cli_rate *const *)a)->topic, (*(cli_rate *const *)b)->topic);
}

static bool add(cli_rates *rates, cli_rate *rate)
{
    if (!rate) return false;
    if (rates->size == rates->capacity) {
        size_t capacity = rates->capacity ? rates->capacity * 2 : 32;
        cli_rate **data = realloc(rates->data, capacity * sizeof(cli_rate *));
        if (!data) {
            rate_free(rate);
            cli_error(rates->c, "out of memory");
            return false;
        }
        rates->data = data;
        rates->capacity = capacity;
    }
    rates->data[rates->size++] = rate;
    qsort(rates->data, rates->size, sizeof *rates->data, by_topic);
    return true;
}

cli_rate *cli_rates_find(const cli_rates *rates, const char *topic)
{
    for (size_t i = 0; i < rates->size; i++)
        if (strcmp(rates->data[i]->topic, topic) == 0) return rates->data[i];
    return NULL;
}

/* RA1 */
static void forget_unpublished(cli_rates *rates)
{
    size_t kept = 0;
    for (size_t i = 0; i < rates->size; i++) {
        if (rclio_graph_count(rates->c->node, rates->data[i]->topic, RCLIO_ROLE_PUBLISHERS) > 0)
            rates->data[kept++] = rates->data[i];
        else
            rate_free(rates->data[i]);
    }
    rates->size = kept;
}

bool cli_rates_follow(cli_rates *rates, bool (*wanted)(const char *topic, void *arg), void *arg)
{
    rclio_name_list topics = {0};
    bool good = true;
    forget_unpublished(rates);
    if (rclio_graph_topics(rates->c->node, false, &topics) != RCLIO_OK) return cli_fail(rates->c), false;
    for (size_t i = 0; i < topics.size && good; i++) {
        const char *topic = topics.data[i].name;
        rclio_endpoint_list publishers = {0};
        if (cli_rates_find(rates, topic) || (wanted && !wanted(topic, arg))) continue;
        if (rclio_graph_endpoints(rates->c->node, topic, RCLIO_PUBLISHER, &publishers) == RCLIO_OK && publishers.size > 0)
            good = add(rates, rate_new(rates->c, topic, &publishers.data[0]));
        rclio_endpoint_list_free(&publishers);
    }
    rclio_name_list_free(&topics);
    return good;
}

static void cut_publishers(cli_rate *rate, uint64_t messages)
{
    for (size_t i = 0; i < rate->publisher_count; i++) {
        cli_rate_publisher *publisher = &rate->publishers[i];
        publisher->share = messages ? (double)publisher->messages / (double)messages : 0;
        publisher->messages = 0;
    }
}

double cli_rate_share(const cli_rate *rate, const uint8_t gid[RCLIO_GID_SIZE])
{
    for (size_t i = 0; i < rate->publisher_count; i++)
        if (memcmp(rate->publishers[i].gid, gid, RCLIO_GID_SIZE) == 0) return rate->publishers[i].share;
    return 0;
}

void cli_rates_cut(cli_rates *rates)
{
    int64_t now = rclio_now_steady();
    for (size_t i = 0; i < rates->size; i++) {
        cli_rate *rate = rates->data[i];
        cut_publishers(rate, rate->messages - rate->marks[rate->mark_count - 1].messages);
        if (rate->mark_count == sizeof rate->marks / sizeof *rate->marks) /* RA2 */
            memmove(rate->marks, rate->marks + 1, --rate->mark_count * sizeof *rate->marks);
        rate->marks[rate->mark_count++] = (cli_rate_mark){now, rate->messages, rate->bytes};
    }
}

void cli_rates_fini(cli_rates *rates)
{
    for (size_t i = 0; i < rates->size; i++) rate_free(rates->data[i]);
    free(rates->data);
    rates->data = NULL;
    rates->size = rates->capacity = 0;
}

static double since(const cli_rate *rate, uint64_t first, uint64_t last)
{
    int64_t passed = rate->marks[rate->mark_count - 1].time_ns - rate->marks[0].time_ns;
    return passed > 0 ? (double)(last - first) * 1e9 / (double)passed : 0;
}

double cli_rate_hz(const cli_rate *rate)
{
    return since(rate, rate->marks[0].messages, rate->marks[rate->mark_count - 1].messages);
}

double cli_rate_bandwidth(const cli_rate *rate)
{
    return since(rate, rate->marks[0].bytes, rate->marks[rate->mark_count - 1].bytes);
}

double cli_rate_mean_hz(const cli_rate *rate)
{
    int64_t passed = rate->last_ns - rate->first_ns;
    return rate->messages > 1 && passed > 0 ? (double)(rate->messages - 1) * 1e9 / (double)passed : cli_rate_hz(rate);
}

uint64_t cli_rate_lost(const cli_rate *rate)
{
    rclio_counters counters;
    if (!rate->subscription || rclio_subscription_counters(rate->subscription, &counters) != RCLIO_OK) return 0;
    return counters.dropped;
}

void cli_format_bandwidth(char *text, size_t size, double bytes_a_second)
{
    static const char *const units[] = {"B", "kB", "MB", "GB"};
    size_t unit = 0;
    while (bytes_a_second >= 999.5 && unit < 3) bytes_a_second /= 1000, unit++;
    snprintf(text, size, unit && bytes_a_second < 99.95 ? "%.1f %s/s" : "%.0f %s/s", bytes_a_second, units[unit]);
}

void cli_format_hz(char *text, size_t size, double hz)
{
    snprintf(text, size, hz < 99.95 ? "%.1f Hz" : "%.0f Hz", hz);
}
