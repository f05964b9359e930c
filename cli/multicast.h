/* cli/multicast.h: UDP multicast, for `ros2 multicast` and `ros2 doctor hello`. */
#ifndef RCLIO_CLI_MULTICAST_H
#define RCLIO_CLI_MULTICAST_H

#include "cli.h"

#include <netinet/in.h>

#define CLI_MULTICAST_GROUP "225.0.0.1"
#define CLI_MULTICAST_PORT "49150"
#define CLI_MULTICAST(type, group, port)                                                                   \
    CLI_STRING(type, group, "--group", "multicast group, an IPv4 address", .preset = CLI_MULTICAST_GROUP), \
        CLI_INT(type, port, "--port", "UDP port", .preset = CLI_MULTICAST_PORT)

/* All: false or -1 after an error line. */
bool cli_group_address(cli *c, const char *group, int64_t port, struct sockaddr_in *address);
int cli_multicast_listen(cli *c, const struct sockaddr_in *group); /* a file to close, which does not block */
bool cli_multicast_send(cli *c, const struct sockaddr_in *group, int64_t ttl, const char *text); /* ttl CLI_UNSET: the system's */

#endif
