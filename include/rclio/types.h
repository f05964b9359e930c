/* include/rclio/types.h: finding interface definitions at run time. Floor: types.
 *
 * An rclio_types is a set of search paths and every type read so far; a context has one (rclio_context_types), a program may make
 * its own. Search order, first wins (IDL-1): rclio's installed definitions; share/ of each prefix of AMENT_PREFIX_PATH; packages
 * below the folders of RCLIO_INTERFACE_PATH (any depth, a folder with package.xml and msg/, srv/ or action/). The environment is
 * read by rclio_types_new(); the folders of RCLIO_INTERFACE_PATH are walked once, when something is not found before. */
#ifndef RCLIO_TYPES_H
#define RCLIO_TYPES_H

#include "rclio/type.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_types rclio_types;

/* warn: where one line per duplicate package or unreadable folder goes; NULL drops them. Called in the thread of the look-up that
 *       met it; it may call back.
 * returns  NULL with the error set when memory is short. Reads no folder before the first look-up.
 * thread   any */
RCLIO_API rclio_types *rclio_types_new(void (*warn)(const char *line, void *arg), void *arg);

/* Frees every type it gave out; NULL is allowed. thread any, last call on it */
RCLIO_API void rclio_types_destroy(rclio_types *types);

/* Finds, reads and lays out a type and all it contains. `name`: "pkg/msg/Name", "pkg/srv/Name", "pkg/action/Name", or a derived
 * one ("pkg/srv/Name_Request", "pkg/action/Name_FeedbackMessage", "pkg/action/Name_SendGoal_Response").
 * returns  lent until rclio_types_destroy; the same pointer for the same name.
 * fails    RCLIO_INVALID: not a legal name; RCLIO_NOT_FOUND: no such package or type (names the nearest); RCLIO_BAD_DATA:
 *          "file:line:column: cause".
 * thread   any
 * wire     TYP-1, TYP-3 */
RCLIO_API const rclio_type *rclio_types_get(rclio_types *types, const char *name);

/* Where a definition lies.
 * returns  a path you free; fails as rclio_types_get. thread any */
RCLIO_API char *rclio_types_path(rclio_types *types, const char *name);

/* The definition's own text, comments included, as a string you free. thread any */
RCLIO_API char *rclio_types_source(rclio_types *types, const char *name);

/* All interfaces of a kind ("msg", "srv", "action"), of one package or of all (package NULL), sorted by name: an array of full
 * names ended by NULL, freed with rclio_names_free. An unknown package: RCLIO_NOT_FOUND. thread any */
RCLIO_API char **rclio_types_list(rclio_types *types, const char *package, const char *folder);

/* All packages with interfaces, sorted. thread any */
RCLIO_API char **rclio_types_packages(rclio_types *types);
RCLIO_API void rclio_names_free(char **names);

/* A message of type type_description_interfaces/msg/TypeDescription for `type`, made with rclio_message_new(*description_type).
 * thread any   wire TYP-4 */
RCLIO_API void *rclio_types_describe(rclio_types *types, const rclio_type *type, const rclio_type **description_type);

/* The other way round: the type that a description tells of, built from nothing but what the description holds. For types that only
 * other nodes have: rclio_type_of_topic() (rclio/generic.h) asks them.
 * description_type, description  a TypeDescription, as above; borrowed until it returns.
 * hash     "RIHS01_..." that was announced; NULL: none.
 * returns  of any kind; lent until rclio_types_destroy, the same pointer for the same name and hash, and not what rclio_types_get gives
 *          for that name. Constants are not told of; a default that cannot be read is left out.
 * fails    RCLIO_BAD_DATA: not a description that makes sense, or of another hash; RCLIO_LIMIT; RCLIO_NO_MEMORY.
 * thread   any
 * wire     TYP-4, TYP-7 */
RCLIO_API const rclio_type *rclio_types_from_description(rclio_types *types, const rclio_type *description_type,
                                                         const void *description, const char *hash);

/* Reads one definition from text instead of a file: what fuzzers, tests and editors use. `file` names it in errors, `name` is the
 * full type name; nested types come from `types`. The result is lent until rclio_types_destroy, new with each call, and not what
 * rclio_types_get gives for that name. thread any */
RCLIO_API const rclio_type *rclio_types_parse(rclio_types *types, const char *name, const char *file, const char *source,
                                              size_t size);

#ifdef __cplusplus
}
#endif
#endif
