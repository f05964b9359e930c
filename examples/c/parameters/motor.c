/* motor: a node with parameters: `motor --ros-args -p speed:=2.0`, then `ros2 param set /motor speed 3.5`. */
#include <rclio/rclio.h>

#include <stdio.h>

static rclio_status check(const rclio_parameter_list *parameters, void *node)
{
    const rclio_parameter_value *speed = rclio_parameter_list_find(parameters, "speed");
    bool guarded = false;
    rclio_parameter_get_bool(node, "guarded", &guarded);
    return speed && speed->real > 5 && !guarded ? rclio_parameter_refuse("too fast without a guard") : RCLIO_OK;
}

static void apply(const rclio_parameter_list *parameters, void *node)
{
    const rclio_parameter_value *speed = rclio_parameter_list_find(parameters, "speed");
    if (speed) RCLIO_INFO(node, "running at %.1f", speed->real);
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = rclio_node_new(context, "motor", NULL);
    const rclio_parameter_options range = {
        .descriptor = {.description = "turns per second", .has_double_range = true, .double_range = {0, 10, 0.5}}};
    rclio_parameters_on_set(node, check, node);
    rclio_parameters_on_post_set(node, apply, node);
    if (rclio_parameter_declare(node, "guarded", rclio_value_bool(false), NULL) ||
        rclio_parameter_declare(node, "speed", rclio_value_double(1), &range)) { /* `-p speed:=2`: an integer */
        fprintf(stderr, "%s\n", rclio_error());
        rclio_context_destroy(context);
        return 1;
    }
    return rclio_spin(node);
}
