/* tests/programs/json.c: see json.h. */
#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static json *read_value(const char **at);

static void skip_space(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

static bool skip_char(const char **at, char c)
{
    skip_space(at);
    if (**at != c) return false;
    ++*at;
    return true;
}

static size_t put_utf8(uint32_t point, char *to)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; point >>= 6) to[i] = (char)(0x80 | (point & 0x3F));
    to[0] = (char)((0xF00u >> length & 0xFF) | point);
    return length;
}

/* Four hexadecimal digits. */
static bool read_hex(const char **at, uint32_t *unit)
{
    char digits[5] = {0}, *end;
    for (int i = 0; i < 4 && (*at)[i]; i++) digits[i] = (*at)[i];
    *unit = (uint32_t)strtoul(digits, &end, 16);
    *at += 4;
    return end == digits + 4;
}

/* Behind "\u": one code point, of one unit or of two. */
static bool read_escape_u(const char **at, uint32_t *point)
{
    uint32_t low;
    if (!read_hex(at, point)) return false;
    if (*point < 0xD800 || *point > 0xDBFF || (*at)[0] != '\\' || (*at)[1] != 'u') return true;
    *at += 2;
    if (!read_hex(at, &low)) return false;
    *point = 0x10000 + ((*point - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* A string, behind its first quote. */
static char *read_string(const char **at, size_t *size)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char *text = malloc(strlen(*at) + 1), *to = text;
    while (text && **at && **at != '"') {
        char c = *(*at)++;
        if (c != '\\') {
            *to++ = c;
            continue;
        }
        c = *(*at)++;
        const char *escape = c ? strchr(escapes, c) : NULL;
        uint32_t point = 0;
        if (c != 'u' && !escape) break;
        if (c == 'u' && !read_escape_u(at, &point)) break;
        to += put_utf8(escape ? (uint32_t)meanings[escape - escapes] : point, to);
    }
    if (!text || *(*at)++ != '"') {
        free(text);
        return NULL;
    }
    *to = '\0';
    *size = (size_t)(to - text);
    char *fitting = realloc(text, *size + 1);
    return fitting ? fitting : text;
}

static bool read_members(const char **at, json *value, char close)
{
    json **last = &value->first;
    if (skip_char(at, close)) return true;
    do {
        size_t size;
        char *key = NULL;
        if (close == '}' && (!skip_char(at, '"') || !(key = read_string(at, &size)))) return false;
        if (close == '}' && !skip_char(at, ':')) {
            free(key);
            return false;
        }
        if (!(*last = read_value(at))) {
            free(key);
            return false;
        }
        (*last)->key = key;
        last = &(*last)->next;
    } while (skip_char(at, ','));
    return skip_char(at, close);
}

static bool read_word(const char **at, json *value)
{
    static const char *const words[] = {[JSON_NULL] = "null", [JSON_FALSE] = "false", [JSON_TRUE] = "true"};
    for (int i = JSON_NULL; i <= JSON_TRUE; i++) {
        if (strncmp(*at, words[i], strlen(words[i])) != 0) continue;
        *at += strlen(words[i]);
        value->kind = (enum json_kind)i;
        return true;
    }
    value->size = strspn(*at, "+-0123456789.eE");
    value->kind = JSON_NUMBER;
    value->text = value->size ? strndup(*at, value->size) : NULL;
    *at += value->size;
    return value->text != NULL;
}

static json *read_value(const char **at)
{
    bool done;
    json *value = calloc(1, sizeof *value);
    if (!value) return NULL;
    if (skip_char(at, '"')) {
        value->kind = JSON_STRING;
        value->text = read_string(at, &value->size);
        done = value->text != NULL;
    } else if (skip_char(at, '[')) {
        value->kind = JSON_LIST;
        done = read_members(at, value, ']');
    } else if (skip_char(at, '{')) {
        value->kind = JSON_OBJECT;
        done = read_members(at, value, '}');
    } else {
        done = read_word(at, value);
    }
    if (done) return value;
    json_free(value);
    return NULL;
}

json *json_read(const char *text)
{
    json *value = read_value(&text);
    skip_space(&text);
    if (value && *text == '\0') return value;
    json_free(value);
    return NULL;
}

void json_free(json *value)
{
    while (value) {
        json *next = value->next;
        json_free(value->first);
        free(value->key);
        free(value->text);
        free(value);
        value = next;
    }
}

const json *json_member(const json *object, const char *key)
{
    for (const json *member = object ? object->first : NULL; member; member = member->next) {
        if (member->key && strcmp(member->key, key) == 0) return member;
    }
    return NULL;
}

size_t json_count(const json *list)
{
    size_t count = 0;
    for (const json *element = list->first; element; element = element->next) count++;
    return count;
}
