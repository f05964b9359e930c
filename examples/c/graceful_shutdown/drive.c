/* drive: keeps a robot going on /cmd_vel, and stops it before it ends: by Ctrl-C, `kill`, or because it has driven far enough. */
#include <geometry_msgs/msg/twist.h>
#include <rclio/rclio.h>

struct drive {
    rclio_node *node;
    rclio_publisher *publisher;
    int steps;
};

static void command(struct drive *drive, double speed)
{
    const geometry_msgs__msg__Twist twist = {.linear.x = speed};
    if (rclio_publish(drive->publisher, &twist)) RCLIO_ERROR(drive->node, "%s", rclio_error());
}

static void go_on(rclio_timer *timer, void *arg)
{
    struct drive *drive = arg;
    (void)timer;
    command(drive, 0.5);
    if (++drive->steps == 600) rclio_shutdown(rclio_node_context(drive->node));
}

/* The one place where the context is shut down already and a message may still be published. */
static void stop_robot(void *arg)
{
    struct drive *drive = arg;
    command(drive, 0);
    RCLIO_INFO(drive->node, "stopped after %d steps", drive->steps);
}

static void release_motors(void *arg)
{
    struct drive *drive = arg;
    RCLIO_INFO(drive->node, "motors released");
}

int main(int argc, char **argv)
{
    struct drive drive = {0};
    rclio_context *context = rclio_init(argc, argv, NULL); /* SIGINT and SIGTERM shut it down */
    drive.node = rclio_node_new(context, "drive", NULL);
    drive.publisher = rclio_publisher_new(drive.node, RCLIO_TYPE(geometry_msgs, msg, Twist), "cmd_vel", NULL);
    rclio_timer_new(drive.node, RCLIO_MS(100), go_on, &drive, NULL);
    rclio_on_shutdown(context, stop_robot, &drive);
    rclio_on_shutdown(context, release_motors, &drive); /* in this order */
    return rclio_spin(drive.node);
}
