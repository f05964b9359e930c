/* fuzz/fuzz_definition.c: libFuzzer over the reader of interface definitions. The first byte picks .msg, .srv or .action; the
 * rest is the text. What is read must hold together: it is described, hashed and written back. */
#include "rclio/types.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fields(const rclio_type *type)
{
    size_t end = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        char *text = rclio_field_type_text(field);
        if (!text || field->offset < end || rclio_type_field(type, field->name) != field) abort();
        end = field->offset + 1;
        free(text);
    }
    if (type->kind == RCLIO_MESSAGE && end > type->size) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"fuzz/msg/Fuzz", "fuzz/srv/Fuzz", "fuzz/action/Fuzz"};
    if (size == 0) return 0;
    rclio_types *types = rclio_types_new(NULL, NULL);
    const rclio_type *type = rclio_types_parse(types, names[data[0] % 3], "fuzz", (const char *)data + 1, size - 1);
    if (!type) {
        if (!*rclio_error()) abort();
    } else {
        const rclio_type *description_type;
        check_fields(type);
        void *description = rclio_types_describe(types, type, &description_type);
        if (!description) abort();
        rclio_message_destroy(description_type, description);
    }
    rclio_error_clear();
    rclio_types_destroy(types);
    return 0;
}
