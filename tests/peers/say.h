/* say.h: what the programs of the peer tests share: a line out at once, the clock of all processes, the end after an error. */
#ifndef PEERS_SAY_H
#define PEERS_SAY_H

#include "rclio/rclio.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

__attribute__((format(printf, 1, 2))) static inline void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

/* CLOCK_MONOTONIC, as Python's time.monotonic_ns(). */
static inline void say_when(const char *what)
{
    say("%s %lld", what, (long long)rclio_now_steady());
}

/* A node with the process id in its name: several of one program run at once. */
static inline rclio_node *node_of(rclio_context *context, const char *role)
{
    char name[64];
    snprintf(name, sizeof name, "%s_%d", role, (int)getpid());
    return rclio_node_new(context, name, NULL);
}

/* 1, after the error on standard error. */
static inline int failed(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, rclio_error());
    return 1;
}

#endif
