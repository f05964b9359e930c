/* src/node/filters/filter.c: connections between filters and to the program; the filter that passes through. Rules FL1 to FL3: filter.h,
 * FI1 to FI4: include/rclio/message_filters.h.
 *
 * Threads: as the public header says. Tests: tests/filters/test_filter.c. */
#include "node/filters/filter.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

rclio_filter *filter_from_entity(entity *e)
{
    return (rclio_filter *)(void *)e;
}

static void filter_free(entity *e)
{
    rclio_filter *f = filter_from_entity(e);
    if (f->kind->free) f->kind->free(f);
    mutex_fini(&f->lock);
    free(f->connections.data);
    free(f);
}

static void destroy_entity(entity *e)
{
    rclio_filter_destroy(filter_from_entity(e));
}

void *filter_alloc(rclio_node *node, const filter_kind *kind, size_t size)
{
    if (!node) return NULL; /* the first error stands */
    rclio_filter *f = calloc(1, size);
    if (!f) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a %s", kind->name);
    if (mutex_init(&f->lock) != RCLIO_OK) {
        free(f);
        return NULL;
    }
    f->kind = kind;
    entity_init(&f->entity, node, destroy_entity, filter_free);
    return f;
}

void filter_abandon(rclio_filter *f)
{
    if (!f) return;
    rclio_filter_destroy(f);
}

rclio_status filter_adopt(rclio_filter *f, rclio_filter *input)
{
    EXECUTOR_GUARD(f->entity.executor);
    entity_adopt(&f->entity);
    return input ? rclio_filter_set_input(f, input) : RCLIO_OK;
}

/* true: it was open. */
static bool close_filter(rclio_filter *f)
{
    EXECUTOR_GUARD(f->entity.executor);
    mutex_lock(&f->lock);
    bool was_open = !f->closed;
    f->closed = true;
    f->connections.size = 0;
    mutex_unlock(&f->lock);
    if (!was_open) return false;
    entity_orphan(&f->entity);
    rclio_filter *input = f->input;
    f->input = NULL;
    if (!input) return true;
    rclio_filter_disconnect(input, f->input_connection);
    entity_unref(&input->entity);
    return true;
}

void rclio_filter_destroy(rclio_filter *f)
{
    if (!f || !close_filter(f)) return;
    if (f->kind->close) f->kind->close(f); /* without the lock: what it ends may be on another executor (N4) */
    entity_unref(&f->entity);
}

void *filter_of_kind(rclio_filter *f, const filter_kind *kind)
{
    if (!f) return rclio_fail_missing("there is no %s", kind->name), NULL;
    if (f->kind != kind) return rclio_fail_null(RCLIO_INVALID, "this filter is a %s, not a %s", f->kind->name, kind->name);
    return f;
}

/* ---- connections ---- */

uint64_t filter_connect(rclio_filter *f, filter_connection connection)
{
    uint64_t number = 0;
    mutex_lock(&f->lock);
    if (f->closed) {
        rclio_fail(RCLIO_BAD_STATE, "this %s has been destroyed", f->kind->name);
    } else {
        connection.number = f->last_number + 1;
        if (array_append(&f->connections, connection)) number = ++f->last_number;
    }
    mutex_unlock(&f->lock);
    return number;
}

uint64_t rclio_filter_connect(rclio_filter *f, rclio_filter_fn *call, void *arg)
{
    if (!f) return rclio_fail_missing("there is no filter to connect to"), 0;
    if (!call) return rclio_fail(RCLIO_INVALID, "a connection to a filter needs a callback"), 0;
    if (f->kind == &filter_synchronizer_kind)
        return rclio_fail(RCLIO_INVALID, "a synchronizer puts out sets: use rclio_synchronizer_connect()"), 0;
    return filter_connect(f, (filter_connection){.call = call, .arg = arg});
}

/* The index of the first connection whose number is at least `number`. */
static size_t find_connection(const rclio_filter *f, uint64_t number)
{
    size_t i = 0;
    while (i < f->connections.size && f->connections.data[i].number < number) i++;
    return i;
}

void rclio_filter_disconnect(rclio_filter *f, uint64_t number)
{
    if (!f) return;
    mutex_lock(&f->lock);
    size_t i = find_connection(f, number);
    if (i < f->connections.size && f->connections.data[i].number == number) {
        f->connections.size--;
        memmove(&f->connections.data[i], &f->connections.data[i + 1], (f->connections.size - i) * sizeof *f->connections.data);
    }
    mutex_unlock(&f->lock);
}

/* The first connection after `last`, up to `end`; false: no more. Its holder is given as a reference. */
static bool next_connection(rclio_filter *f, uint64_t last, uint64_t end, filter_connection *next)
{
    mutex_lock(&f->lock);
    size_t i = find_connection(f, last + 1);
    bool found = i < f->connections.size && f->connections.data[i].number <= end;
    if (found) {
        *next = f->connections.data[i];
        if (next->holder) entity_ref(&next->holder->entity); /* FL2 */
    }
    mutex_unlock(&f->lock);
    return found;
}

static uint64_t last_connection(rclio_filter *f)
{
    mutex_lock(&f->lock);
    uint64_t number = f->closed ? 0 : f->last_number;
    mutex_unlock(&f->lock);
    return number;
}

void filter_output(rclio_filter *f, const rclio_message_event *event)
{
    filter_connection c = {0};
    uint64_t end = last_connection(f);
    entity_ref(&f->entity); /* a callback may destroy it */
    while (next_connection(f, c.number, end, &c)) {
        c.call(event, c.arg);
        if (c.holder) entity_unref(&c.holder->entity);
    }
    entity_unref(&f->entity);
}

void filter_output_set(rclio_filter *f, const rclio_message_event *const *events, size_t count, bool dropped)
{
    filter_connection c = {0};
    uint64_t end = last_connection(f);
    entity_ref(&f->entity);
    while (next_connection(f, c.number, end, &c))
        if (c.for_dropped == dropped) c.call_with_set(events, count, c.arg);
    entity_unref(&f->entity);
}

/* ---- what goes in ---- */

rclio_status rclio_filter_add(rclio_filter *f, const rclio_message_event *event)
{
    if (!f) return rclio_fail_missing("there is no filter to add a message to");
    if (!event) return rclio_fail(RCLIO_INVALID, "no message to add to a filter");
    if (!f->kind->add) return rclio_fail(RCLIO_INVALID, "a %s takes no messages this way", f->kind->name);
    if (f->closed) return rclio_fail(RCLIO_BAD_STATE, "this %s has been destroyed", f->kind->name);
    return f->kind->add(f, event);
}

void filter_take_from_input(const rclio_message_event *event, void *arg)
{
    rclio_filter *f = arg;
    if (f->closed) return; /* FL3 */
    if (f->kind->add(f, event) != RCLIO_OK) filter_warn_once(f, "a %s loses messages: %s", f->kind->name, rclio_error());
}

static bool depends_on(const rclio_filter *f, const rclio_filter *other)
{
    for (; f; f = f->input)
        if (f == other) return true;
    return false;
}

rclio_status rclio_filter_set_input(rclio_filter *f, rclio_filter *input)
{
    uint64_t number = 0;
    if (!f) return rclio_fail_missing("no filter to give an input");
    EXECUTOR_GUARD(f->entity.executor);
    RCLIO_ON_EXECUTOR(f->entity.executor);
    if (!f->kind->add) return rclio_fail(RCLIO_INVALID, "a %s takes no input this way", f->kind->name);
    if (f->closed) return rclio_fail(RCLIO_BAD_STATE, "this %s has been destroyed", f->kind->name);
    if (depends_on(input, f)) return rclio_fail(RCLIO_INVALID, "this %s would be its own input", f->kind->name);
    if (input && input->kind == &filter_synchronizer_kind)
        return rclio_fail(RCLIO_INVALID, "a synchronizer puts out sets: it is no input of a %s", f->kind->name);
    if (input) {
        number = filter_connect(input, (filter_connection){.call = filter_take_from_input, .arg = f, .holder = f});
        if (!number) return rclio_error_status();
        entity_ref(&input->entity);
    }
    if (f->input) {
        rclio_filter_disconnect(f->input, f->input_connection);
        entity_unref(&f->input->entity);
    }
    f->input = input;
    f->input_connection = number;
    return RCLIO_OK;
}

void filter_warn_once(rclio_filter *f, const char *format, ...)
{
    text line;
    va_list args;
    mutex_lock(&f->lock);
    bool say = !f->closed && !f->warned;
    f->warned = true;
    mutex_unlock(&f->lock);
    if (!say) return;
    rclio_node *node = f->entity.node;
    text_init(&line);
    va_start(args, format);
    text_append_args(&line, format, args);
    va_end(args);
    LOG_WARN(node->context->log, node->logger, "%s (said once)", line.data);
    text_fini(&line);
}

bool filter_accepts(rclio_filter *f, const rclio_message_event *event, bool allow_headerless)
{
    if (event->has_stamp || allow_headerless) return true;
    filter_warn_once(
        f,
        "a %s drops messages of type %s: it has no header with a stamp; the option allow_headerless takes the time of "
        "receipt instead",
        f->kind->name, event->type->name);
    return false;
}

/* ---- the filter that passes through ---- */

static rclio_status pass(rclio_filter *f, const rclio_message_event *event)
{
    filter_output(f, event);
    return RCLIO_OK;
}

rclio_filter *rclio_filter_new(rclio_node *node)
{
    static const filter_kind pass_through = {.name = "pass-through filter", .add = pass};
    rclio_filter *f = filter_alloc(node, &pass_through, sizeof *f);
    if (f) filter_adopt(f, NULL);
    return f;
}
