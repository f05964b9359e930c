/* src/types/definition_scan.c: see definition_scan.h. */
#include "types/definition_scan.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void scanner_init(scanner *s, const char *file, const char *source, size_t size, arena *memory)
{
    *s = (scanner){
        .file = file, .next = source, .stop = source + size, .line = source, .at = source, .end = source, .memory = memory};
    if (size >= 3 && memcmp(source, "\xef\xbb\xbf", 3) == 0) s->next += 3; /* a byte order mark */
}

bool scanner_next_line(scanner *s)
{
    if (s->next == s->stop) return false;
    s->line = s->at = s->next;
    const char *newline = memchr(s->line, '\n', (size_t)(s->stop - s->line));
    s->end = newline ? newline : s->stop;
    s->next = newline ? newline + 1 : s->stop;
    if (s->end > s->line && s->end[-1] == '\r') s->end--;
    s->number++;
    return true;
}

bool scanner_at_end(scanner *s)
{
    while (s->at < s->end && is_blank(*s->at)) s->at++;
    return s->at == s->end || *s->at == '#'; /* SC1 */
}

static bool is_stop(char c, const char *stops)
{
    return c == '#' || (c && strchr(stops, c));
}

token scanner_word(scanner *s, const char *stops)
{
    token t = {.at = s->at};
    while (s->at < s->end && !is_blank(*s->at) && !is_stop(*s->at, stops)) s->at++;
    t.size = (size_t)(s->at - t.at);
    return t;
}

token scanner_rest(scanner *s, const char *stops)
{
    token t = {.at = s->at};
    while (s->at < s->end && !is_stop(*s->at, stops)) s->at++;
    const char *last = s->at;
    while (last > t.at && is_blank(last[-1])) last--;
    t.size = (size_t)(last - t.at);
    return t;
}

rclio_status scanner_fail(const scanner *s, const char *where, const char *format, ...)
{
    char cause[RCLIO_ERROR_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(cause, sizeof cause, format, args);
    va_end(args);
    return rclio_fail(RCLIO_BAD_DATA, "%s:%zu:%zu: %s", s->file, s->number, (size_t)(where - s->line) + 1, cause); /* SC2 */
}

int token_width(token t)
{
    return t.size < 80 ? (int)t.size : 80;
}

bool token_is(token t, const char *string)
{
    return strlen(string) == t.size && memcmp(t.at, string, t.size) == 0;
}
