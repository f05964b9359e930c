/* src/node/arguments.c: see arguments.h.
 *
 *   A3  An option's value is the next word, whatever it looks like, as upstream reads it.
 *   A4  Unknown words inside --ros-args are collected, so that one error names them all.
 * Tests: tests/node/test_arguments.c, fuzz/fuzz_arguments.c. */
#include "node/arguments.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "mw/names.h"
#include "node/name.h"
#include "node/remap_rule.h"

#include <stdlib.h>
#include <string.h>

typedef struct strings { /* always ended by NULL, which `size` does not count */
    char **data;
    size_t size, capacity;
} strings;

struct arguments {
    struct {
        remap_rule *data;
        size_t size, capacity;
    } rules;
    struct {
        argument_parameter *data;
        size_t size, capacity;
    } parameters;
    struct {
        argument_level *data;
        size_t size, capacity;
    } levels;
    parameter_overrides overrides;
    strings rest, deprecated, unknown;
    argument_flags flags;
    char *enclave, *log_file_name;
};

typedef rclio_status take_fn(arguments *a, const char *flag, const char *value);

static rclio_status strings_add(strings *list, const char *string)
{
    char *copy = copy_string(string);
    if (!copy) return rclio_error_status();
    if (array_reserve(&list->data, &list->capacity, list->size + 2, sizeof *list->data) != RCLIO_OK) {
        free(copy);
        return rclio_error_status();
    }
    list->data[list->size++] = copy;
    list->data[list->size] = NULL;
    return RCLIO_OK;
}

static void strings_fini(strings *list)
{
    for (size_t i = 0; i < list->size; i++) free(list->data[i]);
    free(list->data);
}

static rclio_status add_rule(arguments *a, const char *source)
{
    remap_rule rule;
    if (remap_rule_parse(source, &rule) != RCLIO_OK) return rclio_error_status();
    if (array_append(&a->rules, rule)) return RCLIO_OK;
    remap_rule_fini(&rule);
    return rclio_error_status();
}

static rclio_status take_remap(arguments *a, const char *flag, const char *value)
{
    if (add_rule(a, value) == RCLIO_OK) return RCLIO_OK;
    return rclio_error_add("Couldn't parse remap rule: '%s %s'. Error", flag, value);
}

static void parameter_fini(argument_parameter *parameter)
{
    free(parameter->file);
    free(parameter->node);
    free(parameter->name);
    free(parameter->yaml);
}

static rclio_status parse_parameter(const char *source, argument_parameter *parameter) /* ARG-4: [node:]name:=yaml */
{
    const char *rest, *separator;
    size_t prefix = remap_node_prefix(source, &rest);
    separator = strstr(rest, ":=");
    if (!separator) return rclio_fail(RCLIO_INVALID, "there is no ':=' in it");
    if (separator == rest) return rclio_fail(RCLIO_INVALID, "there is no parameter name before ':='");
    size_t length = strcspn(rest, ": \t\n'\"{}[]"); /* what a name cannot contain, or it would not be found in a file */
    if (rest + length < separator) return rclio_fail(RCLIO_INVALID, "a parameter name has no '%c'", rest[length]);
    if (!separator[2]) return rclio_fail(RCLIO_INVALID, "No value at line 1");
    parameter->node = prefix ? copy_format("/%.*s", (int)prefix, source) : copy_string("/**");
    parameter->name = copy_bytes(rest, (size_t)(separator - rest));
    parameter->yaml = copy_string(separator + 2);
    return parameter->node && parameter->name && parameter->yaml ? RCLIO_OK : rclio_error_status();
}

static rclio_status add_override(arguments *a, const argument_parameter *parameter) /* PAR-9 */
{
    rclio_parameter_value value;
    if (rclio_parameter_value_parse(parameter->yaml, &value) != RCLIO_OK) return rclio_error_status();
    rclio_status status = parameter_overrides_put(&a->overrides, parameter->node, parameter->name, value);
    rclio_parameter_value_fini(&value);
    return status;
}

static rclio_status take_parameter(arguments *a, const char *flag, const char *value)
{
    argument_parameter parameter = {0};
    if (parse_parameter(value, &parameter) == RCLIO_OK && add_override(a, &parameter) == RCLIO_OK &&
        array_append(&a->parameters, parameter))
        return RCLIO_OK;
    parameter_fini(&parameter);
    return rclio_error_add("Couldn't parse parameter override rule: '%s %s'. Error", flag, value);
}

static rclio_status take_file(arguments *a, const char *flag, const char *value)
{
    argument_parameter parameter = {0};
    if (parameter_overrides_read_file(&a->overrides, value) == RCLIO_OK && (parameter.file = copy_string(value)) &&
        array_append(&a->parameters, parameter))
        return RCLIO_OK;
    parameter_fini(&parameter);
    return rclio_error_add("Couldn't parse params file: '%s %s'. Error", flag, value);
}

static rclio_status parse_level(arguments *a, const char *value) /* ARG-3 */
{
    argument_level level = {0};
    const char *separator = strstr(value, ":=");
    if (separator == value) return rclio_fail(RCLIO_INVALID, "Argument has an invalid logger item that name is empty");
    if (rclio_log_level_parse(separator ? separator + 2 : value, &level.level) != RCLIO_OK)
        return rclio_fail(RCLIO_INVALID,
                          "Argument does not use a valid severity level: '%s' is not DEBUG, INFO, WARN, ERROR, FATAL or UNSET",
                          separator ? separator + 2 : value);
    level.logger = copy_bytes(value, separator ? (size_t)(separator - value) : 0);
    if (level.logger && array_append(&a->levels, level)) return RCLIO_OK;
    free(level.logger);
    return rclio_error_status();
}

static rclio_status take_level(arguments *a, const char *flag, const char *value)
{
    if (parse_level(a, value) == RCLIO_OK) return RCLIO_OK;
    return rclio_error_add("Couldn't parse log level: '%s %s'. Error", flag, value);
}

static rclio_status replace_string(char **target, const char *value)
{
    char *copy = copy_string(value);
    if (!copy) return rclio_error_status();
    free(*target);
    *target = copy;
    return RCLIO_OK;
}

static rclio_status take_enclave(arguments *a, const char *flag, const char *value)
{
    (void)flag;
    if (names_check_namespace(value) != RCLIO_OK) return rclio_error_add("Enclave name is not valid: '%s'", value);
    return replace_string(&a->enclave, value);
}

static rclio_status take_log_file_name(arguments *a, const char *flag, const char *value)
{
    if (!*value || strchr(value, '/'))
        return rclio_fail(RCLIO_INVALID,
                          "Couldn't parse log file name prefix: '%s %s'. Error: it must be a file name without '/'", flag, value);
    return replace_string(&a->log_file_name, value);
}

static rclio_status take_log_config(arguments *a, const char *flag, const char *value)
{
    (void)a, (void)flag, (void)value; /* upstream's default logging library reads no configuration either */
    return RCLIO_OK;
}

static const struct option {
    const char *brief, *full;
    take_fn *take;
    const char *missing; /* what upstream says when no value follows */
} options[] = {
    {"-r", "--remap", take_remap, "No remap rule found."},
    {"-p", "--param", take_parameter, "No parameter override rule found."},
    {NULL, "--params-file", take_file, "No file path provided."},
    {NULL, "--log-level", take_level, "No log level provided."},
    {NULL, "--log-file-name", take_log_file_name, "No string prefix provided."},
    {NULL, "--log-config-file", take_log_config, "No file path provided."},
    {"-e", "--enclave", take_enclave, "No enclave path provided."},
};

static bool take_flag(arguments *a, const char *word) /* ARG-3: --enable-X, --disable-X; the last one counts */
{
    bool off = starts_with(word, "--disable-");
    if (!off && !starts_with(word, "--enable-")) return false;
    const char *what = strchr(word + 2, '-') + 1;
    if (strcmp(what, "stdout-logs") == 0)
        a->flags.no_stdout_logs = off;
    else if (strcmp(what, "rosout-logs") == 0)
        a->flags.no_rosout_logs = off;
    else if (strcmp(what, "external-lib-logs") == 0)
        a->flags.no_external_lib_logs = off;
    else
        return false;
    return true;
}

/* One word inside of --ros-args; *i moves on when a value was taken. */
static rclio_status parse_inside(arguments *a, int argc, char *const argv[], int *i)
{
    const char *word = argv[*i];
    for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
        if (strcmp(word, options[o].full) != 0 && (!options[o].brief || strcmp(word, options[o].brief) != 0)) continue;
        if (*i + 1 >= argc || !argv[*i + 1])
            return rclio_fail(RCLIO_INVALID, "Couldn't parse trailing %s flag. %s", word, options[o].missing);
        return options[o].take(a, word, argv[++*i]);
    }
    return take_flag(a, word) ? RCLIO_OK : strings_add(&a->unknown, word); /* A4 */
}

static rclio_status parse_outside(arguments *a, const char *word)
{
    size_t before = a->rules.size;
    if (add_rule(a, word) == RCLIO_NO_MEMORY) return RCLIO_NO_MEMORY;
    return strings_add(a->rules.size > before ? &a->deprecated : &a->rest, word);
}

static rclio_status parse(arguments *a, int argc, char *const argv[], bool first_is_program) /* ARG-1 */
{
    bool inside = false;
    rclio_status status = RCLIO_OK;
    for (int i = 0; i < argc && argv[i] && status == RCLIO_OK; i++) {
        if (strcmp(argv[i], "--ros-args") == 0)
            inside = true;
        else if (inside && strcmp(argv[i], "--") == 0)
            inside = false;
        else if (inside)
            status = parse_inside(a, argc, argv, &i);
        else if (i == 0 && first_is_program)
            status = strings_add(&a->rest, argv[i]); /* no rule */
        else
            status = parse_outside(a, argv[i]);
    }
    if (status == RCLIO_BAD_DATA)
        rclio_error_set(RCLIO_INVALID, rclio_error()); /* of YAML: here it is an argument that is wrong */
    if (status != RCLIO_OK)
        return rclio_error_add("%s", first_is_program ? "failed to initialize rcl" : "Failed to parse ROS arguments");
    return RCLIO_OK;
}

static rclio_status fail_unknown(const arguments *a)
{
    text names;
    text_init(&names);
    for (size_t i = 0; i < a->unknown.size; i++) text_append_format(&names, "%s'%s'", i ? ", " : "", a->unknown.data[i]);
    rclio_fail(RCLIO_INVALID, "found unknown ROS arguments: %s", names.data);
    text_fini(&names);
    return RCLIO_INVALID;
}

static arguments *parse_all(int argc, char *const argv[], bool first_is_program)
{
    arguments *a = calloc(1, sizeof *a);
    if (!a) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the arguments");
    rclio_status status = array_reserve(&a->rest.data, &a->rest.capacity, 1, sizeof *a->rest.data);
    if (status == RCLIO_OK) status = array_reserve(&a->deprecated.data, &a->deprecated.capacity, 1, sizeof *a->deprecated.data);
    if (status == RCLIO_OK) a->rest.data[0] = a->deprecated.data[0] = NULL;
    if (status == RCLIO_OK && argv) status = parse(a, argc, argv, first_is_program);
    if (status == RCLIO_OK && a->unknown.size) status = fail_unknown(a);
    if (status == RCLIO_OK) {
        rclio_error_clear(); /* of words that were tried as old-style rules */
        return a;
    }
    arguments_destroy(a);
    return NULL;
}

arguments *arguments_parse(int argc, char *const argv[])
{
    return parse_all(argc, argv, true);
}

arguments *arguments_parse_local(int argc, char *const argv[])
{
    return parse_all(argc, argv, false);
}

void arguments_destroy(arguments *a)
{
    if (!a) return;
    for (size_t i = 0; i < a->rules.size; i++) remap_rule_fini(&a->rules.data[i]);
    for (size_t i = 0; i < a->parameters.size; i++) parameter_fini(&a->parameters.data[i]);
    for (size_t i = 0; i < a->levels.size; i++) free(a->levels.data[i].logger);
    free(a->rules.data);
    free(a->parameters.data);
    free(a->levels.data);
    parameter_overrides_fini(&a->overrides);
    strings_fini(&a->rest);
    strings_fini(&a->deprecated);
    strings_fini(&a->unknown);
    free(a->enclave);
    free(a->log_file_name);
    free(a);
}

char *const *arguments_rest(const arguments *a, int *count)
{
    if (count) *count = (int)a->rest.size;
    return a->rest.data;
}

char **arguments_take_rest(arguments *a)
{
    char **rest = a->rest.data;
    a->rest = (strings){0};
    return rest;
}

char *const *arguments_deprecated(const arguments *a)
{
    return a->deprecated.data;
}

const argument_parameter *arguments_parameters(const arguments *a, size_t *count)
{
    *count = a->parameters.size;
    return a->parameters.data;
}

const parameter_overrides *arguments_overrides(const arguments *a)
{
    return &a->overrides;
}

const argument_level *arguments_levels(const arguments *a, size_t *count)
{
    *count = a->levels.size;
    return a->levels.data;
}

argument_flags arguments_flags(const arguments *a)
{
    return a->flags;
}

const char *arguments_enclave(const arguments *a)
{
    return a->enclave;
}

const char *arguments_log_file_name(const arguments *a)
{
    return a->log_file_name;
}

static const char *first_replacement(const arguments *a, remap_kind kind, const char *given_name)
{
    for (size_t i = 0; i < a->rules.size; i++) {
        const remap_rule *rule = &a->rules.data[i];
        if (!(rule->kinds & (unsigned)kind)) continue;
        if (!rule->node || strcmp(rule->node, given_name) == 0) return rule->replacement;
    }
    return NULL;
}

const char *arguments_node_name(const arguments *a, const char *given_name)
{
    return first_replacement(a, REMAP_NODE_NAME, given_name);
}

const char *arguments_namespace(const arguments *a, const char *given_name)
{
    return first_replacement(a, REMAP_NAMESPACE, given_name);
}

rclio_status arguments_remap(const arguments *a, const char *node_name, const char *name_space, const char *full_name,
                             bool service, char **remapped)
{
    unsigned kind = service ? REMAP_SERVICE : REMAP_TOPIC;
    *remapped = NULL;
    for (size_t i = 0; i < a->rules.size; i++) { /* ARG-2: the first match wins, applied once */
        const remap_rule *rule = &a->rules.data[i];
        if (!(rule->kinds & kind) || (rule->node && strcmp(rule->node, node_name) != 0)) continue;
        char *match = name_expand(rule->match, node_name, name_space);
        if (!match) return rclio_error_status();
        bool hit = strcmp(match, full_name) == 0;
        free(match);
        if (!hit) continue;
        *remapped = name_expand(rule->replacement, node_name, name_space);
        if (!*remapped) return rclio_error_status();
        if (names_check_topic(*remapped) == RCLIO_OK) return RCLIO_OK;
        free(*remapped);
        *remapped = NULL;
        return rclio_error_status();
    }
    return RCLIO_OK;
}
