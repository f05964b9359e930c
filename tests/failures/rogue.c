/* tests/failures/rogue.c: publishes bytes that nobody has checked.
 *   failures_rogue TOPIC TYPE HEX...
 * It waits for a subscription, publishes each HEX as one message, waits until all are acknowledged, prints "sent" and ends.
 * Threads: main. */
#include <rclio/rclio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rogue {
    const char *topic, *type;
    char *const *messages; /* ended by NULL */
};

static int failed(void)
{
    fprintf(stderr, "rogue: %s\n", rclio_error());
    return 1;
}

static bool publish_hex(rclio_publisher *publisher, const char *hex)
{
    size_t size = strlen(hex) / 2;
    uint8_t *bytes = malloc(size ? size : 1);
    if (!bytes) return false;
    for (size_t i = 0; i < size; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    bool good = rclio_publish_serialized(publisher, bytes, size) == RCLIO_OK;
    free(bytes);
    return good;
}

static int run(rclio_context *context, const struct rogue *rogue)
{
    rclio_publisher_options options = {.qos = RCLIO_QOS_DEFAULT};
    rclio_node *node = rclio_node_new(context, "rogue", &(rclio_node_options){.no_rosout = true});
    const rclio_type *type = context ? rclio_types_get(rclio_context_types(context), rogue->type) : NULL;
    options.qos.history = RCLIO_KEEP_ALL;
    rclio_publisher *publisher = rclio_publisher_new(node, type, rogue->topic, &options);
    if (!publisher) return failed();
    rclio_future *matched = rclio_publisher_wait_for_subscriptions(publisher, 1);
    rclio_status status = rclio_wait_for(matched, RCLIO_S(20));
    rclio_future_unref(matched);
    if (status != RCLIO_OK) return failed();
    for (char *const *hex = rogue->messages; *hex; hex++)
        if (!publish_hex(publisher, *hex)) return failed();
    rclio_future *acknowledged = rclio_publisher_wait_acknowledged(publisher, RCLIO_S(20));
    status = rclio_wait(acknowledged);
    rclio_future_unref(acknowledged);
    if (status != RCLIO_OK) return failed();
    puts("sent");
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: failures_rogue TOPIC TYPE HEX...\n");
        return 2;
    }
    struct rogue rogue = {.topic = argv[1], .type = argv[2], .messages = argv + 3};
    rclio_context *context = rclio_init(0, NULL, NULL);
    int status = run(context, &rogue);
    rclio_context_destroy(context);
    return status;
}
