/* fuzz/fuzz_parameter_file.c: parameter files, and the values of -p. What is read is dumped and read again: the dump of a dump is the
 * same. */
#include "node/parameter_overrides.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keys of a dump are on one line, and libyaml takes those of at most 1024 bytes: other names need not come back. */
static bool has_plain_names(const rclio_parameter_list *list)
{
    for (size_t i = 0; i < list->size; i++) {
        const char *name = list->data[i].name;
        if (strlen(name) > 500) return false;
        for (; *name; name++)
            if (*name < ' ' || *name > '~') return false;
    }
    return true;
}

static char *dump_of(const char *source, size_t size)
{
    parameter_overrides overrides = {0};
    rclio_parameter_list list = {0};
    char *yaml = NULL;
    if (parameter_overrides_read_text(&overrides, "file", source, size) == RCLIO_OK &&
        parameter_overrides_match(&overrides, "/ns/nn", &list) == RCLIO_OK && has_plain_names(&list))
        yaml = rclio_parameters_to_yaml("/ns/nn", &list);
    rclio_parameter_list_fini(&list);
    parameter_overrides_fini(&overrides);
    return yaml;
}

static void read_value(const char *source)
{
    rclio_parameter_value value;
    if (rclio_parameter_value_parse(source, &value) != RCLIO_OK && value.type != RCLIO_PARAMETER_NOT_SET) abort();
    free(rclio_parameter_value_text(&value));
    rclio_parameter_value_fini(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    if (!copy) return 0;
    if (size) memcpy(copy, data, size);
    copy[size] = '\0';
    read_value(copy);
    char *first = dump_of(copy, size), *second = first ? dump_of(first, strlen(first)) : NULL;
    if (first && (!second || strcmp(first, second) != 0)) abort();
    free(second);
    free(first);
    free(copy);
    return 0;
}
