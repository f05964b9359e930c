/* cli/top.h: what `ros2 top` shows: the nodes and topics of the network with their numbers.
 *
 *   TP1  Rates and bandwidths are counted by listening, raw and best effort; CPU, drops and callbacks are told by the processes of rclio
 *        nodes on this computer (inspection.h). What nobody tells is unknown, and shown as '-'.
 *   TP2  A node's CPU is its process's: nodes that share a process show the same.
 *   TP3  A screen and plain lines are made of the same tables.
 * Threads: main. */
#ifndef RCLIO_CLI_TOP_H
#define RCLIO_CLI_TOP_H

#include "inspection.h"
#include "rates.h"
#include "table.h"

typedef enum top_view { TOP_NODES, TOP_TOPICS, TOP_VIEWS } top_view;
typedef enum top_key { TOP_BY_NAME, TOP_BY_CPU, TOP_BY_RATE, TOP_BY_BANDWIDTH, TOP_BY_DROPS, TOP_KEYS } top_key;
extern const char *const top_key_names[]; /* ended by NULL */

typedef struct top_options {
    double interval;
    bool once, all, no_rates;
    const char *sort;
    cli_discovery discovery;
} top_options;

typedef struct top_node {
    char *name;
    size_t publishers, subscriptions;
    double hz, bandwidth; /* what it sends */
    bool is_told;         /* the rest is known */
    long pid;
    double cpu; /* of a core; NaN: not known yet */
    double callbacks, callbacks_before, callbacks_hz;
    double dropped, late, failed; /* since it was made */
} top_node;

typedef struct top_topic {
    char *name, *type;
    size_t publishers, subscriptions;
    bool is_measured;
    double hz, bandwidth, lost; /* lost on the way to here, since it is followed */
    double dropped;             /* by subscriptions of nodes that tell; negative: none does */
} top_topic;

typedef struct top_process { /* of the answer before */
    long pid;
    double time_ns, cpu_ns;
} top_process;

typedef struct top {
    cli *c;
    const top_options *options;
    bool all;
    top_key key;
    cli_rates rates;
    inspection processes;
    top_node *nodes;
    size_t node_count;
    top_topic *topics;
    size_t topic_count;
    top_process *known;
    size_t known_count;
    double now_ns, before_ns; /* steady clock of the last two updates */
    bool failed;              /* out of memory */
    struct {                  /* the process whose lines are read */
        long pid;
        double cpu;
    } reading;
} top;

/* Looks again. false after an error line. */
bool top_update(top *t);
void top_fini(top *t);

/* The rows of a view in order. */
void top_table(const top *t, top_view view, table *out);
/* "domain 1   8 nodes   12 topics   30 Hz   10.5 kB/s" */
void top_head(const top *t, char *text, size_t size);
/* What is known of one of them, as lines; a string you free, NULL when memory is short. */
char *top_details(const top *t, top_view view, const char *name);

/* A screen until the user has enough; the exit status. -1: there is no screen here (no ncurses, or a terminal it does not know). */
int top_screen(top *t);

#endif
