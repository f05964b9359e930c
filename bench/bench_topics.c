/* bench_topics: rclio's topics beside raw Cyclone DDS, in one run: two processes, loopback, opaque payloads.
 *
 *   bench_topics [ROUNDS [ROUND_TRIPS [MESSAGES]]]      default 5 rounds of 10,000 round trips and 200,000 one-way messages
 *
 * Prints, as medians over the rounds: the round trip's p50 and CPU of both processes at 64 B, and the one-way rate of KEEP_ALL at 64 B,
 * with the ratios. Both sides receive the same way: the middleware's callback writes an eventfd, the thread that waits for it takes. */
#include "raw.h"

#include "rclio/rclio.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 64, WARM_UP = 500, DOMAIN = 90 };

struct figures {
    double p50_us, cpu_us, rate;
};

struct side { /* one process's half of an experiment, raw or rclio */
    bool is_rclio, keep_all;
    raw_writer *raw_out;
    raw_reader *raw_in;
    int event_fd;
    rclio_context *context;
    rclio_node *node;
    rclio_publisher *out;
    rclio_subscription *in;
    const rclio_type *type;
    void *message;
    void (*received)(struct side *side, uint64_t number);
    bool done;
    /* round trips */
    int64_t sent_ns, *trips;
    size_t count, limit;
    double cpu_before;
    /* one way */
    uint64_t got;
    int64_t first_ns, last_ns;
};

static double cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_topics: %s: %s\n", what, rclio_error());
    exit(1);
}

/* The message is a header and SIZE bytes whose first eight are the number. */
struct packet {
    uint8_t header[4];
    uint8_t bytes[SIZE];
};

typedef struct plain { /* the struct of bench_msgs/msg/Plain, defined in open_rclio() */
    uint64_t number;
    uint8_t rest[SIZE - sizeof(uint64_t)];
} plain;

static void send_number(struct side *side, uint64_t number)
{
    if (side->is_rclio) {
        ((plain *)side->message)->number = number;
        if (rclio_publish(side->out, side->message)) fail("publish");
        return;
    }
    struct packet packet = {.header = {0, 1, 0, 0}};
    memcpy(packet.bytes, &number, sizeof number);
    if (!raw_cyclone.write(side->raw_out, &packet, sizeof packet)) fail("raw write");
}

static void rclio_received(const void *message, const rclio_message_info *info, void *arg)
{
    struct side *side = arg;
    (void)info;
    side->received(side, ((const plain *)message)->number);
    if (side->done) rclio_executor_stop(rclio_context_executor(side->context));
}

/* Each side learns of a match by itself, and callbacks run while one waits: the side that answers a message must know who listens to it
 * before that comes, or its answer goes to nobody. So it has its publisher matched before it has a subscription, with which it is found. */
static void open_topics(struct side *side, const char *out, const char *in, rclio_qos qos)
{
    bool answers = out && in && strcmp(out, "pong") == 0;
    if (out) side->out = rclio_publisher_new(side->node, side->type, out, &(rclio_publisher_options){.qos = qos});
    if (out && !side->out) fail("publisher");
    if (answers && rclio_wait_for(rclio_publisher_wait_for_subscriptions(side->out, 1), RCLIO_S(20))) fail("no subscription");
    if (in)
        side->in =
            rclio_subscription_new(side->node, side->type, in, rclio_received, side, &(rclio_subscription_options){.qos = qos});
    if (in && !side->in) fail("subscription");
    if (out && rclio_wait_for(rclio_publisher_wait_for_subscriptions(side->out, 1), RCLIO_S(20))) fail("no subscription");
    if (in && rclio_wait_for(rclio_subscription_wait_for_publishers(side->in, 1), RCLIO_S(20))) fail("no publisher");
}

static void open_rclio(struct side *side, const char *out, const char *in)
{
    static const char definition[] = "uint64 number\nuint8[56] rest\n";
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    if (side->keep_all) qos.history = RCLIO_KEEP_ALL;
    side->context = rclio_init(0, NULL, &(rclio_context_options){.has_domain_id = true, .domain_id = DOMAIN, .no_rosout = true});
    if (!side->context) fail("context");
    side->type = rclio_types_parse(rclio_context_types(side->context), "bench_msgs/msg/Plain", "Plain.msg", definition,
                                   sizeof definition - 1);
    if (!side->type) fail("type");
    side->message = rclio_message_new(side->type);
    side->node = rclio_node_new(
        side->context,
        out && strcmp(out, "ping") == 0 ? "bench_ping"
        : out                           ? "bench_pong"
                                        : "bench_sink",
        &(rclio_node_options){
            .no_type_description_service = true, .no_parameter_services = true, .no_parameter_events = true, .no_rosout = true});
    open_topics(side, out, in, qos);
}

static void open_raw(struct side *side, const char *out, const char *in)
{
    char topic[64];
    side->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    raw_cyclone.open(DOMAIN);
    if (out) snprintf(topic, sizeof topic, "raw/%s", out), side->raw_out = raw_cyclone.writer_new(topic, side->keep_all);
    if (in)
        snprintf(topic, sizeof topic, "raw/%s", in), side->raw_in = raw_cyclone.reader_new(topic, side->keep_all, side->event_fd);
    while (!raw_cyclone.is_matched(side->raw_out, side->raw_in)) poll(NULL, 0, 1);
}

static void open_side(struct side *side, const char *out, const char *in)
{
    if (side->is_rclio)
        open_rclio(side, out, in);
    else
        open_raw(side, out, in);
}

static void run_side(struct side *side)
{
    struct pollfd file = {.fd = side->event_fd, .events = POLLIN};
    struct packet packet;
    uint64_t number;
    if (side->is_rclio) {
        rclio_executor_spin(rclio_context_executor(side->context));
        return;
    }
    while (!side->done) {
        poll(&file, 1, -1);
        if (read(side->event_fd, &number, sizeof number) < 0 && errno != EAGAIN) return;
        while (!side->done && raw_cyclone.take(side->raw_in, &packet, sizeof packet) > 0) {
            memcpy(&number, packet.bytes, sizeof number);
            side->received(side, number);
        }
    }
}

static void close_side(struct side *side)
{
    if (!side->is_rclio) {
        raw_cyclone.close();
        return;
    }
    rclio_message_destroy(side->type, side->message);
    rclio_context_destroy(side->context);
}

/* ---- round trips ---- */

static void pong(struct side *side, uint64_t number)
{
    if (number == WARM_UP) side->cpu_before = cpu_us();
    send_number(side, number);
    side->done = number + 1 == side->limit;
}

static void ping(struct side *side, uint64_t number)
{
    int64_t now = rclio_now_steady();
    if (number == WARM_UP) side->cpu_before = cpu_us();
    if (number >= WARM_UP) side->trips[side->count++] = now - side->sent_ns;
    if (number + 1 == side->limit) {
        side->done = true;
        return;
    }
    side->sent_ns = rclio_now_steady();
    send_number(side, number + 1);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The child sends its CPU time through the pipe when it has seen the last message. */
static struct figures round_trips(bool is_rclio, size_t count)
{
    int report[2];
    double child_cpu = 0;
    if (pipe(report)) fail("pipe");
    fflush(stdout);
    pid_t child = fork();
    struct side side = {.is_rclio = is_rclio, .limit = count + WARM_UP, .received = child ? ping : pong};
    if (child == 0) {
        open_side(&side, "pong", "ping");
        run_side(&side);
        child_cpu = cpu_us() - side.cpu_before;
        if (write(report[1], &child_cpu, sizeof child_cpu) < 0) _exit(1);
        char end;
        close(report[1]);
        if (read(report[0], &end, 0) < 0) _exit(1);
        close_side(&side);
        _exit(0);
    }
    side.trips = calloc(count, sizeof *side.trips);
    if (!side.trips) fail("memory");
    open_side(&side, "ping", "pong");
    side.sent_ns = rclio_now_steady();
    send_number(&side, 0);
    run_side(&side);
    double cpu = cpu_us() - side.cpu_before;
    if (read(report[0], &child_cpu, sizeof child_cpu) != sizeof child_cpu) fail("the other process");
    waitpid(child, NULL, 0);
    close_side(&side);
    close(report[0]), close(report[1]);
    qsort(side.trips, side.count, sizeof *side.trips, by_value);
    struct figures figures = {.p50_us = (double)side.trips[side.count / 2] / 1e3, .cpu_us = (cpu + child_cpu) / (double)count};
    free(side.trips);
    return figures;
}

/* ---- one way ---- */

static void counted(struct side *side, uint64_t number)
{
    side->last_ns = rclio_now_steady();
    if (side->got == 0) side->first_ns = side->last_ns;
    if (number != side->got++)
        fprintf(stderr, "bench_topics: a message is missing before %llu\n", (unsigned long long)number), exit(1);
    side->done = side->got == side->limit;
}

static struct figures one_way(bool is_rclio, size_t count)
{
    fflush(stdout);
    pid_t child = fork();
    struct side side = {.is_rclio = is_rclio, .keep_all = true, .limit = count, .received = counted};
    if (child == 0) {
        open_side(&side, "flood", NULL);
        for (uint64_t number = 0; number < count; number++) send_number(&side, number);
        pause(); /* until the receiver has all and kills us: closing would drop what is not acknowledged */
        _exit(0);
    }
    open_side(&side, NULL, "flood");
    run_side(&side);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close_side(&side);
    return (struct figures){.rate = (double)(count - 1) * 1e9 / (double)(side.last_ns - side.first_ns)};
}

/* ---- medians ---- */

static int by_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_double);
    return values[count / 2];
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 5;
    size_t trips = argc > 2 ? strtoul(argv[2], NULL, 0) : 10000, messages = argc > 3 ? strtoul(argv[3], NULL, 0) : 200000;
    double p50[2][64], cpu[2][64], rate[2][64];
    if (rounds < 1 || rounds > 64 || trips < 1 || messages < 2)
        return fprintf(stderr, "usage: bench_topics [ROUNDS [TRIPS [MESSAGES]]]\n"), 2;
    for (int round = 0; round < rounds; round++) {
        for (int is_rclio = 0; is_rclio < 2; is_rclio++) {
            struct figures trip = round_trips(is_rclio, trips), flood = one_way(is_rclio, messages);
            p50[is_rclio][round] = trip.p50_us, cpu[is_rclio][round] = trip.cpu_us, rate[is_rclio][round] = flood.rate;
        }
    }
    double raw, own;
    printf("topics, 64 B, %d rounds           raw Cyclone       rclio   ratio\n", rounds);
    raw = median(p50[0], rounds), own = median(p50[1], rounds);
    printf("round trip, p50, us               %11.1f %11.1f   %5.2f\n", raw, own, own / raw);
    raw = median(cpu[0], rounds), own = median(cpu[1], rounds);
    printf("round trip, CPU of both, us       %11.1f %11.1f   %5.2f\n", raw, own, own / raw);
    raw = median(rate[0], rounds), own = median(rate[1], rounds);
    printf("one way, KEEP_ALL, messages a s   %11.0f %11.0f   %5.2f\n", raw, own, own / raw);
    return 0;
}
