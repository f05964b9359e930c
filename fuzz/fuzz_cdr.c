/* fuzz/fuzz_cdr.c: bytes as a message. The first byte chooses a type of the list, the rest is CDR: what decodes must encode, and
 * decode again to what encodes to the same bytes.
 *
 * Each input is decoded into a fresh message, and into one that has been through all inputs before, which must make no
 * difference. */
#include "rclio/cdr.h"
#include "rclio/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    "test_msgs/msg/UnboundedSequences",
    "test_msgs/msg/BoundedSequences",
    "test_msgs/msg/BoundedPlainSequences",
    "test_msgs/msg/Arrays",
    "test_msgs/msg/MultiNested",
    "test_msgs/msg/Nested",
    "test_msgs/msg/Strings",
    "test_msgs/msg/WStrings",
    "test_msgs/msg/BasicTypes",
    "test_msgs/msg/Empty",
    "sensor_msgs/msg/JointState",
    "sensor_msgs/msg/Image",
    "sensor_msgs/msg/PointCloud2",
    "tf2_msgs/msg/TFMessage",
    "nav_msgs/msg/Path",
    "diagnostic_msgs/msg/DiagnosticArray",
    "visualization_msgs/msg/MarkerArray",
    "rcl_interfaces/msg/ParameterEvent",
    "rmw_dds_common/msg/ParticipantEntitiesInfo",
    "action_msgs/msg/GoalStatusArray",
    "type_description_interfaces/msg/TypeDescription",
    "rcl_interfaces/srv/ListParameters_Response",
};
enum { TYPES = sizeof names / sizeof names[0] };

static const rclio_type *types[TYPES];
static rclio_codec *codecs[TYPES];
static void *used[TYPES]; /* messages that are reused */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "%s: %s\n", what, rclio_error());
    abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    static rclio_types *registry; /* never freed: reachable to the end */
    registry = rclio_types_new(NULL, NULL);
    need(registry, "types");
    for (size_t i = 0; i < TYPES; i++) {
        types[i] = rclio_types_get(registry, names[i]);
        need(types[i], names[i]);
        codecs[i] = rclio_codec_new(types[i]);
        used[i] = rclio_message_new(types[i]);
        need(codecs[i] && used[i], names[i]);
    }
    return 0;
}

/* Encodes `message` and holds the bytes against `expected` unless that is NULL. */
static uint8_t *encode(size_t chosen, const void *message, const uint8_t *expected, size_t *size)
{
    size_t expected_size = *size;
    uint8_t *bytes = rclio_encode_new(codecs[chosen], message, size);
    need(bytes, "what was decoded does not encode");
    need(!expected || (*size == expected_size && memcmp(bytes, expected, *size) == 0), "decoding again gives something else");
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return -1;
    size_t chosen = data[0] % TYPES;
    void *message = rclio_message_new(types[chosen]);
    need(message, "message");
    rclio_status status = rclio_decode(codecs[chosen], data + 1, size - 1, 0, message);
    need(rclio_decode(codecs[chosen], data + 1, size - 1, 0, used[chosen]) == status, "a reused message decodes otherwise");
    if (status == RCLIO_OK) {
        size_t bytes_size = 0;
        uint8_t *bytes = encode(chosen, message, NULL, &bytes_size);
        free(encode(chosen, used[chosen], bytes, &bytes_size));
        need(rclio_decode(codecs[chosen], bytes, bytes_size, 0, message) == RCLIO_OK, "what was encoded does not decode");
        free(encode(chosen, message, bytes, &bytes_size));
        free(bytes);
    }
    rclio_message_destroy(types[chosen], message);
    return 0;
}
