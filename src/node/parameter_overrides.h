/* src/node/parameter_overrides.h: values for parameters of nodes, by node name patterns: what -p and parameter files give.
 *
 *   PO1  Patterns stay in the order of their first appearance; a name that a pattern has already gets the new value in its place
 *        (PAR-8).
 * Threads: one owner; reading ones any while nobody changes it. */
#ifndef RCLIO_NODE_PARAMETER_OVERRIDES_H
#define RCLIO_NODE_PARAMETER_OVERRIDES_H

#include "rclio/parameter.h"

typedef struct parameter_pattern {
    char *pattern; /* "/ **" without the blank, "/ns/node" */
    rclio_parameter_list parameters;
} parameter_pattern;

typedef struct parameter_overrides {
    parameter_pattern *data;
    size_t size, capacity;
} parameter_overrides; /* {0} is empty */

/* Copies all. fails RCLIO_NO_MEMORY */
rclio_status parameter_overrides_put(parameter_overrides *overrides, const char *pattern, const char *name,
                                     rclio_parameter_value value);

/* Adds what applies to the node of that full name to the list, later patterns replacing values of earlier ones. */
rclio_status parameter_overrides_match(const parameter_overrides *overrides, const char *full_name, rclio_parameter_list *list);
rclio_status parameter_overrides_take(const parameter_pattern *pattern, rclio_parameter_list *list); /* of one pattern */
void parameter_overrides_fini(parameter_overrides *overrides);

/* true: "/ns/node" matches; `*` is one token, `**` any number (PAR-7). */
bool parameter_pattern_match(const char *pattern, const char *full_name);

/* Reads a parameter file. What was read before a failure stays.
 * fails   RCLIO_NOT_FOUND, RCLIO_BAD_DATA ("file:line:column: cause"), RCLIO_NO_MEMORY */
rclio_status parameter_overrides_read_file(parameter_overrides *overrides, const char *path);
rclio_status parameter_overrides_read_text(parameter_overrides *overrides, const char *file, const char *source, size_t size);

#endif
