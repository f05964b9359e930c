/* tests/mw/test_host_peers.c: counting the participants of this machine by their ports. */
#include "mw/host_peers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Of no other test: nothing is sent, ports are bound only. Their ports, and those of the domains beside it, lie above those that the kernel gives
 * to any socket (32768 to 60999), of which other tests have many. */
#define DOMAIN (216 + (unsigned)getpid() % 14)

static int bind_port(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(file, (struct sockaddr *)(void *)&address, sizeof address), 0);
    return file;
}

static void each_participant_s_discovery_port_counts_once(void **state) /* DIS-18 */
{
    const unsigned base = 7400 + 250 * DOMAIN;
    (void)state;
    assert_int_equal(host_peers(DOMAIN), 0);
    int files[] = {bind_port(base), bind_port(base + 1), bind_port(base + 10), bind_port(base + 11), bind_port(base + 14)};
    assert_int_equal(host_peers(DOMAIN), 2);
    assert_int_equal(host_peers(DOMAIN - 1), 0);
    assert_int_equal(host_peers(DOMAIN + 1), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) close(files[i]);
    assert_int_equal(host_peers(DOMAIN), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_participant_s_discovery_port_counts_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
