/* fuzz/fuzz_type_description.c: libFuzzer over types built from TypeDescription messages: the bytes are the message in CDR. A type that is
 * made is described again: hash and name are the same; a message of it can be made when it is of a bearable size. */
#include "rclio/cdr.h"
#include "rclio/types.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(rclio_types *types, const rclio_type *type)
{
    const rclio_type *description_type;
    void *description = rclio_types_describe(types, type, &description_type);
    if (!description) abort();
    const rclio_type *again = rclio_types_from_description(types, description_type, description, NULL);
    if (again != type) abort(); /* the same name and hash */
    rclio_message_destroy(description_type, description);
    if (type->kind != RCLIO_MESSAGE || type->size > 1 << 20) return;
    rclio_message_destroy(type, rclio_message_new(type));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rclio_types *types = rclio_types_new(NULL, NULL);
    const rclio_type *description_type = rclio_types_get(types, "type_description_interfaces/msg/TypeDescription");
    rclio_codec *codec = rclio_codec_new(description_type);
    void *description = rclio_message_new(description_type);
    if (!codec || !description) abort();
    if (rclio_decode(codec, data, size, 0, description) == RCLIO_OK) {
        rclio_error_clear();
        const rclio_type *type = rclio_types_from_description(types, description_type, description, NULL);
        if (!type && !*rclio_error()) abort();
        if (type) use(types, type);
    }
    rclio_error_clear();
    rclio_message_destroy(description_type, description);
    rclio_codec_destroy(codec);
    rclio_types_destroy(types);
    return 0;
}
