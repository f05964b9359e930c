/* relay: the rclio side of the topic tests: decodes what comes on one topic and publishes it again on another.
 *
 *   peer_relay TYPE IN OUT [latched] [best_effort] [brief] [by_reference]
 *
 * Prints "ready" when both endpoints exist and "matched" when both have a peer; ends on SIGINT. When brief it destroys its publisher after
 * one message and prints "gone"; the node stays. by_reference: it passes on what it got, uncopied, to a subscription of its own too. */
#include "rclio/rclio.h"

#include <stdio.h>
#include <string.h>

typedef struct relay {
    rclio_publisher *publisher;
    bool is_brief, by_reference;
} relay;

static void say(const char *line)
{
    printf("%s\n", line);
    fflush(stdout);
}

static void pass_on(const void *message, const rclio_message_info *info, void *arg)
{
    relay *r = arg;
    if (!r->publisher) return;
    if (r->by_reference ? rclio_publish_kept(r->publisher, rclio_message_keep(info)) : rclio_publish(r->publisher, message))
        fprintf(stderr, "relay: %s\n", rclio_error());
    if (!r->is_brief) return;
    rclio_publisher_destroy(r->publisher);
    r->publisher = NULL;
    say("gone");
}

static void overhear(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)arg;
    if (!info->from_intra_process) fprintf(stderr, "relay: encoded on its way to its own subscription\n");
}

static void one_matched(rclio_future *future, void *arg)
{
    int *awaited = arg;
    if (rclio_future_get_state(future) == RCLIO_DONE && --*awaited == 0) say("matched");
}

static bool has_word(char **words, const char *word)
{
    while (*words && strcmp(*words, word) != 0) words++;
    return *words;
}

static rclio_qos qos_of(char **words)
{
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    qos.depth = 50;
    if (has_word(words, "latched")) qos.durability = RCLIO_TRANSIENT_LOCAL;
    if (has_word(words, "best_effort")) qos.reliability = RCLIO_BEST_EFFORT;
    return qos;
}

int main(int argc, char **argv)
{
    if (argc < 4) return fprintf(stderr, "usage: peer_relay TYPE IN OUT [latched] [best_effort] [brief] [by_reference]\n"), 2;
    rclio_qos qos = qos_of(argv + 4);
    relay r = {.is_brief = has_word(argv + 4, "brief"), .by_reference = has_word(argv + 4, "by_reference")};
    rclio_node_options options = {.use_intra_process_comms = r.by_reference};
    rclio_context *context = rclio_init(0, NULL, NULL);
    const rclio_type *type = context ? rclio_types_get(rclio_context_types(context), argv[1]) : NULL;
    rclio_node *node = type ? rclio_node_new(context, "relay", &options) : NULL;
    r.publisher = rclio_publisher_new(node, type, argv[3], &(rclio_publisher_options){.qos = qos});
    rclio_subscription *subscription =
        rclio_subscription_new(node, type, argv[2], pass_on, &r, &(rclio_subscription_options){.qos = qos});
    if (!subscription) return fprintf(stderr, "relay: %s\n", rclio_error()), 1;
    if (r.by_reference) rclio_subscription_new(node, type, argv[3], overhear, NULL, &(rclio_subscription_options){.qos = qos});
    say("ready");

    int awaited = 2;
    rclio_future *matched[] = {rclio_publisher_wait_for_subscriptions(r.publisher, r.by_reference ? 2 : 1),
                               rclio_subscription_wait_for_publishers(subscription, 1)};
    for (size_t i = 0; i < 2; i++) {
        if (!matched[i] || rclio_future_on_done(matched[i], one_matched, &awaited))
            return fprintf(stderr, "relay: %s\n", rclio_error()), 1;
        rclio_future_unref(matched[i]);
    }
    return rclio_spin(node);
}
