/* fuzz/fuzz_arguments.c: command lines. The input is split at newlines into words; what is accepted is asked about, so that remap rules
 * are expanded and applied too. */
#include "node/arguments.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const arguments *a)
{
    static const char *const names[] = {"/chatter", "/n/chatter", "/n/nd/x", "/a/b"};
    size_t count;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *remapped = NULL;
        if (arguments_remap(a, "nd", i % 2 ? "/n" : "/", names[i], i > 1, &remapped) == RCLIO_OK && remapped &&
            remapped[0] != '/')
            abort();
        free(remapped);
    }
    const argument_parameter *parameters = arguments_parameters(a, &count);
    for (size_t i = 0; i < count; i++)
        if (!parameters[i].file && (!parameters[i].node[0] || !parameters[i].name[0] || !parameters[i].yaml[0])) abort();
    const char *name = arguments_node_name(a, "nd");
    if (name && !*name) abort();
    const char *name_space = arguments_namespace(a, "nd");
    if (name_space && *name_space != '/') abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words[WORDS + 1] = {NULL}, *copy = malloc(size + 1);
    int count = 0;
    if (!copy) return 0;
    if (size) memcpy(copy, data, size);
    copy[size] = '\0';
    for (char *word = copy; word && count < WORDS; count++) {
        words[count] = word;
        word = strchr(word, '\n');
        if (word) *word++ = '\0';
    }
    arguments *a = arguments_parse(count, words);
    if (a) ask(a);
    arguments_destroy(a);
    free(copy);
    return 0;
}
