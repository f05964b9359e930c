/* cli/verb_graph.c: `ros2 graph`: nodes, topics, actions and services with what joins them, as text for Graphviz or Mermaid.
 *
 *   GR1  The same network gives the same text: all is sorted by name, and nothing in it depends on time but the rates.
 * Threads: main. */
#include "rates.h"

#include <stdlib.h>
#include <string.h>

struct graph {
    cli_discovery discovery;
    const char *format;
    bool all, services, types, rates;
    double duration;
};

static const char *const formats[] = {"dot", "mermaid", NULL};

static const cli_option graph_options[] = {
    CLI_DISCOVERY(struct graph, discovery),
    CLI_STRING(struct graph, format, "-f, --format", "text for Graphviz (`| dot -Tsvg`) or for Mermaid", .choices = formats,
               .preset = "dot"),
    CLI_FLAG(struct graph, types, "-t, --show-types", "show types too"),
    CLI_FLAG(struct graph, services, "--services", "show services that somebody calls too"),
    CLI_FLAG(struct graph, rates, "-r, --rates", "listen to the topics first, and show how often and how much comes"),
    CLI_DOUBLE(struct graph, duration, "--duration", "how many seconds to listen for --rates", .value = "SECONDS", .preset = "2",
               .range = CLI_POSITIVE),
    CLI_FLAG(struct graph, all, "-a, --all", "show hidden nodes, topics and services, /rosout and /parameter_events too"),
    {0},
};

/* ---- what there is ---- */

enum kind { NODE, TOPIC, ACTION, SERVICE };

struct vertex {
    enum kind kind;
    char *name, *type;
    bool joined; /* there is an edge */
};

struct edge {
    size_t from, to; /* vertices */
};

struct drawing {
    cli *c;
    const struct graph *o;
    cli_rates rates;
    struct vertex *vertices;
    size_t vertex_count;
    struct edge *edges;
    size_t edge_count;
    bool joining; /* vertices are complete, edges are collected */
    bool failed;
};

static bool is_shown(const struct drawing *d, const char *name)
{
    if (d->o->all) return true;
    return !rclio_name_is_hidden(name) && strcmp(name, "/rosout") != 0 && strcmp(name, "/parameter_events") != 0;
}

static bool topic_is_shown(const char *topic, void *arg)
{
    return is_shown(arg, topic);
}

static char *join_types(const rclio_name_and_types *entry)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = entry ? open_memstream(&text, &size) : NULL;
    if (!out) return NULL;
    for (size_t i = 0; i < entry->type_count; i++) fprintf(out, "%s%s", i ? ", " : "", entry->types[i]);
    fclose(out);
    return text;
}

/* The vertex of that name; made when it is new. */
static size_t vertex(struct drawing *d, enum kind kind, const char *name, const rclio_name_and_types *entry)
{
    for (size_t i = 0; i < d->vertex_count; i++)
        if (d->vertices[i].kind == kind && strcmp(d->vertices[i].name, name) == 0) return i;
    struct vertex *vertices = realloc(d->vertices, (d->vertex_count + 1) * sizeof *vertices);
    char *copy = strdup(name);
    if (vertices) d->vertices = vertices;
    if (!vertices || !copy) {
        free(copy);
        d->failed = true;
        return 0;
    }
    vertices[d->vertex_count] = (struct vertex){.kind = kind, .name = copy, .type = join_types(entry)};
    return d->vertex_count++;
}

static void join(struct drawing *d, size_t from, size_t to)
{
    if (!d->joining) return;
    for (size_t i = 0; i < d->edge_count; i++)
        if (d->edges[i].from == from && d->edges[i].to == to) return;
    struct edge *edges = d->failed ? NULL : realloc(d->edges, (d->edge_count + 1) * sizeof *edges);
    if (!edges) {
        d->failed = true;
        return;
    }
    d->edges = edges;
    edges[d->edge_count++] = (struct edge){from, to};
    d->vertices[from].joined = d->vertices[to].joined = true;
}

/* Joins a node with what it has in a role; `forward`: from the node to that. */
static void add_role(struct drawing *d, const rclio_node_entry *node, size_t of_node, rclio_role role, enum kind kind,
                     bool forward)
{
    rclio_name_list names = {0};
    if (rclio_graph_of_node(d->c->node, node->name, node->name_space, role, &names) != RCLIO_OK) return; /* it has just left */
    for (size_t i = 0; i < names.size && !d->failed; i++) {
        const char *name = names.data[i].name;
        if (!is_shown(d, name)) continue;
        if (kind == SERVICE && !d->o->all && rclio_graph_count(d->c->node, name, RCLIO_ROLE_CLIENTS) == 0) continue;
        size_t other = vertex(d, kind, name, &names.data[i]);
        join(d, forward ? of_node : other, forward ? other : of_node);
    }
    rclio_name_list_free(&names);
}

/* The parts of an action are topics and services that are hidden; with --all they would be there twice. */
static void add_node(struct drawing *d, const rclio_node_entry *node)
{
    size_t of_node = vertex(d, NODE, node->full_name, NULL);
    if (d->failed) return;
    add_role(d, node, of_node, RCLIO_ROLE_PUBLISHERS, TOPIC, true);
    add_role(d, node, of_node, RCLIO_ROLE_SUBSCRIPTIONS, TOPIC, false);
    add_role(d, node, of_node, RCLIO_ROLE_ACTION_CLIENTS, ACTION, true);
    add_role(d, node, of_node, RCLIO_ROLE_ACTION_SERVERS, ACTION, false);
    if (!d->o->services) return;
    add_role(d, node, of_node, RCLIO_ROLE_CLIENTS, SERVICE, true);
    add_role(d, node, of_node, RCLIO_ROLE_SERVICES, SERVICE, false);
}

static bool collect(struct drawing *d)
{
    rclio_node_list nodes = {0};
    if (rclio_graph_nodes(d->c->node, &nodes) != RCLIO_OK) return cli_fail(d->c), false;
    for (size_t i = 0; i < nodes.size && !d->failed; i++) {
        bool own = strcmp(nodes.data[i].full_name, rclio_node_full_name(d->c->node)) == 0;
        if (!own && (d->o->all || !rclio_name_is_hidden(nodes.data[i].full_name))) add_node(d, &nodes.data[i]);
    }
    rclio_node_list_free(&nodes);
    if (d->failed) cli_error(d->c, "out of memory");
    return !d->failed;
}

static bool is_of_node(const rclio_endpoint *endpoint, const char *full_name)
{
    char name[600];
    bool root = strcmp(endpoint->node_namespace, "/") == 0;
    snprintf(name, sizeof name, "%s/%s", root ? "" : endpoint->node_namespace, endpoint->node_name);
    return strcmp(name, full_name) == 0;
}

/* A publisher of the topic and a subscription of the node whose QoS keep them apart. */
static bool is_kept_apart(const struct drawing *d, const struct edge *e)
{
    const struct vertex *topic = &d->vertices[e->from], *node = &d->vertices[e->to];
    rclio_endpoint_list publishers = {0}, subscriptions = {0};
    bool apart = false;
    if (topic->kind != TOPIC) return false;
    if (rclio_graph_endpoints(d->c->node, topic->name, RCLIO_PUBLISHER, &publishers) != RCLIO_OK) return false;
    if (rclio_graph_endpoints(d->c->node, topic->name, RCLIO_SUBSCRIPTION, &subscriptions) != RCLIO_OK) goto done;
    for (size_t s = 0; s < subscriptions.size; s++) {
        if (!is_of_node(&subscriptions.data[s], node->name)) continue;
        for (size_t p = 0; p < publishers.size; p++)
            apart |= rclio_qos_compatible(&publishers.data[p].qos, &subscriptions.data[s].qos) != RCLIO_OK;
    }
done:
    rclio_endpoint_list_free(&publishers);
    rclio_endpoint_list_free(&subscriptions);
    return apart;
}

/* ---- as text ---- */

static void print_escaped(cli *c, const char *text, bool mermaid)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            cli_print(c, mermaid ? "#%d;" : "\\%c", *text);
        else
            cli_print(c, "%c", *text);
    }
}

static void print_label(const struct drawing *d, const struct vertex *v, bool mermaid)
{
    const char *line_break = mermaid ? "<br>" : "\\n";
    const cli_rate *rate = d->o->rates && v->kind == TOPIC ? cli_rates_find(&d->rates, v->name) : NULL;
    char hz[32], bandwidth[32];
    cli_print_text(d->c, "\"");
    print_escaped(d->c, v->name, mermaid);
    if (d->o->types && v->type) {
        cli_print_text(d->c, line_break);
        print_escaped(d->c, v->type, mermaid);
    }
    if (rate) {
        cli_format_hz(hz, sizeof hz, cli_rate_mean_hz(rate));
        cli_format_bandwidth(bandwidth, sizeof bandwidth, cli_rate_bandwidth(rate));
        cli_print(d->c, "%s%s, %s", line_break, hz, bandwidth);
    }
    cli_print_text(d->c, "\"");
}

static bool is_drawn(const struct vertex *v)
{
    return v->kind == NODE || v->joined;
}

static bool is_dashed(const struct drawing *d, const struct edge *e) /* calls go there and back */
{
    return d->vertices[e->from].kind >= ACTION || d->vertices[e->to].kind >= ACTION;
}

static void print_name_in_dot(const struct drawing *d, const struct vertex *v)
{
    static const char *const kinds[] = {"node", "topic", "action", "service"};
    cli_print(d->c, "\"%s ", kinds[v->kind]);
    print_escaped(d->c, v->name, false);
    cli_print_text(d->c, "\"");
}

static void print_dot(const struct drawing *d)
{
    static const char *const shapes[] = {"box, style=rounded", "ellipse", "hexagon", "cds"};
    cli_print_text(d->c, "digraph ros {\n    rankdir=LR;\n    node [fontname=\"sans-serif\"];\n");
    for (size_t i = 0; i < d->vertex_count; i++) {
        if (!is_drawn(&d->vertices[i])) continue;
        cli_print_text(d->c, "    ");
        print_name_in_dot(d, &d->vertices[i]);
        cli_print_text(d->c, " [label=");
        print_label(d, &d->vertices[i], false);
        cli_print(d->c, ", shape=%s];\n", shapes[d->vertices[i].kind]);
    }
    for (size_t i = 0; i < d->edge_count; i++) {
        cli_print_text(d->c, "    ");
        print_name_in_dot(d, &d->vertices[d->edges[i].from]);
        cli_print_text(d->c, " -> ");
        print_name_in_dot(d, &d->vertices[d->edges[i].to]);
        cli_print_text(d->c, is_dashed(d, &d->edges[i])       ? " [style=dashed];\n"
                             : is_kept_apart(d, &d->edges[i]) ? " [color=red, label=\"QoS\"];\n"
                                                              : ";\n");
    }
    cli_print_text(d->c, "}\n");
}

static void print_mermaid(const struct drawing *d)
{
    static const char *const shapes[][2] = {{"[", "]"}, {"([", "])"}, {"{{", "}}"}, {"[/", "/]"}};
    static const char letters[] = "ntas";
    cli_print_text(d->c, "flowchart LR\n");
    for (size_t i = 0; i < d->vertex_count; i++) {
        const struct vertex *v = &d->vertices[i];
        if (!is_drawn(v)) continue;
        cli_print(d->c, "    %c%zu%s", letters[v->kind], i, shapes[v->kind][0]);
        print_label(d, v, true);
        cli_print(d->c, "%s\n", shapes[v->kind][1]);
    }
    for (size_t i = 0; i < d->edge_count; i++) {
        const struct edge *e = &d->edges[i];
        cli_print(d->c, "    %c%zu %s %c%zu\n", letters[d->vertices[e->from].kind], e->from,
                  is_dashed(d, e)       ? "-.->"
                  : is_kept_apart(d, e) ? "--x|QoS|"
                                        : "-->",
                  letters[d->vertices[e->to].kind], e->to);
    }
}

/* ---- the verb ---- */

static int by_kind_and_name(const void *a, const void *b)
{
    const struct vertex *left = a, *right = b;
    return left->kind != right->kind ? (int)left->kind - (int)right->kind : strcmp(left->name, right->name);
}

static int by_ends(const void *a, const void *b)
{
    const struct edge *left = a, *right = b;
    if (left->from != right->from) return left->from < right->from ? -1 : 1;
    return left->to < right->to ? -1 : left->to > right->to;
}

/* GR1: vertices first, so that edges name them by their places when they are sorted. */
static bool draw(struct drawing *d)
{
    if (!collect(d)) return false;
    if (d->vertex_count) qsort(d->vertices, d->vertex_count, sizeof *d->vertices, by_kind_and_name);
    d->joining = true;
    if (!collect(d)) return false;
    if (d->edge_count) qsort(d->edges, d->edge_count, sizeof *d->edges, by_ends);
    return true;
}

/* false: interrupted, or an error was printed. */
static bool listen_for_a_while(struct drawing *d)
{
    if (!cli_rates_follow(&d->rates, topic_is_shown, d)) return false;
    if (cli_run(d->c, (int64_t)(d->o->duration * 1e9)) != RCLIO_TIMEOUT) return false;
    cli_rates_cut(&d->rates);
    return true;
}

static int graph_run(cli *c, const void *options)
{
    const struct graph *o = options;
    struct drawing d = {.c = c, .o = o, .rates = {.c = c}};
    int result = CLI_FAILED;
    rclio_status status = cli_look(c, &o->discovery, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (o->rates && !listen_for_a_while(&d)) {
        if (cli_interrupted()) result = CLI_USAGE;
        goto done;
    }
    if (!draw(&d)) goto done;
    if (strcmp(o->format, "dot") == 0)
        print_dot(&d);
    else
        print_mermaid(&d);
    result = 0;
done:
    cli_rates_fini(&d.rates);
    for (size_t i = 0; i < d.vertex_count; i++) {
        free(d.vertices[i].name);
        free(d.vertices[i].type);
    }
    free(d.vertices);
    free(d.edges);
    return result;
}

const cli_verb cli_verb_graph = {
    "graph",
    "Print nodes, topics, actions and services, and what joins them, as a drawing for Graphviz or Mermaid",
    graph_options,
    sizeof(struct graph),
    graph_run,
    "There is no such command upstream (rqt_graph shows a window). Text for the same network is the same. A subscription that a "
    "publisher\n"
    "cannot reach because of their QoS is marked. Rates are counted by\n"
    "listening best effort, so what publishes faster than this computer can listen shows less.",
};
