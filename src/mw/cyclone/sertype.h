/* src/mw/cyclone/sertype.h: messages as opaque CDR bytes inside Cyclone: its "sertype" and "serdata" objects, made by us.
 *
 *   SD1  A message on its way out is encoded into the memory that Cyclone sends from: `buffer.data` points into the serdata.
 *   SD2  SERDATA_HEADROOM bytes lie before the message's header, for the request id of the service dialect (SRV-1).
 *   SD3  All types are keyless; two sertypes of one type name are the same to Cyclone (DIS-9).
 *   SD4  A serdata may stand for a message that is passed by reference (mw/local/): it has a reference to it and no bytes of its own.
 *        Readers of this process find it there; Cyclone asks for bytes only to send them.
 * Threads: any. A serdata on its way out has one owner until it is written. */
#ifndef RCLIO_MW_CYCLONE_SERTYPE_H
#define RCLIO_MW_CYCLONE_SERTYPE_H

#include "mw/cyclone/dds_headers.h"
#include "mw/mw.h"

#define SERDATA_HEADROOM 16

typedef struct serdata {
    struct ddsi_serdata base; /* must be first: Cyclone's half */
    local_message *message;   /* SD4; NULL: the bytes are in `memory` */
    mw_buffer buffer;         /* what the floor above sees of a message on its way out */
    uint8_t *wire;            /* header, then what the dialect puts between, then the message */
    size_t size;              /* bytes at `wire` */
    uint8_t memory[];
} serdata;

/* A sertype for that DDS type name, to be handed to dds_create_topic_sertype; NULL with the error set. */
struct ddsi_sertype *sertype_new(const char *type_name);

/* Room for a message of `size` bytes with its header; NULL with the error set. Freed by serdata_discard or by writing it. */
serdata *serdata_new(const struct ddsi_sertype *type, size_t size);
serdata *serdata_of(mw_buffer *buffer);
void serdata_unref(serdata *data); /* NULL is allowed */
void serdata_discard(mw_buffer *buffer);

/* SD4. Consumes the reference, also on failure. */
serdata *serdata_new_of(const struct ddsi_sertype *type, local_message *message);
const uint8_t *serdata_bytes(serdata *data); /* of either kind */

/* SRV-1: moves the header to the front of the headroom and puts `id` between it and the message. */
void serdata_insert_id(serdata *data, const uint8_t id[SERDATA_HEADROOM]);

#endif
