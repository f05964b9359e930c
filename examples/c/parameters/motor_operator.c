/* motor_operator: reads, watches and sets the parameters of /motor. */
#include <rclio/rclio.h>

#include <stdlib.h>

typedef struct watcher {
    rclio_node *node;
    rclio_future *changed; /* done when the speed is what was asked for */
} watcher;

static void changed(const rclio_parameter *parameter, void *arg)
{
    watcher *me = arg;
    if (parameter->value.real == 3.5 && rclio_future_complete(me->changed, NULL) == RCLIO_OK) /* not what it began with */
        RCLIO_INFO(me->node, "%s is now %.1f", parameter->name, parameter->value.real);
}

static void set_speed(rclio_node *node, rclio_parameter_client *motor, double speed)
{
    rclio_future *call = rclio_parameter_client_set(motor, &(rclio_parameter){"speed", rclio_value_double(speed)}, 1);
    const rclio_parameter_results *results = rclio_await(call);
    if (results && results->size == 1)
        RCLIO_INFO(node, "speed %.1f: %s", speed, results->data[0].status == RCLIO_OK ? "set" : results->data[0].reason);
    rclio_future_unref(call);
}

static void operate(void *arg)
{
    rclio_node *node = arg;
    watcher me = {.node = node, .changed = rclio_future_new(rclio_node_executor(node), "a change of speed", NULL)};
    const char *const names[] = {"speed", "colour"};
    rclio_parameter_events *events = rclio_parameter_events_new(node, NULL);
    rclio_parameter_events_watch(events, "/motor", "speed", changed, &me);
    rclio_parameter_client *motor = rclio_parameter_client_new(node, "/motor", NULL);
    rclio_future *there = rclio_parameter_events_wait_for_publishers(events, 2); /* its own and the motor's */
    rclio_wait(there);
    rclio_future *call = rclio_parameter_client_get(motor, names, 2);
    const rclio_parameter_list *values = rclio_await(call);
    for (size_t i = 0; values && i < values->size; i++) {
        char *value = rclio_parameter_value_text(&values->data[i].value);
        RCLIO_INFO(node, "%s is %s", values->data[i].name, value);
        free(value);
    }
    set_speed(node, motor, 3.5);
    set_speed(node, motor, 99.0);
    set_speed(node, motor, 7.5);
    /* Services and topics are discovered apart: the motor may not have known of this node's subscription yet. */
    while (rclio_wait_for(me.changed, RCLIO_S(1)) == RCLIO_TIMEOUT)
        rclio_future_unref(rclio_parameter_client_set(motor, &(rclio_parameter){"speed", rclio_value_double(3.5)}, 1));
    rclio_parameter_events_destroy(events);
    rclio_future_unref(me.changed);
    rclio_future_unref(call);
    rclio_future_unref(there);
    rclio_shutdown(rclio_node_context(node));
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "motor_operator", NULL);
    if (node) rclio_task_start(rclio_node_executor(node), "operate", operate, node);
    return rclio_spin(node);
}
