/* src/node/parameter_list.c: which parameters there are, by prefixes and depth (PAR-6). Tests: tests/node/test_parameter_list.c. */
#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "node/node.h"
#include "node/parameter_store.h"

#include <stdlib.h>
#include <string.h>

typedef struct lister {
    const char *const *prefixes;
    size_t prefix_count;
    uint64_t depth;
    struct {
        char **data;
        size_t size, capacity;
    } names, found; /* found: prefixes */
    map seen;       /* prefixes */
    rclio_status status;
} lister;

static uint64_t count_parts(const char *name)
{
    uint64_t parts = 1;
    for (; *name; name++) parts += *name == '.';
    return parts;
}

static bool is_wanted(const lister *l, const char *name)
{
    if (!l->prefix_count) return !l->depth || count_parts(name) <= l->depth;
    for (size_t i = 0; i < l->prefix_count; i++) {
        size_t length = strlen(l->prefixes[i]);
        if (strncmp(name, l->prefixes[i], length) != 0) continue;
        if (!name[length]) return true;
        if (name[length] == '.' && (!l->depth || count_parts(name + length + 1) <= l->depth)) return true;
    }
    return false;
}

static rclio_status add_prefix(lister *l, const char *name)
{
    const char *dot = strrchr(name, '.');
    char *prefix = dot ? copy_bytes(name, (size_t)(dot - name)) : NULL;
    if (!dot) return RCLIO_OK;
    if (!prefix) return rclio_error_status();
    if (map_get(&l->seen, prefix)) {
        free(prefix);
        return RCLIO_OK;
    }
    if (map_set(&l->seen, prefix, l) == RCLIO_OK && array_append(&l->found, prefix)) return RCLIO_OK;
    free(prefix);
    return rclio_error_status();
}

static void visit(const char *name, void *entry, void *arg)
{
    lister *l = arg;
    (void)entry;
    if (l->status != RCLIO_OK || !is_wanted(l, name)) return;
    char *copy = copy_string(name);
    if (!copy || !array_append(&l->names, copy)) {
        free(copy);
        l->status = rclio_error_status();
        return;
    }
    l->status = add_prefix(l, name);
}

rclio_status parameters_list(parameters *p, const char *const *prefixes, size_t prefix_count, uint64_t depth,
                             rclio_parameter_names *names)
{
    lister l = {.prefixes = prefixes, .prefix_count = prefix_count, .depth = depth, .status = RCLIO_OK};
    mutex_lock(&p->lock);
    map_each(&p->entries, visit, &l);
    mutex_unlock(&p->lock);
    map_fini(&l.seen, NULL);
    *names = (rclio_parameter_names){l.names.data, l.found.data, l.names.size, l.found.size};
    if (l.status != RCLIO_OK) rclio_parameter_names_fini(names);
    return l.status;
}

rclio_status rclio_parameters_list(rclio_node *node, const char *const *prefixes, size_t prefix_count, uint64_t depth,
                                   rclio_parameter_names *names)
{
    *names = (rclio_parameter_names){0};
    if (!node) return rclio_fail_missing("no node to list parameters of");
    return parameters_list(node->parameters, prefixes, prefix_count, depth, names);
}
