/* src/node/parameter_scalar.h: what the texts of parameter files and of -p mean (PAR-9), and arrays made of them. Threads: any. */
#ifndef RCLIO_NODE_PARAMETER_SCALAR_H
#define RCLIO_NODE_PARAMETER_SCALAR_H

#include "rclio/parameter.h"

#include <yaml.h>

/* The value of a scalar event; a string is copied. fails RCLIO_NO_MEMORY */
rclio_status parameter_scalar_read(const yaml_event_t *event, rclio_parameter_value *value);

/* y, Y, n, N: a bool for parameter files, a string for PyYAML, which writes them without quotes. */
bool parameter_is_letter_of_bool(const char *word);

/* Elements of one type that come one by one. {0} is empty. */
typedef struct parameter_element {
    rclio_parameter_value value;
    char letter; /* of a bool: the letter it was written as; 0: a word */
} parameter_element;
typedef struct parameter_elements {
    parameter_element *data;
    size_t size, capacity;
} parameter_elements;

/* Reads a scalar event as the next element. Letters that stand for a bool are strings among strings.
 * fails  RCLIO_BAD_DATA: it is of another type than those before; RCLIO_NO_MEMORY */
rclio_status parameter_elements_add(parameter_elements *elements, const yaml_event_t *event);

/* The array; not set when there are none (PAR-9). */
rclio_status parameter_elements_array(const parameter_elements *elements, rclio_parameter_value *array);
void parameter_elements_fini(parameter_elements *elements);

#endif
