/* src/mw/user_data.c: the USER_DATA of participants and endpoints. Rules and threads: user_data.h. Tests: tests/mw/test_user_data.c,
 * fuzz/fuzz_user_data.c. */
#include "mw/user_data.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define HASH_PREFIX "RIHS01_"
#define PREFIX_SIZE 12 /* GID-1 */

const char *user_data_find(const void *bytes, size_t size, const char *key, size_t *length)
{
    const char *at = bytes, *end = at ? at + size : at;
    size_t key_length = strlen(key);
    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        if (!stop) stop = end;
        size_t item = (size_t)(stop - at);
        if (item > key_length && at[key_length] == '=' && memcmp(at, key, key_length) == 0) {
            *length = item - key_length - 1;
            return at + key_length + 1;
        }
        at = stop < end ? stop + 1 : end;
    }
    return NULL;
}

char *user_data_copy(const void *bytes, size_t size, const char *key)
{
    size_t length = 0;
    const char *value = user_data_find(bytes, size, key, &length);
    if (!value) return copy_string("");
    const char *nul = memchr(value, '\0', length); /* a value is a string wherever it goes from here */
    return copy_bytes(value, nul ? (size_t)(nul - value) : length);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

static bool read_hex(const char *digits, uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int high = hex_digit(digits[2 * i]), low = hex_digit(digits[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool user_data_type_hash(const void *bytes, size_t size, uint8_t hash[32])
{
    size_t length = 0, prefix = strlen(HASH_PREFIX);
    const char *value = user_data_find(bytes, size, "typehash", &length);
    if (!value || length != prefix + 64 || memcmp(value, HASH_PREFIX, prefix) != 0) return false;
    return read_hex(value + prefix, hash, 32);
}

char *user_data_participant(const char *enclave)
{
    return copy_format("enclave=%s;rclio=node;", enclave ? enclave : "/"); /* DIS-1, DIS-13 */
}

static void write_hex(const uint8_t *bytes, size_t count, char *digits)
{
    for (size_t i = 0; i < count; i++) snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
}

void user_data_gid(const uint8_t gid[RCLIO_GID_SIZE], char digits[USER_DATA_GID_SIZE])
{
    write_hex(gid, RCLIO_GID_SIZE, digits);
}

char *user_data_services(const uint8_t topics[RCLIO_GID_SIZE])
{
    char prefix[2 * PREFIX_SIZE + 1];
    write_hex(topics, PREFIX_SIZE, prefix);
    return copy_format("rclio=services;topics=%s;", prefix);
}

bool user_data_marker(const void *bytes, size_t size, const uint8_t gid[RCLIO_GID_SIZE], uint8_t topics[PREFIX_SIZE])
{
    size_t length = 0;
    memcpy(topics, gid, PREFIX_SIZE);
    if (!user_data_find(bytes, size, "rclio", &length)) return false;
    const char *value = user_data_find(bytes, size, "topics", &length);
    if (value && length == 2 * (size_t)PREFIX_SIZE && !read_hex(value, topics, PREFIX_SIZE)) memcpy(topics, gid, PREFIX_SIZE);
    return true;
}

char *user_data_endpoint(const char *id_key, const char *id, const uint8_t hash[32])
{
    text t;
    text_init(&t);
    if (id_key) text_append_format(&t, "%s=%s;", id_key, id); /* DIS-3 */
    text_append(&t, "typehash=" HASH_PREFIX);                 /* DIS-2 */
    for (size_t i = 0; i < 32; i++) text_append_format(&t, "%02x", hash[i]);
    text_append_char(&t, ';');
    char *formatted = text_take(&t);
    text_fini(&t);
    return formatted;
}

void user_data_id(const uint8_t participant[RCLIO_GID_SIZE], uint32_t counter, char id[USER_DATA_ID_SIZE])
{
    uint8_t bytes[RCLIO_GID_SIZE];
    memcpy(bytes, participant, 12);
    for (int i = 0; i < 4; i++) bytes[12 + i] = (uint8_t)(counter >> (24 - 8 * i)); /* DIS-4 */
    int used = snprintf(id, USER_DATA_ID_SIZE, "%2x", bytes[0]);
    for (int i = 1; i < RCLIO_GID_SIZE; i++) used += snprintf(id + used, USER_DATA_ID_SIZE - (size_t)used, ".%x", bytes[i]);
}
