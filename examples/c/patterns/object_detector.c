/* object_detector: heavy work that holds nobody up: the callback awaits it on the worker pool, and the node's timers and services go on. A
 * queue of depth 1: of the frames that come meanwhile the latest waits. It is switched on and off by its service ~/enable. */
#include "nodes.h"

#include <sensor_msgs/msg/image.h>
#include <sensor_msgs/msg/region_of_interest.h>
#include <std_srvs/srv/set_bool.h>
#include <time.h>

struct inference {
    const sensor_msgs__msg__Image *image;
    sensor_msgs__msg__RegionOfInterest found;
};

/* In a thread of the pool. The pause stands for a network that takes 100 ms. */
static void infer(void *arg)
{
    struct inference *work = arg;
    const sensor_msgs__msg__Image *image = work->image;
    size_t brightest = 0;
    for (size_t i = 0; i < image->data.size; i++)
        if (image->data.data[i] > image->data.data[brightest]) brightest = i;
    nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
    work->found = (sensor_msgs__msg__RegionOfInterest){
        .x_offset = (uint32_t)brightest % IMAGE_WIDTH, .y_offset = (uint32_t)brightest / IMAGE_WIDTH, .width = 1, .height = 1};
}

static void detect(const void *message, const rclio_message_info *info, void *arg)
{
    struct object_detector *detector = arg;
    struct inference work = {.image = message}; /* both live until this function returns */
    unsigned before = detector->ticks;
    (void)info;
    if (!detector->enabled) return;
    if (rclio_await_work(infer, &work)) return; /* cancelled: the node ends */
    if (rclio_publish(detector->detections, &work.found)) return;
    RCLIO_INFO(detector->node, "found something; %u ticks meanwhile", detector->ticks - before);
}

static void enable(const void *request, void *response, void *arg)
{
    const std_srvs__srv__SetBool_Request *asked = request;
    std_srvs__srv__SetBool_Response *answer = response;
    struct object_detector *detector = arg;
    detector->enabled = asked->data;
    answer->success = rosidl_runtime_c__String__assign(&answer->message, asked->data ? "detecting" : "idle");
}

static void tick(rclio_timer *timer, void *arg)
{
    (void)timer;
    ((struct object_detector *)arg)->ticks++;
}

rclio_node *object_detector_start(struct object_detector *detector, rclio_context *context)
{
    const rclio_subscription_options latest = {.qos.depth = 1};
    detector->node = rclio_node_new(context, "object_detector", &(rclio_node_options){.use_intra_process_comms = true});
    detector->detections =
        rclio_publisher_new(detector->node, RCLIO_TYPE(sensor_msgs, msg, RegionOfInterest), "detections", NULL);
    rclio_subscription_new(detector->node, RCLIO_TYPE(sensor_msgs, msg, Image), "camera/image", detect, detector, &latest);
    rclio_service_new(detector->node, RCLIO_TYPE(std_srvs, srv, SetBool), "~/enable", enable, detector, NULL);
    return rclio_timer_new(detector->node, RCLIO_MS(10), tick, detector, NULL) ? detector->node : NULL;
}
