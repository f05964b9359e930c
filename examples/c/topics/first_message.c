/* first_message: waits ten seconds at most for one message of /chatter, and ends. */
#include <rclio/rclio.h>
#include <std_msgs/msg/string.h>

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = rclio_node_new(context, "first_message", NULL);
    rclio_future *future = rclio_wait_for_message(node, RCLIO_TYPE(std_msgs, msg, String), "chatter", NULL);
    const std_msgs__msg__String *message = future ? rclio_await_for(future, RCLIO_S(10)) : NULL;
    if (message)
        RCLIO_INFO(node, "The first: [%s]", message->data.data);
    else
        RCLIO_ERROR(node, "%s", rclio_error());
    rclio_future_unref(future);
    rclio_context_destroy(context);
    return message ? 0 : 1;
}
