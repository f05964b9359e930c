/* tests/failures/short_of_memory.c: publishes while the process may not have more memory.
 *   failures_short_of_memory [by_reference]
 * It makes a message of 64 MB on "blob" (std_msgs/msg/UInt8MultiArray), then limits its address space to little more than it has,
 * publishes the large one, which fails with a reason, and a small one, which arrives. It waits for a subscription first; by_reference: for
 * one of its own, which says what it gets.
 * Threads: main. */
#include <rclio/rclio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define LARGE ((size_t)64 << 20)
#define SPARE ((size_t)16 << 20)

static int failed(void)
{
    fprintf(stderr, "short_of_memory: %s\n", rclio_error());
    return 1;
}

static bool limit_memory(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    bool read = file && fscanf(file, "%lu", &pages) == 1;
    if (file) fclose(file);
    rlim_t limit = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + SPARE;
    return read && setrlimit(RLIMIT_AS, &(struct rlimit){limit, limit}) == 0;
}

/* A std_msgs/msg/UInt8MultiArray of `size` bytes as it is in C: a layout, then a sequence of bytes. */
static void *message_of(const rclio_type *type, size_t size)
{
    void *message = rclio_message_new(type);
    const rclio_field *data = message ? rclio_type_field(type, "data") : NULL;
    rosidl_runtime_c__uint8__Sequence *bytes = data ? (void *)((char *)message + data->offset) : NULL;
    if (!bytes || !rclio_sequence_reserve(bytes, size, 1)) return NULL;
    memset(bytes->data, 7, size);
    bytes->size = size;
    return message;
}

static size_t received;

static void on_blob(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)arg;
    received++;
    printf("received: %s\n", info->from_intra_process ? "by reference" : "bytes");
}

static int run(rclio_context *context, bool by_reference)
{
    rclio_node_options options = {.no_rosout = true, .use_intra_process_comms = by_reference};
    rclio_node *node = rclio_node_new(context, "short_of_memory", &options);
    const rclio_type *type = context ? rclio_types_get(rclio_context_types(context), "std_msgs/msg/UInt8MultiArray") : NULL;
    rclio_publisher *publisher = rclio_publisher_new(node, type, "blob", NULL);
    if (!publisher || (by_reference && !rclio_subscription_new(node, type, "blob", on_blob, NULL, NULL))) return failed();
    void *large = message_of(type, LARGE), *small = message_of(type, 3);
    if (!large || !small) return failed();
    rclio_future *matched = rclio_publisher_wait_for_subscriptions(publisher, 1);
    rclio_status status = rclio_wait_for(matched, RCLIO_S(20));
    rclio_future_unref(matched);
    if (status != RCLIO_OK || !limit_memory()) return failed();
    status = rclio_publish(publisher, large);
    printf("large: %s: %s\n", rclio_status_name(status), rclio_error());
    status = rclio_publish(publisher, small);
    printf("small: %s\n", rclio_status_name(status));
    rclio_future *acknowledged = rclio_publisher_wait_acknowledged(publisher, RCLIO_S(20));
    status = rclio_wait(acknowledged);
    rclio_future_unref(acknowledged);
    while (by_reference && received == 0 && status == RCLIO_OK)
        status = rclio_executor_spin_once(rclio_context_executor(context), RCLIO_S(20));
    rclio_message_destroy(type, large);
    rclio_message_destroy(type, small);
    return status == RCLIO_OK ? 0 : failed();
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(0, NULL, NULL);
    int status = run(context, argc > 1 && strcmp(argv[1], "by_reference") == 0);
    rclio_context_destroy(context);
    return status;
}
