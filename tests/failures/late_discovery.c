/* tests/failures/late_discovery.c: a question and its answer on topics, of nodes that discover each other late and one side first.
 *   failures_late_discovery ask publications|subscriptions    asks once it is matched both ways, and waits for the answer; nobody hears
 *                                                             of its endpoints of that kind before a line comes on standard input
 *   failures_late_discovery answer                            answers when the callback has seen its publisher matched
 *   failures_late_discovery answer --first                    has its publisher matched before it has a subscription
 *
 * Announcements are kept back where they are sent: Cyclone DDS sends by sendmsg(), and finds the one of this program. They are
 * reliable, so those that were kept back come when they may.
 * Threads: main; sendmsg() on Cyclone's. */
#include <rclio/rclio.h>

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RTPS_HEADER 20 /* bytes; then submessages of 4 bytes, the last two of which are the length of what follows */
#define DATA_WRITER 12 /* where the id of its writer is in a submessage DATA */
#define DATA 0x15

typedef struct number { /* std_msgs/msg/Int32 */
    int32_t data;
} number;

typedef struct program {
    rclio_context *context;
    rclio_node *node;
    rclio_publisher *publisher;
    bool waits_in_callback;
} program;

static atomic_int
    kept_back; /* third byte of the built-in writer whose announcements do not leave: 3 publications, 4 subscriptions; 0 */

static bool announces(const uint8_t *message, size_t size, int kind)
{
    for (size_t at = RTPS_HEADER; at + DATA_WRITER + 4 <= size;) {
        const uint8_t writer[4] = {0, 0, (uint8_t)kind, 0xc2}, *submessage = message + at;
        size_t length = (size_t)submessage[2] | (size_t)submessage[3] << 8;
        if (submessage[0] == DATA && memcmp(submessage + DATA_WRITER, writer, sizeof writer) == 0) return true;
        if (length == 0) return false;
        at += 4 + length;
    }
    return false;
}

__attribute__((visibility("default"))) ssize_t sendmsg(int socket, const struct msghdr *message, int flags)
{
    uint8_t bytes[4096]; /* announcements come first, in small messages */
    size_t size = 0, all = 0;
    for (size_t i = 0; i < message->msg_iovlen; i++) {
        size_t piece = message->msg_iov[i].iov_len, fits = piece < sizeof bytes - size ? piece : sizeof bytes - size;
        if (fits > 0) memcpy(bytes + size, message->msg_iov[i].iov_base, fits);
        size += fits;
        all += piece;
    }
    int kind = atomic_load(&kept_back);
    if (kind && announces(bytes, size, kind)) return (ssize_t)all;
    return syscall(SYS_sendmsg, socket, message, flags);
}

static int failed(void)
{
    fprintf(stderr, "late_discovery: %s\n", rclio_error());
    return 1;
}

static void say(const char *line)
{
    puts(line);
    fflush(stdout);
}

static bool wait_matched(rclio_future *matched)
{
    rclio_status status = rclio_wait(matched);
    rclio_future_unref(matched);
    return status == RCLIO_OK;
}

/* ---- who asks ---- */

static void answered(const void *message, const rclio_message_info *info, void *arg)
{
    const program *p = arg;
    (void)info;
    if (((const number *)message)->data == 42) say("answered");
    rclio_shutdown(p->context);
}

static void stop_keeping_back(void *arg)
{
    (void)arg;
    rclio_await_fd(STDIN_FILENO, POLLIN, RCLIO_FOREVER, NULL);
    atomic_store(&kept_back, 0);
}

static int ask(program *p, const rclio_type *type)
{
    rclio_task_start(rclio_context_executor(p->context), "announcements kept back", stop_keeping_back, NULL);
    rclio_subscription *answers = rclio_subscription_new(p->node, type, "answer", answered, p, NULL);
    p->publisher = rclio_publisher_new(p->node, type, "question", NULL);
    if (!p->publisher || !answers) return failed();
    say("ready");
    if (!wait_matched(rclio_publisher_wait_for_subscriptions(p->publisher, 1))) return failed();
    if (!wait_matched(rclio_subscription_wait_for_publishers(answers, 1))) return failed();
    if (rclio_publish(p->publisher, &(number){.data = 6 * 7}) != RCLIO_OK) return failed();
    say("asked");
    return rclio_executor_spin(rclio_context_executor(p->context)) == RCLIO_OK ? 0 : failed();
}

/* ---- who answers ---- */

static void asked(const void *message, const rclio_message_info *info, void *arg)
{
    program *p = arg;
    (void)info;
    say("question");
    if (p->waits_in_callback && !wait_matched(rclio_publisher_wait_for_subscriptions(p->publisher, 1))) return;
    if (rclio_publish(p->publisher, message) != RCLIO_OK) failed();
}

static int answer(program *p, const rclio_type *type)
{
    p->publisher = rclio_publisher_new(p->node, type, "answer", NULL);
    if (!p->publisher) return failed();
    say("ready");
    if (!p->waits_in_callback && !wait_matched(rclio_publisher_wait_for_subscriptions(p->publisher, 1))) return failed();
    if (!rclio_subscription_new(p->node, type, "question", asked, p, NULL)) return failed();
    return rclio_executor_spin(rclio_context_executor(p->context)) == RCLIO_OK ? 0 : failed();
}

static int run(int argc, char **argv)
{
    program p = {.context = rclio_init(0, NULL, NULL), .waits_in_callback = argc == 2};
    bool asks = strcmp(argv[1], "ask") == 0;
    p.node = rclio_node_new(p.context, argv[1], &(rclio_node_options){.no_rosout = true});
    const rclio_type *type = p.node ? rclio_types_get(rclio_context_types(p.context), "std_msgs/msg/Int32") : NULL;
    int status = !type ? failed() : asks ? ask(&p, type) : answer(&p, type);
    rclio_context_destroy(p.context);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "ask") == 0) atomic_store(&kept_back, strcmp(argv[2], "publications") == 0 ? 3 : 4);
    if (argc == 3 || (argc == 2 && strcmp(argv[1], "answer") == 0)) return run(argc, argv);
    fprintf(stderr, "usage: failures_late_discovery ask publications|subscriptions | answer [--first]\n");
    return 2;
}
