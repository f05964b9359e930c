/* src/types/yaml_tree.h: a YAML document as a tree, read with libyaml.
 *
 *   YT1  Nesting is at most YAML_DEPTH deep, aliases within aliases too.
 *   YT2  An alias is a node that points to its target; one that would contain itself is an error.
 *   YT3  Children are a list in the order of the text; those of a mapping are key, value, key, value.
 * Threads: one owner. */
#ifndef RCLIO_TYPES_YAML_TREE_H
#define RCLIO_TYPES_YAML_TREE_H

#include "base/map.h"
#include "types/yaml_scalar.h"

#define YAML_DEPTH 100

typedef enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING, YAML_ALIAS } yaml_kind;

typedef struct yaml_node yaml_node;
struct yaml_node {
    yaml_kind kind;
    yaml_tag tag;         /* of a scalar */
    char *scalar;         /* of a scalar: its text, NUL-terminated; may hold NULs, too */
    size_t size;          /* of the scalar */
    size_t child_count;   /* of a sequence or a mapping */
    yaml_node *first;     /* child */
    yaml_node *last;      /* child */
    yaml_node *sibling;   /* the next child of the same parent */
    yaml_node *target;    /* of an alias */
    unsigned char height; /* levels of nodes below it, through aliases */
    bool open;            /* not read to its end */
};

typedef struct yaml_tree {
    yaml_node *root; /* NULL: an empty text */
    map anchors;
    struct yaml_block *blocks; /* own all nodes */
    size_t node_count;
} yaml_tree;

/* Reads the one document of a text. Fails with RCLIO_BAD_DATA ("line:column: cause") or RCLIO_NO_MEMORY. yaml_tree_fini() after
 * either. */
rclio_status yaml_tree_read(yaml_tree *tree, const char *yaml, size_t size);
void yaml_tree_fini(yaml_tree *tree);

/* The node, or what an alias stands for. */
const yaml_node *yaml_follow(const yaml_node *node);

#endif
