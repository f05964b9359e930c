/* src/types/yaml_write.h: what the YAML and the CSV of a message share.
 * Threads: one owner. */
#ifndef RCLIO_TYPES_YAML_WRITE_H
#define RCLIO_TYPES_YAML_WRITE_H

#include "rclio/yaml.h"
#include "types/text_points.h"
#include "types/yaml_path.h"

/* "<sequence type: float, length: 200>", what --no-arr prints. */
void append_sequence_summary(text *t, const rclio_field *field, size_t count);

/* A string, a wstring or a byte as the options want it shown; points_fini() frees it. */
bool shown_points(points *p, const rclio_field *field, const void *element, const rclio_yaml_options *options);

/* How many of `count` elements are shown. */
size_t shown_count(size_t count, const rclio_yaml_options *options);

/* Writes a whole message without the newline at its end. */
typedef void write_message_fn(text *t, const rclio_type *type, const void *message, const rclio_yaml_options *options);

/* The part of the message that `field` names, with a newline: a message is written by `write`, anything else as Python's print()
 * shows it. A string to free; NULL with the error set. */
char *message_part_text(const rclio_type *type, const void *message, const char *field, const rclio_yaml_options *options,
                        write_message_fn *write);

#endif
