/* tests/mw/rtps/sides.h: what the tests of librclio_rtps share: participants, the two sides of a service that adds, and second processes
 * (roles.c; seam.h, S2), which play servers and clients of this library ("rtps ...") and of Cyclone's dialect ("cyclone ..."). */
#ifndef RCLIO_TESTS_MW_RTPS_SIDES_H
#define RCLIO_TESTS_MW_RTPS_SIDES_H

#include "seam.h"

#include "mw/rtps/rtps.h"

#include <stdatomic.h>

#define table (&rclio_rtps_ops)
#define NODE_MARKER "rclio=services;topics=0102030405060708090a0b0c;process=x;" /* DIS-13 */
#define STRANGER "enclave=/;"

void peer_tell(peer *p); /* a line on its standard input */
int sides_main(int argc, char **argv, int (*run)(void));

rtps *participant_open(const char *user_data);
rtps_requester *requester_of(rtps *r, size_t depth);
rtps_requester *requester_told(rtps *r, size_t depth, atomic_int *changes); /* counts the calls of `changed` */
rtps_replier *replier_of(rtps *r, size_t depth);
rtps_replier *replier_told(rtps *r, size_t depth, mw_callback ready);

/* Of all participants of this process. */
void log_note(void *arg, rclio_log_level level, const char *line);
int log_lines(void);
void log_last(char line[512]);

/* A message of `size` bytes: header, two or one numbers, and zeros. */
int64_t ask(rtps_requester *requester, int64_t a, int64_t b);
int64_t ask_sized(rtps_requester *requester, int64_t a, int64_t b, size_t size);
bool try_hear(rtps_replier *replier, mw_request_id *id, int64_t *sum);
int64_t hear(rtps_replier *replier, mw_request_id *id); /* waits for a request; the sum it asks for */
rclio_status answer(rtps_replier *replier, const mw_request_id *id, int64_t sum);
rclio_status answer_sized(rtps_replier *replier, const mw_request_id *id, int64_t sum, size_t size);
int64_t get(rtps_requester *requester, int64_t *sequence); /* waits for a reply; its sum */
rclio_status get_failure(rtps_requester *requester, int64_t *sequence, char text[256]);
bool is_available(rtps_requester *requester);
uint64_t oldest_server(rtps_requester *requester);
uint64_t newest_server(rtps_requester *requester);

/* raw.cpp: endpoints of Fast DDS without a filter, an inbox or a dialect, each in a participant of its own. */
typedef struct raw raw;
raw *raw_reader_new(uint32_t domain, const char *topic, const char *type);
raw *raw_writer_new(uint32_t domain, const char *topic, const char *type);
void raw_add_reader(raw *r, const char *topic, const char *type);
void raw_destroy(raw *r);
int raw_matched(raw *r);
int raw_samples(raw *r); /* that a reader received */
int raw_taken(raw *r);   /* that were written and acknowledged by all */
void raw_write(raw *r, const void *bytes, size_t size);

extern const char *const request_topic, *const request_type, *const reply_topic, *const reply_type;

#endif
