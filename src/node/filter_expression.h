/* src/node/filter_expression.h: what content_filter_parse.c makes of an expression and content_filter.c walks: nodes in one array, the root
 * last. Threads: immutable once made. */
#ifndef RCLIO_NODE_FILTER_EXPRESSION_H
#define RCLIO_NODE_FILTER_EXPRESSION_H

#include "rclio/type.h"

#include <regex.h>

enum { FILTER_NODES_MAX = 1000, FILTER_DEPTH_MAX = 64, FILTER_PARAMETERS_MAX = 100, FILTER_STEPS_MAX = 16 };

typedef enum value_kind { VALUE_BOOL, VALUE_SIGNED, VALUE_UNSIGNED, VALUE_REAL, VALUE_STRING } value_kind;

typedef struct filter_value {
    value_kind kind;
    bool is_float32; /* of VALUE_REAL: a field of that type */
    bool boolean;
    int64_t number;
    uint64_t natural;
    double real;
    const char *string;
} filter_value;

typedef struct filter_step { /* from a message to a member of it */
    const rclio_field *field;
    size_t index; /* 0 for a single one */
} filter_step;

typedef struct filter_operand {
    size_t step_count; /* 0: a literal */
    filter_step steps[FILTER_STEPS_MAX];
    filter_value literal;
    bool is_pattern; /* of MATCH: `pattern` is made */
    regex_t pattern;
} filter_operand;

typedef enum filter_operation { FILTER_AND, FILTER_OR, FILTER_NOT, FILTER_COMPARE, FILTER_LIKE, FILTER_MATCH } filter_operation;
typedef enum filter_relation { EQUAL = 1, LESS = 2, GREATER = 4 } filter_relation; /* a mask: <> is LESS | GREATER */

typedef struct filter_node {
    filter_operation operation;
    size_t left, right;          /* of AND, OR, NOT (left): indices */
    filter_operand *one, *other; /* of the rest */
    unsigned relations;
} filter_node;

typedef struct filter_expression {
    filter_node *nodes;
    size_t node_count, node_capacity;
    filter_operand **operands; /* all, for their memory */
    size_t operand_count, operand_capacity;
    char **strings; /* literals */
    size_t string_count, string_capacity;
} filter_expression;

/* fails RCLIO_INVALID: "content filter '<expression>', column 7: <cause>"; RCLIO_NO_MEMORY. Free what was made, also then. */
rclio_status filter_parse(filter_expression *made, const rclio_type *type, const char *expression, const char *const *parameters,
                          size_t parameter_count);
void filter_expression_fini(filter_expression *e);

#endif
