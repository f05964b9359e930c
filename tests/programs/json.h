/* tests/programs/json.h: a JSON reader that keeps numbers as they are written, since 64-bit integers do not fit into a double.
 *
 * Threads: one owner. */
#ifndef RCLIO_TESTS_JSON_H
#define RCLIO_TESTS_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_LIST, JSON_OBJECT };

typedef struct json {
    enum json_kind kind;
    char *key;   /* in an object, else NULL */
    char *text;  /* of a number or a string */
    size_t size; /* of the text, which may hold NULs */
    struct json *first;
    struct json *next; /* in its list or object */
} json;

/* Reads one value that fills the text; NULL: it is no JSON, or memory is short. */
json *json_read(const char *text);
void json_free(json *value);

/* The member of that name, NULL when there is none. */
const json *json_member(const json *object, const char *key);
size_t json_count(const json *list);

#endif
