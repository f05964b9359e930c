/* composed: the four nodes in one process. A pool of threads runs their callbacks, one at a time for each node; images go to the detector by
 * reference. */
#include "nodes.h"

int main(int argc, char **argv)
{
    struct camera_driver driver = {0};
    struct object_detector detector = {0};
    struct supervisor supervisor = {0};
    struct controller controller = {0};
    const rclio_context_options options = {.executor.threads = RCLIO_THREADS_AUTO};
    rclio_context *context = rclio_init(argc, argv, &options);
    bool started = camera_driver_start(&driver, context) && object_detector_start(&detector, context) &&
                   supervisor_start(&supervisor, context) && controller_start(&controller, context);
    return rclio_spin(started ? controller.node : NULL);
}
