/* include/rclio/yaml.h: messages to and from text, as `ros2 topic echo` prints and `ros2 topic pub` reads. Floor: types. */
#ifndef RCLIO_YAML_H
#define RCLIO_YAML_H

#include "rclio/type.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_yaml_options {
    size_t truncate_length; /* 0: no limit; else longer sequences and strings are cut to it and end in '...' */
    bool no_arr;            /* sequences and arrays as '<sequence type: float, length: 200>' */
    bool no_str;            /* strings as '<string length: <15>>' */
    bool flow_style;        /* sequences on one line: [1, 2] */
} rclio_yaml_options;

/* Block YAML, each line ended by a newline, without the '---' that echo puts between messages.
 * field    a path ("header.stamp", "dim[0].size") to print only that part; NULL or "": the whole message. A primitive or string
 *          part prints its bare value, a primitive sequence prints as Python's array or list (cli/topic_echo.txt).
 * returns  a string you free; NULL with the error set: RCLIO_NOT_FOUND for a field that is not there, RCLIO_NO_MEMORY.
 * thread   any, on a message of one owner */
RCLIO_API char *rclio_message_to_yaml(const rclio_type *type, const void *message, const char *field,
                                      const rclio_yaml_options *options);

/* One line of values separated by commas, as `topic echo --csv`, with its newline. A field that is no message prints as above.
 * returns and thread: as rclio_message_to_yaml */
RCLIO_API char *rclio_message_to_csv(const rclio_type *type, const void *message, const char *field,
                                     const rclio_yaml_options *options);

/* As Python prints it: std_msgs.msg.String(data='x').
 * returns and thread: as rclio_message_to_yaml */
RCLIO_API char *rclio_message_to_python(const rclio_type *type, const void *message);

/* Sets the fields that the YAML mapping names; the others stay as they are. `now_ns` (system clock) is what `now` in a stamp and
 * `auto` in a header mean; -1: they are ordinary, hence wrong, values. An empty text or {} changes nothing.
 * fails    RCLIO_BAD_DATA: "line:column: cause" for YAML, upstream's sentence for a field that does not exist
 *          ("'String' object has no attribute 'nope'") or a value of another type ("invalid literal for int() with base 10: 'x'").
 *          The message keeps what was set before.
 * thread   any, on a message of one owner */
RCLIO_API rclio_status rclio_message_from_yaml(const rclio_type *type, const char *yaml, int64_t now_ns, void *message);

#ifdef __cplusplus
}
#endif
#endif
