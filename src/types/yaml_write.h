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

/* A value that is no message, as Python's print() shows it, and a newline. */
void append_bare_part(text *t, const message_part *part);

#endif
