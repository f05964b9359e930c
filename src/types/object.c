/* src/types/object.c: see object.h. Tests: tests/types/test_description.c. */
#include "types/object.h"

#include "base/error.h"

struct object object_member(struct object of, const char *name, rclio_base_type base, size_t index)
{
    const rclio_field *field = of.message ? rclio_type_field(of.type, name) : NULL;
    if (!of.message) return of;
    if (field && field->base == base) return (struct object){field->nested, rclio_field_element(field, of.message, index)};
    rclio_fail(RCLIO_BAD_DATA, "type '%s' has no field '%s' of the kind that rclio was made with", of.type->name, name);
    return (struct object){NULL, NULL};
}

size_t object_count(struct object of, const char *name)
{
    const rclio_field *field = of.message ? rclio_type_field(of.type, name) : NULL;
    return field ? rclio_field_count(field, of.message) : 0;
}
