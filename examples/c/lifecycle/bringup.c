/* bringup: brings managed nodes up in the order of its arguments, and down in reverse when its input ends. */
#include <poll.h>
#include <rclio/rclio.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void print_report(rclio_lifecycle_manager *manager)
{
    const rclio_lifecycle_report *report;
    for (size_t i = 0; (report = rclio_lifecycle_manager_report(manager, i)); i++)
        printf("%s: %s%s%s\n", report->node, rclio_lifecycle_state_name(report->state), *report->reason ? ": " : "",
               report->reason);
    fflush(stdout);
}

static void bring_up_and_down(void *arg)
{
    rclio_lifecycle_manager *manager = arg;
    if (rclio_lifecycle_manager_start(manager) != RCLIO_OK) {
        fprintf(stderr, "%s\n", rclio_error());
        print_report(manager);
        rclio_task_fail(RCLIO_UNAVAILABLE, "the nodes are not up");
        return;
    }
    print_report(manager);
    rclio_await_fd(STDIN_FILENO, POLLIN, RCLIO_FOREVER, NULL);
    if (rclio_lifecycle_manager_stop(manager) != RCLIO_OK) fprintf(stderr, "%s\n", rclio_error());
    print_report(manager);
}

int main(int argc, char **argv)
{
    int count;
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = rclio_node_new(context, "bringup", NULL);
    if (!node) return rclio_spin(node);
    char *const *names = rclio_context_arguments(context, &count);
    rclio_lifecycle_manager_options options = {.timeout_ns = RCLIO_S(5)};
    rclio_lifecycle_manager *manager =
        rclio_lifecycle_manager_new(node, (const char *const *)names + 1, count > 1 ? (size_t)count - 1 : 0, &options);
    if (!manager) {
        fprintf(stderr, "%s\nusage: bringup NODE...\n", rclio_error());
        rclio_context_destroy(context);
        return 2;
    }
    rclio_task *task = rclio_task_new(rclio_node_executor(node), "bring up and down", bring_up_and_down, manager);
    rclio_status status = rclio_wait(rclio_task_future(task));
    rclio_task_unref(task);
    rclio_context_destroy(context);
    return status == RCLIO_OK ? 0 : 1;
}
