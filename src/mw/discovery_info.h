/* src/mw/discovery_info.h: the message of `ros_discovery_info`, rmw_dds_common/msg/ParticipantEntitiesInfo, to and from CDR (DIS-5).
 *
 *   DI1  Bytes from the network: every length is checked against the bytes present before memory is touched or taken. By hand
 *        and not by the general codec, so that the middleware needs no interface definitions to discover anybody.
 * Threads: any, one owner per value. */
#ifndef RCLIO_MW_DISCOVERY_INFO_H
#define RCLIO_MW_DISCOVERY_INFO_H

#include "rclio/qos.h"

typedef struct discovery_gid {
    uint8_t data[RCLIO_GID_SIZE];
} discovery_gid;

typedef struct discovery_gids {
    discovery_gid *data;
    size_t size;
    size_t capacity;
} discovery_gids;

typedef struct discovery_node {
    char *name_space;
    char *name;
    discovery_gids readers;
    discovery_gids writers;
} discovery_node;

typedef struct discovery_info {
    discovery_gid participant;
    discovery_node *nodes;
    size_t node_count;
} discovery_info; /* {0}: no nodes */

/* Reads into `info`, which is {0} before, and after a failure. The caller ends it with discovery_info_fini.
 * fails  RCLIO_BAD_DATA, RCLIO_NO_MEMORY */
rclio_status discovery_info_decode(const uint8_t *bytes, size_t size, discovery_info *info);

/* The bytes, header included, which you free; NULL with the error set. */
uint8_t *discovery_info_encode(const discovery_info *info, size_t *size);

void discovery_info_fini(discovery_info *info);
void discovery_node_fini(discovery_node *node);

#endif
