/* relay_anything: passes the bytes of one topic on to another without looking into them: `relay_anything /chatter /chatter_again`. */
#include <rclio/rclio.h>

static void pass_on(const void *message, const rclio_message_info *info, void *publisher)
{
    (void)message; /* NULL: the subscription is raw */
    rclio_publish_serialized(publisher, info->serialized, info->serialized_size);
}

int main(int argc, char **argv)
{
    int count = 0;
    rclio_context *context = rclio_init(argc, argv, NULL);
    char *const *arguments = context ? rclio_context_arguments(context, &count) : argv;
    rclio_node *node = rclio_node_new(context, "relay_anything", NULL);
    const char *from = count > 1 ? arguments[1] : "chatter", *to = count > 2 ? arguments[2] : "chatter_again";
    rclio_future *question = rclio_type_of_topic(node, from, NULL);
    const rclio_type *type = question ? rclio_await(question) : NULL;
    rclio_future_unref(question);
    rclio_publisher *publisher = rclio_publisher_new(node, type, to, NULL);
    if (publisher) rclio_subscription_new(node, type, from, pass_on, publisher, &(rclio_subscription_options){.raw = true});
    if (!publisher) RCLIO_ERROR(node, "%s", rclio_error());
    return publisher ? rclio_spin(node) : 1;
}
