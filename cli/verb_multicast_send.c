/* cli/verb_multicast_send.c: `ros2 multicast send`. */
#include "multicast.h"

struct multicast_send {
    const char *group;
    int64_t port, ttl;
};

static const cli_option multicast_send_options[] = {
    CLI_MULTICAST(struct multicast_send, group, port),
    CLI_INT(struct multicast_send, ttl, "--ttl", "how many routers it may pass", .range = CLI_UNSIGNED),
    {0},
};

static int multicast_send_run(cli *c, const void *options)
{
    const struct multicast_send *o = options;
    struct sockaddr_in group;
    if (o->ttl != CLI_UNSET && o->ttl > 255) return cli_error(c, "'%lld' is no --ttl: it must be 0 to 255", (long long)o->ttl);
    if (!cli_group_address(c, o->group, o->port, &group)) return CLI_FAILED;
    cli_print_text(c, "Sending one UDP multicast datagram...\n");
    return cli_flush(c) && cli_multicast_send(c, &group, o->ttl, "Hello World!") ? 0 : CLI_FAILED;
}

const cli_verb cli_verb_multicast_send = {
    "multicast send",
    "Send one UDP multicast datagram",
    multicast_send_options,
    sizeof(struct multicast_send),
    multicast_send_run,
    "It goes out on every interface that can multicast (upstream: the one of the default route), on loopback alone where ROS is\n"
    "kept there.",
};
