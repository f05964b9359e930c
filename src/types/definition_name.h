/* src/types/definition_name.h: which names are legal, and the parts of a full type name.
 *
 * Threads: any. */
#ifndef RCLIO_TYPES_DEFINITION_NAME_H
#define RCLIO_TYPES_DEFINITION_NAME_H

#include "rclio/type.h"

#define TYPE_NAME_MAX 255 /* type_description_interfaces holds no longer one */

bool is_package_name(const char *name, size_t size);
bool is_field_name(const char *name, size_t size);
bool is_constant_name(const char *name, size_t size);
bool is_interface_name(const char *name, size_t size);

/* "pkg/action/Name_Goal" in parts. `suffix` is "_Goal", "" for the interface itself. TYP-3 */
typedef struct type_name {
    rclio_kind kind; /* of the interface in the file: "msg" is RCLIO_MESSAGE */
    char package[TYPE_NAME_MAX + 1];
    char base[TYPE_NAME_MAX + 1];
    const char *folder; /* also the file name extension; static */
    const char *suffix; /* static */
} type_name;

/* Fails with RCLIO_INVALID and says what is wrong. */
rclio_status type_name_parse(type_name *parsed, const char *name);

/* "msg", "srv", "action". */
const char *kind_folder(rclio_kind kind);

/* RCLIO_MESSAGE for "msg" and so on; 0 for any other text. */
rclio_kind folder_kind(const char *folder);

#endif
