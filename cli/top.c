/* cli/top.c: see top.h. What there is and how much of it. */
#include "top.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const top_key_names[] = {"name", "cpu", "rate", "bandwidth", "drops", NULL};

/* Words of the lines of an answer to "nodes" (docs/tracing.md). */
enum { ENTITY_NODE = 1, ENTITY_KIND, ENTITY_NAME, ENTITY_RECEIVED, ENTITY_DROPPED, ENTITY_LATE, ENTITY_FAILED, ENTITY_CALLBACKS };

static bool is_wanted(const char *name, void *arg)
{
    const top *t = arg;
    return t->all || !rclio_name_is_hidden(name);
}

/* ---- nodes ---- */

static top_node *find_node(const top *t, const char *name)
{
    for (size_t i = 0; i < t->node_count; i++)
        if (strcmp(t->nodes[i].name, name) == 0) return &t->nodes[i];
    return NULL;
}

static void free_nodes(top_node *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) free(nodes[i].name);
    free(nodes);
}

static size_t count_of_node(const top *t, const rclio_node_entry *node, rclio_role role)
{
    rclio_name_list names = {0};
    size_t count = rclio_graph_of_node(t->c->node, node->name, node->name_space, role, &names) == RCLIO_OK ? names.size : 0;
    rclio_name_list_free(&names);
    return count;
}

static void list_nodes(top *t)
{
    rclio_node_list found = {0};
    top_node *before = t->nodes;
    size_t before_count = t->node_count, count = 0;
    if (rclio_graph_nodes(t->c->node, &found) != RCLIO_OK) return;
    top_node *nodes = calloc(found.size + 1, sizeof *nodes);
    t->failed |= !nodes;
    for (size_t i = 0; i < found.size && nodes; i++) {
        const char *name = found.data[i].full_name;
        bool again = count && strcmp(nodes[count - 1].name, name) == 0;
        if (again || !is_wanted(name, t) || strcmp(name, rclio_node_full_name(t->c->node)) == 0) continue;
        const top_node *old = find_node(t, name);
        nodes[count] = (top_node){.name = strdup(name), .cpu = NAN, .callbacks_before = old ? old->callbacks : NAN};
        t->failed |= !nodes[count].name;
        if (!nodes[count].name) break;
        nodes[count].publishers = count_of_node(t, &found.data[i], RCLIO_ROLE_PUBLISHERS);
        nodes[count++].subscriptions = count_of_node(t, &found.data[i], RCLIO_ROLE_SUBSCRIPTIONS);
    }
    t->nodes = nodes;
    t->node_count = count;
    free_nodes(before, before_count);
    rclio_node_list_free(&found);
}

/* ---- topics ---- */

static void free_topics(top *t)
{
    for (size_t i = 0; i < t->topic_count; i++) {
        free(t->topics[i].name);
        free(t->topics[i].type);
    }
    free(t->topics);
    t->topics = NULL;
    t->topic_count = 0;
}

/* Without the subscription of this command. */
static size_t subscriptions_of(const top *t, const char *topic)
{
    size_t count = rclio_graph_count(t->c->node, topic, RCLIO_ROLE_SUBSCRIPTIONS);
    const cli_rate *rate = cli_rates_find(&t->rates, topic);
    return rate && rate->subscription && count ? count - 1 : count;
}

/* What the nodes that publish it send. */
static void credit_publishers(top *t, const top_topic *topic, const cli_rate *rate)
{
    rclio_endpoint_list publishers = {0};
    if (topic->hz <= 0 || rclio_graph_endpoints(t->c->node, topic->name, RCLIO_PUBLISHER, &publishers) != RCLIO_OK) return;
    for (size_t i = 0; i < publishers.size; i++) {
        char name[600];
        const rclio_endpoint *publisher = &publishers.data[i];
        bool root = strcmp(publisher->node_namespace, "/") == 0;
        snprintf(name, sizeof name, "%s/%s", root ? "" : publisher->node_namespace, publisher->node_name);
        top_node *node = find_node(t, name);
        double share = cli_rate_share(rate, publisher->gid);
        if (!node) continue;
        node->hz += topic->hz * share;
        node->bandwidth += topic->bandwidth * share;
    }
    rclio_endpoint_list_free(&publishers);
}

static void list_topics(top *t)
{
    rclio_name_list found = {0};
    free_topics(t);
    if (rclio_graph_topics(t->c->node, false, &found) != RCLIO_OK) return;
    t->topics = calloc(found.size + 1, sizeof *t->topics);
    t->failed |= !t->topics;
    for (size_t i = 0; i < found.size && !t->failed; i++) {
        const rclio_name_and_types *entry = &found.data[i];
        const cli_rate *rate = cli_rates_find(&t->rates, entry->name);
        if (!is_wanted(entry->name, t)) continue;
        top_topic topic = {.dropped = -1, .name = strdup(entry->name), .type = strdup(entry->type_count ? entry->types[0] : "")};
        topic.publishers = rclio_graph_count(t->c->node, entry->name, RCLIO_ROLE_PUBLISHERS);
        topic.subscriptions = subscriptions_of(t, entry->name);
        if (rate && rate->subscription) {
            topic.is_measured = true;
            topic.hz = cli_rate_hz(rate);
            topic.bandwidth = cli_rate_bandwidth(rate);
            topic.lost = (double)cli_rate_lost(rate);
        }
        t->failed |= !topic.name || !topic.type;
        t->topics[t->topic_count++] = topic;
        if (topic.is_measured && topic.name) credit_publishers(t, &topic, rate);
    }
    rclio_name_list_free(&found);
}

/* ---- what processes tell ---- */

static double cpu_since(top *t, long pid, double time_ns, double cpu_ns)
{
    for (size_t i = 0; i < t->known_count; i++) {
        top_process *known = &t->known[i];
        if (known->pid != pid) continue;
        double passed = time_ns - known->time_ns, used = cpu_ns - known->cpu_ns;
        if (passed < 1e6) return NAN; /* another context of the process, just now */
        known->time_ns = time_ns;
        known->cpu_ns = cpu_ns;
        return used / passed;
    }
    top_process *grown = realloc(t->known, (t->known_count + 1) * sizeof *grown);
    if (!grown) return NAN;
    t->known = grown;
    grown[t->known_count++] = (top_process){pid, time_ns, cpu_ns};
    return NAN;
}

static void add_entity(top *t, const char *const *words)
{
    top_node *node = find_node(t, words[ENTITY_NODE]);
    double dropped = strtod(words[ENTITY_DROPPED], NULL);
    if (node) {
        node->dropped += dropped;
        node->late += strtod(words[ENTITY_LATE], NULL);
        node->failed += strtod(words[ENTITY_FAILED], NULL);
        node->callbacks += strtod(words[ENTITY_CALLBACKS], NULL);
    }
    if (strcmp(words[ENTITY_KIND], "subscription") != 0) return;
    for (size_t i = 0; i < t->topic_count; i++)
        if (strcmp(t->topics[i].name, words[ENTITY_NAME]) == 0) t->topics[i].dropped = fmax(t->topics[i].dropped, 0) + dropped;
}

static void on_line(const char *const words[INSPECTION_WORDS], size_t count, const inspected *process, void *arg)
{
    top *t = arg;
    (void)count;
    if (strcmp(words[0], "process") == 0) {
        bool same = t->reading.pid == process->pid;
        double cpu = cpu_since(t, process->pid, strtod(words[4], NULL), strtod(words[5], NULL));
        if (!same || !isnan(cpu)) t->reading.cpu = cpu;
        t->reading.pid = process->pid;
    } else if (strcmp(words[0], "node") == 0) {
        top_node *node = find_node(t, words[1]);
        if (!node) return;
        node->is_told = true;
        node->pid = process->pid;
        node->cpu = t->reading.cpu;
    } else if (strcmp(words[0], "entity") == 0) {
        add_entity(t, words);
    }
}

static void ask_processes(top *t)
{
    inspection_ask(&t->processes, "nodes");
    t->reading.pid = 0;
    inspection_read(&t->processes, on_line, t);
    double passed = (t->now_ns - t->before_ns) * 1e-9;
    for (size_t i = 0; i < t->node_count; i++) {
        top_node *node = &t->nodes[i];
        bool known = !isnan(node->callbacks_before) && passed > 0 && t->before_ns > 0;
        node->callbacks_hz = known ? fmax(node->callbacks - node->callbacks_before, 0) / passed : NAN;
    }
}

bool top_update(top *t)
{
    t->before_ns = t->now_ns;
    t->now_ns = (double)rclio_now_steady();
    cli_rates_cut(&t->rates);
    list_nodes(t);
    list_topics(t);
    if (!inspection_find(t->c, &t->processes)) return false;
    ask_processes(t);
    if (!t->options->no_rates && !cli_rates_follow(&t->rates, is_wanted, t)) return false;
    if (t->failed) cli_error(t->c, "out of memory");
    return !t->failed;
}

void top_fini(top *t)
{
    free_nodes(t->nodes, t->node_count);
    free_topics(t);
    free(t->known);
    cli_rates_fini(&t->rates);
    inspection_close(&t->processes);
}
