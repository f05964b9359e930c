/* src/mw/cyclone/heartbeat.c: a writer asks its readers what they have, where Cyclone's pace of one HEARTBEAT in 100 ms is too slow.
 *
 *   HE1  A reader drops the first sample of a writer when no HEARTBEAT has come before it, and asks for it. On one machine that question
 *        can be back before the sending thread has noted that the sample is out; it is then not obeyed and only repeated after the next
 *        HEARTBEAT: some first requests and replies took 100 or 200 ms. So requesters and repliers let new readers answer a
 *        HEARTBEAT before they send, at most SHAKE_TRIES times SHAKE_NS, and send in any case.
 *   HE2  A writer that is deleted asks at once, because somebody waits for the acknowledgement of its last samples.
 *   HE3  Nothing else changes: no HEARTBEAT more on the network while messages flow.
 * Threads: any but listeners; takes the writer's lock in Cyclone. Tests: tests/mw/test_heartbeat.c. Facts: docs/middleware.md. */
#include "mw/cyclone/cyclone.h"

#define asm __asm__ /* as dds_headers.h */
/* clang-format off: these headers need what is included before them */
#include <dds/ddsi/ddsi_domaingv.h>
#include <dds/ddsi/ddsi_entity.h>
#include <dds/ddsi/q_hbcontrol.h>
#include <dds/ddsi/ddsi_endpoint.h>
#include <dds/ddsi/ddsi_entity_index.h>
#include <dds/ddsi/ddsi_entity_match.h>
#include <dds/ddsi/q_bswap.h>
#include <dds/ddsi/q_thread.h>
#include <dds/ddsi/q_xevent.h>
/* clang-format on */
#undef asm

#include <string.h>
#include <time.h>

#define SHAKE_NS 100000 /* a handshake takes two to four times that on one machine, and 1 ms more when the reader is not ready yet */
#define SHAKE_TRIES 50
#define TRIES_PER_HEARTBEAT 10

/* Cyclone's thread for events sends a HEARTBEAT that wants an answer when none was sent and nothing was written for an interval. */
static void bring_forward(struct ddsi_writer *writer)
{
    ddsrt_mtime_t now = ddsrt_time_monotonic();
    writer->hbcontrol.t_of_last_hb.v = writer->hbcontrol.t_of_last_write.v = 0;
    if (now.v < writer->hbcontrol.tsched.v) writer->hbcontrol.tsched = now;
    resched_xevent_if_earlier(writer->heartbeat_xevent, now);
}

static bool all_in_sync(struct ddsi_writer *writer)
{
    ddsrt_avl_iter_t at;
    struct ddsi_wr_prd_match *match = ddsrt_avl_iter_first(&ddsi_wr_readers_treedef, &writer->readers, &at);
    for (; match; match = ddsrt_avl_iter_next(&at))
        if (match->is_reliable && !match->assumed_in_sync) return false;
    return true;
}

/* Whether all readers have answered before; if not, asks them when `now`. */
static bool ask(dds_entity_t entity, const struct ddsi_sertype *type, bool always, bool now)
{
    struct ddsi_domaingv *domain = ddsrt_atomic_ldvoidp(&type->gv);
    dds_guid_t key;
    ddsi_guid_t guid;
    bool synced = true;
    if (!domain || dds_get_guid(entity, &key) != DDS_RETCODE_OK) return true;
    memcpy(&guid, key.v, sizeof guid);
    guid = nn_ntoh_guid(guid);
    struct thread_state *state = lookup_thread_state();
    thread_state_awake(state, domain); /* keeps what is looked up alive */
    struct ddsi_writer *writer = entidx_lookup_writer_guid(domain->entity_index, &guid);
    if (writer && writer->heartbeat_xevent) { /* it is reliable */
        ddsrt_mutex_lock(&writer->e.lock);
        synced = all_in_sync(writer);
        if (now && (always || !synced)) bring_forward(writer);
        ddsrt_mutex_unlock(&writer->e.lock);
    }
    thread_state_asleep(state);
    return synced;
}

void heartbeat_now(dds_entity_t writer, const struct ddsi_sertype *type)
{
    ask(writer, type, true, true);
}

void heartbeat_shake_hands(dds_entity_t writer, const struct ddsi_sertype *type)
{
    const struct timespec pause = {.tv_nsec = SHAKE_NS}; /* Cyclone tells nobody of an answer */
    for (int i = 0; i < SHAKE_TRIES && !ask(writer, type, false, i % TRIES_PER_HEARTBEAT == 0); i++) nanosleep(&pause, NULL);
}
