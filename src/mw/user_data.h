/* src/mw/user_data.h: the USER_DATA of participants and endpoints, "key=value;" repeated (DIS-1 .. DIS-4).
 *
 *   UD1  Bytes from the network: nothing is assumed of them but their size.
 *   UD2  Unknown keys are skipped, missing ones are no error.
 * Threads: any; no state. */
#ifndef RCLIO_MW_USER_DATA_H
#define RCLIO_MW_USER_DATA_H

#include "rclio/qos.h"

/* The value of `key`, `*length` bytes lent from `bytes`; NULL without an error when there is none. */
const char *user_data_find(const void *bytes, size_t size, const char *key, size_t *length);

/* The value of `key` as a string you free; "" when there is none; NULL with the error set when memory is short. */
char *user_data_copy(const void *bytes, size_t size, const char *key);

/* DIS-2: false when there is no `typehash` or it is not a RIHS01 hash. */
bool user_data_type_hash(const void *bytes, size_t size, uint8_t hash[32]);

/* DIS-1, DIS-13: "enclave=/;rclio=node;", a string you free. */
char *user_data_participant(const char *enclave);

/* DIS-13: of a participant that carries services only, for nodes whose topics are of the participant of that GID. You free it. */
char *user_data_services(const uint8_t topics[RCLIO_GID_SIZE]);

/* DIS-13: whether it is an rclio's. `topics`: the prefix of the participant that has the topics of its nodes, by default its own. */
bool user_data_marker(const void *bytes, size_t size, const uint8_t gid[RCLIO_GID_SIZE], uint8_t topics[12]);

/* DIS-2, DIS-3: "typehash=RIHS01_...;", before it "<id_key>=<id>;" unless id_key is NULL. A string you free. */
char *user_data_endpoint(const char *id_key, const char *id, const uint8_t hash[32]);

/* DIS-17: 32 hexadecimal digits. */
#define USER_DATA_CLIENT "client"
#define USER_DATA_GID_SIZE (2 * RCLIO_GID_SIZE + 1)
void user_data_gid(const uint8_t gid[RCLIO_GID_SIZE], char digits[USER_DATA_GID_SIZE]);

/* DIS-3, DIS-4: the id of a client or service: the participant's GID prefix and a counter. */
#define USER_DATA_ID_SIZE 48
void user_data_id(const uint8_t participant[RCLIO_GID_SIZE], uint32_t counter, char id[USER_DATA_ID_SIZE]);

#endif
