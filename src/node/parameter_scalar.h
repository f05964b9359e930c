/* src/node/parameter_scalar.h: what the texts of parameter files and of -p mean (PAR-9), and arrays made of them. Threads: any. */
#ifndef RCLIO_NODE_PARAMETER_SCALAR_H
#define RCLIO_NODE_PARAMETER_SCALAR_H

#include "rclio/parameter.h"

#include <yaml.h>

/* The value of a scalar event; a string is copied. fails RCLIO_NO_MEMORY */
rclio_status parameter_scalar_read(const yaml_event_t *event, rclio_parameter_value *value);

/* Elements of one type that come one by one. {0} is empty. */
typedef struct parameter_elements {
    rclio_parameter_value *data;
    size_t size, capacity;
} parameter_elements;

/* Takes the value's memory. RCLIO_BAD_DATA: it is of another type than those before. */
rclio_status parameter_elements_add(parameter_elements *elements, rclio_parameter_value *value);

/* The array; not set when there are none (PAR-9). */
rclio_status parameter_elements_array(const parameter_elements *elements, rclio_parameter_value *array);
void parameter_elements_fini(parameter_elements *elements);

#endif
