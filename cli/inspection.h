/* cli/inspection.h: asks the rclio processes of this computer about themselves (docs/tracing.md).
 *
 *   IC1  Processes of this user in this domain that share this network name space are found by the names of their sockets,
 *        @rclio/<domain>/<pid>/<number>; the network is not opened for it.
 *   IC2  Only answers of this user's and root's processes are read: anybody could have taken the name.
 *   IC3  A process that has gone, or does not answer within a second, is left out.
 * Threads: main. */
#ifndef RCLIO_CLI_INSPECTION_H
#define RCLIO_CLI_INSPECTION_H

#include "cli.h"

#define INSPECTION_WORDS 48 /* of a line at most */

typedef struct inspected { /* a context of a process */
    int fd;
    long pid;
    int number;
    bool asked;
    char *answer; /* to the last question, lines with the last one "end"; NULL: none came */
} inspected;

typedef struct inspection {
    inspected *data; /* by pid and number */
    size_t size;
} inspection;

/* Finds who can be asked now, keeping those that are known. false: out of memory, after an error line. */
bool inspection_find(cli *c, inspection *i);
/* Asks all, "nodes", "tasks" or "trace"; who does not answer is forgotten. */
void inspection_ask(inspection *i, const char *question);
void inspection_close(inspection *i);
void inspection_drop(inspection *i); /* ends the connections; the memory of `data` stays */

/* Calls `each` for the lines of an answer, split at their tabs; missing words are "". */
typedef void inspection_line_fn(const char *const words[INSPECTION_WORDS], size_t count, const inspected *process, void *arg);
void inspection_read(const inspection *i, inspection_line_fn *each, void *arg);

/* What a question about a node says when nobody who answers has it: whether it is elsewhere, or unknown. The exit status. */
int inspection_no_node(cli *c, const char *node);

/* "12.3 us", in at most 8 characters; "" for nothing. */
void inspection_format_time(char *text, size_t size, double ns);

#endif
