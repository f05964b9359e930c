/* nodes: the nodes of this folder. Each is a struct and a function that starts it, so that a program may run one (run_alone.c) or all
 * (composed.c). A function returns the node, NULL with rclio_error() set. */
#ifndef NODES_H
#define NODES_H

#include <rclio/rclio.h>

enum { IMAGE_WIDTH = 64, IMAGE_HEIGHT = 48 };

struct camera_driver {
    rclio_node *node;
    rclio_publisher *images;
    int device;
    unsigned frames;
};
rclio_node *camera_driver_start(struct camera_driver *driver, rclio_context *context);

struct object_detector {
    rclio_node *node;
    rclio_publisher *detections;
    bool enabled;
    unsigned ticks;
};
rclio_node *object_detector_start(struct object_detector *detector, rclio_context *context);

struct supervisor {
    rclio_node *node;
    rclio_client *enable;
};
rclio_node *supervisor_start(struct supervisor *supervisor, rclio_context *context);

struct controller {
    rclio_node *node;
    rclio_publisher *commands;
    double kp;
};
rclio_node *controller_start(struct controller *controller, rclio_context *context);

#endif
