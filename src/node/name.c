/* src/node/name.c: see name.h. Tests: tests/node/test_name.c. */
#include "node/name.h"

#include "base/error.h"
#include "base/text.h"
#include "mw/names.h"
#include "node/node.h"

#include <stdlib.h>
#include <string.h>

char *name_join(const char *name_space, const char *name)
{
    return copy_format("%s%s%s", name_space, strcmp(name_space, "/") == 0 ? "" : "/", name);
}

/* The end of "{word}" at `from`; the substitution's value goes to `out`. NULL with the error set: an unknown one. */
static const char *substitute(const char *from, const char *node_name, const char *name_space, struct text *out)
{
    const char *end = strchr(from, '}');
    size_t length = (size_t)(end - from) + 1; /* names_check_given() saw balanced braces */
    if (length == strlen("{node}") && memcmp(from, "{node}", length) == 0) {
        text_append(out, node_name);
    } else if ((length == strlen("{ns}") && memcmp(from, "{ns}", length) == 0) ||
               (length == strlen("{namespace}") && memcmp(from, "{namespace}", length) == 0)) {
        text_append(out, name_space);
    } else {
        return rclio_fail_null(RCLIO_INVALID, "unknown substitution: %.*s", (int)length, from);
    }
    return end + 1;
}

/* NAM-8: tilde, substitutions, namespace; in that order. */
char *name_expand(const char *given, const char *node_name, const char *name_space)
{
    struct text out;
    char *expanded = NULL;
    if (names_check_given(given) != RCLIO_OK) return NULL;
    text_init(&out);
    if (*given == '~') {
        text_append_format(&out, "%s%s%s", name_space, strcmp(name_space, "/") == 0 ? "" : "/", node_name);
        given++;
    }
    while (*given) {
        if (*given != '{') {
            text_append_char(&out, *given++);
            continue;
        }
        given = substitute(given, node_name, name_space, &out);
        if (!given) goto done;
    }
    expanded = out.data[0] == '/' ? text_take(&out) : name_join(name_space, out.data);
done:
    text_fini(&out);
    return expanded;
}

char *name_resolve(rclio_node *node, const char *given, bool service)
{
    char *expanded = NULL, *remapped = NULL;
    const char *thing = service ? "service" : "topic";
    if (!node) return NULL;
    if (!given) return rclio_fail_null(RCLIO_INVALID, "a %s needs a name", thing);
    expanded = name_expand(given, node->name, node->name_space);
    if (!expanded) goto failed;
    if (names_check_topic(expanded) != RCLIO_OK) goto failed;
    node_arguments all = node_get_arguments(node);
    for (size_t i = 0; i < 2 && !remapped; i++) { /* ARG-5 */
        const arguments *rules = all.order[i];
        if (rules && arguments_remap(rules, node->name, node->name_space, expanded, service, &remapped) != RCLIO_OK) goto failed;
    }
    if (!remapped) return expanded;
    free(expanded);
    return remapped;
failed:
    free(expanded);
    return NULL;
}

char *rclio_node_resolve_topic(rclio_node *node, const char *name)
{
    return name_resolve(node, name, false);
}

char *rclio_node_resolve_service(rclio_node *node, const char *name)
{
    return name_resolve(node, name, true);
}

rclio_status rclio_name_check(rclio_name_kind kind, const char *name)
{
    switch (kind) {
    case RCLIO_NAME_OF_NODE: return names_check_node(name);   /* NAM-5 */
    case RCLIO_NAMESPACE: return names_check_namespace(name); /* NAM-6 */
    case RCLIO_NAME_GIVEN: return names_check_given(name);
    case RCLIO_NAME_IN_FULL: return names_check_topic(name); /* NAM-7 */
    }
    return rclio_fail(RCLIO_INVALID, "%d is no kind of name", (int)kind);
}

char *rclio_name_expand(const char *name, const char *node_name, const char *name_space)
{
    if (!name || !node_name || !name_space)
        return rclio_fail_null(RCLIO_INVALID, "a name, a node's name and a namespace are needed");
    return name_expand(name, node_name, name_space);
}
