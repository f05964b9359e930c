/* src/types/python_text.h: values as Python prints them.
 *
 *   PY1  A number has the fewest digits that read back as the same number, and among those the digits nearest to it.
 * Threads: one owner. */
#ifndef RCLIO_TYPES_PYTHON_TEXT_H
#define RCLIO_TYPES_PYTHON_TEXT_H

#include "rclio/type.h"
#include "types/text_points.h"

/* A finite number's shortest decimal form: 0.d1d2d3... times ten to the exponent; no trailing zeros, "0" for zero. */
typedef struct decimal {
    char digits[20];
    int count;
    int exponent; /* of the first digit: 1.5 has 0, 0.015 has -2 */
    bool negative;
} decimal;
decimal decimal_of_double(double value);
decimal decimal_of_float(float value);

/* repr(float): 0.1, 1e-05, 1e+16, nan, -inf. A float32 prints as numpy.float32 does: its own
 * shortest form, with an exponent from a million on. */
void python_double(text *t, double value);
void python_float32(text *t, float value);

/* repr(str) and repr(bytes). */
void python_string(text *t, const points *string);
void python_bytes(text *t, const uint8_t *bytes, size_t size);

/* str.isprintable() of one character. */
bool python_is_printable(uint32_t point);

/* A fixed numeric array as numpy prints it: repr() is "array([1., 2.], dtype=float32)", str() is "[1. 2.]". `base` is a number.
 */
void python_numpy_repr(text *t, rclio_base_type base, const void *data, size_t count);
void python_numpy_str(text *t, rclio_base_type base, const void *data, size_t count);

/* The type code of array.array for a number's sequence ('f', 'B', ...); 0 for what Python keeps in lists. */
char python_array_code(rclio_base_type base);

/* One element as repr() prints it; a message as "std_msgs.msg.String(data='x')". */
void python_element(text *t, const rclio_field *field, const void *element);

/* A message as repr() prints it. */
void python_message(text *t, const rclio_type *type, const void *message);

/* A field's value as print() shows it: strings bare, sequences of numbers as "array('i', [1, 2])", fixed arrays as numpy's str().
 */
void python_print_field(text *t, const rclio_field *field, const void *message);
void python_print_element(text *t, const rclio_field *field, const void *element);

/* The name of the Python type of a field's value ("int", "list", "array.array") or of one element. */
const char *python_field_type(const rclio_field *field);
const char *python_element_type(const rclio_field *field);

/* Strings and wstrings of messages as code points. */
bool points_of_element(points *p, const rclio_field *field, const void *element);

/* An element of an integer field (also bool, byte and char). */
int64_t element_signed(rclio_base_type base, const void *element);
uint64_t element_unsigned(rclio_base_type base, const void *element);
void python_integer(text *t, rclio_base_type base, const void *element);

#endif
