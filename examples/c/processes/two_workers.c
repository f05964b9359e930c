/* two_workers: two nodes in processes of their own, each with a callback of 100 ms, five times a second. `kill -9` of one leaves the
 * other running; it is reported, and the node starts again after a second. Ctrl-C ends all. */
#include <rclio/rclio.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void work(rclio_timer *timer, void *arg)
{
    struct timespec pause = {.tv_nsec = RCLIO_MS(100)};
    (void)timer;
    nanosleep(&pause, NULL); /* something that blocks: only this node waits for it */
    printf("%s works in process %d\n", rclio_node_name(arg), (int)getpid());
}

static rclio_node *make_worker(rclio_context *context, void *arg)
{
    rclio_node *node = rclio_node_new(context, arg, NULL);
    rclio_timer_new(node, RCLIO_MS(200), work, node, NULL);
    return node;
}

int main(int argc, char **argv)
{
    rclio_process_options options = {.restart = RCLIO_RESTART_ON_FAILURE};
    rclio_processes *processes = rclio_processes_new(argc, argv, NULL);
    rclio_processes_add(processes, "worker1", make_worker, "worker1", &options);
    rclio_processes_add(processes, "worker2", make_worker, "worker2", &options);
    return rclio_processes_spin(processes);
}
