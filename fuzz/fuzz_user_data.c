/* fuzz/fuzz_user_data.c: USER_DATA of participants and endpoints, as any peer may send it: no input may crash, read outside itself or
 * give a value that is longer than it. Corpus: fuzz/corpus/user_data. */
#include "mw/user_data.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const keys[] = {"enclave", "serviceid", "clientid", "typehash"};
    uint8_t hash[32];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t length = 0;
        const char *value = user_data_find(bytes, size, keys[i], &length);
        if (value && (value < (const char *)bytes || value + length > (const char *)bytes + size)) abort();
        char *copy = user_data_copy(bytes, size, keys[i]);
        if (copy && strlen(copy) > size) abort();
        free(copy);
    }
    if (user_data_type_hash(bytes, size, hash)) {
        char *again = user_data_endpoint(NULL, NULL, hash);
        uint8_t reread[32];
        if (again && (!user_data_type_hash(again, strlen(again), reread) || memcmp(hash, reread, sizeof hash) != 0)) abort();
        free(again);
    }
    return 0;
}
