/* src/node/parameter_overrides.c: see parameter_overrides.h. Tests: tests/node/test_parameter_overrides.c. */
#include "node/parameter_overrides.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "node/parameter_value.h"

#include <stdlib.h>
#include <string.h>

static parameter_pattern *find(parameter_overrides *overrides, const char *pattern)
{
    for (size_t i = 0; i < overrides->size; i++)
        if (strcmp(overrides->data[i].pattern, pattern) == 0) return &overrides->data[i];
    parameter_pattern added = {.pattern = copy_string(pattern)};
    if (added.pattern && array_append(overrides, added)) return &overrides->data[overrides->size - 1];
    free(added.pattern);
    return NULL;
}

rclio_status parameter_overrides_put(parameter_overrides *overrides, const char *pattern, const char *name,
                                     rclio_parameter_value value) /* PAR-8 */
{
    parameter_pattern *at = find(overrides, pattern);
    return at ? parameter_list_put(&at->parameters, name, value) : rclio_error_status();
}

static bool token_matches(const char *pattern, size_t length, const char *token, size_t token_length)
{
    return (length == 1 && *pattern == '*') || (length == token_length && memcmp(pattern, token, length) == 0);
}

/* Both begin at a '/'. A mismatch goes back to the last `**` and gives it one token more. */
bool parameter_pattern_match(const char *pattern, const char *name) /* PAR-7 */
{
    const char *any = NULL, *after = NULL; /* behind the last `**`, and where its tokens end */
    while (*name) {
        size_t length = *pattern ? strcspn(pattern + 1, "/") : 0, token = strcspn(name + 1, "/");
        if (length == 2 && memcmp(pattern + 1, "**", 2) == 0) {
            any = pattern += 3;
            after = name;
        } else if (*pattern && token_matches(pattern + 1, length, name + 1, token)) {
            pattern += 1 + length;
            name += 1 + token;
        } else if (any) {
            pattern = any;
            name = after += 1 + strcspn(after + 1, "/");
        } else {
            return false;
        }
    }
    while (strncmp(pattern, "/**", 3) == 0 && (pattern[3] == '/' || !pattern[3])) pattern += 3;
    return !*pattern;
}

rclio_status parameter_overrides_take(const parameter_pattern *pattern, rclio_parameter_list *list)
{
    for (size_t k = 0; k < pattern->parameters.size; k++)
        if (parameter_list_put(list, pattern->parameters.data[k].name, pattern->parameters.data[k].value) != RCLIO_OK)
            return rclio_error_status();
    return RCLIO_OK;
}

rclio_status parameter_overrides_match(const parameter_overrides *overrides, const char *full_name, rclio_parameter_list *list)
{
    for (size_t i = 0; i < overrides->size; i++) { /* PAR-8 */
        const parameter_pattern *at = &overrides->data[i];
        if (parameter_pattern_match(at->pattern, full_name) && parameter_overrides_take(at, list) != RCLIO_OK)
            return rclio_error_status();
    }
    return RCLIO_OK;
}

void parameter_overrides_fini(parameter_overrides *overrides)
{
    for (size_t i = 0; i < overrides->size; i++) {
        free(overrides->data[i].pattern);
        rclio_parameter_list_fini(&overrides->data[i].parameters);
    }
    free(overrides->data);
    *overrides = (parameter_overrides){0};
}
