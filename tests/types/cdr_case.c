/* tests/types/cdr_case.c: see cdr_case.h. */
#include "cdr_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

cdr_case cdr_case_of(const char *name)
{
    cdr_case c = {.types = rclio_types_new(NULL, NULL)};
    c.type = strchr(name, '\n') ? rclio_types_parse(c.types, "my_msgs/msg/Mine", "Mine.msg", name, strlen(name))
                                : rclio_types_get(c.types, name);
    if (!c.type) fail_msg("%s", rclio_error());
    c.codec = rclio_codec_new(c.type);
    if (!c.codec) fail_msg("%s", rclio_error());
    c.message = rclio_message_new(c.type);
    if (!c.message) fail_msg("%s", rclio_error());
    return c;
}

void cdr_case_end(cdr_case *c)
{
    rclio_message_destroy(c->type, c->message);
    rclio_codec_destroy(c->codec);
    rclio_types_destroy(c->types);
}

void *cdr_at(cdr_case *c, const char *field, size_t index)
{
    const rclio_field *found = rclio_type_field(c->type, field);
    assert_non_null(found);
    void *element = rclio_field_element(found, c->message, index);
    assert_non_null(element);
    return element;
}

void cdr_resize(cdr_case *c, const char *field, size_t count)
{
    if (rclio_field_resize(rclio_type_field(c->type, field), c->message, count)) fail_msg("%s", rclio_error());
}

static uint8_t *bytes_of(const char *hex, size_t *size)
{
    uint8_t *bytes = malloc(strlen(hex) / 2 + 1);
    assert_non_null(bytes);
    *size = 0;
    for (; *hex; hex += *hex == ' ' ? 1 : 2) {
        if (*hex == ' ') continue;
        char digits[3] = {hex[0], hex[1], '\0'};
        bytes[(*size)++] = (uint8_t)strtoul(digits, NULL, 16);
    }
    uint8_t *fitting = malloc(*size ? *size : 1); /* so that a sanitizer sees the end */
    assert_non_null(fitting);
    memcpy(fitting, bytes, *size);
    free(bytes);
    return fitting;
}

rclio_status cdr_read_behind(cdr_case *c, const char *hex, size_t offset)
{
    size_t size;
    uint8_t *bytes = bytes_of(hex, &size);
    rclio_error_clear();
    rclio_status status = rclio_decode(c->codec, bytes, size, offset, c->message);
    free(bytes);
    return status;
}

rclio_status cdr_read(cdr_case *c, const char *hex)
{
    return cdr_read_behind(c, hex, 0);
}

void cdr_writes(cdr_case *c, const char *hex)
{
    size_t expected_size, size = 0;
    uint8_t *expected = bytes_of(hex, &expected_size), *bytes = rclio_encode_new(c->codec, c->message, &size);
    if (!bytes) fail_msg("%s", rclio_error());
    assert_int_equal(size, expected_size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
    free(expected);
}
