/* tests/node/parameter_stage.c: see parameter_stage.h. */
#include "parameter_stage.h"

stage stage_with(const rclio_node_options *options, const char *const *words)
{
    int count = 0;
    while (words && words[count]) count++;
    stage s = {.context = rclio_init(count, (char *const *)(uintptr_t)words,
                                     &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .no_rosout = true})};
    if (!s.context) fail_msg("%s", rclio_error());
    harness_watch(rclio_context_executor(s.context));
    rclio_node_options with = *options;
    with.no_type_description_service = with.no_parameter_services = with.no_parameter_events = true;
    s.node = rclio_node_new(s.context, "nn", &with);
    return s;
}

stage stage_new(void)
{
    stage s = stage_with(&(rclio_node_options){0}, NULL);
    if (!s.node) fail_msg("%s", rclio_error());
    return s;
}

void stage_free(stage *s)
{
    rclio_context_destroy(s->context);
    harness_unwatch();
}

void parameter_is(rclio_node *node, const char *name, const char *expected, const char *file, int line)
{
    rclio_parameter_value value;
    if (rclio_parameter_get(node, name, &value) != RCLIO_OK) {
        print_error("%s: %s\n", name, rclio_error());
        _fail(file, line);
    }
    char *words = rclio_parameter_value_text(&value);
    if (strcmp(words, expected) != 0) {
        print_error("%s is %s, not %s\n", name, words, expected);
        _fail(file, line);
    }
    free(words);
    rclio_parameter_value_fini(&value);
}

const char *parameters_as_text(const rclio_parameter_list *list)
{
    static char got[2000];
    got[0] = '\0';
    for (size_t i = 0; i < list->size; i++) {
        char *words = rclio_parameter_value_text(&list->data[i].value);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s=%s;", list->data[i].name, words);
        free(words);
    }
    return got;
}
