/* generator/names.c: see names.h. */
#include "names.h"

#include <ctype.h>
#include <string.h>

static size_t package_length(const char *type_name)
{
    const char *slash = strrchr(type_name, '/');
    return slash ? (size_t)(slash - type_name) + 1 : 0;
}

/* Without "_Request" and the like: the names of interfaces have no underscore. */
static size_t interface_length(const char *type_name)
{
    size_t start = package_length(type_name);
    return start + strcspn(type_name + start, "_");
}

void write_symbol(FILE *out, const char *type_name)
{
    for (const char *c = type_name; *c; c++) {
        if (*c == '/')
            fputs("__", out);
        else
            fputc(*c, out);
    }
}

/* CamelCase to snake_case: a capital begins a word when a small letter follows it, or when a small letter or a digit precedes it.
 */
static void write_snake_case(FILE *out, const char *name, size_t length, int (*change)(int))
{
    for (size_t i = 0; i < length; i++) {
        bool follows = i + 1 < length && islower((unsigned char)name[i + 1]);
        bool precedes = i > 0 && (islower((unsigned char)name[i - 1]) || isdigit((unsigned char)name[i - 1]));
        if (i > 0 && isupper((unsigned char)name[i]) && (follows || precedes)) fputc('_', out);
        fputc(change((unsigned char)name[i]), out);
    }
}

void write_header_path(FILE *out, const char *type_name)
{
    size_t start = package_length(type_name);
    fwrite(type_name, 1, start, out);
    write_snake_case(out, type_name + start, interface_length(type_name) - start, tolower);
    fputs(".h", out);
}

void write_header_guard(FILE *out, const char *type_name)
{
    size_t start = package_length(type_name);
    for (size_t i = 0; i < start; i++) {
        if (type_name[i] == '/')
            fputs("__", out);
        else
            fputc(toupper((unsigned char)type_name[i]), out);
    }
    write_snake_case(out, type_name + start, interface_length(type_name) - start, toupper);
    fputs("_H_", out);
}

static const struct {
    const char *element;
    const char *sequence;
} c_types[] = {
    [RCLIO_INT8] = {"int8_t", "int8"},
    [RCLIO_UINT8] = {"uint8_t", "uint8"},
    [RCLIO_INT16] = {"int16_t", "int16"},
    [RCLIO_UINT16] = {"uint16_t", "uint16"},
    [RCLIO_INT32] = {"int32_t", "int32"},
    [RCLIO_UINT32] = {"uint32_t", "uint32"},
    [RCLIO_INT64] = {"int64_t", "int64"},
    [RCLIO_UINT64] = {"uint64_t", "uint64"},
    [RCLIO_FLOAT32] = {"float", "float"},
    [RCLIO_FLOAT64] = {"double", "double"},
    [RCLIO_BOOL] = {"bool", "boolean"},
    [RCLIO_BYTE] = {"uint8_t", "octet"},
    [RCLIO_STRING] = {"rosidl_runtime_c__String", "String"},
    [RCLIO_WSTRING] = {"rosidl_runtime_c__U16String", "U16String"},
};

void write_element_type(FILE *out, const rclio_field *field)
{
    if (field->base == RCLIO_NESTED)
        write_symbol(out, field->nested->name);
    else
        fputs(c_types[field->base].element, out);
}

void write_sequence_type(FILE *out, const rclio_field *field)
{
    if (field->base == RCLIO_NESTED)
        write_symbol(out, field->nested->name);
    else
        fprintf(out, "rosidl_runtime_c__%s", c_types[field->base].sequence);
    fputs("__Sequence", out);
}

bool same_interface(const char *a, const char *b)
{
    size_t length = interface_length(a);
    return length == interface_length(b) && memcmp(a, b, length) == 0;
}

bool is_c_keyword(const char *word)
{
    static const char *const words[] = {
        "auto",   "bool",     "break",     "case",     "char",     "const",  "continue", "default",   "do",
        "double", "else",     "enum",      "extern",   "false",    "float",  "for",      "goto",      "if",
        "inline", "int",      "long",      "register", "restrict", "return", "short",    "signed",    "sizeof",
        "static", "struct",   "switch",    "true",     "typedef",  "union",  "unsigned", "void",      "while",
        "class",  "new",      "delete",    "this",     "template", "public", "private",  "protected", "operator",
        "friend", "typename", "namespace", "virtual",  "try",      "catch",  "throw",    "using",     "volatile",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0) return true;
    return false;
}
