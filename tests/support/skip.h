/* tests/support/skip.h: SKIP("a reason"), the only way to skip a test: it says why, here and in the file that RCLIO_SKIPPED names, which
 * scripts/test prints. */
#ifndef TESTS_SUPPORT_SKIP_H
#define TESTS_SUPPORT_SKIP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static inline void skip_note(const char *test, const char *reason)
{
    const char *path = getenv("RCLIO_SKIPPED");
    FILE *file = path ? fopen(path, "a") : NULL;
    print_message("skipped: %s: %s\n", test, reason);
    if (!file) return;
    fprintf(file, "skipped: %s: %s\n", test, reason);
    fclose(file);
}

#define SKIP(reason)                   \
    do {                               \
        skip_note(__func__, (reason)); \
        skip();                        \
    } while (0)

#endif
