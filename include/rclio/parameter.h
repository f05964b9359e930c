/* include/rclio/parameter.h: parameters of a node, of other nodes, and what tells of their changes. Floor: node.
 *
 * Every node has parameters: declared ones with a type for good, or with a type that may change (dynamic typing). Values given on the
 * command line, in files or in the node's options (overrides) replace the default when the parameter is declared.
 *
 *   PA1  A value that a function gives out is a copy of yours to rclio_parameter_value_fini(); one that goes in is borrowed.
 *   PA2  Setting goes in this order: pre-set callbacks, checks (declared, read-only, type, range), on-set callbacks, the new values, one
 *        event on /parameter_events, post-set callbacks. Of each kind the callback that was added last is called first.
 *   PA3  A failure is a status and a sentence in upstream's words (rclio_error()).
 * docs/parameters.md tells the whole; wire PAR-1 ..
 * Threads: each function says; those of the parameter client any but _new and _destroy; those of events the executor's or one while
 * nothing spins. */
#ifndef RCLIO_PARAMETER_H
#define RCLIO_PARAMETER_H

#include "rclio/future.h"
#include "rclio/node.h"

#ifdef __cplusplus
extern "C" {
#endif

/* PAR-1: wire values. */
typedef enum rclio_parameter_type {
    RCLIO_PARAMETER_NOT_SET = 0,
    RCLIO_PARAMETER_BOOL,
    RCLIO_PARAMETER_INTEGER,
    RCLIO_PARAMETER_DOUBLE,
    RCLIO_PARAMETER_STRING,
    RCLIO_PARAMETER_BYTES,
    RCLIO_PARAMETER_BOOLS,
    RCLIO_PARAMETER_INTEGERS,
    RCLIO_PARAMETER_DOUBLES,
    RCLIO_PARAMETER_STRINGS,
} rclio_parameter_type;

/* {0}: not set. */
typedef struct rclio_parameter_value {
    rclio_parameter_type type;
    size_t count; /* of an array: its elements */
    union {
        bool boolean;
        int64_t integer;
        double real;
        const char *string;
        const uint8_t *bytes;
        const bool *booleans;
        const int64_t *integers;
        const double *reals;
        const char *const *strings;
    };
} rclio_parameter_value;

/* Values that borrow what they are made of. A NULL string is an empty one; NULL elements with a count are RCLIO_INVALID where they are used. */
#define RCLIO_PARAMETER_VALUE(name, parameter_type, c_type, member)  \
    static inline rclio_parameter_value rclio_value_##name(c_type v) \
    {                                                                \
        rclio_parameter_value value = {parameter_type, 0, {0}};      \
        value.member = v;                                            \
        return value;                                                \
    }
#define RCLIO_PARAMETER_ARRAY(name, parameter_type, c_type, member)                       \
    static inline rclio_parameter_value rclio_value_##name(const c_type *v, size_t count) \
    {                                                                                     \
        rclio_parameter_value value = {parameter_type, count, {0}};                       \
        value.member = v;                                                                 \
        return value;                                                                     \
    }
RCLIO_PARAMETER_VALUE(bool, RCLIO_PARAMETER_BOOL, bool, boolean)
RCLIO_PARAMETER_VALUE(integer, RCLIO_PARAMETER_INTEGER, int64_t, integer)
RCLIO_PARAMETER_VALUE(double, RCLIO_PARAMETER_DOUBLE, double, real)
RCLIO_PARAMETER_VALUE(string, RCLIO_PARAMETER_STRING, const char *, string)
RCLIO_PARAMETER_ARRAY(bytes, RCLIO_PARAMETER_BYTES, uint8_t, bytes)
RCLIO_PARAMETER_ARRAY(bools, RCLIO_PARAMETER_BOOLS, bool, booleans)
RCLIO_PARAMETER_ARRAY(integers, RCLIO_PARAMETER_INTEGERS, int64_t, integers)
RCLIO_PARAMETER_ARRAY(doubles, RCLIO_PARAMETER_DOUBLES, double, reals)
RCLIO_PARAMETER_ARRAY(strings, RCLIO_PARAMETER_STRINGS, char *const, strings)

/* A copy that owns its memory. fails RCLIO_NO_MEMORY, target is not set then; RCLIO_INVALID: a type that does not exist. thread any */
RCLIO_API rclio_status rclio_parameter_value_copy(const rclio_parameter_value *source, rclio_parameter_value *target);
RCLIO_API void rclio_parameter_value_fini(rclio_parameter_value *value); /* of a copy; leaves {0}. thread any */
RCLIO_API bool rclio_parameter_value_equal(const rclio_parameter_value *a, const rclio_parameter_value *b); /* thread any */

/* As Python's str() prints it: True, 1.5, ['a', 'b'], [b'\x01']. returns a string you free. thread any */
RCLIO_API char *rclio_parameter_value_text(const rclio_parameter_value *value);

/* What `-p name:=TEXT` makes of a text (PAR-9). fails RCLIO_BAD_DATA: "line:column: cause". thread any */
RCLIO_API rclio_status rclio_parameter_value_parse(const char *text, rclio_parameter_value *value);

RCLIO_API const char *rclio_parameter_type_name(rclio_parameter_type type); /* "integer array", "not set"; static. thread any */

typedef struct rclio_parameter {
    const char *name;
    rclio_parameter_value value;
} rclio_parameter;

/* Owns its names and values. {0} is an empty list. thread one owner, for all four */
typedef struct rclio_parameter_list {
    rclio_parameter *data;
    size_t size, capacity;
} rclio_parameter_list;
RCLIO_API rclio_status rclio_parameter_list_add(rclio_parameter_list *list, const char *name,
                                                rclio_parameter_value value); /* copies */
RCLIO_API void rclio_parameter_list_remove(rclio_parameter_list *list, size_t index);
RCLIO_API void rclio_parameter_list_fini(rclio_parameter_list *list);
RCLIO_API const rclio_parameter_value *rclio_parameter_list_find(const rclio_parameter_list *list,
                                                                 const char *name); /* the last one of that name, lent; or NULL */

/* ---- declaring ---- */

typedef struct rclio_integer_range {
    int64_t from, to;
    uint64_t step; /* 0: any */
} rclio_integer_range;
typedef struct rclio_double_range {
    double from, to, step;
} rclio_double_range;

typedef struct rclio_parameter_descriptor {
    const char *name;          /* set by rclio */
    rclio_parameter_type type; /* set by rclio: of the value, else the one declared */
    const char *description, *additional_constraints;
    bool read_only;
    bool dynamic_typing; /* the type may change; the parameter may be deleted by setting it to not set */
    bool has_integer_range, has_double_range;
    rclio_integer_range integer_range; /* bounds included; checked for integers only, as the other for doubles only */
    rclio_double_range double_range;
} rclio_parameter_descriptor;
RCLIO_API void
rclio_parameter_descriptor_fini(rclio_parameter_descriptor *descriptor); /* of one that a function gave. thread any */

typedef struct rclio_parameter_options {
    rclio_parameter_descriptor descriptor;
    rclio_parameter_type type; /* a type without a value: the parameter is not initialised until it is set */
    bool ignore_override;
} rclio_parameter_options;

typedef struct rclio_parameter_declaration {
    const char *name;
    rclio_parameter_value value;
    rclio_parameter_options options;
} rclio_parameter_declaration;

/* Declares a parameter with its default. With neither a value nor a type it is dynamically typed.
 * fails   RCLIO_BAD_STATE: declared already; RCLIO_INVALID: no name, a value or override of another type, out of range, refused by
 *         an on-set callback; RCLIO_NO_MEMORY.
 * thread  the executor's or one while nothing spins, for all that changes parameters (PA2: callbacks may await)
 * wire    PAR-2, PAR-3, PAR-5 */
RCLIO_API rclio_status rclio_parameter_declare(rclio_node *node, const char *name, rclio_parameter_value value,
                                               const rclio_parameter_options *options);

/* One after the other, each name after "name_space." (NULL or "": none). When one is declared already, none is; at another failure
 * those before it stay. thread as above */
RCLIO_API rclio_status rclio_parameters_declare(rclio_node *node, const char *name_space,
                                                const rclio_parameter_declaration *declarations, size_t count);

/* fails RCLIO_NOT_FOUND, RCLIO_BAD_STATE (read-only). No event tells of it. thread as above */
RCLIO_API rclio_status rclio_parameter_undeclare(rclio_node *node, const char *name);

/* What overrides have for the node, declared or not: of the command line, its own arguments and its options. fails RCLIO_NO_MEMORY.
 * thread any */
RCLIO_API rclio_status rclio_parameter_overrides(rclio_node *node, rclio_parameter_list *found);

/* ---- reading ---- */

RCLIO_API bool rclio_parameter_has(rclio_node *node, const char *name); /* thread any */

/* fails   RCLIO_NOT_FOUND: not declared (not set, when undeclared ones are allowed); RCLIO_BAD_STATE: declared without a value.
 * thread  any */
RCLIO_API rclio_status rclio_parameter_get(rclio_node *node, const char *name, rclio_parameter_value *value);

/* The alternative when there is no value. fails RCLIO_NO_MEMORY. thread any */
RCLIO_API rclio_status rclio_parameter_get_or(rclio_node *node, const char *name, rclio_parameter_value alternative,
                                              rclio_parameter_value *value);

/* Those of one type, without anything to free but the string. fails as rclio_parameter_get; RCLIO_INVALID: of another type. thread any */
RCLIO_API rclio_status rclio_parameter_get_bool(rclio_node *node, const char *name, bool *value);
RCLIO_API rclio_status rclio_parameter_get_integer(rclio_node *node, const char *name, int64_t *value);
RCLIO_API rclio_status rclio_parameter_get_double(rclio_node *node, const char *name, double *value);
RCLIO_API rclio_status rclio_parameter_get_string(rclio_node *node, const char *name, char **value); /* you free it */

/* All below "prefix.", without the prefix; all for NULL or "". thread any */
RCLIO_API rclio_status rclio_parameters_get_by_prefix(rclio_node *node, const char *prefix, rclio_parameter_list *list);

/* fails RCLIO_NOT_FOUND. thread any */
RCLIO_API rclio_status rclio_parameter_describe(rclio_node *node, const char *name, rclio_parameter_descriptor *descriptor);
RCLIO_API rclio_status rclio_parameter_get_type(rclio_node *node, const char *name, rclio_parameter_type *type);

/* Names in the order of declaration, and the part before the last '.' of each, once. Both are freed with rclio_parameter_names_fini.
 * prefixes  names that are one of these or below one; none: all.
 * depth     at most so many parts below the prefix; 0: no limit.
 * thread    any. wire PAR-6 */
typedef struct rclio_parameter_names {
    char **names, **prefixes;
    size_t name_count, prefix_count;
} rclio_parameter_names;
RCLIO_API rclio_status rclio_parameters_list(rclio_node *node, const char *const *prefixes, size_t prefix_count, uint64_t depth,
                                             rclio_parameter_names *names);
RCLIO_API void rclio_parameter_names_fini(rclio_parameter_names *names);

/* ---- setting ---- */

/* Sets one; a value that is not set deletes a dynamically typed one.
 * fails   RCLIO_NOT_FOUND: not declared; RCLIO_BAD_STATE: read-only, or static and to be deleted; RCLIO_INVALID: type, range or a
 *         callback's refusal. thread as rclio_parameter_declare. wire PAR-4, PAR-5 */
RCLIO_API rclio_status rclio_parameter_set(rclio_node *node, const char *name, rclio_parameter_value value);

typedef struct rclio_parameter_result {
    rclio_status status; /* RCLIO_OK: it was set */
    char *reason;        /* NULL when it was set */
} rclio_parameter_result;
typedef struct rclio_parameter_results {
    rclio_parameter_result *data;
    size_t size;
} rclio_parameter_results;
RCLIO_API void rclio_parameter_results_fini(rclio_parameter_results *results); /* thread any */

/* Each alone: a failure keeps no other from being set. Returns the first failure; results (may be NULL): one for each, to be freed.
 * thread as rclio_parameter_declare */
RCLIO_API rclio_status rclio_parameters_set(rclio_node *node, const rclio_parameter *parameters, size_t count,
                                            rclio_parameter_results *results);

/* All or none, in one event. thread as rclio_parameter_declare */
RCLIO_API rclio_status rclio_parameters_set_atomically(rclio_node *node, const rclio_parameter *parameters, size_t count);

/* May change the list that is to be set, also add to it and remove from it; an empty one is refused. */
typedef void rclio_parameter_pre_set_fn(rclio_parameter_list *parameters, void *arg);
/* RCLIO_OK, or `return rclio_parameter_refuse("why")`. Runs for declarations too. */
typedef rclio_status rclio_parameter_on_set_fn(const rclio_parameter_list *parameters, void *arg);
/* The values are in force. Runs for declarations too. As all three it may set parameters, at most 20 deep: then RCLIO_LIMIT. */
typedef void rclio_parameter_post_set_fn(const rclio_parameter_list *parameters, void *arg);

/* Belong to the node; a callback that is removed is not called any more.
 * returns NULL with the error set when memory is short. thread as rclio_parameter_declare */
typedef struct rclio_parameter_callback rclio_parameter_callback;
RCLIO_API rclio_parameter_callback *rclio_parameters_on_pre_set(rclio_node *node, rclio_parameter_pre_set_fn *call, void *arg);
RCLIO_API rclio_parameter_callback *rclio_parameters_on_set(rclio_node *node, rclio_parameter_on_set_fn *call, void *arg);
RCLIO_API rclio_parameter_callback *rclio_parameters_on_post_set(rclio_node *node, rclio_parameter_post_set_fn *call, void *arg);
RCLIO_API void rclio_parameter_callback_remove(rclio_parameter_callback *callback); /* NULL is allowed */

/* Sets the reason; returns RCLIO_INVALID. thread any */
RCLIO_API rclio_status rclio_parameter_refuse(const char *reason, ...) RCLIO_PRINTF(1, 2);

/* ---- files ---- */

/* The parameters that a file has for the node of that full name, in the order of the file (PAR-7, PAR-8).
 * fails   RCLIO_NOT_FOUND: no file; RCLIO_BAD_DATA: "file:line:column: cause". thread any */
RCLIO_API rclio_status rclio_parameters_read_file(const char *path, const char *node_full_name, rclio_parameter_list *list);

/* The same, of other entries of the file. fails and thread as above */
typedef enum rclio_file_entries {
    RCLIO_FILE_NODE = 0,    /* what applies to the node */
    RCLIO_FILE_NO_WILDCARD, /* without what is below "/" and two stars, for all nodes */
    RCLIO_FILE_ALL,         /* of every node; node_full_name may be NULL */
} rclio_file_entries;
RCLIO_API rclio_status rclio_parameters_read_file_entries(const char *path, const char *node_full_name, rclio_file_entries which,
                                                          rclio_parameter_list *list);

/* As `ros2 param dump` prints them: "/node:\n  ros__parameters:\n ...". returns a string you free. thread any */
RCLIO_API char *rclio_parameters_to_yaml(const char *node_full_name, const rclio_parameter_list *list);

/* ---- parameters of other nodes ---- */

typedef struct rclio_parameter_client rclio_parameter_client;
typedef struct rclio_parameter_client_options {
    rclio_qos qos; /* {0}: RCLIO_QOS_SERVICES, as upstream's client */
} rclio_parameter_client_options;

/* remote_node  "/ns/name"; a relative one is in the node's namespace.
 * thread       the executor's or one while nothing spins, as for rclio_client_new; so _destroy */
RCLIO_API rclio_parameter_client *rclio_parameter_client_new(rclio_node *node, const char *remote_node,
                                                             const rclio_parameter_client_options *options);
RCLIO_API void rclio_parameter_client_destroy(rclio_parameter_client *client);
RCLIO_API bool rclio_parameter_client_is_available(rclio_parameter_client *client); /* all six services. thread any */
RCLIO_API rclio_future *
rclio_parameter_client_wait(rclio_parameter_client *client); /* done when they are; you own it. thread any */

/* Calls return at once with a future that you own; its value is lent until the last unref. They wait for the services and fail as
 * rclio_client_call does. Names and parameters are borrowed until the function returns. thread any.
 *
 * _get: const rclio_parameter_list *, one for each name; a name that the node does not know is not set. Upstream's nodes answer with
 *   nothing when one name is unknown: then each is asked for alone (PAR-11). */
RCLIO_API rclio_future *rclio_parameter_client_get(rclio_parameter_client *client, const char *const *names, size_t count);
/* _set: const rclio_parameter_results *, one for each; _set_atomically: one in all. */
RCLIO_API rclio_future *rclio_parameter_client_set(rclio_parameter_client *client, const rclio_parameter *parameters,
                                                   size_t count);
RCLIO_API rclio_future *rclio_parameter_client_set_atomically(rclio_parameter_client *client, const rclio_parameter *parameters,
                                                              size_t count);
/* const rclio_parameter_names * */
RCLIO_API rclio_future *rclio_parameter_client_list(rclio_parameter_client *client, const char *const *prefixes, size_t count,
                                                    uint64_t depth);
/* _describe: const rclio_parameter_descriptors *, of the names that are known; _types: the same with only name and type. */
typedef struct rclio_parameter_descriptors {
    rclio_parameter_descriptor *data;
    size_t size;
} rclio_parameter_descriptors;
RCLIO_API rclio_future *rclio_parameter_client_describe(rclio_parameter_client *client, const char *const *names, size_t count);
RCLIO_API rclio_future *rclio_parameter_client_types(rclio_parameter_client *client, const char *const *names, size_t count);
/* _set of what rclio_parameters_read_file_entries() gave: `[]`, which has no type in a file, is an empty array of the type that the node says
 * the parameter has; of bools, as upstream's `ros2 param load` has it, where that is no array. */
RCLIO_API rclio_future *rclio_parameter_client_set_file(rclio_parameter_client *client, const rclio_parameter *parameters,
                                                        size_t count);
/* Reads the file at once (errors as rclio_parameters_read_file: NULL), sets what it has for that node as _set_file: value as _set, in the order of
 * rclio_parameters_read_file(). */
RCLIO_API rclio_future *rclio_parameter_client_load(rclio_parameter_client *client, const char *path);
/* const char *, as rclio_parameters_to_yaml: all that have a value. */
RCLIO_API rclio_future *rclio_parameter_client_dump(rclio_parameter_client *client);

/* ---- events ---- */

typedef struct rclio_parameter_event {
    int64_t stamp_ns;
    const char *node; /* full name */
    rclio_parameter_list new_parameters, changed_parameters, deleted_parameters;
} rclio_parameter_event;

/* Listens to /parameter_events for the whole life of the handler. qos: NULL: RCLIO_QOS_PARAMETER_EVENTS.
 * thread  the executor's or one while nothing spins, as all below. wire PAR-4 */
typedef struct rclio_parameter_events rclio_parameter_events;
typedef struct rclio_parameter_watch rclio_parameter_watch;
RCLIO_API rclio_parameter_events *rclio_parameter_events_new(rclio_node *node, const rclio_qos *qos);
RCLIO_API void rclio_parameter_events_destroy(rclio_parameter_events *events);
RCLIO_API size_t rclio_parameter_events_publishers(rclio_parameter_events *events);
RCLIO_API rclio_future *rclio_parameter_events_wait_for_publishers(rclio_parameter_events *events, size_t count);

/* One parameter of one node; node_name NULL: the handler's own; relative: in its namespace. Called for new and changed values. What a
 * callback is given is lent for the call, until it returns. Belong to the handler; may be destroyed in their callbacks. */
typedef void rclio_parameter_watch_fn(const rclio_parameter *parameter, void *arg);
typedef void rclio_parameter_event_fn(const rclio_parameter_event *event, void *arg);
RCLIO_API rclio_parameter_watch *rclio_parameter_events_watch(rclio_parameter_events *events, const char *node_name,
                                                              const char *parameter, rclio_parameter_watch_fn *call, void *arg);
RCLIO_API rclio_parameter_watch *rclio_parameter_events_watch_all(rclio_parameter_events *events, rclio_parameter_event_fn *call,
                                                                  void *arg);
RCLIO_API void rclio_parameter_watch_destroy(rclio_parameter_watch *watch);

#ifdef __cplusplus
}
#endif
#endif
