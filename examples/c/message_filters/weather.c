/* weather: two sensors that measure at their own pace, and the pairs of measurements that belong together. */
#include <rclio/rclio.h>
#include <sensor_msgs/msg/fluid_pressure.h>
#include <sensor_msgs/msg/temperature.h>

static rclio_publisher *thermometer, *barometer;

static void stamp(std_msgs__msg__Header *header)
{
    int64_t now = rclio_now_system();
    header->stamp.sec = (int32_t)(now / RCLIO_S(1));
    header->stamp.nanosec = (uint32_t)(now % RCLIO_S(1));
}

static void measure_temperature(rclio_timer *timer, void *arg)
{
    static sensor_msgs__msg__Temperature message = {.temperature = 20};
    (void)timer, (void)arg;
    stamp(&message.header);
    message.temperature += 0.5;
    rclio_publish(thermometer, &message);
}

static void measure_pressure(rclio_timer *timer, void *arg)
{
    static sensor_msgs__msg__FluidPressure message = {.fluid_pressure = 101300};
    (void)timer, (void)arg;
    stamp(&message.header);
    message.fluid_pressure += 10;
    rclio_publish(barometer, &message);
}

static void on_pair(const rclio_message_event *const *events, size_t count, void *node)
{
    const sensor_msgs__msg__Temperature *temperature = events[0]->message;
    const sensor_msgs__msg__FluidPressure *pressure = events[1]->message;
    (void)count;
    RCLIO_INFO(node, "%.1f degrees at %.0f pascals", temperature->temperature, pressure->fluid_pressure);
}

int main(int argc, char **argv)
{
    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), "weather", NULL);
    thermometer = rclio_publisher_new(node, RCLIO_TYPE(sensor_msgs, msg, Temperature), "temperature", NULL);
    barometer = rclio_publisher_new(node, RCLIO_TYPE(sensor_msgs, msg, FluidPressure), "pressure", NULL);
    rclio_timer_new(node, RCLIO_MS(100), measure_temperature, NULL, NULL);
    rclio_timer_new(node, RCLIO_MS(250), measure_pressure, NULL, NULL);

    rclio_filter *sensors[] = {
        rclio_subscriber_new(node, RCLIO_TYPE(sensor_msgs, msg, Temperature), "temperature", NULL),
        rclio_subscriber_new(node, RCLIO_TYPE(sensor_msgs, msg, FluidPressure), "pressure", NULL),
    };
    rclio_synchronizer_options best = {.match = {.policy = RCLIO_MATCH_APPROXIMATE}};
    rclio_synchronizer_connect(rclio_synchronizer_new(node, sensors, 2, &best), on_pair, node);
    return rclio_spin(node);
}
