/* src/mw/goodbye.h: what a participant that was killed would have said at its end, said in its place, to participants of this process
 * only: they drop it by their own rules, and with it its endpoints, matches and whatever waits for it (DIS-14).
 *
 * Threads: any; no state. */
#ifndef RCLIO_MW_GOODBYE_H
#define RCLIO_MW_GOODBYE_H

#include "rclio/qos.h"

#define GOODBYE_SIZE 104
#define GOODBYE_FIRST (UINT64_C(1) << 62) /* no announcement has a sequence number as high */

typedef struct goodbye_locator { /* where a participant of this process receives data, and takes discovery's too */
    char address[46];            /* as text, IPv4 or IPv6 */
    uint32_t port;
} goodbye_locator;

/* The RTPS message in which that participant disposes itself. `number`: higher than in the one before, or Fast DDS takes it for that. */
void goodbye_write(const uint8_t participant[RCLIO_GID_SIZE], uint64_t number, uint8_t message[GOODBYE_SIZE]);

/* Sends it to one place, by a socket that is open for the call only; never blocks. What is lost is left to the lease. */
void goodbye_send(const uint8_t participant[RCLIO_GID_SIZE], const goodbye_locator *to);

#endif
