/* tests/node/near.h: what the tests of messages that stay in the process share: nodes that ask for it, and strings. Threads: any. */
#ifndef TESTS_NODE_NEAR_H
#define TESTS_NODE_NEAR_H

#include "pair.h"

typedef struct string_message { /* std_msgs/msg/String */
    rosidl_runtime_c__String data;
} string_message;

extern const rclio_publisher_options near_publisher_on; /* intra-process delivery, whatever the node says */
extern const rclio_subscription_options near_subscription_on;

/* All fail the test rather than return NULL. */
const rclio_type *near_string(rclio_node *node);
rclio_node *near_node(rclio_context *context, const char *name, rclio_executor *executor, bool use_intra_process_comms);
rclio_publisher *near_publisher(rclio_node *node, const char *topic, const rclio_publisher_options *options);
rclio_subscription *near_subscription(rclio_node *node, const char *topic, rclio_message_fn *on_message, void *arg,
                                      const rclio_subscription_options *options);

void near_publish(rclio_publisher *publisher, const char *text);
void near_publish_number(rclio_publisher *publisher, long number);

#endif
