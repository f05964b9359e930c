/* controller: parameters that change while it runs: `controller --ros-args -p kp:=2.0`, then `ros2 param set /controller kp 3.0`. It turns
 * towards what was detected. */
#include "nodes.h"

#include <geometry_msgs/msg/twist.h>
#include <sensor_msgs/msg/region_of_interest.h>

static rclio_status check(const rclio_parameter_list *parameters, void *arg)
{
    const rclio_parameter_value *kp = rclio_parameter_list_find(parameters, "kp");
    (void)arg;
    return kp && kp->real < 0 ? rclio_parameter_refuse("kp %g would turn away from the target", kp->real) : RCLIO_OK;
}

static void apply(const rclio_parameter_list *parameters, void *arg)
{
    struct controller *controller = arg;
    const rclio_parameter_value *kp = rclio_parameter_list_find(parameters, "kp");
    if (!kp) return;
    controller->kp = kp->real;
    RCLIO_INFO(controller->node, "kp is now %g", controller->kp);
}

static void turn(const void *message, const rclio_message_info *info, void *arg)
{
    const sensor_msgs__msg__RegionOfInterest *target = message;
    struct controller *controller = arg;
    const geometry_msgs__msg__Twist command = {.angular.z =
                                                   controller->kp * (IMAGE_WIDTH / 2.0 - (double)target->x_offset) / IMAGE_WIDTH};
    (void)info;
    if (rclio_publish(controller->commands, &command) == RCLIO_OK)
        RCLIO_INFO(controller->node, "turning at %.3f", command.angular.z);
}

rclio_node *controller_start(struct controller *controller, rclio_context *context)
{
    controller->node = rclio_node_new(context, "controller", NULL);
    controller->commands = rclio_publisher_new(controller->node, RCLIO_TYPE(geometry_msgs, msg, Twist), "cmd_vel", NULL);
    rclio_parameters_on_set(controller->node, check, controller);
    rclio_parameters_on_post_set(controller->node, apply, controller);
    if (!controller->commands || rclio_parameter_declare(controller->node, "kp", rclio_value_double(1), NULL)) return NULL;
    return rclio_subscription_new(controller->node, RCLIO_TYPE(sensor_msgs, msg, RegionOfInterest), "detections", turn,
                                  controller, NULL)
               ? controller->node
               : NULL;
}
