/* src/node/process_arguments.h: the command line of a node's own process, from the program's and the node's arguments.
 *
 *   PA1  The node's remap rules stand before the program's, as the first match wins; what else it has stands behind, as the last value
 *        of a parameter or a level wins (ARG-2 .. ARG-4).
 * Threads: no state. */
#ifndef RCLIO_NODE_PROCESS_ARGUMENTS_H
#define RCLIO_NODE_PROCESS_ARGUMENTS_H

#include "rclio/api.h"

/* Words ended by NULL; `words[i]` are owned. */
typedef struct process_words {
    char **data;
    size_t size, capacity;
} process_words;

rclio_status process_words_add(process_words *words, const char *word);
void process_words_fini(process_words *words);

/* `line` gets: program, then --ros-args with the node's rules, what follows of the program's line, --ros-args with the rest.
 * program  of the command line `main_line` (its first `program_count` words stand before everything).
 * node     as after --ros-args, ended by NULL; NULL: none. */
rclio_status process_arguments(process_words *line, const process_words *main_line, size_t program_count,
                               const char *const *node);

/* Only what stands in --ros-args of a command line, opened and closed again; nothing when there is nothing. */
rclio_status process_ros_arguments(process_words *line, const process_words *main_line);

#endif
