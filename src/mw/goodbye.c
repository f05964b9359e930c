/* src/mw/goodbye.c: see goodbye.h. Tests: tests/mw/test_goodbye.c, tests/mw/test_seam_*.c. */
#include "mw/goodbye.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PREFIX_SIZE 12 /* GID-1 */

/* One piece after the other; all numbers little endian. */
typedef struct writer {
    uint8_t *at;
} writer;

static void put(writer *w, const void *bytes, size_t size)
{
    memcpy(w->at, bytes, size);
    w->at += size;
}

static void put_parameter(writer *w, uint8_t id, const void *value, uint8_t size)
{
    const uint8_t head[4] = {id, 0, size, 0};
    put(w, head, sizeof head);
    put(w, value, size);
}

static void put_sequence(writer *w, uint64_t number)
{
    uint64_t sequence = GOODBYE_FIRST + number; /* DIS-14 */
    uint8_t bytes[8];
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(sequence >> (32 + 8 * i)); /* the high half comes first */
        bytes[4 + i] = (uint8_t)(sequence >> (8 * i));
    }
    put(w, bytes, sizeof bytes);
}

void goodbye_write(const uint8_t participant[RCLIO_GID_SIZE], uint64_t number, uint8_t message[GOODBYE_SIZE])
{
    static const uint8_t protocol[6] = {'R', 'T', 'P', 'S', 2, 1}, sentinel[4] = {1};
    static const uint8_t data[8] = {0x15, 0x01 | 0x02 | 0x08, GOODBYE_SIZE - 24, 0, 0, 0, 16, 0}; /* inline QoS, and a key */
    static const uint8_t reader[4] = {0, 1, 0, 0xc7}, announcer[4] = {0, 1, 0, 0xc2};             /* SPDP's */
    static const uint8_t disposed_and_unregistered[4] = {0, 0, 0, 1 | 2}; /* big endian, as the standard has it */
    static const uint8_t encapsulation[4] = {0, 3};                       /* PL_CDR_LE */
    writer w = {.at = message};
    put(&w, protocol, sizeof protocol);
    put(&w, participant, 2); /* GID-2 */
    put(&w, participant, PREFIX_SIZE);
    put(&w, data, sizeof data);
    put(&w, reader, sizeof reader);
    put(&w, announcer, sizeof announcer);
    put_sequence(&w, number);
    put_parameter(&w, 0x70, participant, RCLIO_GID_SIZE); /* DIS-12: the key hash */
    put_parameter(&w, 0x71, disposed_and_unregistered, sizeof disposed_and_unregistered);
    put(&w, sentinel, sizeof sentinel);
    put(&w, encapsulation, sizeof encapsulation);
    put_parameter(&w, 0x50, participant, RCLIO_GID_SIZE); /* DIS-14: Cyclone reads the key itself */
    put(&w, sentinel, sizeof sentinel);
}

/* false: no address. */
static bool address_of(const goodbye_locator *to, struct sockaddr_storage *address, socklen_t *size)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)to->port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)to->port)};
    if (to->port == 0 || to->port > UINT16_MAX) return false;
    if (inet_pton(AF_INET, to->address, &four.sin_addr) == 1) {
        memcpy(address, &four, *size = sizeof four);
        return true;
    }
    if (inet_pton(AF_INET6, to->address, &six.sin6_addr) == 1) {
        memcpy(address, &six, *size = sizeof six);
        return true;
    }
    return false;
}

void goodbye_send(const uint8_t participant[RCLIO_GID_SIZE], const goodbye_locator *to)
{
    uint8_t message[GOODBYE_SIZE];
    struct sockaddr_storage address;
    socklen_t size = 0;
    if (!address_of(to, &address, &size)) return;
    int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return;
    goodbye_write(participant, (uint64_t)clock_steady_ns(), message);
    sendto(fd, message, sizeof message, MSG_NOSIGNAL, (struct sockaddr *)(void *)&address, size);
    close(fd);
}
