/* src/base/text.c: see text.h. */
#include "base/text.h"

#include "base/error.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char empty[1]; /* shared by all texts without memory; never written */

void text_init(text *t)
{
    *t = (text){.data = empty};
}

void text_fini(text *t)
{
    if (t->data != empty) free(t->data);
    text_init(t);
}

void text_clear(text *t)
{
    t->failed = false;
    text_truncate(t, 0);
}

void text_truncate(text *t, size_t length)
{
    if (length >= t->length) return;
    t->length = length;
    t->data[length] = '\0';
}

static bool grow(text *t, size_t more)
{
    if (t->failed) return false;
    if (more > SIZE_MAX / 2 - t->length - 1) {
        t->failed = true;
        return false;
    }
    size_t need = t->length + more + 1;
    if (need <= t->capacity) return true;
    size_t capacity = t->capacity ? t->capacity : 32;
    while (capacity < need) capacity *= 2;
    char *data = realloc(t->data == empty ? NULL : t->data, capacity);
    if (!data) {
        t->failed = true;
        return false;
    }
    if (t->data == empty) data[0] = '\0';
    t->data = data;
    t->capacity = capacity;
    return true;
}

void text_append_bytes(text *t, const char *bytes, size_t size)
{
    if (!grow(t, size)) return;
    memcpy(t->data + t->length, bytes, size);
    t->length += size;
    t->data[t->length] = '\0';
}

void text_append(text *t, const char *string)
{
    text_append_bytes(t, string, strlen(string));
}

void text_append_char(text *t, char c)
{
    text_append_bytes(t, &c, 1);
}

void text_append_repeated(text *t, char c, size_t count)
{
    if (!grow(t, count)) return;
    memset(t->data + t->length, c, count);
    t->length += count;
    t->data[t->length] = '\0';
}

void text_append_args(text *t, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    if (size < 0) t->failed = true;
    if (size > 0 && grow(t, (size_t)size)) {
        vsnprintf(t->data + t->length, (size_t)size + 1, format, again);
        t->length += (size_t)size;
    }
    va_end(again);
}

void text_append_format(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_append_args(t, format, args);
    va_end(args);
}

char *text_take(text *t)
{
    char *taken = NULL;
    if (t->failed)
        rclio_fail(RCLIO_NO_MEMORY, "out of memory for a text of %zu bytes", t->length);
    else if (t->data == empty)
        taken = copy_string("");
    else
        taken = realloc(t->data, t->length + 1);
    if (!taken) {
        text_fini(t);
        return NULL;
    }
    text_init(t);
    return taken;
}

char *copy_bytes(const char *bytes, size_t size)
{
    char *copy = size < SIZE_MAX ? malloc(size + 1) : NULL;
    if (!copy) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a string of %zu bytes", size);
    if (size) memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

char *copy_string(const char *string)
{
    return copy_bytes(string, strlen(string));
}

char *copy_format(const char *format, ...)
{
    text t;
    va_list args;
    text_init(&t);
    va_start(args, format);
    text_append_args(&t, format, args);
    va_end(args);
    return text_take(&t);
}

int number_base(const char *string)
{
    while (isspace((unsigned char)*string)) string++;
    if (*string == '+' || *string == '-') string++;
    if (*string != '0') return 10;
    return string[1] == 'x' || string[1] == 'X' ? 16 : 8;
}

bool starts_with(const char *string, const char *prefix)
{
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

bool ends_with(const char *string, const char *suffix)
{
    size_t length = strlen(string), tail = strlen(suffix);
    return length >= tail && memcmp(string + length - tail, suffix, tail) == 0;
}
