/* fuzz/fuzz_content_filter.c: libFuzzer over content filters: the bytes are the expression. One that is legal looks at a message. */
#include "base/text.h"
#include "node/content_filter.h"
#include "rclio/types.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char definition[] = "bool a\nuint8 b\nint64 c\nuint64 d\nfloat32 e\nstring f\nint32[3] g\nstring[] h\n"
                                 "geometry_msgs/Point[] i\ngeometry_msgs/Point j\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rclio_types *types;
    static const rclio_type *type;
    static void *message;
    static const char *const parameters[] = {"1", "'x'", "TRUE", "x y", "-2.5e3"};
    if (!types) {
        types = rclio_types_new(NULL, NULL);
        type = rclio_types_parse(types, "p/msg/T", "fuzz", definition, sizeof definition - 1);
        message = rclio_message_new(type);
    }
    char *expression = copy_bytes((const char *)data, size);
    if (!type || !message || !expression) abort();
    if (strchr(expression, '{') ||
        strchr(expression, '+')) { /* the C library's regular expressions may take all memory for "a{99}{99}" */
        free(expression);
        return 0;
    }
    content_filter *filter = content_filter_new(type, &(rclio_content_filter){expression, parameters, 5});
    if (!filter && rclio_error_status() != RCLIO_INVALID && rclio_error_status() != RCLIO_NO_MEMORY) abort();
    if (filter) content_filter_accepts(filter, message);
    content_filter_unref(filter);
    rclio_error_clear();
    free(expression);
    return 0;
}
