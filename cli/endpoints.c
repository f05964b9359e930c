/* cli/endpoints.c: how `topic info -v` shows a publisher or subscription. Threads: main. */
#include "cli.h"

#include <inttypes.h>

static void print_duration(cli *c, const char *name, int64_t duration_ns)
{
    if (duration_ns <= 0 || duration_ns == RCLIO_FOREVER)
        cli_print(c, "  %s: Infinite\n", name);
    else
        cli_print(c, "  %s: %" PRId64 " nanoseconds\n", name, duration_ns);
}

static void print_qos(cli *c, const rclio_qos *qos)
{
    cli_print(c, "QoS profile:\n  Reliability: %s\n", rclio_reliability_name(qos->reliability));
    if (qos->history == RCLIO_KEEP_LAST)
        cli_print(c, "  History (Depth): KEEP_LAST (%zu)\n", qos->depth);
    else
        cli_print(c, "  History (Depth): %s\n", rclio_history_name(qos->history));
    cli_print(c, "  Durability: %s\n", rclio_durability_name(qos->durability));
    print_duration(c, "Lifespan", qos->lifespan_ns);
    print_duration(c, "Deadline", qos->deadline_ns);
    cli_print(c, "  Liveliness: %s\n", rclio_liveliness_name(qos->liveliness));
    print_duration(c, "Liveliness lease duration", qos->lease_ns);
}

void cli_print_endpoint(cli *c, const rclio_endpoint *endpoint)
{
    cli_print(c, "Node name: %s\nNode namespace: %s\nTopic type: %s\n", endpoint->node_name, endpoint->node_namespace,
              endpoint->type);
    cli_print(c, "Topic type hash: %s\n", endpoint->type_hash[0] ? endpoint->type_hash : "INVALID");
    cli_print(c, "Endpoint type: %s\nGID: ", endpoint->kind == RCLIO_PUBLISHER ? "PUBLISHER" : "SUBSCRIPTION");
    for (size_t i = 0; i < RCLIO_GID_SIZE; i++) cli_print(c, "%s%02x", i ? "." : "", endpoint->gid[i]);
    cli_print_text(c, "\n");
    print_qos(c, &endpoint->qos);
    cli_print_text(c, "\n");
}
