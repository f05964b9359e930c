/* src/node/arguments.h: what the command line says to a context, or a node's own arguments to it: --ros-args (ARG-1 .. ARG-5).
 *
 *   A1  Everything is copied: argv may change after arguments_parse().
 *   A2  Rules, parameters and level settings keep the order of the command line.
 * Threads: immutable after arguments_parse(); then any. */
#ifndef RCLIO_NODE_ARGUMENTS_H
#define RCLIO_NODE_ARGUMENTS_H

#include "node/parameter_overrides.h"
#include "rclio/logging.h"

typedef struct arguments arguments;

/* One -p or one --params-file, in the order given. */
typedef struct argument_parameter {
    char *file; /* of --params-file; NULL: -p, the other three are set */
    char *node; /* pattern as in parameter files: "/ **" without the blank, or "/name" */
    char *name;
    char *yaml;
} argument_parameter;

typedef struct argument_level {
    char *logger; /* "": the root */
    rclio_log_level level;
} argument_level;

typedef struct argument_flags {
    bool no_stdout_logs, no_rosout_logs, no_external_lib_logs;
} argument_flags;

/* fails   RCLIO_INVALID, RCLIO_NOT_FOUND (a file), in upstream's words: "failed to initialize rcl: Couldn't parse ...". */
arguments *arguments_parse(int argc, char *const argv[]);

/* The same for a node's own (ARG-5): the first word is no program's name; "Failed to parse ROS arguments: Couldn't parse ...". */
arguments *arguments_parse_local(int argc, char *const argv[]);
void arguments_destroy(arguments *a);

/* What is left for the program, ended by NULL. */
char *const *arguments_rest(const arguments *a, int *count);
char **arguments_take_rest(arguments *a); /* yours: rclio_names_free() */

/* Old-style rules ("a:=b" outside of --ros-args), for a warning each; ended by NULL. */
char *const *arguments_deprecated(const arguments *a);
const argument_parameter *arguments_parameters(const arguments *a, size_t *count);
const parameter_overrides *arguments_overrides(const arguments *a); /* what those say, lent */
const argument_level *arguments_levels(const arguments *a, size_t *count);
argument_flags arguments_flags(const arguments *a);
const char *arguments_enclave(const arguments *a);       /* NULL: not given */
const char *arguments_log_file_name(const arguments *a); /* NULL: not given */

/* The replacement of the first __node (__ns) rule for a node that was made with this name; NULL: none. Lent. */
const char *arguments_node_name(const arguments *a, const char *given_name);
const char *arguments_namespace(const arguments *a, const char *given_name);

/* ARG-2: the full name that the first matching rule gives for a full topic or service name. *remapped: a string to free, or NULL when
 * no rule matches.
 * node_name, name_space  of the node, after its own rules.
 * fails  RCLIO_INVALID: the replacement does not expand to a legal name. */
rclio_status arguments_remap(const arguments *a, const char *node_name, const char *name_space, const char *full_name,
                             bool service, char **remapped);

#endif
