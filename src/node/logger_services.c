/* src/node/logger_services.c: see logger_services.h. Messages are reached through their descriptors, so this floor needs no generated code.
 * Tests: tests/node/test_logger_services.c, tests/peers/test_logging.py. */
#include "node/logger_services.h"

#include "base/error.h"
#include "node/service.h"
#include "types/object.h"

#define PACKAGE "rcl_interfaces/srv/"

static void *resize(struct object of, const char *name, size_t count)
{
    const rclio_field *field = rclio_type_field(of.type, name);
    return field && rclio_field_resize(field, of.message, count) == RCLIO_OK ? of.message : NULL;
}

static const char *string_of(struct object of, const char *name, size_t index)
{
    const rosidl_runtime_c__String *string = object_member(of, name, RCLIO_STRING, index).message;
    return string && string->data ? string->data : "";
}

static void say(rclio_node *node)
{
    RCLIO_ERROR(node, "the logger levels cannot be told: %s", rclio_error());
}

/* LOG-6: the level of its own that each has, in order; 0: none. */
static void get_levels(const void *request, void *response, void *arg)
{
    rclio_node *node = arg;
    const rclio_type *service = rclio_types_get(node->context->types, PACKAGE "GetLoggerLevels");
    if (!service) return say(node);
    struct object asked = {service->parts[RCLIO_PART_REQUEST], (void *)(uintptr_t)request};
    struct object answer = {service->parts[RCLIO_PART_RESPONSE], response};
    size_t count = object_count(asked, "names");
    if (!resize(answer, "levels", count)) return say(node);
    for (size_t i = 0; i < count; i++) {
        const char *logger = string_of(asked, "names", i);
        struct object level = object_member(answer, "levels", RCLIO_NESTED, i);
        rosidl_runtime_c__String *name = object_member(level, "name", RCLIO_STRING, 0).message;
        uint32_t *value = object_member(level, "level", RCLIO_UINT32, 0).message;
        if (!name || !value || !rosidl_runtime_c__String__assign(name, logger)) return say(node);
        *value = (uint32_t)rclio_logger_level(node->context, logger);
    }
}

static void set_levels(const void *request, void *response, void *arg)
{
    rclio_node *node = arg;
    const rclio_type *service = rclio_types_get(node->context->types, PACKAGE "SetLoggerLevels");
    if (!service) return say(node);
    struct object asked = {service->parts[RCLIO_PART_REQUEST], (void *)(uintptr_t)request};
    struct object answer = {service->parts[RCLIO_PART_RESPONSE], response};
    size_t count = object_count(asked, "levels");
    if (!resize(answer, "results", count)) return say(node);
    for (size_t i = 0; i < count; i++) {
        struct object level = object_member(asked, "levels", RCLIO_NESTED, i);
        struct object result = object_member(answer, "results", RCLIO_NESTED, i);
        const uint32_t *value = object_member(level, "level", RCLIO_UINT32, 0).message;
        bool *successful = object_member(result, "successful", RCLIO_BOOL, 0).message;
        rosidl_runtime_c__String *reason = object_member(result, "reason", RCLIO_STRING, 0).message;
        if (!value || !successful || !reason) return say(node);
        bool is_level = *value <= RCLIO_LOG_FATAL;
        *successful =
            is_level && rclio_logger_set_level(node->context, string_of(level, "name", 0), (rclio_log_level)*value) == RCLIO_OK;
        if (!*successful) rosidl_runtime_c__String__assign(reason, "Failed reason: Invalid logger level."); /* upstream's words */
    }
}

rclio_status logger_services_start(rclio_node *node)
{
    const rclio_type *get = rclio_types_get(node->context->types, PACKAGE "GetLoggerLevels");
    const rclio_type *set = rclio_types_get(node->context->types, PACKAGE "SetLoggerLevels");
    const rclio_service_options options = {.can_wait = true};
    rclio_service *getter = rclio_service_new(node, get, "~/get_logger_levels", get_levels, node, &options);
    rclio_service *setter = getter ? rclio_service_new(node, set, "~/set_logger_levels", set_levels, node, &options) : NULL;
    if (!setter) return rclio_error_status();
    service_keep_lock(getter);
    service_keep_lock(setter);
    return RCLIO_OK;
}
