/* tests/cli/task_nodes.c: a C program as anybody writes it, whose behaviour is known: for `ros2 tasks`, `trace` and `top`.
 *
 *   /sender      a timer, every 20 ms, publishes 100 bytes on /data
 *   /receiver    subscribes to /data; each callback awaits 2 ms of sleep, so about a tenth of the time is callbacks'
 *   /waiter      three tasks: "asker" awaits a call of a service that nobody has, "sleeper" sleeps for long, "reader" awaits a file
 *
 * argv[1] "block": /sender's timer does not return: it blocks the executor at its third call, until input ends. Prints "ready" and then
 * "blocked". Ends with SIGINT, SIGTERM, or the end of its input. Threads: one, and one that waits for the end of the input. */
#include "rclio/rclio.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct scene {
    rclio_context *context;
    rclio_publisher *publisher;
    rclio_client *client;
    size_t calls;
    bool blocks;
    int pipe[2];
};

typedef struct text_message { /* std_msgs/msg/String */
    rosidl_runtime_c__String data;
} text_message;

static void wait_for_end_of_input(void)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
}

static void send_data(rclio_timer *timer, void *arg)
{
    struct scene *s = arg;
    static char bytes[100];
    (void)timer;
    memset(bytes, 'x', sizeof bytes - 1);
    rclio_publish(s->publisher, &(text_message){{bytes, sizeof bytes - 1, sizeof bytes}});
    if (!s->blocks || ++s->calls != 3) return;
    puts("blocked");
    fflush(stdout);
    wait_for_end_of_input(); /* what a careful program does not do in a callback */
}

static void receive_data(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info, (void)arg;
    rclio_sleep(RCLIO_MS(2));
}

static void ask(void *arg)
{
    struct scene *s = arg;
    int64_t request[2] = {1, 2};
    rclio_future *call = rclio_client_call(s->client, request);
    rclio_await(call);
    rclio_future_unref(call);
}

static void sleep_long(void *arg)
{
    (void)arg;
    rclio_sleep(RCLIO_S(3600));
}

static void read_file(void *arg)
{
    rclio_await_fd(((struct scene *)arg)->pipe[0], POLLIN, RCLIO_S(3600), NULL);
}

static void end_with_input(void *arg)
{
    struct scene *s = arg;
    char byte;
    while (rclio_await_fd(STDIN_FILENO, POLLIN, -1, NULL) == RCLIO_OK && read(STDIN_FILENO, &byte, 1) > 0)
        ;
    rclio_shutdown(s->context);
}

static rclio_status build(struct scene *s, rclio_node *waiter)
{
    rclio_context *context = s->context;
    rclio_node *sender = rclio_node_new(context, "sender", NULL), *receiver = rclio_node_new(context, "receiver", NULL);
    const rclio_type *string = rclio_types_get(rclio_context_types(context), "std_msgs/msg/String");
    const rclio_type *add = rclio_types_get(rclio_context_types(context), "example_interfaces/srv/AddTwoInts");
    if (!(s->publisher = rclio_publisher_new(sender, string, "data", NULL))) return rclio_error_status();
    if (!rclio_subscription_new(receiver, string, "data", receive_data, NULL, NULL)) return rclio_error_status();
    if (!(s->client = rclio_client_new(waiter, add, "nobody", NULL))) return rclio_error_status();
    if (!rclio_timer_new(sender, RCLIO_MS(20), send_data, s, NULL)) return rclio_error_status();
    if (pipe(s->pipe) != 0) return RCLIO_SYSTEM;
    rclio_executor *executor = rclio_context_executor(context);
    rclio_status status = rclio_task_start(executor, "asker", ask, s);
    if (!status) status = rclio_task_start(executor, "sleeper of '/waiter'", sleep_long, NULL);
    if (!status) status = rclio_task_start(executor, "reader", read_file, s);
    if (!status && !s->blocks) status = rclio_task_start(executor, "end of input", end_with_input, s);
    return status;
}

int main(int argc, char **argv)
{
    struct scene s = {.context = rclio_init(argc, argv, NULL), .blocks = argc > 1 && strcmp(argv[1], "block") == 0};
    rclio_node *waiter = rclio_node_new(s.context, "waiter", NULL);
    if (!waiter || build(&s, waiter) != RCLIO_OK) {
        fprintf(stderr, "%s\n", rclio_error());
        return 1;
    }
    puts("ready");
    fflush(stdout);
    return rclio_spin(waiter);
}
