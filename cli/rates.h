/* cli/rates.h: how often and how large the messages of many topics are: each is listened to raw and best effort.
 *
 *   RA1  A topic is followed while somebody publishes it; a type needs no definition here, for nothing is decoded.
 *   RA2  Numbers are of the last cuts (cli_rates_cut()), at most WINDOW of them: so they move soon, and slow topics do not flicker.
 * Threads: main. */
#ifndef RCLIO_CLI_RATES_H
#define RCLIO_CLI_RATES_H

#include "cli.h"

#define CLI_RATES_WINDOW 5

typedef struct cli_rate_mark { /* what had come at a cut */
    int64_t time_ns;
    uint64_t messages, bytes;
} cli_rate_mark;

#define CLI_RATES_PUBLISHERS 16

typedef struct cli_rate_publisher {
    uint8_t gid[RCLIO_GID_SIZE];
    uint64_t messages; /* since the cut before */
    double share;      /* of the topic's messages between the last two cuts, 0 to 1 */
} cli_rate_publisher;

typedef struct cli_rate {
    char *topic, *type_name;
    rclio_type type;                  /* name and hash, no more: RA1 */
    rclio_subscription *subscription; /* NULL: it could not be made */
    uint64_t messages, bytes;
    int64_t first_ns, last_ns; /* when the first and the last of all came; 0: none did */
    cli_rate_mark marks[CLI_RATES_WINDOW + 1];
    size_t mark_count;
    cli_rate_publisher publishers[CLI_RATES_PUBLISHERS]; /* the first that sent */
    size_t publisher_count;
} cli_rate;

typedef struct cli_rates {
    cli *c;
    cli_rate **data; /* sorted by topic */
    size_t size, capacity;
} cli_rates;

/* Follows what is published now, and what is followed no more is forgotten. `wanted` says which topics (NULL: all). false: out of
 * memory, after an error line. */
bool cli_rates_follow(cli_rates *rates, bool (*wanted)(const char *topic, void *arg), void *arg);
cli_rate *cli_rates_find(const cli_rates *rates, const char *topic); /* NULL: not followed */
void cli_rates_cut(cli_rates *rates);
void cli_rates_fini(cli_rates *rates);

/* Since the oldest cut that is kept, or since it is followed. */
double cli_rate_hz(const cli_rate *rate);
double cli_rate_bandwidth(const cli_rate *rate);                                /* bytes a second */
double cli_rate_share(const cli_rate *rate, const uint8_t gid[RCLIO_GID_SIZE]); /* of one publisher, 0 to 1 */
uint64_t cli_rate_lost(const cli_rate *rate);                                   /* on their way to this command, ever */

/* From first to last message, as `topic hz` counts: for one long look. */
double cli_rate_mean_hz(const cli_rate *rate);

/* "12.3 kB/s", "10.0 Hz", in at most 12 characters. */
void cli_format_bandwidth(char *text, size_t size, double bytes_a_second);
void cli_format_hz(char *text, size_t size, double hz);

#endif
