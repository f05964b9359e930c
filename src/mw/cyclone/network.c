/* src/mw/cyclone/network.c: how Cyclone was told to reach the network, so that the participant that carries services keeps to it: one
 * configuration, CYCLONEDDS_URI and the discovery range (ENV-2), holds for both.
 * Threads: any; the configuration of a domain does not change. Tests: tests/mw/test_cyclone.c, tests/mw/test_split.c. */
#include "mw/cyclone/cyclone.h"

#include "base/error.h"

#define asm __asm__ /* as dds_headers.h */
#include <dds/ddsi/ddsi_domaingv.h>
#include <dds/ddsi/ddsi_ownip.h>
#undef asm

#include <arpa/inet.h>
#include <stdlib.h>

#define IPV4_OFFSET 12 /* of an address in the 16 bytes of a locator */

static void add_address(cyclone_network *network, const ddsi_locator_t *locator)
{
    size_t i = network->address_count;
    if (i == CYCLONE_ADDRESSES_MAX || locator->kind != NN_LOCATOR_KIND_UDPv4) return;
    network->addresses[i] = inet_ntop(AF_INET, locator->address + IPV4_OFFSET, network->texts[i], sizeof network->texts[i]);
    if (network->addresses[i]) network->address_count++;
}

static rclio_status add_peers(cyclone_network *network, const struct ddsi_config_peer_listelem *peers)
{
    size_t count = 0;
    for (const struct ddsi_config_peer_listelem *peer = peers; peer; peer = peer->next) count++;
    network->peers = calloc(count + 1, sizeof *network->peers);
    if (!network->peers) return rclio_fail(RCLIO_NO_MEMORY, "no memory for %zu peers", count);
    for (; peers; peers = peers->next) network->peers[network->peer_count++] = peers->peer;
    return RCLIO_OK;
}

rclio_status cyclone_network_get(const cyclone_mw *m, cyclone_network *network)
{
    const struct ddsi_domaingv *domain = ddsrt_atomic_ldvoidp(&m->info_type->gv);
    bool multicast = false;
    *network = (cyclone_network){0};
    for (int i = 0; i < domain->n_interfaces; i++) {
        if (domain->config.network_interfaces) add_address(network, &domain->interfaces[i].loc);
        multicast = multicast || domain->interfaces[i].mc_capable;
    }
    network->multicast = multicast && (domain->config.allowMulticast & DDSI_AMC_SPDP);
    return add_peers(network, domain->config.peers);
}

void cyclone_network_fini(cyclone_network *network)
{
    free(network->peers);
}
