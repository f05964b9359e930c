/* src/mw/cyclone/neighbours.c: peers in other processes of this machine. When such a process ends, however it does, what it had no
 * time to say is said in its place (goodbye.h) to the participants of this process, and nobody waits for its lease.
 *
 *   NB1  Only participants of this process hear it: each process looks after itself.
 *   NB2  Cyclone takes the participant away by its own rules, so matches, blocked writers and the graph follow by themselves.
 *   NB3  What the process had sent before it ended is read first, however far behind this process is: the goodbye comes by the socket of
 *        unicast data, and waits until that of multicast data has been read out, READ_TRIES ms at most. By the socket of discovery, which
 *        has a thread of its own, it overtook last words and Cyclone dropped them.
 * Threads: found and lost by listeners (CY2); goodbyes are sent by the thread of process_watch.c; the rest any.
 * Tests: tests/mw/test_seam_*.c, tests/failures/test_ends.py. */
#include "mw/cyclone/cyclone.h"

#include "base/error.h"
#include "mw/process_watch.h"

#define asm __asm__ /* as dds_headers.h */
#include <dds/ddsi/ddsi_domaingv.h>
#include <dds/ddsi/ddsi_tran.h>
#undef asm

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define READ_TRIES 200

struct neighbours {
    cyclone_mw *m;
    process_identity self;
    process_watch *watch;
    mutex lock;          /* of all below */
    goodbye_locator own; /* port 0: not known yet; kept, because the domain may be closing when it is needed */
    goodbye_locator others[CYCLONE_GOODBYES_MAX];
    size_t other_count;
};

/* Where Cyclone listens for data: one place for all participants of the domain. It takes what is said of discovery there too. */
static void read_own_locator(neighbours *all) REQUIRES(all->lock)
{
    const struct ddsi_domaingv *domain = ddsrt_atomic_ldvoidp(&all->m->info_type->gv);
    const ddsi_locator_t *locator = &domain->loc_default_uc;
    bool is_four = locator->kind == NN_LOCATOR_KIND_UDPv4;
    if (!is_four && locator->kind != NN_LOCATOR_KIND_UDPv6) return;
    const uint8_t *address = is_four ? locator->address + 12 : locator->address;
    if (!inet_ntop(is_four ? AF_INET : AF_INET6, address, all->own.address, sizeof all->own.address)) return;
    all->own.port = locator->port;
}

/* NB3. The domain is there as long as the watch is. */
static void let_multicast_be_read(const neighbours *all)
{
    const struct ddsi_domaingv *domain = ddsrt_atomic_ldvoidp(&all->m->info_type->gv);
    if (!domain->data_conn_mc) return;
    for (int i = 0, waiting = 0; i < READ_TRIES; i++) {
        if (ioctl(ddsi_conn_handle(domain->data_conn_mc), FIONREAD, &waiting) || waiting <= 0) return;
        poll(NULL, 0, 1);
    }
}

/* NB1 */
static void say_goodbye(void *arg, const uint8_t participant[RCLIO_GID_SIZE])
{
    neighbours *all = arg;
    goodbye_locator to[CYCLONE_GOODBYES_MAX + 1];
    mutex_lock(&all->lock);
    size_t count = all->other_count;
    memcpy(to, all->others, count * sizeof *to);
    if (all->own.port) to[count++] = all->own;
    mutex_unlock(&all->lock);
    let_multicast_be_read(all);
    for (size_t i = 0; i < count; i++) goodbye_send(participant, &to[i]);
}

neighbours *neighbours_new(cyclone_mw *m)
{
    neighbours *all = calloc(1, sizeof *all);
    if (!all) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for the peers of this machine");
    all->m = m;
    process_self(&all->self);
    if (mutex_init(&all->lock)) goto no_lock;
    if ((all->watch = process_watch_new(say_goodbye, all))) return all;
    mutex_fini(&all->lock);
no_lock:
    free(all);
    return NULL;
}

void neighbours_destroy(neighbours *all)
{
    if (!all) return;
    process_watch_destroy(all->watch);
    mutex_fini(&all->lock);
    free(all);
}

char *neighbours_user_data(const neighbours *all, const char *before)
{
    return process_user_data(&all->self, before);
}

void neighbours_found(neighbours *all, const uint8_t gid[RCLIO_GID_SIZE], const void *user_data, size_t size)
{
    process_identity found;
    if (!process_of_user_data(user_data, size, &found) || !process_is_neighbour(&all->self, &found)) return; /* DIS-13 */
    mutex_lock(&all->lock);
    if (!all->own.port) read_own_locator(all);
    mutex_unlock(&all->lock);
    process_watch_add(all->watch, gid, &found);
}

void neighbours_lost(neighbours *all, const uint8_t gid[RCLIO_GID_SIZE])
{
    process_watch_remove(all->watch, gid);
}

static size_t find_other(const neighbours *all, const goodbye_locator *locator) REQUIRES(all->lock)
{
    size_t i = 0;
    while (i < all->other_count &&
           (all->others[i].port != locator->port || strcmp(all->others[i].address, locator->address) != 0))
        i++;
    return i;
}

rclio_status cyclone_add_goodbye_locator(cyclone_mw *m, const goodbye_locator *locator)
{
    neighbours *all = m->neighbours;
    rclio_status status = RCLIO_OK;
    mutex_lock(&all->lock);
    if (find_other(all, locator) < all->other_count) goto done;
    if (all->other_count < CYCLONE_GOODBYES_MAX)
        all->others[all->other_count++] = *locator;
    else
        status = rclio_fail(RCLIO_LIMIT, "no more than %d places of this process are told of killed peers", CYCLONE_GOODBYES_MAX);
done:
    mutex_unlock(&all->lock);
    return status;
}

void cyclone_remove_goodbye_locator(cyclone_mw *m, const goodbye_locator *locator)
{
    neighbours *all = m->neighbours;
    mutex_lock(&all->lock);
    size_t at = find_other(all, locator);
    if (at < all->other_count) all->others[at] = all->others[--all->other_count];
    mutex_unlock(&all->lock);
}
