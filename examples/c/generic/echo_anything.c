/* echo_anything: prints what arrives on a topic whose type it does not know: `echo_anything /detections`. The definition comes from the
 * nodes that have it. */
#include <rclio/rclio.h>
#include <stdio.h>
#include <stdlib.h>

static void print(const void *message, const rclio_message_info *info, void *arg)
{
    char *yaml = rclio_message_to_yaml(arg, message, NULL, NULL);
    (void)info;
    printf("%s---\n", yaml ? yaml : "");
    fflush(stdout);
    free(yaml);
}

int main(int argc, char **argv)
{
    int count = 0;
    rclio_context *context = rclio_init(argc, argv, NULL);
    char *const *arguments = context ? rclio_context_arguments(context, &count) : argv;
    rclio_node *node = rclio_node_new(context, "echo_anything", NULL);
    const char *topic = count > 1 ? arguments[1] : "chatter";
    rclio_future *question = rclio_type_of_topic(node, topic, NULL);
    const rclio_type *type = question ? rclio_await(question) : NULL;
    rclio_future_unref(question);
    if (type) RCLIO_INFO(node, "'%s' is of type %s", topic, type->name);
    if (!rclio_subscription_new(node, type, topic, print, (void *)type, NULL)) RCLIO_ERROR(node, "%s", rclio_error());
    return type ? rclio_spin(node) : 1;
}
