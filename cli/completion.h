/* cli/completion.h: what may follow on a command line, for shells.
 *
 *   CP1  Candidates are printed one a line, each with a tab and what it is behind it; ":files" in place of candidates asks the shell for
 *        its own completion of files.
 *   CP2  What an argument is, its name tells (`topic_name`, `node_name`, ...), so a new verb is completed without a word about it.
 *   CP3  It never says anything on standard error and takes no longer than a look at the network: what is slower to come is left out.
 * Threads: main. */
#ifndef RCLIO_CLI_COMPLETION_H
#define RCLIO_CLI_COMPLETION_H

#include "cli.h"

/* `words`: what stands behind `ros2`, the last one is the word at the cursor, "" when that is new. The exit status. */
int cli_complete(cli *c, int count, char *const words[]);

/* What a candidate's source may use (cli/completion_sources.c). */
typedef struct completing {
    cli *c;
    const cli_verb *verb;
    const char *word;     /* as far as it is written */
    const char *given[8]; /* arguments before it, by position */
    size_t given_count;
    bool any; /* something was offered */
} completing;

/* Prints the candidate if it begins with the word. `about` may be NULL. */
void completing_offer(completing *k, const char *candidate, const char *about);
void completing_offer_files(completing *k);

/* The value of an argument or option by its name, "topic_name" or "--field". */
void completing_offer_values(completing *k, const char *name);

#endif
