/* src/node/remap_rule.h: one remap rule, "[node:]match:=replacement" (ARG-2).
 * Threads: immutable after remap_rule_parse(); then any. */
#ifndef RCLIO_NODE_REMAP_RULE_H
#define RCLIO_NODE_REMAP_RULE_H

#include "rclio/api.h"

typedef enum remap_kind { /* what a rule applies to; a bit each */
                          REMAP_TOPIC = 1,
                          REMAP_SERVICE = 2,
                          REMAP_NODE_NAME = 4,
                          REMAP_NAMESPACE = 8,
} remap_kind;

typedef struct remap_rule {
    unsigned kinds;    /* of remap_kind: REMAP_TOPIC | REMAP_SERVICE for a rule without rostopic:// or rosservice:// */
    char *node;        /* only for the node of this name; NULL: every node */
    char *match;       /* not expanded; NULL for node name and namespace */
    char *replacement; /* not expanded */
} remap_rule;

/* fails  RCLIO_INVALID: the cause in upstream's words where it has any, without the rule; RCLIO_NO_MEMORY. Nothing to free then. */
rclio_status remap_rule_parse(const char *source, remap_rule *rule);
void remap_rule_fini(remap_rule *rule);

/* "[node:]" at the front of `text`: the length of the node's name, and *rest behind the colon; 0 and *rest = text when there is none. */
size_t remap_node_prefix(const char *source, const char **rest);

#endif
