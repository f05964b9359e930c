/* src/node/parameter_scalar.c: see parameter_scalar.h. Tests: tests/node/test_parameter_file.c, fuzz/fuzz_parameter_file.c. */
#include "node/parameter_scalar.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"
#include "types/text_locale.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0) return true;
    return false;
}

static bool read_bool(const char *word, bool *value)
{
    static const char *const yes[] = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", NULL};
    static const char *const no[] = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", NULL};
    *value = is_one_of(word, yes);
    return *value || is_one_of(word, no);
}

static bool read_integer(const char *word, int64_t *value)
{
    char *end;
    errno = 0;
    long long number = strtoll(word, &end, number_base(word));
    *value = number;
    return end != word && *end == '\0' && errno == 0;
}

static bool read_special(const char *word, double *value) /* .inf and .nan, as YAML writes them */
{
    bool negative = *word == '-';
    if (negative || *word == '+') word++;
    if (strcasecmp(word, ".inf") == 0)
        *value = negative ? -(double)INFINITY : (double)INFINITY;
    else if (strcasecmp(word, ".nan") == 0)
        *value = (double)NAN;
    else
        return false;
    return true;
}

static bool read_double(const char *word, double *value)
{
    char *end;
    if (read_special(word, value)) return true;
    text_locale plain = text_locale_enter();
    errno = 0;
    *value = strtod(word, &end);
    bool whole = end != word && *end == '\0' && errno == 0;
    text_locale_leave(&plain);
    return whole;
}

static bool is_text(const yaml_event_t *event) /* quoted, or said to be a string */
{
    const char *tag = (const char *)event->data.scalar.tag;
    return event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || (tag && strcmp(tag, YAML_STR_TAG) == 0);
}

rclio_status parameter_scalar_read(const yaml_event_t *event, rclio_parameter_value *value)
{
    const char *word = (const char *)event->data.scalar.value;
    bool boolean;
    int64_t integer;
    double real;
    *value = (rclio_parameter_value){0};
    if (!is_text(event)) {
        if (read_bool(word, &boolean))
            *value = rclio_value_bool(boolean);
        else if (read_integer(word, &integer))
            *value = rclio_value_integer(integer);
        else if (read_double(word, &real))
            *value = rclio_value_double(real);
        if (value->type != RCLIO_PARAMETER_NOT_SET) return RCLIO_OK;
    }
    rclio_parameter_value lent = rclio_value_string(word);
    return rclio_parameter_value_copy(&lent, value);
}

bool parameter_is_letter_of_bool(const char *word)
{
    return *word && !word[1] && strchr("yYnN", *word);
}

/* A bool that was a letter becomes that string. */
static rclio_status make_string(parameter_element *element)
{
    const char word[] = {element->letter, '\0'};
    const rclio_parameter_value lent = rclio_value_string(word);
    return rclio_parameter_value_copy(&lent, &element->value);
}

static bool is_letter(const parameter_element *element)
{
    return element->value.type == RCLIO_PARAMETER_BOOL && element->letter;
}

/* Makes the strings of one another that may be. */
static rclio_status reconcile(parameter_elements *elements, parameter_element *added)
{
    if (is_letter(added) && elements->data[0].value.type == RCLIO_PARAMETER_STRING) return make_string(added);
    if (added->value.type != RCLIO_PARAMETER_STRING) return RCLIO_OK;
    for (size_t i = 0; i < elements->size; i++)
        if (!is_letter(&elements->data[i])) return RCLIO_OK;
    for (size_t i = 0; i < elements->size; i++)
        if (make_string(&elements->data[i]) != RCLIO_OK) return rclio_error_status();
    return RCLIO_OK;
}

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* `!!binary "Bw=="`, as a dump writes one element of a byte array. */
static bool read_byte(const yaml_event_t *event, uint8_t *byte)
{
    const char *tag = (const char *)event->data.scalar.tag, *word = (const char *)event->data.scalar.value;
    if (!tag || strcmp(tag, "tag:yaml.org,2002:binary") != 0) return false;
    int high = base64_digit(word[0]), low = high < 0 ? -1 : base64_digit(word[1]);
    if (low < 0 || (low & 15) || strncmp(word + 2, "==", 2) != 0 || word[4 + strspn(word + 4, " \n")]) return false;
    *byte = (uint8_t)(high << 2 | low >> 4);
    return true;
}

static rclio_status read_element(const yaml_event_t *event, rclio_parameter_value *value)
{
    uint8_t byte;
    if (!read_byte(event, &byte)) return parameter_scalar_read(event, value);
    const rclio_parameter_value lent = rclio_value_bytes(&byte, 1);
    return rclio_parameter_value_copy(&lent, value);
}

rclio_status parameter_elements_add(parameter_elements *elements, const yaml_event_t *event)
{
    static const char *const names[] = {"", "bool", "integer", "double", "string", "byte"};
    const char *word = (const char *)event->data.scalar.value;
    parameter_element added = {.letter = parameter_is_letter_of_bool(word) ? *word : '\0'};
    rclio_status status = read_element(event, &added.value);
    if (status == RCLIO_OK && elements->size && elements->data[0].value.type != added.value.type)
        status = reconcile(elements, &added);
    if (status == RCLIO_OK && elements->size && elements->data[0].value.type != added.value.type)
        status =
            rclio_fail(RCLIO_BAD_DATA, "Sequence should be of same type. Value type '%s' do not belong", names[added.value.type]);
    if (status == RCLIO_OK && !array_append(elements, added)) status = rclio_error_status();
    if (status != RCLIO_OK) rclio_parameter_value_fini(&added.value);
    return status;
}

rclio_status parameter_elements_array(const parameter_elements *elements, rclio_parameter_value *array)
{
    static const size_t sizes[] = {1, sizeof(bool), sizeof(int64_t), sizeof(double), sizeof(char *), 1};
    size_t count = elements->size;
    *array = (rclio_parameter_value){0};
    if (!count) return RCLIO_OK;
    rclio_parameter_type type = elements->data[0].value.type;
    void *block = calloc(count, sizes[type]);
    if (!block) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for an array of %zu elements", count);
    for (size_t i = 0; i < count; i++) {
        const rclio_parameter_value *element = &elements->data[i].value;
        switch (type) {
        case RCLIO_PARAMETER_BOOL: ((bool *)block)[i] = element->boolean; break;
        case RCLIO_PARAMETER_INTEGER: ((int64_t *)block)[i] = element->integer; break;
        case RCLIO_PARAMETER_DOUBLE: ((double *)block)[i] = element->real; break;
        case RCLIO_PARAMETER_BYTES: ((uint8_t *)block)[i] = element->bytes[0]; break;
        default: ((const char **)block)[i] = element->string; break;
        }
    }
    static const rclio_parameter_type arrays[] = {RCLIO_PARAMETER_NOT_SET, RCLIO_PARAMETER_BOOLS,   RCLIO_PARAMETER_INTEGERS,
                                                  RCLIO_PARAMETER_DOUBLES, RCLIO_PARAMETER_STRINGS, RCLIO_PARAMETER_BYTES};
    rclio_parameter_value lent = {.type = arrays[type], .count = count, .bytes = block};
    rclio_status status = rclio_parameter_value_copy(&lent, array);
    free(block);
    return status;
}

void parameter_elements_fini(parameter_elements *elements)
{
    for (size_t i = 0; i < elements->size; i++) rclio_parameter_value_fini(&elements->data[i].value);
    free(elements->data);
    *elements = (parameter_elements){0};
}
