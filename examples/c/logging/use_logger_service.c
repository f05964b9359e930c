/* use_logger_service: a node whose log level others may set while it runs, and whose /rosout keeps nothing for who comes late:
 *   ros2 service call /use_logger_service/set_logger_levels rcl_interfaces/srv/SetLoggerLevels
 *     '{levels: [{name: use_logger_service, level: 10}]}' */
#include <rclio/rclio.h>

static void speak(rclio_timer *timer, void *node)
{
    (void)timer;
    RCLIO_DEBUG(node, "for who wants to know everything");
    RCLIO_INFO(node, "for everybody");
}

int main(int argc, char **argv)
{
    const rclio_node_options options = {.enable_logger_service = true, .rosout_qos = {.durability = RCLIO_VOLATILE, .depth = 50}};
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "use_logger_service", &options);
    rclio_timer_new(node, RCLIO_MS(500), speak, node, NULL);
    return rclio_spin(node);
}
