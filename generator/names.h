/* generator/names.h: how an interface is called in C: symbols, header files, member types, all as upstream's C generator has
 * them.
 *
 *   N1  A derived type (S_Request) lives in the header of the interface it comes from (S).
 * Threads: any. */
#ifndef RCLIO_GENERATOR_NAMES_H
#define RCLIO_GENERATOR_NAMES_H

#include "rclio/type.h"

#include <stdio.h>

/* "std_msgs/msg/String" -> "std_msgs__msg__String" */
void write_symbol(FILE *out, const char *type_name);

/* "std_msgs/msg/UInt8MultiArray" -> "std_msgs/msg/u_int8_multi_array.h" */
void write_header_path(FILE *out, const char *type_name);

/* "STD_MSGS__MSG__U_INT8_MULTI_ARRAY_H_" */
void write_header_guard(FILE *out, const char *type_name);

/* The C type of one element ("int32_t", "rosidl_runtime_c__String", "std_msgs__msg__Header") and of a sequence of it. */
void write_element_type(FILE *out, const rclio_field *field);
void write_sequence_type(FILE *out, const rclio_field *field);

/* true: two names belong to one header. */
bool same_interface(const char *a, const char *b);

/* true: a word of the C language, which no struct member can be called. */
bool is_c_keyword(const char *word);

#endif
