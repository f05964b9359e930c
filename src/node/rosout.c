/* src/node/rosout.c: see rosout.h. Tests: tests/node/test_logging.c. */
#include "node/rosout.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define BATCH 64

typedef struct log_message { /* rcl_interfaces/msg/Log in memory */
    struct {
        int32_t sec;
        uint32_t nanosec;
    } stamp;
    uint8_t level;
    rosidl_runtime_c__String name, msg, file, function;
    uint32_t line;
} log_message;

typedef struct entry { /* one allocation: the four strings follow */
    list link;
    int64_t time_ns;
    rclio_log_level level;
    uint32_t line;
    const char *logger, *message, *file, *function;
    char strings[];
} entry;

struct rosout {
    rclio_node *node;
    const rclio_type *type;
    rclio_codec *codec;
    mw_writer *writer;
    source source;
    int sink;
    mutex lock; /* of the two below */
    list entries;
    size_t count;
};

static const char *put(char **at, const char *string, size_t size)
{
    char *copy = *at;
    memcpy(copy, string, size);
    *at += size;
    return copy;
}

static entry *entry_new(const log_record *record)
{
    const char *file = record->file ? record->file : "", *function = record->function ? record->function : "";
    size_t logger = strlen(record->logger) + 1, message = strlen(record->message) + 1;
    size_t files = strlen(file) + 1, functions = strlen(function) + 1;
    entry *e = malloc(sizeof *e + logger + message + files + functions);
    if (!e) return NULL;
    char *at = e->strings;
    e->time_ns = record->time_ns;
    e->level = record->level;
    e->line = record->line;
    e->logger = put(&at, record->logger, logger);
    e->message = put(&at, record->message, message);
    e->file = put(&at, file, files);
    e->function = put(&at, function, functions);
    return e;
}

static entry *pop(rosout *r)
{
    entry *first = NULL;
    mutex_lock(&r->lock);
    if (!list_is_empty(&r->entries)) {
        first = list_entry(r->entries.next, entry, link);
        list_remove(&first->link);
        r->count--;
    }
    mutex_unlock(&r->lock);
    return first;
}

static bool is_of_node(const rclio_node *node, const char *logger) /* LOG-2: the node's logger and its children */
{
    size_t length = strlen(node->logger);
    return strncmp(logger, node->logger, length) == 0 && (logger[length] == '\0' || logger[length] == '.');
}

static void sink(const log_record *record, void *arg) /* RO1 */
{
    rosout *r = arg;
    entry *oldest = NULL;
    if (!is_of_node(r->node, record->logger)) return;
    entry *e = entry_new(record);
    if (!e) return;
    mutex_lock(&r->lock);
    if (r->count == ROSOUT_KEEP) { /* RO2 */
        oldest = list_entry(r->entries.next, entry, link);
        list_remove(&oldest->link);
        r->count--;
    }
    list_append(&r->entries, &e->link);
    r->count++;
    mutex_unlock(&r->lock);
    free(oldest);
    source_wake(&r->source);
}

static rosidl_runtime_c__String lend(const char *string)
{
    return (rosidl_runtime_c__String){.data = (char *)string, .size = strlen(string), .capacity = strlen(string) + 1};
}

/* A failure is dropped: saying so would log again. */
static void publish(rosout *r, const entry *e)
{
    const mw_ops *ops = r->node->ops;
    log_message message = {
        .stamp = {(int32_t)(e->time_ns / RCLIO_S(1)), (uint32_t)(e->time_ns % RCLIO_S(1))},
        .level = (uint8_t)e->level,
        .name = lend(e->logger),
        .msg = lend(e->message),
        .file = lend(e->file),
        .function = lend(e->function),
        .line = e->line,
    };
    size_t size = rclio_encoded_size(r->codec, &message, 0);
    mw_buffer *buffer = size == SIZE_MAX ? NULL : ops->writer_buffer(r->writer, size);
    if (!buffer) return;
    rclio_encode(r->codec, &message, 0, buffer->data, size);
    ops->writer_write(r->writer, buffer, 0);
}

static bool publish_some(rosout *r, size_t limit) /* false: nothing is left */
{
    for (size_t i = 0; i < limit; i++) {
        entry *e = pop(r);
        if (!e) return false;
        publish(r, e);
        free(e);
    }
    return true;
}

static void run(source *s)
{
    if (publish_some(list_entry(s, rosout, source), BATCH)) source_wake(s);
}

static rclio_status build(rosout *r)
{
    rclio_node *node = r->node;
    rclio_qos qos = rclio_qos_resolve(RCLIO_QOS_ROSOUT, RCLIO_QOS_DEFAULT);
    if (!(r->type = rclio_types_get(node->context->types, "rcl_interfaces/msg/Log"))) return rclio_error_status();
    if (r->type->size != sizeof(log_message))
        return rclio_fail(RCLIO_INVALID, "rcl_interfaces/msg/Log is not the definition that rclio was made with");
    if (!(r->codec = rclio_codec_new(r->type))) return rclio_error_status();
    if (!(r->writer = node->ops->writer_new(node->mw, "/rosout", r->type, &qos, (mw_callback){0}))) return rclio_error_status();
    source_init(&r->source, node->executor, "/rosout", run, NULL);
    r->sink = log_sink_add(node->context->log, sink, r);
    return r->sink ? RCLIO_OK : rclio_error_status();
}

rosout *rosout_new(rclio_node *node)
{
    rosout *r = calloc(1, sizeof *r);
    if (!r) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for /rosout");
    if (mutex_init(&r->lock) != RCLIO_OK) {
        free(r);
        return NULL;
    }
    r->node = node;
    list_init(&r->entries);
    if (build(r) == RCLIO_OK) return r;
    rosout_destroy(r);
    return NULL;
}

void rosout_destroy(rosout *r)
{
    if (!r) return;
    if (r->sink) log_sink_remove(r->node->context->log, r->sink);
    if (r->source.executor) source_fini_and_wait(&r->source);
    if (r->writer) {
        publish_some(r, ROSOUT_KEEP);
        r->node->ops->writer_destroy(r->writer);
    }
    for (entry *e = pop(r); e; e = pop(r)) free(e);
    rclio_codec_destroy(r->codec);
    mutex_fini(&r->lock);
    free(r);
}
