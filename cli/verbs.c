/* cli/verbs.c: the table of all verbs, from the list of cli/verb_*.c that CMake writes into verbs.inc. Threads: constant. */
#include "cli.h"

#include <string.h>

#define CLI_VERB(name) extern const cli_verb cli_verb_##name;
#include "verbs.inc"
#undef CLI_VERB

const cli_verb *const *cli_verbs(void)
{
    static const cli_verb *const verbs[] = {
#define CLI_VERB(name) &cli_verb_##name,
#include "verbs.inc"
#undef CLI_VERB
        NULL,
    };
    return verbs;
}

bool cli_is_lone(const cli_verb *verb)
{
    return !strchr(verb->path, ' ');
}
