/* include/rclio/generic.h: topics whose types the program learns while it runs. Floor: node.
 *
 * Publishers and subscriptions take any rclio_type, so generic ones need no functions of their own: the type comes from
 * rclio_types_get() (a definition that is installed here) or from rclio_type_of_topic() (whoever has it). Bytes as they are on the wire:
 * rclio_publish_serialized(), and subscriptions with `raw`. Fields by name: rclio/type.h; as YAML: rclio/yaml.h. */
#ifndef RCLIO_GENERIC_H
#define RCLIO_GENERIC_H

#include "rclio/topic.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The type of a topic. It waits until somebody publishes or subscribes there. Where the definition is here and has the hash that is
 * announced, that one is taken; else the nodes that have the topic are asked for a description (~/get_type_description, 5 s each), a type
 * is built from it, and its RIHS01 hash is checked against what they announced.
 * topic      as for rclio_subscription_new().
 * type_name  which of its types; NULL: the only one.
 * returns    a future you own; its value is a const rclio_type * that lives as long as the context's types. Publishers' types go before
 *            subscriptions'.
 * fails      RCLIO_INVALID: a name that is not legal; several types and no type_name; RCLIO_NOT_FOUND: nobody who has the topic can
 *            describe its type (says why); RCLIO_CANCELLED: cancelled, or the node was destroyed; RCLIO_SHUTDOWN.
 * thread     the executor's or one while nothing spins
 * wire       TYP-7, NOD-2 */
RCLIO_API rclio_future *rclio_type_of_topic(rclio_node *node, const char *topic, const char *type_name);

#ifdef __cplusplus
}
#endif
#endif
