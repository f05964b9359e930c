/* src/mw/discovery_info.c: ParticipantEntitiesInfo to and from CDR. Rules and threads: discovery_info.h. Tests:
 * tests/mw/test_discovery_info.c, fuzz/fuzz_discovery_info.c. */
#include "mw/discovery_info.h"

#include "base/array.h"
#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 4
#define NODE_BYTES_MIN 16 /* two string lengths and two sequence lengths */

/* Reading: a cursor over the bytes after the header, from which alignment counts (CDR-1). */
typedef struct input {
    const uint8_t *bytes;
    size_t size, at;
    bool big_endian;
} input;

static bool read_count(input *in, uint32_t *value)
{
    size_t at = (in->at + 3) & ~(size_t)3;
    if (at > in->size || in->size - at < 4) return false;
    const uint8_t *b = in->bytes + at;
    *value = in->big_endian ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]
                            : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
    in->at = at + 4;
    return true;
}

static size_t left(const input *in)
{
    return in->size - in->at;
}

static rclio_status cut_short(const char *what)
{
    return rclio_fail(RCLIO_BAD_DATA, "ros_discovery_info: the message ends inside %s", what);
}

static rclio_status read_string(input *in, const char *what, char **string)
{
    uint32_t length;
    if (!read_count(in, &length) || length > left(in)) return cut_short(what);
    const char *data = (const char *)in->bytes + in->at;
    const char *nul = memchr(data, '\0', length);
    if (length > 0 && !nul) return rclio_fail(RCLIO_BAD_DATA, "ros_discovery_info: %s does not end with NUL", what);
    in->at += length;
    *string = copy_bytes(data, nul ? (size_t)(nul - data) : 0);
    return *string ? RCLIO_OK : RCLIO_NO_MEMORY;
}

static rclio_status read_gids(input *in, const char *what, discovery_gids *gids)
{
    uint32_t count;
    if (!read_count(in, &count) || count > left(in) / RCLIO_GID_SIZE) return cut_short(what);
    if (count == 0) return RCLIO_OK;
    rclio_status status = array_reserve(&gids->data, &gids->capacity, count, sizeof *gids->data);
    if (status) return status;
    memcpy(gids->data, in->bytes + in->at, (size_t)count * RCLIO_GID_SIZE);
    gids->size = count;
    in->at += (size_t)count * RCLIO_GID_SIZE;
    return RCLIO_OK;
}

static rclio_status read_node(input *in, discovery_node *node)
{
    rclio_status status;
    if ((status = read_string(in, "a namespace", &node->name_space))) return status;
    if ((status = read_string(in, "a node name", &node->name))) return status;
    if ((status = read_gids(in, "a list of readers", &node->readers))) return status;
    return read_gids(in, "a list of writers", &node->writers);
}

rclio_status discovery_info_decode(const uint8_t *bytes, size_t size, discovery_info *info)
{
    uint32_t count;
    *info = (discovery_info){0};
    if (size < HEADER || bytes[0] != 0 || bytes[1] > 1)
        return rclio_fail(RCLIO_BAD_DATA, "ros_discovery_info: %zu bytes that do not start with a CDR header", size);
    input in = {.bytes = bytes + HEADER, .size = size - HEADER, .big_endian = bytes[1] == 0};
    if (left(&in) < RCLIO_GID_SIZE) return cut_short("the participant's id");
    memcpy(info->participant.data, in.bytes, RCLIO_GID_SIZE);
    in.at = RCLIO_GID_SIZE;
    if (!read_count(&in, &count) || count > left(&in) / NODE_BYTES_MIN) return cut_short("the list of nodes");
    if (count == 0) return RCLIO_OK;
    info->nodes = calloc(count, sizeof *info->nodes);
    if (!info->nodes) return rclio_fail(RCLIO_NO_MEMORY, "no memory for a list of %u nodes", (unsigned)count);
    rclio_status status = RCLIO_OK;
    while (!status && info->node_count < count) status = read_node(&in, &info->nodes[info->node_count++]);
    if (status) discovery_info_fini(info);
    return status;
}

/* Writing: into a growing text, whose length counts from the header; header and alignment are both multiples of 4. */
static void write_count(text *out, size_t value)
{
    while (out->length % 4 != 0 && !out->failed) text_append_char(out, '\0');
    uint32_t v = (uint32_t)value;
    char bytes[4] = {(char)(v & 0xff), (char)(v >> 8 & 0xff), (char)(v >> 16 & 0xff), (char)(v >> 24)};
    text_append_bytes(out, bytes, sizeof bytes);
}

static void write_string(text *out, const char *string)
{
    size_t size = strlen(string) + 1;
    write_count(out, size);
    text_append_bytes(out, string, size);
}

static void write_gids(text *out, const discovery_gids *gids)
{
    write_count(out, gids->size);
    if (gids->size > 0) text_append_bytes(out, (const char *)gids->data, gids->size * sizeof *gids->data);
}

uint8_t *discovery_info_encode(const discovery_info *info, size_t *size)
{
    text out;
    text_init(&out);
    text_append_bytes(&out, "\0\1\0\0", HEADER);
    text_append_bytes(&out, (const char *)info->participant.data, RCLIO_GID_SIZE);
    write_count(&out, info->node_count);
    for (size_t i = 0; i < info->node_count; i++) {
        const discovery_node *node = &info->nodes[i];
        write_string(&out, node->name_space);
        write_string(&out, node->name);
        write_gids(&out, &node->readers);
        write_gids(&out, &node->writers);
    }
    *size = out.length;
    uint8_t *bytes = (uint8_t *)text_take(&out);
    text_fini(&out);
    return bytes;
}

void discovery_node_fini(discovery_node *node)
{
    free(node->name_space);
    free(node->name);
    free(node->readers.data);
    free(node->writers.data);
    *node = (discovery_node){0};
}

void discovery_info_fini(discovery_info *info)
{
    for (size_t i = 0; i < info->node_count; i++) discovery_node_fini(&info->nodes[i]);
    free(info->nodes);
    *info = (discovery_info){0};
}
