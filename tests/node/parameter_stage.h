/* tests/node/parameter_stage.h: a node with parameters and nothing else, for the tests of what one node does alone. */
#ifndef TESTS_NODE_PARAMETER_STAGE_H
#define TESTS_NODE_PARAMETER_STAGE_H

#include "../support/harness.h"

typedef struct stage {
    rclio_context *context;
    rclio_node *node; /* "/nn", without services and events */
} stage;

stage stage_new(void);
stage stage_with(const rclio_node_options *options,
                 const char *const *words); /* words: of the command line, ended by NULL, or NULL */
void stage_free(stage *s);

/* The operation failed so, with exactly this sentence. */
#define assert_refused(expression, expected_status, sentence) \
    do {                                                      \
        assert_int_equal((expression), (expected_status));    \
        assert_string_equal(rclio_error(), (sentence));       \
    } while (0)

/* The parameter's value as text. */
#define assert_parameter(node, name, expected) parameter_is((node), (name), (expected), __FILE__, __LINE__)
void parameter_is(rclio_node *node, const char *name, const char *expected, const char *file, int line);

/* A list as "a=1;b=x;" in a buffer that the next call overwrites. */
const char *parameters_as_text(const rclio_parameter_list *list);

#endif
