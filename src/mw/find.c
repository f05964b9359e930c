/* src/mw/find.c: which implementation of the seam RMW_IMPLEMENTATION names. Threads: any. Tests: tests/mw/test_find.c. */
#include "base/error.h"
#include "mw/mw.h"

#include <string.h>

const mw_ops *mw_find(const char *name)
{
    static const char *const allowed[] = {"", "rmw_fastrtps_cpp", "rmw_cyclonedds_cpp"};
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (strcmp(name ? name : "", allowed[i]) == 0) return &mw_cyclone_ops;
    return rclio_fail_null(RCLIO_INVALID,
                           "RMW_IMPLEMENTATION is '%s': it may be rmw_fastrtps_cpp, rmw_cyclonedds_cpp, or unset for the default",
                           name);
}
