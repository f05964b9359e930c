/* src/mw/names.c: ROS names to DDS names and back, and which names are legal.
 *
 *   NM1  Functions named ..._of lend a part of their argument; the others give a new string.
 *   NM2  An illegal name is told in upstream's words, with a caret below its first bad character.
 * Threads: any; no state. Tests: tests/mw/test_names.c. */
#include "mw/names.h"

#include "base/error.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define NODE_NAME_MAX 255  /* NAM-5 */
#define NAMESPACE_MAX 245  /* NAM-6 */
#define TOPIC_NAME_MAX 247 /* NAM-7 */

/* NAM-1 */
char *names_mangle_topic(const char *topic, bool avoid_conventions)
{
    return copy_format("%s%s", avoid_conventions ? "" : "rt", topic);
}

char *names_mangle_request(const char *service)
{
    return copy_format("rq%sRequest", service);
}

char *names_mangle_reply(const char *service)
{
    return copy_format("rr%sReply", service);
}

/* NAM-3 */
char *names_mangle_type(const char *ros_type)
{
    text t;
    text_init(&t);
    const char *last = strrchr(ros_type, '/');
    for (const char *c = ros_type; last && c < last; c++) {
        if (*c == '/')
            text_append(&t, "::");
        else
            text_append_char(&t, *c);
    }
    if (last) text_append(&t, "::");
    text_append_format(&t, "dds_::%s_", last ? last + 1 : ros_type);
    char *mangled = text_take(&t);
    text_fini(&t);
    return mangled;
}

/* NAM-2: what stands between `prefix` (its '/' belongs to the name) and `suffix`. */
static const char *between(const char *dds, const char *prefix, const char *suffix, size_t *length)
{
    size_t all = strlen(dds), front = strlen(prefix), back = strlen(suffix);
    if (all < front + back + 2 || strncmp(dds, prefix, front) != 0 || dds[front] != '/') return NULL;
    if (strcmp(dds + all - back, suffix) != 0) return NULL;
    *length = all - front - back;
    return dds + front;
}

const char *names_topic_of(const char *dds, size_t *length)
{
    return between(dds, "rt", "", length);
}

const char *names_request_of(const char *dds, size_t *length)
{
    return between(dds, "rq", "Request", length);
}

const char *names_reply_of(const char *dds, size_t *length)
{
    return between(dds, "rr", "Reply", length);
}

/* NAM-3, the other way; a name of another form is given back as it is. */
char *names_demangle_type(const char *dds)
{
    size_t length = strlen(dds);
    const char *mark = strstr(dds, "dds_::");
    if (!mark || length == 0 || dds[length - 1] != '_' || mark + strlen("dds_::") >= dds + length) return copy_string(dds);
    text t;
    text_init(&t);
    for (const char *c = dds; c < dds + length - 1;) {
        if (c == mark) {
            c += strlen("dds_::");
        } else if (c[0] == ':' && c[1] == ':') {
            text_append_char(&t, '/');
            c += 2;
        } else {
            text_append_char(&t, *c++);
        }
    }
    char *plain = text_take(&t);
    text_fini(&t);
    return plain;
}

char *names_demangle_service_type(const char *dds)
{
    static const char *const suffixes[] = {"_Request", "_Response"};
    char *plain = names_demangle_type(dds);
    if (!plain || strcmp(plain, dds) == 0) return plain;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        if (!ends_with(plain, suffixes[i])) continue;
        plain[strlen(plain) - strlen(suffixes[i])] = '\0';
        break;
    }
    return plain;
}

void names_cut_send_goal(char *type)
{
    char *suffix = strstr(type, "_SendGoal"); /* no other '_' can stand in a type's name */
    if (suffix) *suffix = '\0';
}

/* NAM-4 */
bool names_is_hidden(const char *name)
{
    return name[0] == '_' || strstr(name, "/_") != NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* NM2 */
static rclio_status illegal(const char *kind, const char *reason, const char *name, size_t at)
{
    return rclio_fail(RCLIO_INVALID, "Invalid %s: %s:\n  '%s'\n   %*s^", kind, reason, name, (int)at, "");
}

/* NAM-5 */
rclio_status names_check_node(const char *name)
{
    const char *kind = "node name";
    if (!name || !*name) return illegal(kind, "node name must not be empty", "", 0);
    size_t length = strlen(name);
    for (size_t i = 0; i < length; i++)
        if (!is_word(name[i]))
            return illegal(kind, "node name must not contain characters other than alphanumerics or '_'", name, i);
    if (is_digit(name[0])) return illegal(kind, "node name must not start with a number", name, 0);
    if (length > NODE_NAME_MAX) return illegal(kind, "node name length should not exceed '255'", name, NODE_NAME_MAX - 1);
    return RCLIO_OK;
}

/* What topics and namespaces have in common, after the checks of the ends: characters, repeated '/', digits. */
static rclio_status check_tokens(const char *kind, const char *thing, const char *name)
{
    size_t length = strlen(name);
    char reason[128];
    for (size_t i = 0; i < length; i++) {
        if (is_word(name[i]) || name[i] == '/') continue;
        snprintf(reason, sizeof reason, "%s must not contain characters other than alphanumerics, '_', or '/'", thing);
        return illegal(kind, reason, name, i);
    }
    for (size_t i = 1; i < length; i++) {
        if (name[i - 1] != '/') continue;
        if (name[i] == '/') {
            snprintf(reason, sizeof reason, "%s must not contain repeated '/'", thing);
            return illegal(kind, reason, name, i);
        }
        if (is_digit(name[i])) {
            snprintf(reason, sizeof reason, "%s must not have a token that starts with a number", thing);
            return illegal(kind, reason, name, i);
        }
    }
    return RCLIO_OK;
}

/* NAM-6 */
rclio_status names_check_namespace(const char *name_space)
{
    const char *kind = "namespace";
    if (!name_space || !*name_space) return illegal(kind, "namespace must not be empty", "", 0);
    size_t length = strlen(name_space);
    if (name_space[0] != '/') return illegal(kind, "namespace must be absolute, it must lead with a '/'", name_space, 0);
    if (length == 1) return RCLIO_OK;
    if (name_space[length - 1] == '/')
        return illegal(kind, "namespace must not end with a '/', unless only a '/'", name_space, length - 1);
    rclio_status status = check_tokens(kind, "namespace", name_space);
    if (status) return status;
    if (length > NAMESPACE_MAX) return illegal(kind, "namespace should not exceed '245'", name_space, NAMESPACE_MAX - 1);
    return RCLIO_OK;
}

/* NAM-7 */
rclio_status names_check_topic(const char *full_name)
{
    const char *kind = "topic name";
    if (!full_name || !*full_name) return illegal(kind, "topic name must not be empty", "", 0);
    size_t length = strlen(full_name);
    if (full_name[0] != '/') return illegal(kind, "topic name must be absolute, it must lead with a '/'", full_name, 0);
    if (full_name[length - 1] == '/') return illegal(kind, "topic name must not end with a '/'", full_name, length - 1);
    rclio_status status = check_tokens(kind, "topic name", full_name);
    if (status) return status;
    if (length > TOPIC_NAME_MAX) return illegal(kind, "topic length should not exceed '247'", full_name, TOPIC_NAME_MAX - 1);
    return RCLIO_OK;
}

/* The reason why the character at `i` may not stand there, or NULL. `open`: where the substitution that holds it opened, or SIZE_MAX. */
static const char *bad_given_character(const char *name, size_t i, size_t open)
{
    char c = name[i];
    if (open != SIZE_MAX && c != '}') {
        if (!is_word(c)) return "substitution name must not contain characters other than alphanumerics or '_'";
        if (is_digit(c) && i == open + 1) return "substitution name must not start with a number";
        return NULL;
    }
    if (c == '}' && open == SIZE_MAX) return "topic name must not have unmatched (unbalanced) curly braces '{}'";
    if (c == '~' && i > 0) return "topic name must not have tilde '~' unless it is the first character";
    if (!is_word(c) && !strchr("/~{}", c))
        return "topic name must not contain characters other than alphanumerics, '_', '~', '{', or '}'";
    if (is_digit(c) && (i == 0 || name[i - 1] == '/')) return "topic name token must not start with a number";
    return NULL;
}

rclio_status names_check_given(const char *name)
{
    const char *kind = "topic name";
    if (!name || !*name) return illegal(kind, "topic name must not be empty string", "", 0);
    size_t length = strlen(name), open = SIZE_MAX;
    if (name[length - 1] == '/') return illegal(kind, "topic name must not end with a forward slash", name, length - 1);
    for (size_t i = 0; i < length; i++) {
        const char *reason = bad_given_character(name, i, open);
        if (reason) return illegal(kind, reason, name, i);
        if (name[i] == '{') open = i;
        if (name[i] == '}') open = SIZE_MAX;
    }
    if (open != SIZE_MAX) return illegal(kind, "topic name must not have unmatched (unbalanced) curly braces '{}'", name, open);
    /* Upstream lets "~a", two characters, pass; programs may rely on it. */
    if (name[0] == '~' && length > 2 && name[1] != '/')
        return illegal(kind, "topic name must not have a tilde '~' that is not followed by a forward slash '/'", name, 1);
    return RCLIO_OK;
}
