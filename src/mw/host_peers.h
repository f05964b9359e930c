/* src/mw/host_peers.h: how many participants of a domain run on this machine, told by the ports that they have bound.
 *
 *   HP1  A participant that takes part in discovery binds the first free port of 7400 + 250 * domain + 10 + 2 * n, n from 0 (DIS-18).
 *        What has an ephemeral port instead is not counted: the count is a lower bound.
 * Threads: any. Tests: tests/mw/test_host_peers.c. */
#ifndef RCLIO_MW_HOST_PEERS_H
#define RCLIO_MW_HOST_PEERS_H

#include <stddef.h>
#include <stdint.h>

/* 0 also where the kernel does not tell. */
size_t host_peers(uint32_t domain);

#endif
