/* src/types/yaml_tree.h: a YAML document as a tree, read with libyaml.
 *
 *   YT1  Nesting is at most YAML_DEPTH deep.
 *   YT2  An alias is a node that points to its target; one that would contain itself is an error.
 *   YT3  Children are a list in the order of the text; those of a mapping are key, value, key, value.
 * Threads: one owner. */
#ifndef RCLIO_TYPES_YAML_TREE_H
#define RCLIO_TYPES_YAML_TREE_H

#include "types/yaml_scalar.h"

#define YAML_DEPTH 100

typedef enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING } yaml_kind;

typedef struct yaml_tree_node yaml_tree_node;
struct yaml_tree_node {
    yaml_kind kind;
    yaml_tag tag;      /* of a scalar: resolved */
    char *scalar;      /* NUL-terminated; may hold NULs, too */
    size_t size;       /* of the scalar */
    char *anchor;      /* NULL: none */
    size_t child_count;
    yaml_tree_node *first, *last; /* children */
    yaml_tree_node *sibling;
    yaml_tree_node *target; /* of an alias: the node it stands for */
    bool open;              /* being read: an alias to it would be a circle */
};

typedef struct yaml_tree {
    yaml_tree_node *root; /* NULL: an empty document */
    map_of_anchors *anchors;
    struct node_block *blocks; /* all nodes */
} yaml_tree;

#endif
