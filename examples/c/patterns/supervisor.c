/* supervisor: a client inside a callback: it awaits its answer there, with a limit, and the node goes on meanwhile. A call waits for its server. */
#include "nodes.h"

#include <std_srvs/srv/set_bool.h>

static void switch_on(rclio_timer *timer, void *arg)
{
    struct supervisor *supervisor = arg;
    const std_srvs__srv__SetBool_Request request = {.data = true};
    (void)timer;
    rclio_future *call = rclio_client_call(supervisor->enable, &request);
    const std_srvs__srv__SetBool_Response *answer = rclio_await_for(call, RCLIO_S(20));
    if (answer)
        RCLIO_INFO(supervisor->node, "the detector is %s", answer->message.data);
    else
        RCLIO_ERROR(supervisor->node, "%s", rclio_error());
    rclio_future_unref(call);
}

rclio_node *supervisor_start(struct supervisor *supervisor, rclio_context *context)
{
    const rclio_timer_options once = {.one_shot = true};
    supervisor->node = rclio_node_new(context, "supervisor", NULL);
    supervisor->enable = rclio_client_new(supervisor->node, RCLIO_TYPE(std_srvs, srv, SetBool), "object_detector/enable", NULL);
    return rclio_timer_new(supervisor->node, RCLIO_MS(1), switch_on, supervisor, &once) ? supervisor->node : NULL;
}
