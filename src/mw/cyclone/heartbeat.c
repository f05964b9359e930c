/* src/mw/cyclone/heartbeat.c: a writer asks its readers at once what they have, where Cyclone would ask after its heartbeat interval.
 *
 * Cyclone asks with a HEARTBEAT 100 ms after a sample, unless one went out since; readers answer with an ACKNACK. Twice that is too late:
 *
 *   HE1  The first sample after a match. A reader that has not heard a HEARTBEAT of this writer drops it and asks for it at once; this
 *        ACKNACK can be back before the sending thread has noted that the sample is out, and is then not obeyed.
 *   HE2  Deletion. It waits until what was sent is acknowledged.
 *   HE3  Everything else keeps Cyclone's pace: no HEARTBEAT more on the network.
 * Threads: any; takes the writer's lock in Cyclone, so never called by a listener. Tests: tests/mw/test_heartbeat.c.
 * Facts: docs/middleware.md. */
#include "mw/cyclone/cyclone.h"

#define asm __asm__ /* as dds_headers.h */
#include <dds/ddsi/ddsi_domaingv.h>
#include <dds/ddsi/ddsi_endpoint.h>
#include <dds/ddsi/ddsi_entity_index.h>
#include <dds/ddsi/q_bswap.h>
#include <dds/ddsi/q_thread.h>
#include <dds/ddsi/q_xevent.h>
#undef asm

#include <string.h>

/* One that asks for an answer is sent by Cyclone's thread for events when none was sent and nothing was written for an interval. */
static void bring_forward(struct writer *writer)
{
    ddsrt_mtime_t now = ddsrt_time_monotonic();
    writer->hbcontrol.t_of_last_hb.v = writer->hbcontrol.t_of_last_write.v = 0;
    if (now.v < writer->hbcontrol.tsched.v) writer->hbcontrol.tsched = now;
    resched_xevent_if_earlier(writer->heartbeat_xevent, now);
}

void heartbeat_now(dds_entity_t entity, const struct ddsi_sertype *type)
{
    struct ddsi_domaingv *domain = ddsrt_atomic_ldvoidp(&type->gv);
    dds_guid_t key;
    ddsi_guid_t guid;
    if (!domain || dds_get_guid(entity, &key) != DDS_RETCODE_OK) return;
    memcpy(&guid, key.v, sizeof guid);
    guid = nn_ntoh_guid(guid);
    struct thread_state *state = lookup_thread_state();
    thread_state_awake(state, domain); /* keeps what is looked up alive */
    struct writer *writer = entidx_lookup_writer_guid(domain->entity_index, &guid);
    if (writer && writer->heartbeat_xevent) {
        ddsrt_mutex_lock(&writer->e.lock);
        bring_forward(writer);
        ddsrt_mutex_unlock(&writer->e.lock);
    }
    thread_state_asleep(state);
}
