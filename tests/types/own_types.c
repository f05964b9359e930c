/* tests/types/own_types.c: see own_types.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_types.h"

#include <stdlib.h>

int make_registry(void **state)
{
    unsetenv("AMENT_PREFIX_PATH");
    unsetenv("RCLIO_INTERFACE_PATH");
    *state = rclio_types_new(NULL, NULL);
    return *state ? 0 : -1;
}

int drop_registry(void **state)
{
    rclio_types_destroy(*state);
    return 0;
}

const rclio_type *type_of(void **state, const char *name)
{
    const rclio_type *type = rclio_types_get(*state, name);
    if (!type) fail_msg("%s", rclio_error());
    return type;
}
