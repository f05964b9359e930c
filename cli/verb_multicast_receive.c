/* cli/verb_multicast_receive.c: `ros2 multicast receive`. */
#include "multicast.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct multicast_receive {
    const char *group;
    int64_t port;
};

static const cli_option multicast_receive_options[] = {CLI_MULTICAST(struct multicast_receive, group, port), {0}};

static int receive(cli *c, int file)
{
    char text[4097] = "", *shown = NULL;
    struct sockaddr_in from = {0};
    socklen_t size = sizeof from;
    size_t length = 0;
    if (!cli_wait_readable(file)) return CLI_USAGE; /* interrupted while looking around */
    ssize_t got = recvfrom(file, text, sizeof text - 1, 0, (struct sockaddr *)(void *)&from, &size);
    if (got < 0) return cli_error(c, "cannot receive: %s", strerror(errno));
    FILE *out = open_memstream(&shown, &length);
    if (!out) return cli_error(c, "out of memory");
    cli_repr(out, text);
    fclose(out);
    cli_print(c, "Received from %s:%d: %s\n", inet_ntoa(from.sin_addr), ntohs(from.sin_port), shown);
    free(shown);
    return 0;
}

static int multicast_receive_run(cli *c, const void *options)
{
    const struct multicast_receive *o = options;
    struct sockaddr_in group;
    if (!cli_group_address(c, o->group, o->port, &group)) return CLI_FAILED;
    int file = cli_multicast_listen(c, &group), status = 0;
    if (file < 0) return CLI_FAILED;
    cli_print_text(c, "Waiting for UDP multicast datagram...\n");
    if (cli_flush(c)) status = receive(c, file);
    close(file);
    return status;
}

const cli_verb cli_verb_multicast_receive = {
    "multicast receive",
    "Wait for one UDP multicast datagram",
    multicast_receive_options,
    sizeof(struct multicast_receive),
    multicast_receive_run,
    "It listens on every interface (upstream: on the one of the default route). Bytes that are no text are shown too.",
};
