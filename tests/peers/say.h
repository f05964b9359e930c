/* say.h: what the programs of the peer tests share: a line out at once, the clock of all processes, the end after an error. */
#ifndef PEERS_SAY_H
#define PEERS_SAY_H

#include "rclio/rclio.h"

#include <stdarg.h>
#include <stdio.h>

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

/* 1, after the error on standard error. */
static inline int failed(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, rclio_error());
    return 1;
}

#endif
