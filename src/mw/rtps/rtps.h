/* src/mw/rtps/rtps.h: services in both dialects (SRV-1, SRV-9) on Fast DDS's RTPS layer. All that the C side sees of librclio_rtps.so,
 * which it loads when the first requester or replier is made that is not only promised (mw/split/).
 *
 *   RT1  C++ ends here: no exception, no C++ type and no symbol but `rclio_rtps_ops` crosses. The library calls nothing of librclio
 *        but what is handed down.
 *   RT2  A sample goes to the endpoints it is for and to no other: a reply to the client that asked, a request to the servers of one
 *        dialect. Others get a GAP, never the bytes: a Cyclone-format sample can harm a Fast DDS server.
 *   RT3  Nothing is sent to a Cyclone reader before it is known to be in step (SRV-10); until then samples wait here, in order.
 *   RT4  Samples are kept until they are acknowledged, `depth` of them at most. Others acknowledge after some milliseconds, so at
 *        thousands of calls a second a depth below some hundreds is reached although nobody is slow.
 *   RT5  Callbacks run on a thread of Fast DDS, of this library, or of whoever makes or destroys an object of the same participant,
 *        never in one that sends, though both sides are of one process (SRV-14). They must not block nor call this table, and may run
 *        before the function that made the object has returned. A destroy function returns when they run no more.
 * Threads: any; operations on one object are not called at the same time as its destroy. */
#ifndef RCLIO_MW_RTPS_H
#define RCLIO_MW_RTPS_H

#include "mw/sample.h"
#include "rclio/logging.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RTPS_VERSION 2 /* of this table: a library of another one is refused */
#define RTPS_WHY_SIZE 512

typedef struct rtps rtps; /* a participant */
typedef struct rtps_requester rtps_requester;
typedef struct rtps_replier rtps_replier;

typedef struct rtps_locator {
    char address[46]; /* IPv4 as text */
    uint32_t port;
} rtps_locator;

typedef struct rtps_options {
    uint32_t domain_id;
    const char *user_data;        /* of the participant (DIS-13) */
    const char *const *addresses; /* IPv4 of the interfaces to use; */
    size_t address_count;         /* 0: all that there are */
    bool multicast;               /* discovery by multicast */
    const char *const *peers;     /* addresses or host names to announce to besides */
    size_t peer_count;

    /* user_data.h: handed down, because nothing of librclio is linked */
    const char *(*user_data_find)(const void *bytes, size_t size, const char *key, size_t *length);

    /* A line for the log; `level` as in rclio/logging.h. */
    void (*log)(void *arg, rclio_log_level level, const char *line);
    void *log_arg;

    /* May be NULL. A participant was met or has changed (`user_data`, lent), or has gone. RT5. */
    void (*participant)(void *arg, const uint8_t gid[RCLIO_GID_SIZE], const void *user_data, size_t size, bool gone);
    void *participant_arg;
} rtps_options;

typedef struct rtps_service {
    const char *service;                                                 /* ROS name, for texts */
    const char *request_topic, *request_type, *reply_topic, *reply_type; /* DDS names (NAM-1, NAM-3) */
    const char *request_user_data, *reply_user_data;                     /* of the two endpoints (DIS-2, DIS-3) */
    size_t depth;                                                        /* RT4 */
    mw_callback ready;                                                   /* something to take */
    mw_callback
        changed; /* of a requester: availability may have changed, or a server was lost; of a replier: a client came or left */
} rtps_service;

typedef struct rtps_ops {
    uint32_t version;
    const char *middleware; /* "Fast DDS 2.9.1" */

    rtps *(*open)(const rtps_options *options, char why[RTPS_WHY_SIZE]); /* NULL with `why` */
    void (*close)(rtps *r);                                              /* all its objects have been destroyed */
    void (*gid)(const rtps *r, uint8_t gid[RCLIO_GID_SIZE]);
    size_t (*locators)(const rtps *r, rtps_locator *locators,
                       size_t room); /* where data, and goodbyes behind it, reach it; returns how many there are */

    /* A message on its way out: room for `size` bytes at `data`: header and message. Consumed by send, or by buffer_discard. */
    mw_buffer *(*buffer_new)(size_t size);
    void (*buffer_discard)(mw_buffer *buffer);
    void (*sample_return)(mw_sample *sample); /* of both kinds; also after its object was destroyed */

    rtps_requester *(*requester_new)(rtps *r, const rtps_service *service, char why[RTPS_WHY_SIZE]);
    void (*requester_destroy)(rtps_requester *requester);
    void (*requester_gids)(const rtps_requester *requester, uint8_t writer[RCLIO_GID_SIZE], uint8_t reader[RCLIO_GID_SIZE]);
    /* Goes to the servers of one dialect that are matched: Fast DDS's before Cyclone's, or both would execute the call. None: it is
     * never answered (SRV-4), as server_range says. Consumes the buffer, also on failure.
     * fails  RCLIO_LIMIT: `depth` requests are not acknowledged or held; RCLIO_NO_MEMORY; RCLIO_SYSTEM */
    rclio_status (*requester_send)(rtps_requester *requester, mw_buffer *buffer, int64_t *sequence, char why[RTPS_WHY_SIZE]);
    rclio_status (*requester_take)(rtps_requester *requester, mw_sample *sample, int64_t *sequence); /* as mw_ops */
    /* As mw_ops (SRV-4). `oldest` is of both dialects: a server of the dialect that requests do not go to may still answer older ones. */
    void (*requester_server_range)(rtps_requester *requester, uint64_t *oldest, uint64_t *newest);

    rtps_replier *(*replier_new)(rtps *r, const rtps_service *service, char why[RTPS_WHY_SIZE]);
    void (*replier_destroy)(rtps_replier *replier);
    void (*replier_gids)(const rtps_replier *replier, uint8_t writer[RCLIO_GID_SIZE], uint8_t reader[RCLIO_GID_SIZE]);
    rclio_status (*replier_take)(rtps_replier *replier, mw_sample *sample, mw_request_id *id);
    /* Never blocks. A reply whose client's reader is not matched or not in step is held and sent when it is (SRV-6, RT3).
     * Consumes the buffer, also on failure.
     * fails  RCLIO_UNAVAILABLE: the client has gone, the reply is dropped; RCLIO_NO_MEMORY; RCLIO_SYSTEM
     * Over `depth` the oldest reply is given up: an rclio client gets an error instead (SRV-11), and a line is logged. */
    rclio_status (*replier_send)(rtps_replier *replier, const mw_request_id *id, mw_buffer *buffer, char why[RTPS_WHY_SIZE]);
    /* An error instead of a reply (SRV-11). fails  RCLIO_UNAVAILABLE: the client has gone or is not an rclio one: nothing is sent. */
    rclio_status (*replier_refuse)(rtps_replier *replier, const mw_request_id *id, rclio_status status, const char *text);
    bool (*replier_client_is_gone)(rtps_replier *replier, const mw_request_id *id);
} rtps_ops;

RCLIO_API extern const rtps_ops rclio_rtps_ops; /* the one symbol */

#ifdef __cplusplus
}
#endif

#endif
