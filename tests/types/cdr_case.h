/* tests/types/cdr_case.h: what the CDR tests share: types from definitions in the test, bytes in hexadecimal.
 *
 * Functions fail the test when they cannot do their work. Threads: one. */
#ifndef RCLIO_TESTS_CDR_CASE_H
#define RCLIO_TESTS_CDR_CASE_H

#include "rclio/cdr.h"
#include "rclio/types.h"

/* A type with its codec and one message. */
typedef struct cdr_case {
    rclio_types *types;
    const rclio_type *type;
    rclio_codec *codec;
    void *message;
} cdr_case;

/* The type of that name; or, where `name` has a line end, of the definition in it. */
cdr_case cdr_case_of(const char *name);
void cdr_case_end(cdr_case *c);

/* The element of a field of the message. */
void *cdr_at(cdr_case *c, const char *field, size_t index);
void cdr_resize(cdr_case *c, const char *field, size_t count);

/* Decodes bytes written as hexadecimal digits, with blanks between; they end where their memory ends. */
rclio_status cdr_read(cdr_case *c, const char *hex);
rclio_status cdr_read_behind(cdr_case *c, const char *hex, size_t offset);

/* The message encodes to these bytes. */
void cdr_writes(cdr_case *c, const char *hex);

#endif
