/* bench/many_nodes.c: many_nodes FIRST COUNT: nodes /node_<FIRST>... of one process, each with a publisher on /topic_<its number>; for
 * bench_cli.py. Ends with SIGINT or SIGTERM. Threads: one. */
#include "rclio/rclio.h"

#include <stdio.h>
#include <stdlib.h>

static bool make_node(rclio_context *context, long number)
{
    char name[32], topic[32];
    snprintf(name, sizeof name, "node_%ld", number);
    snprintf(topic, sizeof topic, "topic_%ld", number);
    return rclio_publisher_new(rclio_node_new(context, name, NULL),
                               rclio_types_get(rclio_context_types(context), "std_msgs/msg/String"), topic, NULL) != NULL;
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(0, NULL, NULL);
    long first = argc > 1 ? strtol(argv[1], NULL, 10) : 0, count = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    for (long i = 0; i < count; i++) {
        if (make_node(context, first + i)) continue;
        fprintf(stderr, "%s\n", rclio_error());
        rclio_context_destroy(context);
        return 1;
    }
    rclio_context_spin(context);
    rclio_context_destroy(context);
    return 0;
}
