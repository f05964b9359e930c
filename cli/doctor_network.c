/* cli/doctor_network.c: interfaces of this machine, as `ros2 doctor` shows and judges them. Threads: main. */
#include "cli.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_first(const struct ifaddrs *all, const struct ifaddrs *one)
{
    for (; all != one; all = all->ifa_next)
        if (strcmp(all->ifa_name, one->ifa_name) == 0) return false;
    return true;
}

static void address_text(const struct sockaddr *address, char text[INET6_ADDRSTRLEN])
{
    text[0] = '\0';
    if (address && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text, INET6_ADDRSTRLEN);
    if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, text, INET6_ADDRSTRLEN);
}

/* "['127.0.0.1']" of one family; a string you free. */
static char *addresses(const struct ifaddrs *all, const char *name, int family)
{
    char *list = NULL, text[INET6_ADDRSTRLEN];
    size_t size = 0;
    FILE *out = open_memstream(&list, &size);
    if (!out) return NULL;
    fputc('[', out);
    bool any = false;
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != family || strcmp(i->ifa_name, name) != 0) continue;
        address_text(i->ifa_addr, text);
        fprintf(out, "%s'%s'", any ? ", " : "", text);
        any = true;
    }
    fputc(']', out);
    fclose(out);
    return list;
}

static char *flags_text(unsigned flags)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {
        {IFF_UP, "UP"},           {IFF_BROADCAST, "BROADCAST"}, {IFF_LOOPBACK, "LOOPBACK"}, {IFF_POINTOPOINT, "POINTOPOINT"},
        {IFF_RUNNING, "RUNNING"}, {IFF_NOARP, "NOARP"},         {IFF_PROMISC, "PROMISC"},   {IFF_MULTICAST, "MULTICAST"}};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool any = false;
    if (!out) return NULL;
    fprintf(out, "%u<", flags & 0xffff);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!(flags & names[i].bit)) continue;
        fprintf(out, "%s%s", any ? "," : "", names[i].name);
        any = true;
    }
    fputc('>', out);
    fclose(out);
    return text;
}

static int mtu_of(const char *name)
{
    struct ifreq request = {0};
    int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), mtu = 0;
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    if (file >= 0 && ioctl(file, SIOCGIFMTU, &request) == 0) mtu = request.ifr_mtu;
    if (file >= 0) close(file);
    return mtu;
}

/* The first of a family. */
static const struct ifaddrs *first_of(const struct ifaddrs *all, const char *name, int family)
{
    for (; all; all = all->ifa_next)
        if (all->ifa_addr && all->ifa_addr->sa_family == family && strcmp(all->ifa_name, name) == 0) return all;
    return NULL;
}

static void add_interface(cli_report *report, const struct ifaddrs *all, const struct ifaddrs *one)
{
    char text[INET6_ADDRSTRLEN];
    const struct ifaddrs *four = first_of(all, one->ifa_name, AF_INET), *link = first_of(all, one->ifa_name, AF_PACKET);
    char *inet4 = addresses(all, one->ifa_name, AF_INET), *inet6 = addresses(all, one->ifa_name, AF_INET6);
    char *flags = flags_text(one->ifa_flags);
    if (four) {
        address_text(four->ifa_addr, text);
        cli_report_add(report, "inet", "%s", text);
    }
    cli_report_add(report, "inet4", "%s", inet4 ? inet4 : "");
    if (link && !(one->ifa_flags & IFF_LOOPBACK)) {
        const uint8_t *a = ((const struct sockaddr_ll *)(const void *)link->ifa_addr)->sll_addr;
        cli_report_add(report, "ether", "%02x:%02x:%02x:%02x:%02x:%02x", a[0], a[1], a[2], a[3], a[4], a[5]);
    }
    cli_report_add(report, "inet6", "%s", inet6 ? inet6 : "");
    if (four) {
        address_text(four->ifa_netmask, text);
        cli_report_add(report, "netmask", "%s", text);
    }
    cli_report_add(report, "device", "%s", one->ifa_name);
    cli_report_add(report, "flags", "%s", flags ? flags : "");
    cli_report_add(report, "mtu", "%d", mtu_of(one->ifa_name));
    if (four && one->ifa_flags & IFF_BROADCAST) {
        address_text(four->ifa_broadaddr, text);
        cli_report_add(report, "broadcast", "%s", text);
    }
    free(inet4);
    free(inet6);
    free(flags);
}

void cli_report_network(cli *c)
{
    cli_report report = {.title = "NETWORK CONFIGURATION"};
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0) cli_error(c, "cannot list the interfaces: %s", strerror(errno));
    for (const struct ifaddrs *i = all; i; i = i->ifa_next)
        if (is_first(all, i)) add_interface(&report, all, i);
    if (all) freeifaddrs(all);
    cli_report_print(c, &report);
    cli_report_fini(&report);
}

void cli_check_network(cli *c, cli_findings *findings)
{
    struct ifaddrs *all = NULL;
    bool loopback = false, other = false, multicast = false;
    if (getifaddrs(&all) != 0) {
        cli_doctor_error(c, findings, "cannot list the interfaces: %s", strerror(errno));
        return;
    }
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        bool up = i->ifa_flags & IFF_UP, has_address = i->ifa_addr && i->ifa_addr->sa_family == AF_INET;
        if (!up || !has_address) continue;
        loopback |= (i->ifa_flags & IFF_LOOPBACK) != 0;
        other |= (i->ifa_flags & IFF_LOOPBACK) == 0;
        multicast |= (i->ifa_flags & IFF_MULTICAST) != 0;
    }
    freeifaddrs(all);
    if (!loopback) cli_doctor_error(c, findings, "No loopback IP address is found.");
    if (!other) cli_doctor_warn(c, findings, "Only loopback IP address is found.");
    if (!multicast) cli_doctor_warn(c, findings, "No multicast IP address is found.");
}
