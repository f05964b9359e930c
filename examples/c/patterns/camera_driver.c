/* camera_driver: a sensor driver: reads its device 30 times a second, publishes each frame, and gives the device back when it is told to end.
 * `camera_driver --ros-args -p rate:=10.0 -p device:=/dev/video0`; without a camera noise will do. */
#include "nodes.h"

#include <fcntl.h>
#include <sensor_msgs/msg/image.h>
#include <stdlib.h>
#include <unistd.h>

enum { SIZE = IMAGE_WIDTH * IMAGE_HEIGHT };

static void publish_frame(rclio_timer *timer, void *arg)
{
    struct camera_driver *driver = arg;
    (void)timer;
    sensor_msgs__msg__Image *image = rclio_publisher_borrow(driver->images);
    if (!image) return;
    if (!rclio_sequence_reserve(&image->data, SIZE, 1) || read(driver->device, image->data.data, SIZE) != SIZE) {
        rclio_publisher_return(driver->images, image);
        rclio_task_fail(RCLIO_SYSTEM, "the camera gives no frame"); /* logged and counted; the next one may come */
        return;
    }
    image->data.size = SIZE;
    image->width = image->step = IMAGE_WIDTH;
    image->height = IMAGE_HEIGHT;
    rosidl_runtime_c__String__assign(&image->encoding, "mono8");
    if (rclio_publish_loaned(driver->images, image) == RCLIO_OK) driver->frames++;
}

static void release(void *arg)
{
    struct camera_driver *driver = arg;
    if (driver->device >= 0) close(driver->device);
    driver->device = -1;
    RCLIO_INFO(driver->node, "camera released after %u frames", driver->frames);
}

rclio_node *camera_driver_start(struct camera_driver *driver, rclio_context *context)
{
    double rate = 30;
    char *device = NULL;
    const rclio_parameter_options fixed = {
        .descriptor = {.read_only = true, .has_double_range = true, .double_range = {0.1, 1000, 0}}};
    driver->node = rclio_node_new(context, "camera_driver", &(rclio_node_options){.use_intra_process_comms = true});
    driver->images = rclio_publisher_new(driver->node, RCLIO_TYPE(sensor_msgs, msg, Image), "camera/image", NULL);
    if (!driver->images || rclio_parameter_declare(driver->node, "rate", rclio_value_double(rate), &fixed) ||
        rclio_parameter_declare(driver->node, "device", rclio_value_string("/dev/urandom"), NULL))
        return NULL;
    rclio_parameter_get_double(driver->node, "rate", &rate);
    if (rclio_parameter_get_string(driver->node, "device", &device)) return NULL;
    driver->device = open(device, O_RDONLY | O_CLOEXEC);
    if (driver->device < 0) RCLIO_ERROR(driver->node, "no camera at '%s'", device);
    free(device);
    rclio_on_shutdown(context, release, driver);
    return rclio_timer_new(driver->node, (int64_t)(1e9 / rate), publish_frame, driver, NULL) ? driver->node : NULL;
}
