/* fuzz/fuzz_yaml.c: text as the YAML of a message. The first byte chooses a type of the list and whether `now` means anything; what
 * reads without an error must print in every form, and what it prints must read back to an equal message. */
#include "rclio/types.h"
#include "rclio/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
    "std_msgs/msg/String",
    "std_msgs/msg/Int64",
    "std_msgs/msg/Float64",
    "std_msgs/msg/ByteMultiArray",
    "geometry_msgs/msg/PoseStamped",
    "test_msgs/msg/UnboundedSequences",
    "test_msgs/msg/BoundedSequences",
    "test_msgs/msg/Arrays",
    "test_msgs/msg/MultiNested",
    "test_msgs/msg/Strings",
    "test_msgs/msg/WStrings",
    "test_msgs/msg/BasicTypes",
    "test_msgs/msg/Empty",
    "action_tutorials_interfaces/action/Fibonacci_SendGoal_Request",
};
enum { TYPES = sizeof names / sizeof *names };

static const rclio_type *type_of(uint8_t choice)
{
    static rclio_types *types;
    if (!types) types = rclio_types_new(NULL, NULL);
    return rclio_types_get(types, names[choice % TYPES]);
}

/* Some values do not survive, in upstream neither: nan is not equal to itself, and U+0085 reads as a line break does. */
static bool survives(const char *yaml)
{
    return !strstr(yaml, ".nan") && !strstr(yaml, "\xc2\x85") && !strstr(yaml, "\xe2\x80\xa8") && !strstr(yaml, "\xe2\x80\xa9");
}

static void check_form(const rclio_type *type, const void *message, const rclio_yaml_options *options, bool complete)
{
    char *yaml = rclio_message_to_yaml(type, message, NULL, options);
    char *csv = rclio_message_to_csv(type, message, NULL, options);
    if (!yaml || !csv) abort();
    void *again = rclio_message_new(type);
    rclio_status status = again ? rclio_message_from_yaml(type, yaml, -1, again) : RCLIO_NO_MEMORY;
    if (complete && survives(yaml) && (status != RCLIO_OK || !rclio_message_equal(type, message, again))) {
        fprintf(stderr, "%s: does not read back: %s\n%s", type->name, status == RCLIO_OK ? "not equal" : rclio_error(), yaml);
        abort();
    }
    rclio_message_destroy(type, again);
    free(yaml);
    free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    const rclio_type *type = type_of(data[0] & 0x7f);
    char *text = calloc(1, size);
    void *message = type ? rclio_message_new(type) : NULL;
    if (!text || !message) abort();
    memcpy(text, data + 1, size - 1);
    rclio_status status = rclio_message_from_yaml(type, text, data[0] & 0x80 ? RCLIO_S(1700000000) : -1, message);
    if (status != RCLIO_OK && !*rclio_error()) abort();
    /* Also a message that an error left half set is one. */
    check_form(type, message, NULL, true);
    check_form(type, message, &(rclio_yaml_options){.flow_style = true}, true);
    check_form(type, message, &(rclio_yaml_options){.truncate_length = 2, .no_str = data[0] & 1, .no_arr = data[0] & 2}, false);
    free(rclio_message_to_python(type, message));
    rclio_message_destroy(type, message);
    free(text);
    return 0;
}
