/* src/base/text.h: a growable text, and copies of strings.
 *
 *   T1  `data` is always a NUL-terminated string, also when empty and after a failed append.
 *   T2  A failed append sets `failed`; later appends do nothing. Check once at the end.
 * Threads: one owner. */
#ifndef RCLIO_BASE_TEXT_H
#define RCLIO_BASE_TEXT_H

#include "rclio/api.h"

#include <stdarg.h>

typedef struct text {
    char *data; /* never NULL after text_init */
    size_t length;
    size_t capacity;
    bool failed;
} text;

void text_init(text *t);
void text_fini(text *t);
void text_clear(text *t);
void text_append(text *t, const char *string);
void text_append_bytes(text *t, const char *bytes, size_t size);
void text_append_char(text *t, char c);
void text_append_repeated(text *t, char c, size_t count);
void text_append_format(text *t, const char *format, ...) RCLIO_PRINTF(2, 3);
void text_append_args(text *t, const char *format, va_list args);
void text_truncate(text *t, size_t length);

/* The string, owned by the caller (free), and leaves `t` empty; NULL with the error set when an append failed. */
char *text_take(text *t);

/* Copies that set the error and return NULL when memory is short. `copy_format` prints into a new string. */
char *copy_string(const char *string);
char *copy_bytes(const char *bytes, size_t size);
char *copy_format(const char *format, ...) RCLIO_PRINTF(1, 2);

/* For strtol() and the like: 16 behind 0x, 8 behind 0, else 10, as their base of 0 says in C11. In glibc it knows 0b too, since 2.38. */
int number_base(const char *string);

bool starts_with(const char *string, const char *prefix);
bool ends_with(const char *string, const char *suffix);

#endif
