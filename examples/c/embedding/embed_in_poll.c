/* embed_in_poll: a node inside somebody else's loop. The loop is plain poll() on standard input and the executor's file; each line
 * typed is published on /typed, what comes back on /typed is printed; end of input ends it. */
#include <poll.h>
#include <rclio/rclio.h>
#include <std_msgs/msg/string.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void heard(const void *message, const rclio_message_info *info, void *arg)
{
    int *outstanding = arg;
    const std_msgs__msg__String *string = message;
    (void)info;
    printf("heard: %s\n", string->data.data);
    fflush(stdout);
    --*outstanding;
}

/* Publishes the complete lines of `line`; returns how many. */
static int publish_lines(rclio_publisher *publisher, char *buffer, size_t *length)
{
    int published = 0;
    for (char *end; (end = memchr(buffer, '\n', *length)); published++) {
        std_msgs__msg__String message = {0};
        size_t size = (size_t)(end - buffer);
        if (rosidl_runtime_c__String__assignn(&message.data, buffer, size)) rclio_publish(publisher, &message);
        std_msgs__msg__String__fini(&message);
        *length -= size + 1;
        memmove(buffer, end + 1, *length);
    }
    return published;
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = rclio_node_new(context, "embedded", NULL);
    int outstanding = 0;
    rclio_subscription *subscription =
        rclio_subscription_new(node, RCLIO_TYPE(std_msgs, msg, String), "typed", heard, &outstanding, NULL);
    rclio_publisher *publisher = rclio_publisher_new(node, RCLIO_TYPE(std_msgs, msg, String), "typed", NULL);
    rclio_future *matched = rclio_publisher_wait_for_subscriptions(publisher, 1);
    if (!subscription || rclio_wait_for(matched, RCLIO_S(10))) {
        fprintf(stderr, "%s\n", rclio_error());
        return 1;
    }
    rclio_future_unref(matched);

    rclio_executor *executor = rclio_context_executor(context);
    struct pollfd files[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = rclio_executor_fd(executor), .events = POLLIN}};
    char buffer[4096];
    size_t length = 0;
    bool open = true;
    while (rclio_ok(context) && (open || outstanding > 0)) {
        if (poll(files, 2, -1) < 0) continue; /* a signal: rclio_ok() tells */
        if (files[0].revents) {
            ssize_t size = read(STDIN_FILENO, buffer + length, sizeof buffer - length);
            open = size > 0;
            if (!open) files[0].fd = -1;
            length += open ? (size_t)size : 0;
            outstanding += publish_lines(publisher, buffer, &length);
        }
        if (files[1].revents) rclio_executor_dispatch(executor, 0);
    }
    rclio_context_destroy(context);
    return 0;
}
