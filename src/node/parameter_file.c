/* src/node/parameter_file.c: reads parameter files with libyaml, by its events.
 *
 *   PF1  Two kinds of mappings nest: names of namespaces and nodes down to `ros__parameters`, then names of parameters. Each has a
 *        function; they recurse at most DEPTH deep.
 *   PF2  Errors have upstream's words and where they are: "file:line:column: No value at line 3" (PAR-10).
 * Threads: any. Tests: tests/node/test_parameter_file.c, fuzz/fuzz_parameter_file.c. */
#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "node/parameter_overrides.h"
#include "node/parameter_scalar.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH = 100, LARGEST_FILE = 64 << 20 };

typedef struct file_reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one; {0}: none */
    parameter_overrides *overrides;
    const char *file; /* NULL: no file, a text of the command line */
    const char *source;
    size_t size;
    text node, name; /* as far as the mappings so far spell them */
} file_reader;

/* ---- events and errors ---- */

static rclio_status fail_here(file_reader *r, const yaml_mark_t *mark, const char *problem, bool with_line)
{
    char line[32] = "";
    if (with_line) snprintf(line, sizeof line, " at line %zu", mark->line + 1);
    return rclio_fail(RCLIO_BAD_DATA, "%s%s%zu:%zu: %s%s", r->file ? r->file : "", r->file ? ":" : "", mark->line + 1,
                      mark->column + 1, problem, line);
}

static rclio_status fail_event(file_reader *r, const char *problem)
{
    return fail_here(r, &r->event.start_mark, problem, true);
}

/* Of bytes that are no text libyaml tells the offset alone. */
static yaml_mark_t problem_place(const file_reader *r)
{
    if (r->parser.error != YAML_READER_ERROR) return r->parser.problem_mark;
    yaml_mark_t mark = {.index = r->parser.problem_offset};
    for (size_t i = 0; i < mark.index && i < r->size; i++) {
        if (r->source[i] == '\n')
            mark.line++, mark.column = 0;
        else if ((r->source[i] & 0xc0) != 0x80) /* the first byte of a character */
            mark.column++;
    }
    return mark;
}

static rclio_status fail_parser(file_reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const yaml_mark_t mark = problem_place(r);
    char problem[300];
    if (p->error == YAML_MEMORY_ERROR) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for parameters");
    snprintf(problem, sizeof problem, "Error parsing a event near line %zu: %s%s%s", mark.line + 1, p->context ? p->context : "",
             p->context ? ": " : "", p->problem ? p->problem : "not YAML");
    return fail_here(r, &mark, problem, false);
}

static rclio_status next(file_reader *r)
{
    yaml_event_delete(&r->event);
    if (!yaml_parser_parse(&r->parser, &r->event)) return fail_parser(r);
    if (r->event.type == YAML_ALIAS_EVENT) return fail_event(r, "Will not support aliasing");
    return RCLIO_OK;
}

/* ---- values ---- */

static bool has_no_value(const file_reader *r)
{
    return r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && r->event.data.scalar.length == 0;
}

static rclio_status read_scalar(file_reader *r, rclio_parameter_value *value)
{
    return has_no_value(r) ? fail_event(r, "No value") : parameter_scalar_read(&r->event, value);
}

static rclio_status read_element(file_reader *r, parameter_elements *elements)
{
    char problem[120];
    if (r->event.type == YAML_SEQUENCE_START_EVENT) return fail_event(r, "A list in a list is no parameter value");
    if (r->event.type != YAML_SCALAR_EVENT) return fail_event(r, "Unknown YAML event: a mapping in a list is no parameter value");
    if (has_no_value(r)) return fail_event(r, "No value");
    rclio_status status = parameter_elements_add(elements, &r->event);
    if (status != RCLIO_BAD_DATA) return status;
    snprintf(problem, sizeof problem, "%s at line_num %zu", rclio_error(), r->event.start_mark.line + 1);
    return fail_here(r, &r->event.start_mark, problem, false);
}

static rclio_status read_sequence(file_reader *r, rclio_parameter_value *value)
{
    parameter_elements elements = {0};
    rclio_status status = next(r);
    while (status == RCLIO_OK && r->event.type != YAML_SEQUENCE_END_EVENT) {
        status = read_element(r, &elements);
        if (status == RCLIO_OK) status = next(r);
    }
    if (status == RCLIO_OK) status = parameter_elements_array(&elements, value);
    parameter_elements_fini(&elements);
    return status;
}

/* ---- mappings (PF1) ---- */

/* Reads the key that is the current event, and what follows it into the current event. */
static rclio_status read_key(file_reader *r, char **key)
{
    *key = NULL;
    if (r->event.type != YAML_SCALAR_EVENT) return fail_event(r, "Sequences cannot be key");
    if (!r->event.data.scalar.value[0]) return fail_event(r, "No key");
    *key = copy_string((const char *)r->event.data.scalar.value);
    if (!*key) return rclio_error_status();
    rclio_status status = next(r);
    if (status == RCLIO_OK) return RCLIO_OK;
    free(*key);
    *key = NULL;
    return status;
}

static rclio_status read_parameters(file_reader *r, int depth);

static rclio_status read_parameter(file_reader *r, int depth)
{
    rclio_parameter_value value = {0};
    rclio_status status;
    switch (r->event.type) {
    case YAML_MAPPING_START_EVENT: return read_parameters(r, depth);
    case YAML_SEQUENCE_START_EVENT: status = read_sequence(r, &value); break;
    default: status = read_scalar(r, &value); break;
    }
    if (status == RCLIO_OK) status = parameter_overrides_put(r->overrides, r->node.data, r->name.data, value);
    rclio_parameter_value_fini(&value);
    return status;
}

/* The current event is the start of the mapping, at the end its end. */
static rclio_status read_parameters(file_reader *r, int depth)
{
    char *key;
    if (depth > DEPTH) return fail_event(r, "Parameters are nested too deep");
    rclio_status status = next(r);
    while (status == RCLIO_OK && r->event.type != YAML_MAPPING_END_EVENT) {
        if ((status = read_key(r, &key)) != RCLIO_OK) break;
        size_t length = r->name.length;
        if (length) text_append_char(&r->name, '.');
        text_append(&r->name, key);
        free(key);
        status = r->name.failed ? rclio_fail(RCLIO_NO_MEMORY, "out of memory for parameters") : read_parameter(r, depth + 1);
        text_truncate(&r->name, length);
        if (status == RCLIO_OK) status = next(r);
    }
    return status;
}

/* Adds "/a" to the node's name for "a" or "/a"; "/" adds nothing. */
static rclio_status add_to_node(file_reader *r, const char *key, const yaml_mark_t *mark)
{
    for (const char *at = key; *at;) {
        if (*at == '/') at++;
        size_t length = strcspn(at, "/");
        bool wild = (length == 1 && *at == '*') || (length == 2 && memcmp(at, "**", 2) == 0);
        for (size_t i = 0; i < length && !wild; i++)
            if (!isalnum((unsigned char)at[i]) && at[i] != '_')
                return fail_here(r, mark, "node name must not contain characters other than alphanumerics or '_'", false);
        if (length) text_append_char(&r->node, '/');
        text_append_bytes(&r->node, at, length);
        at += length;
    }
    return r->node.failed ? rclio_fail(RCLIO_NO_MEMORY, "out of memory for parameters") : RCLIO_OK;
}

static rclio_status read_nodes(file_reader *r, int depth);

static rclio_status read_below_key(file_reader *r, const char *key, const yaml_mark_t *mark, int depth)
{
    size_t length = r->node.length;
    bool parameters = strcmp(key, "ros__parameters") == 0;
    if (parameters && !length) return fail_here(r, mark, "There are no node names before ros__parameters", true);
    if (r->event.type == YAML_SEQUENCE_START_EVENT && !parameters)
        return fail_event(r, "Sequences can only be values and not keys in params. Error");
    if (r->event.type != YAML_MAPPING_START_EVENT) return fail_event(r, "Cannot have a value before ros__parameters");
    if (parameters) return read_parameters(r, depth);
    rclio_status status = add_to_node(r, key, mark);
    if (status == RCLIO_OK) status = read_nodes(r, depth);
    text_truncate(&r->node, length);
    return status;
}

static rclio_status read_nodes(file_reader *r, int depth)
{
    char *key;
    if (depth > DEPTH) return fail_event(r, "Node names are nested too deep");
    rclio_status status = next(r);
    while (status == RCLIO_OK && r->event.type != YAML_MAPPING_END_EVENT) {
        yaml_mark_t mark = r->event.start_mark;
        if ((status = read_key(r, &key)) != RCLIO_OK || !key) break;
        status = read_below_key(r, key, &mark, depth + 1);
        free(key);
        if (status == RCLIO_OK) status = next(r);
    }
    return status;
}

static rclio_status read_document(file_reader *r)
{
    if (r->event.type == YAML_MAPPING_START_EVENT) return read_nodes(r, 0);
    if (r->event.type == YAML_SEQUENCE_START_EVENT) return fail_event(r, "Sequences cannot be key");
    if (r->event.data.scalar.length) return fail_event(r, "Cannot have a value before ros__parameters");
    return RCLIO_OK; /* nothing but comments */
}

static rclio_status read_stream(file_reader *r)
{
    rclio_status status = next(r);
    while (status == RCLIO_OK && r->event.type != YAML_STREAM_END_EVENT) {
        if (r->event.type != YAML_STREAM_START_EVENT && r->event.type != YAML_DOCUMENT_START_EVENT &&
            r->event.type != YAML_DOCUMENT_END_EVENT)
            status = read_document(r);
        if (status == RCLIO_OK) status = next(r);
    }
    return status;
}

/* ---- entries ---- */

static rclio_status reader_init(file_reader *r, const char *file, const char *source, size_t size)
{
    *r = (file_reader){.file = file, .source = source, .size = size};
    if (!yaml_parser_initialize(&r->parser)) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for parameters");
    text_init(&r->node);
    text_init(&r->name);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)source, size);
    return RCLIO_OK;
}

static void reader_fini(file_reader *r)
{
    yaml_event_delete(&r->event);
    yaml_parser_delete(&r->parser);
    text_fini(&r->node);
    text_fini(&r->name);
}

rclio_status parameter_overrides_read_text(parameter_overrides *overrides, const char *file, const char *source, size_t size)
{
    file_reader r;
    if (reader_init(&r, file, source, size) != RCLIO_OK) return rclio_error_status();
    r.overrides = overrides;
    rclio_status status = read_stream(&r);
    reader_fini(&r);
    return status;
}

/* The value of the first document; nothing may follow it. */
static rclio_status read_value(file_reader *r, rclio_parameter_value *value)
{
    rclio_status status = next(r);
    while (status == RCLIO_OK && (r->event.type == YAML_STREAM_START_EVENT || r->event.type == YAML_DOCUMENT_START_EVENT))
        status = next(r);
    if (status != RCLIO_OK) return status;
    switch (r->event.type) {
    case YAML_SCALAR_EVENT: status = read_scalar(r, value); break;
    case YAML_SEQUENCE_START_EVENT: status = read_sequence(r, value); break;
    case YAML_STREAM_END_EVENT: return fail_event(r, "No value");
    default: return fail_event(r, "Unknown YAML event: a mapping is no parameter value");
    }
    if (status == RCLIO_OK) status = next(r);
    if (status == RCLIO_OK) status = next(r);
    if (status == RCLIO_OK && r->event.type != YAML_STREAM_END_EVENT)
        status = fail_event(r, "Unknown YAML event: more than a value");
    if (status != RCLIO_OK) rclio_parameter_value_fini(value);
    return status;
}

rclio_status rclio_parameter_value_parse(const char *source, rclio_parameter_value *value) /* PAR-9 */
{
    file_reader r;
    *value = (rclio_parameter_value){0};
    if (reader_init(&r, NULL, source, strlen(source)) != RCLIO_OK) return rclio_error_status();
    rclio_status status = read_value(&r, value);
    reader_fini(&r);
    return status;
}

/* All of a file, or of a pipe that has a writer. */
static rclio_status read_all(int file, text *contents)
{
    char buffer[16384];
    for (;;) {
        ssize_t got = read(file, buffer, sizeof buffer);
        if (got == 0) return RCLIO_OK;
        if (got < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){.fd = file, .events = POLLIN}, 1, -1);
        } else if (got < 0 && errno != EINTR) {
            return rclio_fail(RCLIO_NOT_FOUND, "Error opening YAML file: %s", strerror(errno));
        } else if (got > 0) {
            text_append_bytes(contents, buffer, (size_t)got);
            if (contents->failed) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for the file");
            if (contents->length > LARGEST_FILE)
                return rclio_fail(RCLIO_LIMIT, "it is larger than %d bytes, too large for a parameter file", LARGEST_FILE);
        }
    }
}

rclio_status parameter_overrides_read_file(parameter_overrides *overrides, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer must not hold it up */
    if (file < 0) return rclio_fail(RCLIO_NOT_FOUND, "Error opening YAML file: %s", strerror(errno));
    text contents;
    text_init(&contents);
    rclio_status status = read_all(file, &contents);
    close(file);
    if (status == RCLIO_OK) status = parameter_overrides_read_text(overrides, path, contents.data, contents.length);
    text_fini(&contents);
    return status;
}

static bool applies(const char *pattern, const char *node_full_name, rclio_file_entries which)
{
    if (which == RCLIO_FILE_ALL) return true;
    if (which == RCLIO_FILE_NO_WILDCARD && strcmp(pattern, "/**") == 0) return false;
    return parameter_pattern_match(pattern, node_full_name);
}

rclio_status rclio_parameters_read_file_entries(const char *path, const char *node_full_name, rclio_file_entries which,
                                                rclio_parameter_list *list)
{
    parameter_overrides overrides = {0};
    *list = (rclio_parameter_list){0};
    rclio_status status = parameter_overrides_read_file(&overrides, path);
    if (status != RCLIO_OK && status != RCLIO_BAD_DATA) rclio_error_add("%s", path);
    for (size_t i = 0; i < overrides.size && status == RCLIO_OK; i++)
        if (applies(overrides.data[i].pattern, node_full_name, which))
            status = parameter_overrides_take(&overrides.data[i], list);
    if (status != RCLIO_OK) rclio_parameter_list_fini(list);
    parameter_overrides_fini(&overrides);
    return status;
}

rclio_status rclio_parameters_read_file(const char *path, const char *node_full_name, rclio_parameter_list *list)
{
    return rclio_parameters_read_file_entries(path, node_full_name, RCLIO_FILE_NODE, list);
}
