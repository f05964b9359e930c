/* sightings: publishes a message type of its own and prints it when it comes back, then ends. */
#include <rclio/rclio.h>
#include <rclio_custom_interface/msg/sighting.h>
#include <stdio.h>

typedef rclio_custom_interface__msg__Sighting Sighting;

static void seen(const void *message, const rclio_message_info *info, void *arg)
{
    const Sighting *sighting = message;
    (void)info;
    printf("saw %s '%s' at x=%.1f, certainty %.1f\n",
           sighting->kind == rclio_custom_interface__msg__Sighting__CAT ? "the cat" : "the dog", sighting->name.data,
           sighting->position.x, (double)sighting->certainty);
    rclio_shutdown(arg);
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = rclio_node_new(context, "sightings", NULL);
    const rclio_type *type = RCLIO_TYPE(rclio_custom_interface, msg, Sighting);
    rclio_subscription_new(node, type, "sightings", seen, context, NULL);
    rclio_publisher *publisher = rclio_publisher_new(node, type, "sightings", NULL);
    rclio_future *matched = rclio_publisher_wait_for_subscriptions(publisher, 1);
    if (matched && rclio_wait_for(matched, RCLIO_S(10)) == RCLIO_OK) {
        Sighting *sighting = rclio_custom_interface__msg__Sighting__create();
        if (sighting && rosidl_runtime_c__String__assign(&sighting->name, "Mimi")) {
            sighting->position.x = 1.5;
            rclio_publish(publisher, sighting);
        }
        rclio_custom_interface__msg__Sighting__destroy(sighting);
    }
    rclio_future_unref(matched);
    return rclio_spin(node);
}
