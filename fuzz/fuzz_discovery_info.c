/* fuzz/fuzz_discovery_info.c: ros_discovery_info, as any peer may send it: no input may crash, read outside itself or allocate more
 * than a small multiple of it; what is read is written and read again the same. Corpus: fuzz/corpus/discovery_info. */
#include "mw/discovery_info.h"

#include "mw/graph.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    discovery_info info, again;
    if (discovery_info_decode(bytes, size, &info)) return 0;
    if (info.node_count > size / 16) abort();
    size_t written_size = 0;
    uint8_t *written = discovery_info_encode(&info, &written_size);
    if (!written || discovery_info_decode(written, written_size, &again)) abort();
    if (again.node_count != info.node_count) abort();
    for (size_t i = 0; i < info.node_count; i++) {
        if (strcmp(info.nodes[i].name, again.nodes[i].name) != 0) abort();
        if (info.nodes[i].readers.size != again.nodes[i].readers.size) abort();
    }
    graph *g = graph_new(); /* twice: a participant's second state replaces its first */
    if (graph_discovery_info(g, bytes, size) || graph_discovery_info(g, written, written_size)) abort();
    graph_participant_remove(g, info.participant.data);
    graph_destroy(g);
    free(written);
    discovery_info_fini(&info);
    discovery_info_fini(&again);
    return 0;
}
