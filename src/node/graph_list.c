/* src/node/graph_list.c: see graph_list.h. */
#include "node/graph_list.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static rclio_name_and_types *find_or_add(rclio_name_list *names, const char *name, size_t length)
{
    for (size_t i = 0; i < names->size; i++)
        if (strlen(names->data[i].name) == length && memcmp(names->data[i].name, name, length) == 0) return &names->data[i];
    char *copy = copy_bytes(name, length);
    if (!copy) return NULL;
    if (!array_append(names, ((rclio_name_and_types){.name = copy}))) {
        free(copy);
        return NULL;
    }
    return &names->data[names->size - 1];
}

rclio_status name_list_add(rclio_name_list *names, const char *name, size_t name_length, const char *type)
{
    rclio_name_and_types *entry = find_or_add(names, name, name_length);
    if (!entry) return RCLIO_NO_MEMORY;
    for (size_t i = 0; i < entry->type_count; i++)
        if (strcmp(entry->types[i], type) == 0) return RCLIO_OK;
    char **types = realloc(entry->types, (entry->type_count + 2) * sizeof *types);
    if (!types) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for the types of '%s'", entry->name);
    entry->types = types;
    types[entry->type_count] = copy_string(type);
    if (!types[entry->type_count]) return RCLIO_NO_MEMORY;
    types[++entry->type_count] = NULL;
    return RCLIO_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const rclio_name_and_types *)a)->name, ((const rclio_name_and_types *)b)->name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void name_list_sort(rclio_name_list *names)
{
    for (size_t i = 0; i < names->size; i++) qsort(names->data[i].types, names->data[i].type_count, sizeof(char *), by_text);
    if (names->size) qsort(names->data, names->size, sizeof names->data[0], by_name);
}

void rclio_name_list_free(rclio_name_list *names)
{
    for (size_t i = 0; i < names->size; i++) {
        for (size_t k = 0; k < names->data[i].type_count; k++) free(names->data[i].types[k]);
        free(names->data[i].types);
        free(names->data[i].name);
    }
    free(names->data);
    *names = (rclio_name_list){0};
}

void rclio_node_list_free(rclio_node_list *nodes)
{
    for (size_t i = 0; i < nodes->size; i++) {
        free(nodes->data[i].name);
        free(nodes->data[i].name_space);
        free(nodes->data[i].full_name);
        free(nodes->data[i].enclave);
    }
    free(nodes->data);
    *nodes = (rclio_node_list){0};
}

void rclio_endpoint_list_free(rclio_endpoint_list *endpoints)
{
    for (size_t i = 0; i < endpoints->size; i++) {
        free(endpoints->data[i].node_name);
        free(endpoints->data[i].node_namespace);
        free(endpoints->data[i].type);
    }
    free(endpoints->data);
    *endpoints = (rclio_endpoint_list){0};
}
