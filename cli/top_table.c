/* cli/top_table.c: the tables of `ros2 top`, and what is known of one node or topic. Rules: top.h. Threads: main. */
#include "top.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct ordered { /* a row and what it is sorted by: more is first, then the name */
    const char *name;
    double value;
    size_t place;
};

static int by_value(const void *a, const void *b)
{
    const struct ordered *left = a, *right = b;
    if (left->value != right->value) return left->value > right->value ? -1 : 1;
    return strcmp(left->name, right->name);
}

static double node_value(const top_node *node, top_key key)
{
    switch (key) {
    case TOP_BY_CPU: return isnan(node->cpu) ? -1 : node->cpu;
    case TOP_BY_RATE: return node->hz;
    case TOP_BY_BANDWIDTH: return node->bandwidth;
    case TOP_BY_DROPS: return node->dropped + node->late + node->failed;
    default: return 0;
    }
}

static double topic_value(const top_topic *topic, top_key key)
{
    switch (key) {
    case TOP_BY_RATE: return topic->hz;
    case TOP_BY_CPU: /* topics have none: what costs most */
    case TOP_BY_BANDWIDTH: return topic->bandwidth;
    case TOP_BY_DROPS: return fmax(topic->dropped, 0) + topic->lost;
    default: return 0;
    }
}

static void add_told(table *out, const top_node *node)
{
    for (size_t column = 1; column <= 2; column++) table_cell(out, column, "-");
    for (size_t column = 7; column <= 10; column++) table_cell(out, column, "-");
    if (!node->is_told) return;
    if (!isnan(node->cpu)) table_cell(out, 1, "%.1f %%", node->cpu * 100);
    table_cell(out, 2, "%ld", node->pid);
    if (!isnan(node->callbacks_hz)) table_cell(out, 7, "%.1f Hz", node->callbacks_hz);
    table_cell(out, 8, "%.0f", node->dropped);
    table_cell(out, 9, "%.0f", node->late);
    table_cell(out, 10, "%.0f", node->failed);
}

static void add_rates(table *out, size_t column, bool known, double hz, double bandwidth)
{
    char text[16];
    cli_format_hz(text, sizeof text, hz);
    table_cell(out, column, "%s", known ? text : "-");
    cli_format_bandwidth(text, sizeof text, bandwidth);
    table_cell(out, column + 1, "%s", known ? text : "-");
}

static void add_node(const top *t, table *out, const top_node *node)
{
    table_row(out);
    table_cell(out, 0, "%s", node->name);
    table_cell(out, 3, "%zu", node->publishers);
    table_cell(out, 4, "%zu", node->subscriptions);
    add_rates(out, 5, !t->options->no_rates, node->hz, node->bandwidth);
    add_told(out, node);
}

static void add_topic(table *out, const top_topic *topic)
{
    table_row(out);
    table_cell(out, 0, "%s", topic->name);
    add_rates(out, 1, topic->is_measured, topic->hz, topic->bandwidth);
    table_cell(out, 3, "%zu", topic->publishers);
    table_cell(out, 4, "%zu", topic->subscriptions);
    table_cell(out, 5, "-");
    if (topic->dropped >= 0) table_cell(out, 5, "%.0f", topic->dropped);
    table_cell(out, 6, "-");
    if (topic->is_measured) table_cell(out, 6, "%.0f", topic->lost);
    table_cell(out, 7, "%s", topic->type);
}

void top_table(const top *t, top_view view, table *out)
{
    size_t count = view == TOP_NODES ? t->node_count : t->topic_count;
    struct ordered *order = calloc(count + 1, sizeof *order);
    table_begin(out, view == TOP_NODES ? "NODE|>CPU|>PID|>PUB|>SUB|>SENDS||>CALLBACKS|>DROPPED|>LATE|>FAILED"
                                       : "TOPIC|>RATE|>BANDWIDTH|>PUB|>SUB|>DROPPED|>LOST|TYPE");
    if (view == TOP_NODES) out->right[6] = true;
    for (size_t i = 0; i < count && order; i++)
        order[i] = view == TOP_NODES ? (struct ordered){t->nodes[i].name, node_value(&t->nodes[i], t->key), i}
                                     : (struct ordered){t->topics[i].name, topic_value(&t->topics[i], t->key), i};
    if (order) qsort(order, count, sizeof *order, by_value);
    for (size_t i = 0; i < count && order; i++) {
        if (view == TOP_NODES)
            add_node(t, out, &t->nodes[order[i].place]);
        else
            add_topic(out, &t->topics[order[i].place]);
    }
    free(order);
}

void top_head(const top *t, char *text, size_t size)
{
    char rate[16], bandwidth[16];
    double hz = 0, bytes = 0;
    for (size_t i = 0; i < t->topic_count; i++) {
        hz += t->topics[i].hz;
        bytes += t->topics[i].bandwidth;
    }
    cli_format_hz(rate, sizeof rate, hz);
    cli_format_bandwidth(bandwidth, sizeof bandwidth, bytes);
    snprintf(text, size, "domain %u   %zu node%s   %zu topic%s   %s   %s", (unsigned)rclio_context_domain_id(t->c->context),
             t->node_count, t->node_count == 1 ? "" : "s", t->topic_count, t->topic_count == 1 ? "" : "s",
             t->options->no_rates ? "" : rate, t->options->no_rates ? "" : bandwidth);
}

/* ---- one of them ---- */

static void print_table(FILE *out, table *t)
{
    size_t widths[TABLE_COLUMNS];
    table_widths(t, widths);
    for (size_t row = 0; row < t->size && t->size > 1; row++) {
        table_line(out, t, row, widths);
        fputc('\n', out);
    }
    table_fini(t);
}

struct details {
    const char *node;
    table entities;
};

static void on_line(const char *const words[INSPECTION_WORDS], size_t count, const inspected *process, void *arg)
{
    struct details *d = arg;
    (void)process;
    if (strcmp(words[0], "entity") != 0 || strcmp(words[1], d->node) != 0 || count < 10) return;
    table_row(&d->entities);
    table_cell(&d->entities, 0, "%s", words[2]);
    table_cell(&d->entities, 1, "%s", words[3]);
    static const struct {
        int word;
        size_t column;
    } shown[] = {{4, 2}, {8, 3}, {5, 4}, {6, 5}, {7, 6}, {9, 7}};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (strcmp(words[shown[i].word], "0") != 0) table_cell(&d->entities, shown[i].column, "%s", words[shown[i].word]);
}

static void print_role(FILE *out, const top *t, const rclio_node_entry *node, const char *title, rclio_role role)
{
    rclio_name_list names = {0};
    table rows;
    if (rclio_graph_of_node(t->c->node, node->name, node->name_space, role, &names) != RCLIO_OK) return;
    table_begin(&rows, "|>RATE|>BANDWIDTH|TYPE");
    table_cell(&rows, 0, "%s", title);
    for (size_t i = 0; i < names.size; i++) {
        const cli_rate *rate = cli_rates_find(&t->rates, names.data[i].name);
        if (!t->all && rclio_name_is_hidden(names.data[i].name)) continue;
        table_row(&rows);
        table_cell(&rows, 0, "%s", names.data[i].name);
        if (rate && rate->subscription) add_rates(&rows, 1, true, cli_rate_hz(rate), cli_rate_bandwidth(rate));
        table_cell(&rows, 3, "%s", names.data[i].types[0]);
    }
    if (rows.size > 1) fputc('\n', out);
    print_table(out, &rows);
    rclio_name_list_free(&names);
}

static void print_node(FILE *out, const top *t, const char *name)
{
    rclio_node_list nodes = {0};
    struct details d = {.node = name};
    const top_node *told = NULL;
    for (size_t i = 0; i < t->node_count; i++)
        if (strcmp(t->nodes[i].name, name) == 0) told = &t->nodes[i];
    if (!told) fputs("it has gone\n", out);
    if (told && told->is_told)
        fprintf(out, "process %ld, %.1f %% of a core\n", told->pid, isnan(told->cpu) ? 0 : told->cpu * 100);
    else if (told)
        fputs("on another computer, of another user, or not of rclio: its CPU, callbacks and drops are not known\n", out);
    table_begin(&d.entities, "KIND|NAME|>RECEIVED|>CALLBACKS|>DROPPED|>LATE|>FAILED|>QUEUE");
    inspection_read(&t->processes, on_line, &d);
    if (d.entities.size > 1) fputc('\n', out);
    print_table(out, &d.entities);
    if (rclio_graph_nodes(t->c->node, &nodes) != RCLIO_OK) return;
    for (size_t i = 0; i < nodes.size; i++) {
        if (strcmp(nodes.data[i].full_name, name) != 0) continue;
        print_role(out, t, &nodes.data[i], "PUBLISHES", RCLIO_ROLE_PUBLISHERS);
        print_role(out, t, &nodes.data[i], "SUBSCRIBES TO", RCLIO_ROLE_SUBSCRIPTIONS);
        print_role(out, t, &nodes.data[i], "SERVES", RCLIO_ROLE_SERVICES);
        print_role(out, t, &nodes.data[i], "CALLS", RCLIO_ROLE_CLIENTS);
    }
    rclio_node_list_free(&nodes);
}

static void print_ends(FILE *out, const top *t, const char *topic, const char *title, rclio_endpoint_kind kind)
{
    rclio_endpoint_list ends = {0};
    table rows;
    if (rclio_graph_endpoints(t->c->node, topic, kind, &ends) != RCLIO_OK) return;
    table_begin(&rows, "|>SHARE|RELIABILITY|DURABILITY|>DEPTH|TYPE");
    table_cell(&rows, 0, "%s", title);
    const cli_rate *rate = kind == RCLIO_PUBLISHER ? cli_rates_find(&t->rates, topic) : NULL;
    for (size_t i = 0; i < ends.size; i++) {
        const rclio_endpoint *end = &ends.data[i];
        bool root = strcmp(end->node_namespace, "/") == 0;
        if (strcmp(end->node_name, rclio_node_name(t->c->node)) == 0) continue;
        table_row(&rows);
        table_cell(&rows, 0, "%s/%s", root ? "" : end->node_namespace, end->node_name);
        if (rate) table_cell(&rows, 1, "%.0f %%", cli_rate_share(rate, end->gid) * 100);
        table_cell(&rows, 2, "%s", rclio_reliability_name(end->qos.reliability));
        table_cell(&rows, 3, "%s", rclio_durability_name(end->qos.durability));
        if (end->qos.history == RCLIO_KEEP_LAST) table_cell(&rows, 4, "%zu", end->qos.depth);
        table_cell(&rows, 5, "%s", end->type);
    }
    if (rows.size > 1) fputc('\n', out);
    print_table(out, &rows);
    rclio_endpoint_list_free(&ends);
}

static void print_topic(FILE *out, const top *t, const char *name)
{
    char hz[16], bandwidth[16];
    const cli_rate *rate = cli_rates_find(&t->rates, name);
    if (rate && rate->subscription) {
        cli_format_hz(hz, sizeof hz, cli_rate_hz(rate));
        cli_format_bandwidth(bandwidth, sizeof bandwidth, cli_rate_bandwidth(rate));
        fprintf(out, "%s, %s, %.0f bytes each\n", hz, bandwidth,
                cli_rate_hz(rate) > 0 ? cli_rate_bandwidth(rate) / cli_rate_hz(rate) : 0);
    } else {
        fputs("not measured: nobody publishes it, or it is not listened to\n", out);
    }
    print_ends(out, t, name, "PUBLISHED BY", RCLIO_PUBLISHER);
    print_ends(out, t, name, "SUBSCRIBED BY", RCLIO_SUBSCRIPTION);
}

char *top_details(const top *t, top_view view, const char *name)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    if (view == TOP_NODES)
        print_node(out, t, name);
    else
        print_topic(out, t, name);
    fclose(out);
    return text;
}
