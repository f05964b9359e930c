/* cli/filter_value.h: values of a filter's expression. Texts and lists are lent by the message or the expression. Threads: main. */
#ifndef RCLIO_CLI_FILTER_VALUE_H
#define RCLIO_CLI_FILTER_VALUE_H

#include "rclio/rclio.h"

typedef enum filter_kind {
    FILTER_NONE = 0,
    FILTER_TRUTH,
    FILTER_INTEGER,
    FILTER_REAL,
    FILTER_TEXT,
    FILTER_MESSAGE,
    FILTER_LIST
} filter_kind;

typedef struct filter_value {
    filter_kind kind;
    int64_t integer; /* of a truth too: 0 or 1 */
    double real;
    const char *text;
    size_t length;
    const rclio_type *type;   /* of a message */
    const rclio_field *field; /* of a list */
    void *message;            /* of a list: the message that has it */
} filter_value;

filter_value filter_truth(bool truth);
filter_value filter_integer(int64_t integer);
filter_value filter_real(double real);
filter_value filter_text(const char *text, size_t length);
filter_value filter_message(const rclio_type *type, void *message);

bool filter_is_number(const filter_value *value); /* a truth is one */
double filter_number(const filter_value *value);
bool filter_is_true(const filter_value *value);
const char *filter_type_name(const filter_value *value); /* as Python says it: "int", "str", "String" */

/* A field or constant of a message. false: there is none. */
bool filter_attribute(const filter_value *message, const char *name, filter_value *found);
size_t filter_length(const filter_value *value); /* of a text or a list */
filter_value filter_element(const filter_value *list, size_t index);

/* As Python: / is a division of doubles, f is its //, % has the sign of the right side, p is its **; | ^ & < > take integers, the last two
 * shift. Numbers only; the right side of / f % is not 0. */
filter_value filter_arithmetic(char operation, filter_value a, filter_value b);

bool filter_equal(const filter_value *a, const filter_value *b);
#define FILTER_UNORDERED 2                                                   /* not a number is on a side */
bool filter_order(const filter_value *a, const filter_value *b, int *order); /* false: these have no order */

#endif
