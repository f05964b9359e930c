/* tests/mw/seam.h: what the tests of the seam share: two participants, waiting for events, and a second process.
 *
 *   S1  Waiting is for an event: every callback of the seam wakes whoever waits, who looks at the condition again. A watchdog ends a
 *       test that waits in vain and names the condition.
 *   S2  The second process is this program, started anew with a role (peer.c); it ends when its standard input does. */
#ifndef RCLIO_TESTS_MW_SEAM_H
#define RCLIO_TESTS_MW_SEAM_H

#include "mw/graph.h"
#include "mw/mw.h"
#include "rclio/types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/types.h>

typedef struct side { /* a participant with one node */
    mw *m;
    mw_node *node;
    graph *graph;
    int changes; /* id of its graph callback */
} side;

typedef struct peer { /* the second process */
    pid_t pid;
    FILE *says; /* what it prints, a line at a time */
    int input;
} peer;

extern const mw_ops *ops; /* the implementation under test */
extern const rclio_type *string_type, *other_type, *adder_type;

/* A test program's main: `run` once for every implementation of the seam, or for the one that RCLIO_MW names. */
int seam_main(int argc, char **argv, int (*run)(void));
void seam_begin(void); /* environment and types */
void seam_end(void);
uint32_t seam_domain(void);
side side_open(const char *node_name);
side side_open_with(const char *node_name, int64_t write_timeout_ns);
void side_close(side *s);

/* How long a test waits that is not to wait for a lease, which takes 8 seconds at least. */
#define NO_LEASE_NS RCLIO_S(5)

/* S1. `wake_all` is the callback to hand down; `arg` may be NULL or an atomic_int that counts the calls. */
void wake_all(void *arg);
#define WAKE ((mw_callback){.call = wake_all})
#define COUNT_IN(counter) ((mw_callback){.call = wake_all, .arg = (counter)})
unsigned wait_begin(const char *what, const char *file, int line);
void wait_step(unsigned seen);
void wait_end(void);
unsigned wake_count(void);
#define WAIT_UNTIL(condition)                                        \
    do {                                                             \
        unsigned seen_ = wait_begin(#condition, __FILE__, __LINE__); \
        while (!(condition)) {                                       \
            wait_step(seen_);                                        \
            seen_ = wake_count();                                    \
        }                                                            \
        wait_end();                                                  \
    } while (0)

/* Messages: the CDR header and `size` bytes that follow from `seed`. */
rclio_status send_bytes(mw_writer *writer, size_t size, unsigned seed);
void fill_bytes(mw_buffer *buffer, unsigned seed);
bool has_bytes(const mw_sample *sample, size_t size, unsigned seed);
void take_one(mw_reader *reader, mw_sample *sample); /* waits for it */

/* S2 */
peer peer_start(const char *role);
void peer_expect(peer *p, const char *line); /* waits for that line */
void peer_kill(peer *p);                     /* kill -9 */
void peer_freeze(peer *p);                   /* it lives, and does and says nothing more, until it is killed */
void peer_stop(peer *p);                     /* its input ends; waits for its exit, which must be 0 */
int peer_main(const char *role);

#endif
