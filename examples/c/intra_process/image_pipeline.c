/* image_pipeline: a camera, a painter and a viewer in one process: one image in memory, from end to end. */
#include <rclio/rclio.h>
#include <sensor_msgs/msg/image.h>

enum { WIDTH = 640, HEIGHT = 480, SIZE = WIDTH * HEIGHT * 3 };

static rclio_node *camera, *painter, *viewer;
static rclio_publisher *images, *paintings;

static void take_image(rclio_timer *timer, void *arg)
{
    (void)timer, (void)arg;
    sensor_msgs__msg__Image *image = rclio_publisher_borrow(images);
    if (!image || !rclio_sequence_reserve(&image->data, SIZE, 1)) return;
    image->width = WIDTH, image->height = HEIGHT, image->step = WIDTH * 3;
    image->data.size = SIZE;
    image->data.data[0] = 0;
    rosidl_runtime_c__String__assign(&image->encoding, "rgb8");
    RCLIO_INFO(camera, "an image at %p", (void *)image->data.data);
    rclio_publish_loaned(images, image);
}

static void paint(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)arg;
    rclio_kept_message *kept = rclio_message_keep(info);
    sensor_msgs__msg__Image *image = rclio_kept_message_edit(&kept); /* no copy: nobody else has it */
    if (image) image->data.data[0] = 255;
    rclio_publish_kept(paintings, kept);
}

static void view(const void *message, const rclio_message_info *info, void *arg)
{
    const sensor_msgs__msg__Image *image = message;
    (void)info, (void)arg;
    RCLIO_INFO(viewer, "an image at %p, which begins with %d", (void *)image->data.data, image->data.data[0]);
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node_options options = {.use_intra_process_comms = true};
    camera = rclio_node_new(context, "camera", &options);
    painter = rclio_node_new(context, "painter", &options);
    viewer = rclio_node_new(context, "viewer", &options);
    const rclio_type *type = RCLIO_TYPE(sensor_msgs, msg, Image);
    images = rclio_publisher_new(camera, type, "image", NULL);
    paintings = rclio_publisher_new(painter, type, "painted", NULL);
    rclio_subscription_new(painter, type, "image", paint, NULL, NULL);
    rclio_subscription_new(viewer, type, "painted", view, NULL, NULL);
    rclio_timer_new(camera, RCLIO_MS(200), take_image, NULL, NULL);
    return rclio_spin(viewer);
}
