/* fuzz/fuzz_process.c: the process that USER_DATA names, as any peer may send it: no input may crash or read outside itself, and what is
 * read is written again as it was. Corpus: fuzz/corpus/process. */
#include "mw/process.h"
#include "mw/user_data.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    process_identity found;
    size_t length = 0, again_length = 0;
    if (!process_of_user_data(bytes, size, &found)) return 0;
    const char *value = user_data_find(bytes, size, "process", &length);
    char *again = process_user_data(&found, "");
    if (!again) return 0;
    const char *written = user_data_find(again, strlen(again), "process", &again_length);
    if (!value || !written || length != again_length || memcmp(value, written, length) != 0) abort();
    free(again);
    return 0;
}
