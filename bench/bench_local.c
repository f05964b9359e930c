/* bench_local: what a message costs within a process: by reference, copied once by reference, encoded and decoded; beside another process
 * on loopback and beside memcpy, in one run.
 *
 *   bench_local [MESSAGES]      default 1,000 of each kind and size
 *
 * Prints the median from before publishing to the callback, of a VGA image (921,600 bytes) and of 64 bytes. Publisher and subscription are
 * in two nodes on one executor; nobody fills the image, which costs the same everywhere. */
#include "rclio/rclio.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VGA = 640 * 480 * 3, SMALL = 64, WARM_UP = 20, DOMAIN = 91 };

typedef struct frame { /* bench_msgs/msg/Frame, defined in open_side() */
    int64_t sent_ns;
    rosidl_runtime_c__uint8__Sequence data;
} frame;

typedef struct side {
    rclio_context *context;
    rclio_node *out_node, *in_node;
    const rclio_type *type;
    rclio_publisher *publisher;
    int64_t *times;
    size_t count;
    int acknowledge; /* of the other process: a byte for each message */
    size_t wanted;
} side;

static void fail(const char *what)
{
    fprintf(stderr, "bench_local: %s: %s\n", what, rclio_error());
    exit(1);
}

static rclio_node *open_node(rclio_context *context, const char *name, bool by_reference)
{
    rclio_node *node = rclio_node_new(context, name,
                                      &(rclio_node_options){.use_intra_process_comms = by_reference,
                                                            .no_rosout = true,
                                                            .no_type_description_service = true,
                                                            .no_parameter_services = true,
                                                            .no_parameter_events = true});
    if (!node) fail("node");
    return node;
}

static void received(const void *message, const rclio_message_info *info, void *arg)
{
    side *s = arg;
    (void)info;
    s->times[s->count++] = rclio_now_steady() - ((const frame *)message)->sent_ns;
    if (s->acknowledge && write(s->acknowledge, "", 1) != 1) exit(1);
    if (s->wanted && s->count == s->wanted) rclio_executor_stop(rclio_context_executor(s->context));
}

static void open_side(side *s, bool publishes, bool subscribes, bool by_reference)
{
    static const char definition[] = "int64 sent_ns\nuint8[] data\n";
    s->context = rclio_init(0, NULL, &(rclio_context_options){.has_domain_id = true, .domain_id = DOMAIN, .no_rosout = true});
    if (!s->context) fail("context");
    s->type = rclio_types_parse(rclio_context_types(s->context), "bench_msgs/msg/Frame", "Frame.msg", definition,
                                sizeof definition - 1);
    if (!s->type) fail("type");
    if (publishes) {
        s->out_node = open_node(s->context, "camera", by_reference);
        if (!(s->publisher = rclio_publisher_new(s->out_node, s->type, "image", NULL))) fail("publisher");
    }
    if (subscribes) {
        s->in_node = open_node(s->context, "screen", by_reference);
        rclio_subscription *in = rclio_subscription_new(s->in_node, s->type, "image", received, s, NULL);
        if (!in || rclio_wait_for(rclio_subscription_wait_for_publishers(in, 1), RCLIO_S(20))) fail("subscription");
    }
    if (publishes && rclio_wait_for(rclio_publisher_wait_for_subscriptions(s->publisher, 1), RCLIO_S(20)))
        fail("no subscription");
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double median_us(int64_t *times, size_t count)
{
    qsort(times, count, sizeof *times, by_value);
    return (double)times[count / 2] / 1e3;
}

static void fill(frame *message, size_t size)
{
    if (!rclio_sequence_reserve(&message->data, size, 1)) fail("memory");
    message->data.size = size;
}

static double within(size_t size, size_t count, bool by_reference, bool borrows)
{
    int64_t *times = calloc(count + WARM_UP, sizeof *times);
    side s = {.times = times};
    if (!times) fail("memory");
    open_side(&s, true, true, by_reference);
    frame *own = rclio_message_new(s.type);
    fill(own, size);
    memset(own->data.data, 1, size);
    for (size_t i = 0; i < count + WARM_UP; i++) {
        frame *message = borrows ? rclio_publisher_borrow(s.publisher) : own;
        if (!message) fail("borrow");
        if (borrows) fill(message, size);
        message->sent_ns = rclio_now_steady();
        if (borrows ? rclio_publish_loaned(s.publisher, message) : rclio_publish(s.publisher, message)) fail("publish");
        while (s.count <= i) rclio_executor_spin_once(rclio_context_executor(s.context), RCLIO_S(10));
    }
    rclio_message_destroy(s.type, own);
    rclio_context_destroy(s.context);
    double median = median_us(times + WARM_UP, count);
    free(times);
    return median;
}

static void watch(int acknowledged, int report, size_t count) /* the other process */
{
    side s = {.times = calloc(count, sizeof *s.times), .acknowledge = acknowledged, .wanted = count};
    if (!s.times) exit(1);
    open_side(&s, false, true, false);
    if (write(acknowledged, "", 1) != 1) exit(1);
    rclio_executor_spin(rclio_context_executor(s.context));
    double median = median_us(s.times + WARM_UP, count - WARM_UP);
    if (write(report, &median, sizeof median) != sizeof median) exit(1);
    rclio_context_destroy(s.context);
    _exit(0);
}

static double loopback(size_t size, size_t count)
{
    int acknowledged[2], report[2];
    char byte;
    double median = 0;
    if (pipe(acknowledged) || pipe(report)) fail("pipe");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) watch(acknowledged[1], report[1], count + WARM_UP);
    side s = {.count = 0};
    open_side(&s, true, false, false);
    frame *own = rclio_message_new(s.type);
    fill(own, size);
    memset(own->data.data, 1, size);
    if (read(acknowledged[0], &byte, 1) != 1) fail("the other process");
    for (size_t i = 0; i < count + WARM_UP; i++) {
        own->sent_ns = rclio_now_steady();
        if (rclio_publish(s.publisher, own)) fail("publish");
        if (read(acknowledged[0], &byte, 1) != 1) fail("the other process");
    }
    if (read(report[0], &median, sizeof median) != sizeof median) fail("the other process");
    waitpid(child, NULL, 0);
    rclio_message_destroy(s.type, own);
    rclio_context_destroy(s.context);
    for (int i = 0; i < 2; i++) close(acknowledged[i]), close(report[i]);
    return median;
}

static double copying(size_t size, size_t count)
{
    int64_t *times = calloc(count, sizeof *times);
    uint8_t *from = malloc(size), *to = malloc(size);
    if (!times || !from || !to) fail("memory");
    memset(from, 1, size);
    memset(to, 2, size);
    for (size_t i = 0; i < count; i++) {
        int64_t before = rclio_now_steady();
        memcpy(to, from, size);
        __asm__ volatile("" : : "r"(to) : "memory"); /* or nobody would copy */
        times[i] = rclio_now_steady() - before;
    }
    double median = median_us(times, count);
    free(times), free(from), free(to);
    return median;
}

static void show(const char *what, double us, double memcpy_us, double loopback_us)
{
    printf("  %-38s %9.2f us %10.2f %12.3f\n", what, us, us / memcpy_us, us / loopback_us);
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {VGA, SMALL};
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;
    if (count < 1) return fprintf(stderr, "usage: bench_local [MESSAGES]\n"), 2;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double copy = copying(sizes[i], count), far = loopback(sizes[i], count);
        printf("%zu bytes, publish to callback%*s  median  to memcpy  to loopback\n", sizes[i], sizes[i] == VGA ? 10 : 14, "");
        show("memcpy", copy, copy, far);
        show("by reference, borrowed", within(sizes[i], count, true, true), copy, far);
        show("by reference, copied once", within(sizes[i], count, true, false), copy, far);
        show("in the process, encoded and decoded", within(sizes[i], count, false, false), copy, far);
        show("another process, loopback", far, copy, far);
    }
    return 0;
}
