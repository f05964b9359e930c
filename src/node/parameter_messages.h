/* src/node/parameter_messages.h: the messages of rcl_interfaces that parameters travel in, as they lie in memory (PAR-1).
 *
 *   PM1  parameter_types_find() compares the sizes with the definitions, so that a definition from elsewhere is refused, not misread.
 * Threads: any. Tests: tests/node/test_parameter_services.c. */
#ifndef RCLIO_NODE_PARAMETER_MESSAGES_H
#define RCLIO_NODE_PARAMETER_MESSAGES_H

#include "rclio/parameter.h"
#include "rclio/types.h"

#define PARAMETER_SEQUENCE(message)      \
    typedef struct message##__Sequence { \
        message *data;                   \
        size_t size, capacity;           \
    } message##__Sequence;

typedef struct value_message {
    uint8_t type;
    bool bool_value;
    int64_t integer_value;
    double double_value;
    rosidl_runtime_c__String string_value;
    rosidl_runtime_c__octet__Sequence byte_array_value;
    rosidl_runtime_c__boolean__Sequence bool_array_value;
    rosidl_runtime_c__int64__Sequence integer_array_value;
    rosidl_runtime_c__double__Sequence double_array_value;
    rosidl_runtime_c__String__Sequence string_array_value;
} value_message;
PARAMETER_SEQUENCE(value_message)

typedef struct parameter_message {
    rosidl_runtime_c__String name;
    value_message value;
} parameter_message;
PARAMETER_SEQUENCE(parameter_message)

typedef struct descriptor_message {
    rosidl_runtime_c__String name;
    uint8_t type;
    rosidl_runtime_c__String description, additional_constraints;
    bool read_only, dynamic_typing;
    struct {
        rclio_double_range *data;
        size_t size, capacity;
    } floating_point_range;
    struct {
        rclio_integer_range *data;
        size_t size, capacity;
    } integer_range;
} descriptor_message;
PARAMETER_SEQUENCE(descriptor_message)

typedef struct result_message {
    bool successful;
    rosidl_runtime_c__String reason;
} result_message;
PARAMETER_SEQUENCE(result_message)

typedef struct event_message {
    int32_t sec;
    uint32_t nanosec;
    rosidl_runtime_c__String node;
    parameter_message__Sequence new_parameters, changed_parameters, deleted_parameters;
} event_message;

typedef struct names_request { /* of get_parameters, get_parameter_types, describe_parameters */
    rosidl_runtime_c__String__Sequence names;
} names_request;
typedef struct list_request {
    rosidl_runtime_c__String__Sequence prefixes;
    uint64_t depth;
} list_request;
typedef struct set_request { /* both */
    parameter_message__Sequence parameters;
} set_request;

typedef struct get_response {
    value_message__Sequence values;
} get_response;
typedef struct types_response {
    rosidl_runtime_c__uint8__Sequence types;
} types_response;
typedef struct describe_response {
    descriptor_message__Sequence descriptors;
} describe_response;
typedef struct list_response {
    rosidl_runtime_c__String__Sequence names, prefixes;
} list_response;
typedef struct set_response {
    result_message__Sequence results;
} set_response;
typedef struct set_atomically_response {
    result_message result;
} set_atomically_response;

typedef enum parameter_service { /* in the order in which a node opens them (NOD-3) */
                                 SERVICE_DESCRIBE,
                                 SERVICE_GET,
                                 SERVICE_TYPES,
                                 SERVICE_LIST,
                                 SERVICE_SET,
                                 SERVICE_SET_ATOMICALLY,
                                 PARAMETER_SERVICES
} parameter_service;

typedef struct parameter_types {
    const rclio_type *services[PARAMETER_SERVICES];
    const rclio_type *event;
} parameter_types;

const char *parameter_service_name(parameter_service service); /* "describe_parameters" */

/* PM1. fails as rclio_types_get; RCLIO_INVALID: another definition */
rclio_status parameter_types_find(rclio_types *types, parameter_types *found);

/* Both make copies. To a message that is initialised; from one, as received. fails RCLIO_NO_MEMORY; RCLIO_BAD_DATA: no such type */
rclio_status parameter_value_to_message(const rclio_parameter_value *value, value_message *message);
rclio_status parameter_value_from_message(const value_message *message, rclio_parameter_value *value);

/* The sequence field `name` of a message gets the list's items. */
rclio_status parameter_list_to_message(const rclio_type *type, void *message, const char *name, const rclio_parameter *items,
                                       size_t count);
rclio_status parameter_list_from_message(const parameter_message__Sequence *sequence, rclio_parameter_list *list);

rclio_status parameter_descriptor_to_message(const rclio_parameter_descriptor *descriptor, const rclio_type *type,
                                             descriptor_message *message);
rclio_status parameter_descriptor_from_message(const descriptor_message *message, rclio_parameter_descriptor *descriptor);

rclio_status parameter_strings_to_message(const char *const *strings, size_t count, rosidl_runtime_c__String__Sequence *message);

/* The strings of a message, lent, in an array that you free; NULL with the error set. */
const char **parameter_strings_lend(const rosidl_runtime_c__String__Sequence *message);

static inline const char *parameter_string(const rosidl_runtime_c__String *string)
{
    return string->data ? string->data : "";
}

#endif
