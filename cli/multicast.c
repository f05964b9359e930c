/* cli/multicast.c: UDP multicast on every interface that can, or on loopback alone where ROS is kept there
 * (ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST, ROS_LOCALHOST_ONLY=1).
 *
 *   U1  What is sent goes out once on each interface; who listens has joined on each.
 * Threads: main. */
#include "multicast.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool loopback_only(void)
{
    const char *range = getenv("ROS_AUTOMATIC_DISCOVERY_RANGE"), *only = getenv("ROS_LOCALHOST_ONLY");
    return (range && strcmp(range, "LOCALHOST") == 0) || (only && strcmp(only, "1") == 0);
}

/* Calls `use` for the IPv4 address of each interface that is up; how many of them it could be done for. */
static size_t each_interface(int file, bool (*use)(int file, struct in_addr address, const void *arg), const void *arg)
{
    struct ifaddrs *interfaces = NULL;
    size_t count = 0;
    if (getifaddrs(&interfaces) != 0) return 0;
    for (const struct ifaddrs *i = interfaces; i; i = i->ifa_next) {
        bool loopback = i->ifa_flags & IFF_LOOPBACK;
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !(i->ifa_flags & IFF_UP)) continue;
        if (!loopback && (loopback_only() || !(i->ifa_flags & IFF_MULTICAST))) continue;
        count += use(file, ((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr, arg);
    }
    freeifaddrs(interfaces);
    return count;
}

bool cli_group_address(cli *c, const char *group, int64_t port, struct sockaddr_in *address)
{
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (port < 1 || port > 65535) return cli_error(c, "'%lld' is no port: it must be 1 to 65535", (long long)port), false;
    if (inet_pton(AF_INET, group, &address->sin_addr) == 1 && IN_MULTICAST(ntohl(address->sin_addr.s_addr))) return true;
    cli_error(c, "'%s' is no multicast group: it must be an address from 224.0.0.0 to 239.255.255.255", group);
    return false;
}

static bool join(int file, struct in_addr interface, const void *arg)
{
    struct ip_mreq request = {.imr_multiaddr = *(const struct in_addr *)arg, .imr_interface = interface};
    return setsockopt(file, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0;
}

int cli_multicast_listen(cli *c, const struct sockaddr_in *group)
{
    int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1, no = 0;
    if (file >= 0 && setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        setsockopt(file, IPPROTO_IP, IP_MULTICAST_ALL, &no, sizeof no) == 0 &&
        bind(file, (const struct sockaddr *)(const void *)group, sizeof *group) == 0 &&
        each_interface(file, join, &group->sin_addr) > 0)
        return file;
    cli_error(c, "cannot listen to %s:%d: %s", inet_ntoa(group->sin_addr), ntohs(group->sin_port), strerror(errno));
    if (file >= 0) close(file);
    return -1;
}

struct datagram {
    const struct sockaddr_in *group;
    const char *text;
};

static bool send_one(int file, struct in_addr interface, const void *arg)
{
    const struct datagram *d = arg;
    size_t size = strlen(d->text);
    if (setsockopt(file, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface) != 0) return false;
    return sendto(file, d->text, size, 0, (const struct sockaddr *)(const void *)d->group, sizeof *d->group) == (ssize_t)size;
}

bool cli_multicast_send(cli *c, const struct sockaddr_in *group, int64_t ttl, const char *text)
{
    struct datagram datagram = {group, text};
    int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), hops = (int)ttl;
    bool sent = file >= 0 && (ttl == CLI_UNSET || setsockopt(file, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops) == 0) &&
                each_interface(file, send_one, &datagram) > 0; /* U1 */
    if (!sent) cli_error(c, "cannot send to %s:%d: %s", inet_ntoa(group->sin_addr), ntohs(group->sin_port), strerror(errno));
    if (file >= 0) close(file);
    return sent;
}
