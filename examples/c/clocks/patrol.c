/* patrol: a timer, a loop and a jump callback that go by the node's clock. Alone it runs in real time; with simulated_clock beside it and
 * `--ros-args -p use_sim_time:=true` in simulated time. */
#include <rclio/rclio.h>

static void report(rclio_timer *timer, void *arg)
{
    RCLIO_INFO((rclio_node *)arg, "it is %.1f s", (double)rclio_clock_now(rclio_node_clock(arg)) / 1e9);
    (void)timer;
}

static void patrol(void *arg)
{
    static const char *const corners[] = {"north", "east", "south", "west"};
    rclio_node *node = arg;
    rclio_rate *rate = rclio_rate_new(rclio_node_clock(node), RCLIO_S(2));
    for (int i = 0; rclio_rate_sleep(rate) == RCLIO_OK; i++) RCLIO_INFO(node, "at the %s corner", corners[i % 4]);
    rclio_rate_destroy(rate);
}

static void time_jumped(const rclio_time_jump *jump, void *arg)
{
    RCLIO_WARN((rclio_node *)arg, "time was set back by %.1f s: starting over", -(double)jump->delta_ns / 1e9);
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "patrol", NULL);
    rclio_jump_handle *jumps =
        rclio_clock_on_jump(rclio_node_clock(node), &(rclio_jump_threshold){.min_backward_ns = -1}, NULL, time_jumped, node);
    rclio_timer_new(node, RCLIO_S(1), report, node, NULL);
    rclio_task_start(rclio_node_executor(node), "patrol", patrol, node);
    int status = rclio_spin(node);
    rclio_jump_handle_destroy(jumps);
    return status;
}
