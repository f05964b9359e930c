/* src/mw/cyclone/first_heartbeat.c: the first messages of a Fast DDS writer that appears after its reader.
 *
 * Fast DDS sends its first HEARTBEAT before it announces the writer, so Cyclone drops it as one from nobody. Cyclone takes the next one for
 * the first and, of a writer that is not Cyclone's, skips all that is numbered up to its end. That next one comes seconds later, or, for
 * messages in many fragments, in the midst of the first of them: that message was always lost.
 *
 *   FH1  The dropped HEARTBEAT counts as seen: Cyclone then skips what a HEARTBEAT says is gone, and asks for what is missing.
 *   FH2  Only for a reliable, volatile pair of endpoints. With transient local, Cyclone keeps the order for each reader by itself; and a
 *        transient local writer would answer the question with old messages, which a volatile reader must not get.
 *   FH3  Nothing is to be done when the writer was there first: Cyclone knows it when its HEARTBEAT for the new reader comes.
 * Threads: called by a listener (CY2); takes the writer's lock in Cyclone, which is not held while listeners run.
 * Tests: tests/peers/test_topics.py. Facts: docs/middleware.md. */
#include "mw/cyclone/cyclone.h"

#define asm __asm__ /* as dds_headers.h */
#include <dds/ddsi/ddsi_domaingv.h>
#include <dds/ddsi/ddsi_entity_index.h>
#include <dds/ddsi/ddsi_proxy_endpoint.h>
#include <dds/ddsi/q_bswap.h>
#include <dds/ddsi/q_thread.h>
#undef asm

#include <string.h>

/* FH2 */
static bool is_affected(const dds_builtintopic_endpoint_t *writer)
{
    dds_reliability_kind_t reliability;
    dds_durability_kind_t durability;
    return service_peer_is_foreign(writer->key.v) && writer->qos && dds_qget_reliability(writer->qos, &reliability, NULL) &&
           reliability == DDS_RELIABILITY_RELIABLE && dds_qget_durability(writer->qos, &durability) &&
           durability == DDS_DURABILITY_VOLATILE;
}

static void count_as_seen(struct ddsi_domaingv *domain, const dds_guid_t *key)
{
    ddsi_guid_t guid;
    memcpy(&guid, key->v, sizeof guid);
    guid = nn_ntoh_guid(guid);
    struct thread_state *state = lookup_thread_state();
    thread_state_awake(state, domain); /* keeps what is looked up alive */
    struct ddsi_proxy_writer *writer = entidx_lookup_proxy_writer_guid(domain->entity_index, &guid);
    if (writer) {
        ddsrt_mutex_lock(&writer->e.lock);
        writer->have_seen_heartbeat = 1; /* FH1 */
        ddsrt_mutex_unlock(&writer->e.lock);
    }
    thread_state_asleep(state);
}

void first_heartbeat_matched(const cyclone_endpoint *reader, dds_entity_t entity, dds_instance_handle_t handle)
{
    struct ddsi_domaingv *domain = ddsrt_atomic_ldvoidp(&reader->type->gv);
    dds_builtintopic_endpoint_t *writer =
        dds_get_matched_publication_data(entity, handle); /* NULL: FH3, while the reader is made */
    if (!writer) return;
    if (domain && is_affected(writer)) count_as_seen(domain, &writer->key);
    dds_builtintopic_free_endpoint(writer);
}
