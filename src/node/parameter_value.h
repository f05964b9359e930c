/* src/node/parameter_value.h: what this floor shares about parameter values beyond the public header. Threads: any, on values of one
 * owner. */
#ifndef RCLIO_NODE_PARAMETER_VALUE_H
#define RCLIO_NODE_PARAMETER_VALUE_H

#include "base/text.h"
#include "rclio/parameter.h"

const char *parameter_type_python(rclio_parameter_type type); /* "INTEGER_ARRAY", the name in rclpy's Parameter.Type */
bool parameter_type_is_array(rclio_parameter_type type);
void parameter_value_append(text *t, const rclio_parameter_value *value); /* rclio_parameter_value_text() */

/* Takes the value's memory, also when it fails. */
rclio_status parameter_list_take(rclio_parameter_list *list, const char *name, rclio_parameter_value *value);

/* Replaces the value of that name, or adds one. Copies. */
rclio_status parameter_list_put(rclio_parameter_list *list, const char *name, rclio_parameter_value value);

/* A copy that owns its texts, named `name`. */
rclio_status parameter_descriptor_copy(const rclio_parameter_descriptor *source, const char *name,
                                       rclio_parameter_descriptor *target);

#endif
