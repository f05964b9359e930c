/* src/node/process/command_line.c: see command_line.h. Tests: tests/process/test_command_line.c. */
#include "node/process/command_line.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- words ---- */

rclio_status words_add(word_list *w, const char *word)
{
    char *copy = copy_string(word);
    if (!copy) return rclio_error_status();
    if (array_reserve(&w->data, &w->capacity, w->size + 2, sizeof *w->data) != RCLIO_OK) {
        free(copy);
        return rclio_error_status();
    }
    w->data[w->size++] = copy;
    w->data[w->size] = NULL;
    return RCLIO_OK;
}

rclio_status words_add_all(word_list *w, const char *const *all)
{
    for (size_t i = 0; all && all[i]; i++) {
        if (words_add(w, all[i]) != RCLIO_OK) return rclio_error_status();
    }
    return RCLIO_OK;
}

void words_fini(word_list *w)
{
    for (size_t i = 0; i < w->size; i++) free(w->data[i]);
    free(w->data);
    *w = (word_list){0};
}

/* ---- the command line ---- */

static bool is_rule_flag(const char *word)
{
    return strcmp(word, "-r") == 0 || strcmp(word, "--remap") == 0;
}

static bool takes_value(const char *word)
{
    return !starts_with(word, "--enable-") && !starts_with(word, "--disable-");
}

/* The node's rules (CL1), or all but them, opened and closed; nothing when there are none. */
static rclio_status add_part(word_list *line, const char *const *node, bool rules)
{
    bool opened = false;
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; node && node[i] && !status; i++) {
        bool wanted = is_rule_flag(node[i]) == rules, value = takes_value(node[i]) && node[i + 1];
        if (wanted && !opened) status = words_add(line, "--ros-args");
        opened |= wanted;
        if (wanted && !status) status = words_add(line, node[i]);
        if (value) i++;
        if (wanted && value && !status) status = words_add(line, node[i]);
    }
    return opened && !status ? words_add(line, "--") : status;
}

rclio_status command_line(word_list *line, const word_list *base, size_t own, const char *const *node)
{
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; i < own && i < base->size && !status; i++) status = words_add(line, base->data[i]);
    if (!status) status = add_part(line, node, true);
    for (size_t i = own; i < base->size && !status; i++) status = words_add(line, base->data[i]);
    return status ? status : add_part(line, node, false);
}

rclio_status command_line_ros_part(word_list *line, const word_list *base)
{
    bool inside = false;
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; i < base->size && !status; i++) {
        const char *word = base->data[i];
        bool closes = inside && strcmp(word, "--") == 0;
        if (strcmp(word, "--ros-args") == 0) inside = true;
        if (inside) status = words_add(line, word);
        if (closes) inside = false;
    }
    return inside && !status ? words_add(line, "--") : status;
}

/* ---- the environment ---- */

static bool same_name(const char *setting, const char *other)
{
    size_t length = strcspn(setting, "=");
    return strncmp(setting, other, length) == 0 && other[length] == '=';
}

static bool is_set(char *const *settings, size_t count, const char *setting)
{
    for (size_t i = 0; i < count; i++) {
        if (same_name(setting, settings[i])) return true;
    }
    return false;
}

char **environment_with(const word_list *given, char *more)
{
    size_t inherited = 0, count = 0;
    while (environ && environ[inherited]) inherited++;
    char **settings = calloc(given->size + inherited + 2, sizeof *settings);
    if (!settings) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the environment of a process");
    for (size_t i = given->size; i > 0; i--) { /* of two of one name the last */
        if (!is_set(settings, count, given->data[i - 1])) settings[count++] = given->data[i - 1];
    }
    size_t own = count;
    for (size_t i = 0; i < inherited; i++) {
        if (!is_set(settings, own, environ[i])) settings[count++] = environ[i];
    }
    if (more && !is_set(settings, count, more)) settings[count++] = more;
    return settings;
}
