/* src/mw/host_peers.c: see host_peers.h. */
#include "mw/host_peers.h"

#include <stdbool.h>
#include <stdio.h>

#define PARTICIPANTS_MAX 120 /* per machine and domain: the next domain's ports begin behind them */

static unsigned first_port(uint32_t domain) /* DIS-18 */
{
    return 7400 + 250 * domain + 10;
}

/* "  12: 0100007F:1CF2 ...": the local port. */
static bool local_port(const char *line, unsigned *port)
{
    return sscanf(line, " %*u: %*8[0-9A-Fa-f]:%x", port) == 1;
}

size_t host_peers(uint32_t domain)
{
    bool bound[PARTICIPANTS_MAX] = {false};
    char line[512];
    size_t count = 0;
    unsigned port;
    FILE *sockets = fopen("/proc/net/udp", "re");
    if (!sockets) return 0;
    while (fgets(line, sizeof line, sockets)) {
        if (!local_port(line, &port) || port < first_port(domain)) continue;
        unsigned offset = port - first_port(domain);
        if (offset % 2 || offset / 2 >= PARTICIPANTS_MAX || bound[offset / 2]) continue;
        bound[offset / 2] = true;
        count++;
    }
    fclose(sockets);
    return count;
}
