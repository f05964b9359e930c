/* src/mw/cyclone/first_heartbeat.c: the first HEARTBEAT of a Fast DDS writer, which Cyclone misses.
 *
 * Fast DDS sends it before it announces the writer (DIS-10): Cyclone drops it as one from nobody. It takes the next one for the first, and
 * that comes seconds later, or in the midst of the fragments of the first large message. Then Cyclone skips all that is numbered up to
 * its end, as it does with the first HEARTBEAT of a writer that is not Cyclone's: the first image of a camera was always lost, and
 * each look at the network took three seconds. Three rules cure it:
 *
 *   FH1  A reader that is matched asks for a HEARTBEAT in the one way that Fast DDS answers at once (DIS-11). It asks when the match is
 *        complete, or the answer is dropped too: Cyclone completes it after its listeners have run.
 *   FH2  For a reliable and volatile pair the one that was dropped counts as seen: Cyclone then skips what a HEARTBEAT says is gone, and
 *        asks for what is missing. Not for transient local: there Cyclone keeps the order for each reader by itself, and a
 *        transient local writer would answer a volatile reader's question with old messages.
 *   FH3  Nothing is needed when the writer was there first: Cyclone knows it when its HEARTBEAT for the new reader comes.
 * Threads: called by listeners (CY2); asks on Cyclone's thread for events. Takes the writer's lock in Cyclone, which neither holds.
 * Tests: tests/peers/test_topics.py, test_graph.py. Facts: docs/middleware.md. */
#include "mw/cyclone/cyclone.h"

#define asm __asm__ /* as dds_headers.h */
#include <dds/ddsi/ddsi_domaingv.h>
#include <dds/ddsi/ddsi_entity_index.h>
#include <dds/ddsi/ddsi_entity_match.h>
#include <dds/ddsi/ddsi_proxy_endpoint.h>
#include <dds/ddsi/ddsi_tran.h>
#include <dds/ddsi/q_addrset.h>
#include <dds/ddsi/q_bswap.h>
#include <dds/ddsi/q_thread.h>
#include <dds/ddsi/q_xevent.h>
#undef asm

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX_SIZE 12 /* GID-1 */
#define MESSAGE_SIZE 64
#define TRIES 1000 /* FH1: a match is completed within microseconds, or, when the machine is busy, milliseconds */

typedef struct question {
    struct ddsi_domaingv *domain;
    uint8_t reader[RCLIO_GID_SIZE], writer[RCLIO_GID_SIZE];
    int tries;
} question;

/* Runs with the writer locked. */
typedef void writer_fn(struct ddsi_proxy_writer *writer, void *arg);

static ddsi_guid_t guid_of(const uint8_t gid[RCLIO_GID_SIZE])
{
    ddsi_guid_t guid;
    memcpy(&guid, gid, sizeof guid);
    return nn_ntoh_guid(guid);
}

static void with_writer(struct ddsi_domaingv *domain, const uint8_t gid[RCLIO_GID_SIZE], writer_fn *call, void *arg)
{
    ddsi_guid_t guid = guid_of(gid);
    struct thread_state *state = lookup_thread_state();
    thread_state_awake(state, domain); /* keeps what is looked up alive */
    struct ddsi_proxy_writer *writer = entidx_lookup_proxy_writer_guid(domain->entity_index, &guid);
    if (writer) {
        ddsrt_mutex_lock(&writer->e.lock);
        call(writer, arg);
        ddsrt_mutex_unlock(&writer->e.lock);
    }
    thread_state_asleep(state);
}

/* FH2 */
static void count_as_seen(struct ddsi_proxy_writer *writer, void *arg)
{
    (void)arg;
    writer->have_seen_heartbeat = 1;
}

static void send_message(const ddsi_xlocator_t *to, void *message)
{
    ddsrt_iovec_t piece = {.iov_base = message, .iov_len = MESSAGE_SIZE};
    if (to->conn) ddsi_conn_write(to->conn, &to->c, 1, &piece, 0); /* one that is lost is as one that was not sent */
}

/* DIS-11: an RTPS message: header, INFO_DST, and an ACKNACK that is not final, whose base is 0 and which misses nothing. */
static void send_question(struct ddsi_proxy_writer *writer, const question *q, uint32_t count)
{
    uint8_t message[MESSAGE_SIZE] = {'R', 'T', 'P', 'S', 2, 1, 0x01, 0x10, [20] = 0x0e, 1, PREFIX_SIZE, 0, [36] = 0x06, 1, 24, 0};
    memcpy(message + 8, q->reader, PREFIX_SIZE);
    memcpy(message + 24, q->writer, PREFIX_SIZE);
    memcpy(message + 40, q->reader + PREFIX_SIZE, 4);
    memcpy(message + 44, q->writer + PREFIX_SIZE, 4);
    for (int i = 0; i < 4; i++) message[60 + i] = (uint8_t)(count >> (8 * i));
    addrset_forall(writer->c.as, send_message, message);
}

static void ask_when_matched(struct ddsi_proxy_writer *writer, void *arg)
{
    question *q = arg;
    ddsi_guid_t reader = guid_of(q->reader);
    struct ddsi_pwr_rd_match *match = ddsrt_avl_lookup(&ddsi_pwr_readers_treedef, &writer->readers, &reader);
    if (!match) return;
    q->tries = 0;
    send_question(writer, q, match->count + 1);
    match->count += 2; /* one series with Cyclone's own: Fast DDS obeys rising counts only */
}

static void ask(void *arg)
{
    question *q = arg;
    q->tries--;
    with_writer(q->domain, q->writer, ask_when_matched, q);
    if (q->tries > 0) {
        sched_yield();
        qxev_nt_callback(q->domain->xevents, ask, q);
    } else {
        free(q);
    }
}

void first_heartbeat_ask(const struct ddsi_sertype *type, const uint8_t reader[RCLIO_GID_SIZE],
                         const uint8_t writer[RCLIO_GID_SIZE])
{
    struct ddsi_domaingv *domain = ddsrt_atomic_ldvoidp(&type->gv);
    question *q = domain && service_peer_is_foreign(writer) ? malloc(sizeof *q) : NULL;
    if (!q) return;
    *q = (question){.domain = domain, .tries = TRIES};
    memcpy(q->reader, reader, RCLIO_GID_SIZE);
    memcpy(q->writer, writer, RCLIO_GID_SIZE);
    qxev_nt_callback(domain->xevents, ask, q);
}

void first_heartbeat_matched(const struct ddsi_sertype *type, dds_entity_t reader, dds_instance_handle_t handle, bool is_volatile)
{
    struct ddsi_domaingv *domain = ddsrt_atomic_ldvoidp(&type->gv);
    dds_reliability_kind_t reliability;
    dds_durability_kind_t durability;
    dds_guid_t gid;
    dds_builtintopic_endpoint_t *writer = dds_get_matched_publication_data(reader, handle); /* NULL: FH3, while it is made */
    if (!writer) return;
    if (domain && service_peer_is_foreign(writer->key.v) && writer->qos && dds_qget_durability(writer->qos, &durability) &&
        dds_qget_reliability(writer->qos, &reliability, NULL) && reliability == DDS_RELIABILITY_RELIABLE &&
        dds_get_guid(reader, &gid) == DDS_RETCODE_OK) {
        if (is_volatile && durability == DDS_DURABILITY_VOLATILE) with_writer(domain, writer->key.v, count_as_seen, NULL);
        first_heartbeat_ask(type, gid.v, writer->key.v);
    }
    dds_builtintopic_free_endpoint(writer);
}
