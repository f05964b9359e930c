/* src/node/process/command_line.h: the command line and the environment of a node's own process.
 *
 *   CL1  The node's remap rules stand before the program's, as the first match wins; what else it has stands behind, as the last value
 *        of a parameter or a level wins (ARG-2 .. ARG-4).
 * Threads: no state. */
#ifndef RCLIO_NODE_PROCESS_COMMAND_LINE_H
#define RCLIO_NODE_PROCESS_COMMAND_LINE_H

#include "rclio/api.h"

/* Ended by NULL once there is one; owned. */
typedef struct word_list {
    char **data;
    size_t size, capacity;
} word_list;

rclio_status words_add(word_list *w, const char *word);
rclio_status words_add_all(word_list *w, const char *const *all); /* NULL: none */
void words_fini(word_list *w);

/* `line` gets: the first `own` words of `base`, --ros-args with the node's rules, the rest of `base`, --ros-args with the rest of the
 * node's.
 * node  as after --ros-args, ended by NULL; NULL: none. */
rclio_status command_line(word_list *line, const word_list *base, size_t own, const char *const *node);

/* Only what stands in --ros-args of a command line, opened and closed again; nothing when there is nothing. */
rclio_status command_line_ros_part(word_list *line, const word_list *base);

/* `given` ("NAME=value") over this process's environment, and `more` when its name is in neither (NULL: no more). A table of lent
 * strings, ended by NULL, for the caller to free; NULL with the error set. */
char **environment_with(const word_list *given, char *more);

#endif
