/* relay: the rclio side of the topic tests: decodes what comes on one topic and publishes it again on another.
 *
 *   peer_relay TYPE IN OUT [latched]
 *
 * Prints "ready" when both endpoints exist; ends on SIGINT. */
#include "rclio/rclio.h"

#include <stdio.h>
#include <string.h>

static void relay(const void *message, const rclio_message_info *info, void *arg)
{
    (void)info;
    if (rclio_publish(arg, message)) fprintf(stderr, "relay: %s\n", rclio_error());
}

int main(int argc, char **argv)
{
    if (argc < 4) return fprintf(stderr, "usage: peer_relay TYPE IN OUT [latched]\n"), 2;
    bool latched = argc > 4 && strcmp(argv[4], "latched") == 0;
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    qos.depth = 50;
    if (latched) qos.durability = RCLIO_TRANSIENT_LOCAL;
    rclio_context *context = rclio_init(0, NULL, NULL);
    const rclio_type *type = context ? rclio_types_get(rclio_context_types(context), argv[1]) : NULL;
    rclio_node *node = type ? rclio_node_new(context, "relay", NULL) : NULL;
    rclio_publisher *publisher = rclio_publisher_new(node, type, argv[3], &(rclio_publisher_options){.qos = qos});
    rclio_subscription *subscription =
        rclio_subscription_new(node, type, argv[2], relay, publisher, &(rclio_subscription_options){.qos = qos});
    if (!subscription) return fprintf(stderr, "relay: %s\n", rclio_error()), 1;
    printf("ready\n");
    fflush(stdout);
    return rclio_spin(node);
}
