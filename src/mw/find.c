/* src/mw/find.c: which implementation of the seam RMW_IMPLEMENTATION names. Threads: any. Tests: tests/mw/test_find.c. */
#include "base/error.h"
#include "mw/mw.h"

#include <string.h>

const mw_ops *mw_find(const char *name)
{
    if (!name || !*name) return &mw_split_ops;
    static const mw_ops *const known[] = {&mw_split_ops, &mw_cyclone_ops};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]->name) == 0) return known[i];
    return rclio_fail_null(RCLIO_INVALID,
                           "RMW_IMPLEMENTATION is '%s': it may be rmw_fastrtps_cpp, rmw_cyclonedds_cpp, or unset for the default",
                           name);
}
