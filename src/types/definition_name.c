/* src/types/definition_name.c: see definition_name.h. */
#include "types/definition_name.h"

#include "base/error.h"

#include <string.h>

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters of one case, digits and single underscores, not at the end. */
static bool is_snake_case(const char *name, size_t size, bool (*is_letter)(char))
{
    if (size == 0 || size > TYPE_NAME_MAX || !is_letter(name[0]) || name[size - 1] == '_') return false;
    for (size_t i = 1; i < size; i++) {
        if (name[i] == '_' && name[i - 1] == '_') return false;
        if (name[i] != '_' && !is_letter(name[i]) && !is_digit(name[i])) return false;
    }
    return true;
}

bool is_package_name(const char *name, size_t size)
{
    return is_snake_case(name, size, is_lower);
}

bool is_field_name(const char *name, size_t size)
{
    return is_snake_case(name, size, is_lower);
}

bool is_constant_name(const char *name, size_t size)
{
    return is_snake_case(name, size, is_upper);
}

bool is_interface_name(const char *name, size_t size)
{
    if (size == 0 || size > TYPE_NAME_MAX || !is_upper(name[0])) return false;
    for (size_t i = 1; i < size; i++) {
        if (!is_upper(name[i]) && !is_lower(name[i]) && !is_digit(name[i])) return false;
    }
    return true;
}

static const char *const folders[] = {[RCLIO_MESSAGE] = "msg", [RCLIO_SERVICE] = "srv", [RCLIO_ACTION] = "action"};

const char *kind_folder(rclio_kind kind)
{
    return folders[kind];
}

rclio_kind folder_kind(const char *folder)
{
    for (rclio_kind kind = RCLIO_MESSAGE; kind <= RCLIO_ACTION; kind++) {
        if (strcmp(folders[kind], folder) == 0) return kind;
    }
    return 0;
}

/* TYP-3 */
static const char *const service_suffixes[] = {"_Request", "_Response", "_Event", NULL};
static const char *const action_suffixes[] = {"_Goal",
                                              "_Result",
                                              "_Feedback",
                                              "_SendGoal",
                                              "_SendGoal_Request",
                                              "_SendGoal_Response",
                                              "_SendGoal_Event",
                                              "_GetResult",
                                              "_GetResult_Request",
                                              "_GetResult_Response",
                                              "_GetResult_Event",
                                              "_FeedbackMessage",
                                              NULL};

/* The table's own copy of a suffix that the kind has; NULL when it has none such. */
static const char *find_suffix(rclio_kind kind, const char *suffix)
{
    const char *const *known = kind == RCLIO_SERVICE ? service_suffixes : action_suffixes;
    if (!*suffix) return "";
    if (kind == RCLIO_MESSAGE) return NULL;
    for (; *known; known++) {
        if (strcmp(*known, suffix) == 0) return *known;
    }
    return NULL;
}

static rclio_status bad_shape(const char *name)
{
    const char *slash = strchr(name, '/');
    if (slash && slash[1] && !strchr(slash + 1, '/') && is_package_name(name, (size_t)(slash - name)))
        return rclio_fail(RCLIO_INVALID, "'%s' is not a full type name: write package/msg/Name (did you mean '%.*s/msg%s'?)",
                          name, (int)(slash - name), name, slash);
    return rclio_fail(RCLIO_INVALID,
                      "'%s' is not a full type name: write package/msg/Name, package/srv/Name or package/action/Name", name);
}

rclio_status type_name_parse(type_name *parsed, const char *name)
{
    size_t size = name ? strlen(name) : 0;
    if (size == 0) return rclio_fail(RCLIO_INVALID, "a type name is missing: write package/msg/Name");
    if (size > TYPE_NAME_MAX)
        return rclio_fail(RCLIO_INVALID, "type name '%.40s...' has %zu characters: %d are allowed", name, size, TYPE_NAME_MAX);
    const char *folder = strchr(name, '/');
    const char *base = folder ? strchr(folder + 1, '/') : NULL;
    if (!base || strchr(base + 1, '/')) return bad_shape(name);
    char folder_text[TYPE_NAME_MAX + 1];
    size_t folder_size = (size_t)(base - folder - 1);
    memcpy(folder_text, folder + 1, folder_size);
    folder_text[folder_size] = '\0';

    *parsed = (type_name){.kind = folder_kind(folder_text)};
    if (!parsed->kind)
        return rclio_fail(RCLIO_INVALID, "'%s' is not a type name: '%s' is none of msg, srv, action", name, folder_text);
    parsed->folder = kind_folder(parsed->kind);
    size_t package_size = (size_t)(folder - name);
    if (!is_package_name(name, package_size))
        return rclio_fail(RCLIO_INVALID,
                          "'%s' is not a type name: '%.*s' is not a package name (lower-case letters, digits, '_')", name,
                          (int)package_size, name);
    memcpy(parsed->package, name, package_size);
    base++;
    size_t base_size = strcspn(base, "_");
    parsed->suffix = find_suffix(parsed->kind, base + base_size);
    if (!is_interface_name(base, base_size) || !parsed->suffix)
        return rclio_fail(RCLIO_INVALID,
                          "'%s' is not a type name: '%s' is not the name of an interface (CamelCase letters and digits)", name,
                          base);
    memcpy(parsed->base, base, base_size);
    return RCLIO_OK;
}
