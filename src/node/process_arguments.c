/* src/node/process_arguments.c: see process_arguments.h. Tests: tests/node/test_processes.c. */
#include "node/process_arguments.h"

#include "base/array.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

rclio_status process_words_add(process_words *words, const char *word)
{
    char *copy = copy_string(word);
    if (!copy) return rclio_error_status();
    if (array_reserve(&words->data, &words->capacity, words->size + 2, sizeof *words->data) != RCLIO_OK) {
        free(copy);
        return rclio_error_status();
    }
    words->data[words->size++] = copy;
    words->data[words->size] = NULL;
    return RCLIO_OK;
}

void process_words_fini(process_words *words)
{
    for (size_t i = 0; i < words->size; i++) free(words->data[i]);
    free(words->data);
    *words = (process_words){0};
}

static bool is_rule_flag(const char *word)
{
    return strcmp(word, "-r") == 0 || strcmp(word, "--remap") == 0;
}

static bool takes_value(const char *word)
{
    return !starts_with(word, "--enable-") && !starts_with(word, "--disable-");
}

/* The node's rules (PA1), or all but them, opened and closed; nothing when there are none. */
static rclio_status add_part(process_words *line, const char *const *node, bool rules)
{
    bool opened = false;
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; node && node[i] && !status; i++) {
        bool wanted = is_rule_flag(node[i]) == rules, value = takes_value(node[i]) && node[i + 1];
        if (wanted && !opened) status = process_words_add(line, "--ros-args");
        opened |= wanted;
        if (wanted && !status) status = process_words_add(line, node[i]);
        if (value) i++;
        if (wanted && value && !status) status = process_words_add(line, node[i]);
    }
    return opened && !status ? process_words_add(line, "--") : status;
}

rclio_status process_arguments(process_words *line, const process_words *main_line, size_t program_count, const char *const *node)
{
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; i < program_count && i < main_line->size && !status; i++)
        status = process_words_add(line, main_line->data[i]);
    if (!status) status = add_part(line, node, true);
    for (size_t i = program_count; i < main_line->size && !status; i++) status = process_words_add(line, main_line->data[i]);
    return status ? status : add_part(line, node, false);
}

rclio_status process_ros_arguments(process_words *line, const process_words *main_line)
{
    bool inside = false;
    rclio_status status = RCLIO_OK;
    for (size_t i = 0; i < main_line->size && !status; i++) {
        const char *word = main_line->data[i];
        bool closes = inside && strcmp(word, "--") == 0;
        if (strcmp(word, "--ros-args") == 0) inside = true;
        if (inside) status = process_words_add(line, word);
        if (closes) inside = false;
    }
    return inside && !status ? process_words_add(line, "--") : status;
}
