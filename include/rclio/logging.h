/* include/rclio/logging.h: log levels, and logging to a node's logger (console, file, /rosout). Floor: base (levels), node (functions). */
#ifndef RCLIO_LOGGING_H
#define RCLIO_LOGGING_H

#include "rclio/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* LOG-1: values of rcl_interfaces/msg/Log */
typedef enum rclio_log_level {
    RCLIO_LOG_UNSET = 0,
    RCLIO_LOG_DEBUG = 10,
    RCLIO_LOG_INFO = 20,
    RCLIO_LOG_WARN = 30,
    RCLIO_LOG_ERROR = 40,
    RCLIO_LOG_FATAL = 50,
} rclio_log_level;

typedef struct rclio_node rclio_node;
typedef struct rclio_context rclio_context;

/* "DEBUG" for RCLIO_LOG_DEBUG; never NULL.
 * thread  any */
RCLIO_API const char *rclio_log_level_name(rclio_log_level level);

/* The level of a name in any case ("warn"); RCLIO_INVALID otherwise.
 * thread  any */
RCLIO_API rclio_status rclio_log_level_parse(const char *name, rclio_log_level *level);

/* Logs under the node's logger name. A NULL node logs to standard error with logger "rclio". Use the macros: they add the place.
 * thread  any
 * wire    LOG-2 (/rosout), LOG-4 (console format) */
RCLIO_API void rclio_log(rclio_node *node, rclio_log_level level, const char *file, const char *function, uint32_t line,
                         const char *format, ...) RCLIO_PRINTF(6, 7);

/* Logs one text under any logger's name, as rclio_log; it reaches /rosout when it is a node's name or below one. file, function: may be
 * NULL. A NULL context: the console only, for who has none yet, whatever the levels.
 * thread  any */
RCLIO_API void rclio_logger_log(rclio_context *context, const char *logger, rclio_log_level level, const char *file,
                                const char *function, uint32_t line, const char *text);

/* Whether rclio_logger_log() would write it. false for a NULL context. thread any */
RCLIO_API bool rclio_logger_is_enabled(rclio_context *context, const char *logger, rclio_log_level level);

/* Where log files go: ROS_LOG_DIR, else log in ROS_HOME, else ~/.ros/log. A string you free; NULL: none of them and no HOME is set.
 * thread  any
 * wire    LOG-5 */
RCLIO_API char *rclio_log_folder(void);

#define RCLIO_DEBUG(node, ...) rclio_log(node, RCLIO_LOG_DEBUG, __FILE__, __func__, __LINE__, __VA_ARGS__)
#define RCLIO_INFO(node, ...) rclio_log(node, RCLIO_LOG_INFO, __FILE__, __func__, __LINE__, __VA_ARGS__)
#define RCLIO_WARN(node, ...) rclio_log(node, RCLIO_LOG_WARN, __FILE__, __func__, __LINE__, __VA_ARGS__)
#define RCLIO_ERROR(node, ...) rclio_log(node, RCLIO_LOG_ERROR, __FILE__, __func__, __LINE__, __VA_ARGS__)
#define RCLIO_FATAL(node, ...) rclio_log(node, RCLIO_LOG_FATAL, __FILE__, __func__, __LINE__, __VA_ARGS__)

/* Sets a logger's level; name "" is the root logger, RCLIO_LOG_UNSET lets it inherit again.
 * thread  any */
RCLIO_API rclio_status rclio_logger_set_level(rclio_context *context, const char *logger, rclio_log_level level);

/* The level that was set on this logger itself; RCLIO_LOG_UNSET: none was. Of the root logger: the default.
 * thread  any */
RCLIO_API rclio_log_level rclio_logger_level(rclio_context *context, const char *logger);

/* The level that decides for this logger, inherited or its own.
 * thread  any */
RCLIO_API rclio_log_level rclio_logger_effective_level(rclio_context *context, const char *logger);

#ifdef __cplusplus
}
#endif
#endif
