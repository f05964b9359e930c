/* generator/literal.h: values of defaults and constants as C writes them. Threads: one owner of the stream. */
#ifndef RCLIO_GENERATOR_LITERAL_H
#define RCLIO_GENERATOR_LITERAL_H

#include "rclio/type.h"

#include <stdio.h>

/* Element `index` of `values`, an array in memory form (UTF-8 `const char *` for both kinds of string), as rclio/type.h says. */
void write_literal(FILE *out, rclio_base_type base, const void *values, size_t index);

/* A C string literal, quotes included. */
void write_string_literal(FILE *out, const char *string);

/* The C type of an element of `values`: "const int32_t", "const char *const". */
const char *literal_type(rclio_base_type base);

#endif
