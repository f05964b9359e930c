/* src/base/log_format.c: see log_format.h. Tests: tests/base/test_log.c. */
#include "base/log_format.h"

#include "base/array.h"
#include "base/error.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void append_fn(const log_record *record, text *line);

typedef struct piece { /* text, or a token */
    append_fn *append; /* NULL: the text */
    const char *start;
    size_t length;
} piece;

struct log_format {
    char *source;
    struct {
        piece *data;
        size_t size, capacity;
    } pieces;
};

static void append_severity(const log_record *record, text *line)
{
    text_append(line, rclio_log_level_name(record->level));
}

static void append_name(const log_record *record, text *line)
{
    text_append(line, record->logger);
}

static void append_message(const log_record *record, text *line)
{
    text_append(line, record->message);
}

static void append_function(const log_record *record, text *line)
{
    text_append(line, record->function ? record->function : "");
}

static void append_file(const log_record *record, text *line)
{
    text_append(line, record->file ? record->file : "");
}

static void append_line(const log_record *record, text *line)
{
    text_append_format(line, "%" PRIu32, record->line);
}

static void append_time(const log_record *record, text *line)
{
    text_append_format(line, "%" PRId64 ".%09" PRId64, record->time_ns / RCLIO_S(1), record->time_ns % RCLIO_S(1));
}

static void append_nanoseconds(const log_record *record, text *line)
{
    text_append_format(line, "%019" PRId64, record->time_ns);
}

static void append_date_time(const log_record *record, text *line)
{
    char date[32];
    struct tm parts;
    time_t seconds = (time_t)(record->time_ns / RCLIO_S(1));
    if (!localtime_r(&seconds, &parts) || strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &parts) == 0) return;
    text_append_format(line, "%s.%03" PRId64, date, record->time_ns % RCLIO_S(1) / RCLIO_MS(1));
}

static append_fn *find_token(const char *name, size_t length)
{
    static const struct {
        const char *name;
        append_fn *append;
    } tokens[] = {
        {"severity", append_severity},
        {"name", append_name},
        {"message", append_message},
        {"function_name", append_function},
        {"file_name", append_file},
        {"line_number", append_line},
        {"time", append_time},
        {"time_as_nanoseconds", append_nanoseconds},
        {"date_time_with_ms", append_date_time},
    };
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (strlen(tokens[i].name) == length && memcmp(tokens[i].name, name, length) == 0) return tokens[i].append;
    return NULL;
}

static void unescape(char *source)
{
    char *to = source;
    for (const char *from = source; *from; from++) {
        if (*from == '\\' && (from[1] == 'n' || from[1] == 't' || from[1] == '\\')) {
            from++;
            *to++ = *from == 'n' ? '\n' : *from == 't' ? '\t' : '\\';
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* What is no token stays as written: "{bogus}", a lone brace, the outer braces of "{{name}}". */
static bool split(log_format *f)
{
    const char *at = f->source, *plain = at;
    while (*at) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        append_fn *token = end ? find_token(at + 1, (size_t)(end - at) - 1) : NULL;
        if (!token) {
            at++;
            continue;
        }
        piece before = {NULL, plain, (size_t)(at - plain)}, found = {token, NULL, 0};
        if (before.length && !array_append(&f->pieces, before)) return false;
        if (!array_append(&f->pieces, found)) return false;
        at = plain = end + 1;
    }
    piece last = {NULL, plain, (size_t)(at - plain)};
    return last.length == 0 || array_append(&f->pieces, last);
}

log_format *log_format_parse(const char *format)
{
    log_format *f = calloc(1, sizeof *f);
    if (!f) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a log format");
    f->source = copy_string(format);
    if (f->source) unescape(f->source);
    if (f->source && split(f)) return f;
    log_format_destroy(f);
    return NULL;
}

void log_format_destroy(log_format *f)
{
    if (!f) return;
    free(f->source);
    free(f->pieces.data);
    free(f);
}

void log_format_record(const log_format *f, const log_record *record, text *line)
{
    for (size_t i = 0; i < f->pieces.size; i++) {
        const piece *p = &f->pieces.data[i];
        if (p->append)
            p->append(record, line);
        else
            text_append_bytes(line, p->start, p->length);
    }
}
