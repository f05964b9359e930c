/* tests/types/test_yaml_vectors.c: every message of the CDR vectors, printed as YAML and read again, is the same message. The vectors are
 * those of tests/data/cdr, or of the folder that RCLIO_VECTORS names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rclio/cdr.h"
#include "rclio/types.h"
#include "rclio/yaml.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The string that follows "key": in a line of JSON; these have no escapes. */
static char *string_of(const char *line, const char *key)
{
    char quoted[32];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *at = strstr(line, quoted);
    assert_non_null(at);
    at = strchr(at + strlen(quoted), '"') + 1;
    return strndup(at, strcspn(at, "\""));
}

static void *decoded(const rclio_type *type, const char *hex)
{
    size_t size = strlen(hex) / 2;
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    void *message = rclio_message_new(type);
    rclio_codec *codec = rclio_codec_new(type);
    assert_int_equal(rclio_decode(codec, bytes, size, 0, message), RCLIO_OK);
    rclio_codec_destroy(codec);
    free(bytes);
    return message;
}

static void assert_comes_back(const rclio_type *type, const void *message, const rclio_yaml_options *options)
{
    char *yaml = rclio_message_to_yaml(type, message, NULL, options);
    assert_non_null(yaml);
    void *again = rclio_message_new(type);
    if (rclio_message_from_yaml(type, yaml, -1, again) != RCLIO_OK) fail_msg("%s: %s\n%s", type->name, rclio_error(), yaml);
    /* nan is not equal to itself: its text is. */
    char *second = rclio_message_to_yaml(type, again, NULL, options);
    assert_string_equal(second, yaml);
    if (!strstr(yaml, ".nan") && !rclio_message_equal(type, message, again)) fail_msg("%s: not the same\n%s", type->name, yaml);
    rclio_message_destroy(type, again);
    free(second);
    free(yaml);
}

static size_t check_file(rclio_types *types, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0, count = 0;
    assert_non_null(file);
    while (getline(&line, &capacity, file) > 0) {
        char *name = string_of(line, "type"), *hex = string_of(line, "cdr");
        const rclio_type *type = rclio_types_get(types, name);
        if (!type) fail_msg("%s", rclio_error());
        void *message = decoded(type, hex);
        assert_comes_back(type, message, NULL);
        assert_comes_back(type, message, &(rclio_yaml_options){.flow_style = true});
        rclio_message_destroy(type, message);
        free(name);
        free(hex);
        count++;
    }
    free(line);
    fclose(file);
    return count;
}

static void messages_come_back_from_their_yaml(void **state)
{
    (void)state;
    const char *folder = getenv("RCLIO_VECTORS");
    char pattern[1024];
    glob_t files;
    size_t count = 0;
    rclio_types *types = rclio_types_new(NULL, NULL);
    snprintf(pattern, sizeof pattern, "%s/*.jsonl", folder ? folder : RCLIO_SOURCE_DIR "/tests/data/cdr");
    assert_int_equal(glob(pattern, 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) count += check_file(types, files.gl_pathv[i]);
    globfree(&files);
    rclio_types_destroy(types);
    print_message("%zu messages came back\n", count);
    assert_true(count > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(messages_come_back_from_their_yaml)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
