/* src/types/definition_scan.h: the line of an interface definition that is being read, and errors that point into it.
 *
 *   SC1  A comment starts at a '#' that is not inside a quoted string and ends with the line.
 *   SC2  Columns count bytes from 1.
 * Threads: one owner. */
#ifndef RCLIO_TYPES_DEFINITION_SCAN_H
#define RCLIO_TYPES_DEFINITION_SCAN_H

#include "types/definition_arena.h"

typedef struct scanner {
    const char *file;
    const char *next; /* start of the next line */
    const char *stop; /* end of the text */
    size_t number;    /* of the current line, from 1 */
    const char *line; /* its start, the place reached in it, and its end */
    const char *at;
    const char *end;
    arena *memory; /* for what is read */
} scanner;

/* A piece of the current line. */
typedef struct token {
    const char *at;
    size_t size;
} token;

void scanner_init(scanner *s, const char *file, const char *source, size_t size, arena *memory);

/* Moves to the next line; false at the end of the text. */
bool scanner_next_line(scanner *s);

/* Skips blanks; true when the line has nothing more than a comment. */
bool scanner_at_end(scanner *s);

/* The characters up to a blank, a '#' or one of `stops`. */
token scanner_word(scanner *s, const char *stops);

/* The characters up to one of `stops` ('#' is always one), without blanks at the end. */
token scanner_rest(scanner *s, const char *stops);

/* Records "file:line:column: text" with RCLIO_BAD_DATA; `where` points into the current line. */
rclio_status scanner_fail(const scanner *s, const char *where, const char *format, ...) RCLIO_PRINTF(3, 4);

/* For "%.*s": a token's length, short enough for an error. */
int token_width(token t);
bool token_is(token t, const char *string);

#endif
