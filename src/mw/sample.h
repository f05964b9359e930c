/* src/mw/sample.h: messages as they pass the seam (mw.h, M1 and M2), and callbacks. Apart from mw.h because librclio_rtps.so, which is
 * C++, takes them too and must not see base/log.h: its `log` is the name of a mathematical function. */
#ifndef RCLIO_MW_SAMPLE_H
#define RCLIO_MW_SAMPLE_H

#include "rclio/qos.h"

typedef void mw_callback_fn(void *arg); /* M2 */
typedef struct mw_callback {
    mw_callback_fn *call; /* NULL: none */
    void *arg;
} mw_callback;

/* A message on its way out. `data` has room for `size` bytes: the 4-byte header and the message, written by rclio_encode() with
 * offset 0. The implementation keeps room in front of it for what its dialect puts between header and message. */
typedef struct mw_buffer {
    uint8_t *data;
    size_t size;
    void (*discard)(struct mw_buffer *buffer); /* the implementation's, where it has several kinds */
} mw_buffer;

/* A message that was received: bytes lent until `sample_return`. The message starts `offset` bytes after the header. */
typedef struct mw_sample {
    const uint8_t *data;
    size_t size;
    size_t offset;               /* for rclio_decode() */
    int64_t source_timestamp_ns; /* system clock */
    int64_t received_timestamp_ns;
    uint8_t publisher_gid[RCLIO_GID_SIZE];
    struct local_message *message; /* mw/local/message.h: it came by reference, `data` is NULL; lent likewise */
    rclio_status failure;          /* of a reply: not RCLIO_OK: the server refused (SRV-11); `data` is a text of `size` bytes */
    void *handle;                  /* the implementation's */
} mw_sample;

typedef struct mw_request_id {
    uint8_t client_gid[RCLIO_GID_SIZE]; /* of the client's request writer */
    uint8_t client_topics[12];          /* prefix of the participant that has the client's topics (DIS-13) */
    bool client_is_rclio;
    uint8_t opaque[40];
    int64_t sequence;
} mw_request_id;

#endif
