/* tests/programs/vectors.h: the golden CDR vectors (../shared/reference/README.md, "cdr/PACKAGE.jsonl").
 *
 * Threads: one. */
#ifndef RCLIO_TESTS_VECTORS_H
#define RCLIO_TESTS_VECTORS_H

#include "json.h"
#include "rclio/cdr.h"
#include "rclio/types.h"

typedef struct vector {
    const char *where; /* "std_msgs.jsonl:12" */
    const char *type;
    const json *value;
    const uint8_t *bytes;
    size_t size;
} vector; /* lent for the call */

/* The folder: the argument, else $RCLIO_REFERENCE/cdr, else the shared one beside the source tree. */
const char *vectors_folder(int argc, char **argv);

/* Calls `visit` with each vector of each *.jsonl in the folder. false: the folder is not there or has none, or a line is no
 * vector; that has been said on standard error. */
bool vectors_each(const char *folder, void (*visit)(const vector *v, void *arg), void *arg);

/* Writes the value into an initialised message. `has_nan` becomes true when there is a NaN in it, which equals nothing. */
rclio_status vector_fill(const rclio_type *type, const json *value, void *message, bool *has_nan);

#endif
