/* src/types/yaml_string.c: how a string is written (yaml_scalar.h).
 *
 *   YS1  Plain where that reads back as the same string; else single quotes; double ones where single ones cannot hold it:
 *        characters that do not print, spaces beside line breaks.
 *   YS2  Lines are never folded.
 * Threads: any. */
#include "types/yaml_scalar.h"

#include <string.h>

/* What a look at the whole string says. */
typedef struct analysis {
    bool plain_in_block;
    bool plain_in_flow;
    bool single_quoted;
} analysis;

static bool is_break(uint32_t c)
{
    return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_space(uint32_t c)
{
    return c == 0 || c == ' ' || c == '\t' || c == '\r' || is_break(c);
}

static bool is_one_of(uint32_t c, const char *set)
{
    return c && c < 0x80 && strchr(set, (int)c);
}

static bool prints(uint32_t c)
{
    if (c == '\n' || (c >= 0x20 && c <= 0x7e) || c == 0x85) return true;
    return c >= 0xa0 && c != 0xfeff && (c <= 0xd7ff || (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c < 0x10ffff));
}

/* Signs that would mean something in YAML, by their place. */
static void look_at_signs(const points *s, size_t i, analysis *a)
{
    uint32_t c = s->data[i];
    bool before = i == 0 || is_space(s->data[i - 1]);
    bool after = i + 1 >= s->count || is_space(s->data[i + 1]);
    bool in_block = false, in_flow = false;
    if (i == 0) {
        in_block = is_one_of(c, "#,[]{}&*!|>'\"%@`") || (is_one_of(c, "?:-") && after);
        in_flow = in_block || is_one_of(c, "?:");
    } else {
        in_block = (c == ':' && after) || (c == '#' && before);
        in_flow = in_block || is_one_of(c, ",?[]{}:");
    }
    if (in_block) a->plain_in_block = false;
    if (in_flow) a->plain_in_flow = false;
}

static bool starts_like_document(const points *s)
{
    for (size_t i = 0; i < 3; i++)
        if (i >= s->count || s->data[i] != s->data[0]) return false;
    return s->data[0] == '-' || s->data[0] == '.';
}

static analysis analyse(const points *s)
{
    analysis a = {true, true, true};
    bool never_plain = starts_like_document(s);
    for (size_t i = 0; i < s->count; i++) {
        uint32_t c = s->data[i], previous = i ? s->data[i - 1] : 'x';
        bool edge = i == 0 || i + 1 == s->count;
        look_at_signs(s, i, &a);
        if (!prints(c)) a.single_quoted = false;
        if ((c == ' ' && is_break(previous)) || (is_break(c) && previous == ' ')) a.single_quoted = false;
        if (is_break(c) || (c == ' ' && edge)) never_plain = true;
    }
    if (never_plain || !a.single_quoted) a.plain_in_block = a.plain_in_flow = false;
    return a;
}

/* Whether the text of a plain scalar would be a string again. Whatever is not ASCII is. */
static bool resolves_to_string(const points *s)
{
    char ascii[128];
    if (s->count > sizeof ascii) {
        /* Only numbers can be this long. */
        for (size_t i = 0; i < s->count; i++)
            if (!is_one_of(s->data[i], "0123456789_.:+-eExabcdfABCDF")) return true;
        text long_number;
        text_init(&long_number);
        for (size_t i = 0; i < s->count; i++) text_append_char(&long_number, (char)s->data[i]);
        bool string = yaml_resolve(long_number.data, long_number.length) == YAML_STR;
        text_fini(&long_number);
        return string;
    }
    for (size_t i = 0; i < s->count; i++) {
        if (s->data[i] >= 0x80) return true;
        ascii[i] = (char)s->data[i];
    }
    return yaml_resolve(ascii, s->count) == YAML_STR;
}

static void write_single_quoted(text *t, const points *s, size_t indent)
{
    text_append_char(t, '\'');
    for (size_t i = 0; i < s->count;) {
        if (!is_break(s->data[i])) {
            if (s->data[i] == '\'') text_append_char(t, '\'');
            text_append_point(t, s->data[i++]);
            continue;
        }
        /* A single line feed within quotes reads as a space: one more keeps it. */
        if (s->data[i] == '\n') text_append_char(t, '\n');
        while (i < s->count && is_break(s->data[i])) text_append_point(t, s->data[i++]);
        text_append_repeated(t, ' ', indent);
    }
    text_append_char(t, '\'');
}

static char escape_letter(uint32_t c)
{
    switch (c) {
    case 0: return '0';
    case '\a': return 'a';
    case '\b': return 'b';
    case '\t': return 't';
    case '\n': return 'n';
    case '\v': return 'v';
    case '\f': return 'f';
    case '\r': return 'r';
    case 0x1b: return 'e';
    case '"': return '"';
    case '\\': return '\\';
    case 0x85: return 'N';
    case 0xa0: return '_';
    case 0x2028: return 'L';
    case 0x2029: return 'P';
    default: return 0;
    }
}

static bool stands_in_double_quotes(uint32_t c)
{
    if (c == '"' || c == '\\' || c == 0x2028 || c == 0x2029 || c == 0xfeff) return false;
    return (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd);
}

void yaml_write_double_quoted(text *t, const points *s)
{
    text_append_char(t, '"');
    for (size_t i = 0; i < s->count; i++) {
        uint32_t c = s->data[i];
        char letter = escape_letter(c);
        if (stands_in_double_quotes(c))
            text_append_point(t, c);
        else if (letter)
            text_append_format(t, "\\%c", letter);
        else
            text_append_format(t, c <= 0xff ? "\\x%02X" : c <= 0xffff ? "\\u%04X" : "\\U%08X", c);
    }
    text_append_char(t, '"');
}

void yaml_write_string(text *t, const points *string, size_t indent, bool flow)
{
    analysis a = analyse(string);
    bool plain = flow ? a.plain_in_flow : a.plain_in_block;
    if (plain && string->count && resolves_to_string(string)) {
        for (size_t i = 0; i < string->count; i++) text_append_point(t, string->data[i]);
    } else if (a.single_quoted) {
        write_single_quoted(t, string, indent);
    } else {
        yaml_write_double_quoted(t, string);
    }
}
