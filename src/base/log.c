/* src/base/log.c: see log.h.
 *
 *   LG4  `lowest` is the lowest level that any logger has: what lies below it is dropped without a lock.
 *   LG5  Sinks get whole records: the message is formatted before the lock is taken.
 * Tests: tests/base/test_log.c. */
#include "base/log.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/map.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LOGGER_NAME_MAX 512
#define MESSAGE_INLINE 512

typedef struct sink {
    int id;
    log_sink_fn *call;
    void *arg;
} sink;

struct log {
    atomic_int lowest; /* LG4 */
    mutex levels_lock;
    map levels; /* logger -> rclio_log_level in the pointer */
    mutex sinks_lock;
    struct {
        sink *data;
        size_t size, capacity;
    } sinks;
    int last_id;
};

static const struct {
    rclio_log_level level;
    const char *name;
} level_names[] = {
    {RCLIO_LOG_UNSET, "UNSET"}, {RCLIO_LOG_DEBUG, "DEBUG"}, {RCLIO_LOG_INFO, "INFO"},
    {RCLIO_LOG_WARN, "WARN"},   {RCLIO_LOG_ERROR, "ERROR"}, {RCLIO_LOG_FATAL, "FATAL"},
}; /* LOG-1 */

#define LEVEL_COUNT (sizeof level_names / sizeof *level_names)

const char *rclio_log_level_name(rclio_log_level level)
{
    for (size_t i = 0; i < LEVEL_COUNT; i++)
        if (level_names[i].level == level) return level_names[i].name;
    return "UNKNOWN";
}

rclio_status rclio_log_level_parse(const char *name, rclio_log_level *level)
{
    for (size_t i = 0; name && i < LEVEL_COUNT; i++) {
        if (strcasecmp(level_names[i].name, name) != 0) continue;
        *level = level_names[i].level;
        return RCLIO_OK;
    }
    return rclio_fail(RCLIO_INVALID, "'%s' is no log level: it may be DEBUG, INFO, WARN, ERROR, FATAL or UNSET",
                      name ? name : "");
}

log *log_new(void)
{
    log *l = calloc(1, sizeof *l);
    if (!l) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the log");
    atomic_init(&l->lowest, RCLIO_LOG_INFO); /* LOG-3 */
    if (mutex_init(&l->levels_lock) != RCLIO_OK) goto no_levels;
    if (mutex_init(&l->sinks_lock) != RCLIO_OK) goto no_sinks;
    return l;
no_sinks:
    mutex_fini(&l->levels_lock);
no_levels:
    free(l);
    return NULL;
}

void log_destroy(log *l)
{
    if (!l) return;
    map_fini(&l->levels, NULL);
    mutex_fini(&l->levels_lock);
    mutex_fini(&l->sinks_lock);
    free(l->sinks.data);
    free(l);
}

int log_sink_add(log *l, log_sink_fn *call, void *arg)
{
    mutex_lock(&l->sinks_lock);
    sink added = {.id = ++l->last_id, .call = call, .arg = arg};
    int id = array_append(&l->sinks, added) ? added.id : 0;
    mutex_unlock(&l->sinks_lock);
    return id;
}

void log_sink_remove(log *l, int id)
{
    size_t kept = 0;
    mutex_lock(&l->sinks_lock);
    for (size_t i = 0; i < l->sinks.size; i++)
        if (l->sinks.data[i].id != id) l->sinks.data[kept++] = l->sinks.data[i];
    l->sinks.size = kept;
    mutex_unlock(&l->sinks_lock);
}

static void find_lowest(const char *logger, void *value, void *arg)
{
    int *lowest = arg, level = (int)(intptr_t)value;
    (void)logger;
    if (level < *lowest) *lowest = level;
}

static void update_lowest(log *l) REQUIRES(l->levels_lock)
{
    int lowest = map_get(&l->levels, "") ? RCLIO_LOG_FATAL : RCLIO_LOG_INFO;
    map_each(&l->levels, find_lowest, &lowest);
    atomic_store(&l->lowest, lowest);
}

rclio_status log_level_set(log *l, const char *logger, rclio_log_level level)
{
    rclio_status status = RCLIO_OK;
    if (strlen(logger) >= LOGGER_NAME_MAX)
        return rclio_fail(RCLIO_INVALID, "a logger's name has at most %d characters", LOGGER_NAME_MAX - 1);
    mutex_lock(&l->levels_lock);
    if (level == RCLIO_LOG_UNSET)
        map_remove(&l->levels, logger);
    else
        status = map_set(&l->levels, logger, (void *)(intptr_t)level);
    update_lowest(l);
    mutex_unlock(&l->levels_lock);
    return status;
}

rclio_log_level log_level_own(log *l, const char *logger)
{
    mutex_lock(&l->levels_lock);
    void *found = map_get(&l->levels, logger);
    mutex_unlock(&l->levels_lock);
    if (found) return (rclio_log_level)(intptr_t)found;
    return *logger ? RCLIO_LOG_UNSET : RCLIO_LOG_INFO;
}

rclio_log_level log_level_effective(log *l, const char *logger) /* LOG-3, LG2 */
{
    char name[LOGGER_NAME_MAX];
    void *found = NULL;
    size_t length = strlen(logger);
    if (length >= sizeof name) length = sizeof name - 1;
    memcpy(name, logger, length);
    mutex_lock(&l->levels_lock);
    for (;;) {
        name[length] = '\0';
        found = map_get(&l->levels, name);
        if (found || length == 0) break;
        while (length > 0 && name[length - 1] != '.') length--;
        if (length > 0) length--; /* the dot */
    }
    mutex_unlock(&l->levels_lock);
    return found ? (rclio_log_level)(intptr_t)found : RCLIO_LOG_INFO;
}

bool log_is_enabled(log *l, const char *logger, rclio_log_level level)
{
    if (!l || (int)level < atomic_load_explicit(&l->lowest, memory_order_relaxed)) return false;
    return level >= log_level_effective(l, logger);
}

static void run_sinks(log *l, const log_record *record)
{
    mutex_lock(&l->sinks_lock); /* LG3 */
    for (size_t i = 0; i < l->sinks.size; i++) l->sinks.data[i].call(record, l->sinks.data[i].arg);
    mutex_unlock(&l->sinks_lock);
}

void log_write_args(log *l, rclio_log_level level, const char *logger, const char *file, const char *function, uint32_t line,
                    const char *format, va_list args)
{
    char brief[MESSAGE_INLINE], *message = brief;
    va_list again;
    if (!log_is_enabled(l, logger, level)) return;
    int64_t now = clock_system_ns();
    va_copy(again, args);
    int size = vsnprintf(brief, sizeof brief, format, args);
    if (size >= (int)sizeof brief) {
        message = malloc((size_t)size + 1);
        if (message)
            vsnprintf(message, (size_t)size + 1, format, again);
        else
            message = brief; /* cut short rather than lost */
    }
    va_end(again);
    run_sinks(l, &(log_record){level, now, logger, message, file, function, line});
    if (message != brief) free(message);
}

void log_write(log *l, rclio_log_level level, const char *logger, const char *file, const char *function, uint32_t line,
               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_write_args(l, level, logger, file, function, line, format, args);
    va_end(args);
}
