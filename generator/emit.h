/* generator/emit.h: the C text of one interface: its part of a header, its part of a source.
 *
 *   E1  A service or an action is written with every type derived from it, each after those it contains.
 *   E2  Descriptors are constants: offsets, sizes and addresses are left to the compiler.
 * Threads: one owner of the stream. */
#ifndef RCLIO_GENERATOR_EMIT_H
#define RCLIO_GENERATOR_EMIT_H

#include "rclio/type.h"

#include <stdio.h>

/* The whole header of an interface, includes of what it contains among them. */
void emit_header(FILE *out, const rclio_type *interface);

/* Descriptors and functions, for a source that includes the header. */
void emit_source(FILE *out, const rclio_type *interface);

/* Calls `visit` for the interface and every type derived from it, contained ones first. */
void each_derived(const rclio_type *interface, void (*visit)(const rclio_type *type, void *arg), void *arg);

#endif
