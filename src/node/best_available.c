/* src/node/best_available.c: see best_available.h. Tests: tests/node/test_events.c. */
#include "node/best_available.h"

#include "base/error.h"
#include "mw/names.h"

#include <stdlib.h>
#include <string.h>

typedef struct peers { /* of the other kind, on the topic */
    const char *dds_topic;
    rclio_endpoint_kind kind;
    bool all_reliable, all_transient_local, all_manual; /* also of no peer at all */
    bool some_manual;
    int64_t shortest_deadline, longest_deadline, shortest_lease, longest_lease; /* RCLIO_FOREVER, 0: none said one */
} peers;

static void look_at_duration(int64_t duration, int64_t *shortest, int64_t *longest)
{
    if (duration <= 0 || duration == RCLIO_FOREVER) return;
    if (duration < *shortest) *shortest = duration;
    if (duration > *longest) *longest = duration;
}

static bool look(const graph_endpoint *endpoint, void *arg)
{
    peers *p = arg;
    if (endpoint->kind != p->kind || strcmp(endpoint->topic, p->dds_topic) != 0) return true;
    p->all_reliable &= endpoint->qos.reliability == RCLIO_RELIABLE;
    p->all_transient_local &= endpoint->qos.durability == RCLIO_TRANSIENT_LOCAL;
    p->all_manual &= endpoint->qos.liveliness == RCLIO_MANUAL_BY_TOPIC;
    p->some_manual |= endpoint->qos.liveliness == RCLIO_MANUAL_BY_TOPIC;
    look_at_duration(endpoint->qos.deadline_ns, &p->shortest_deadline, &p->longest_deadline);
    look_at_duration(endpoint->qos.lease_ns, &p->shortest_lease, &p->longest_lease);
    return true;
}

static bool wants_best(const rclio_qos *qos)
{
    return qos->reliability == RCLIO_RELIABILITY_BEST_AVAILABLE || qos->durability == RCLIO_DURABILITY_BEST_AVAILABLE ||
           qos->liveliness == RCLIO_LIVELINESS_BEST_AVAILABLE;
}

/* A publisher offers the most, so that most subscriptions match. */
static void best_for_publisher(const peers *p, rclio_qos *qos)
{
    bool durations = qos->liveliness == RCLIO_LIVELINESS_BEST_AVAILABLE; /* the profile leaves them to us together */
    if (qos->reliability == RCLIO_RELIABILITY_BEST_AVAILABLE) qos->reliability = RCLIO_RELIABLE;
    if (qos->durability == RCLIO_DURABILITY_BEST_AVAILABLE) qos->durability = RCLIO_TRANSIENT_LOCAL;
    if (!durations) return;
    qos->liveliness = p->some_manual ? RCLIO_MANUAL_BY_TOPIC : RCLIO_AUTOMATIC;
    if (!qos->deadline_ns && p->shortest_deadline != RCLIO_FOREVER) qos->deadline_ns = p->shortest_deadline;
    if (!qos->lease_ns && p->shortest_lease != RCLIO_FOREVER) qos->lease_ns = p->shortest_lease;
}

/* A subscription asks for the most that all publishers known now offer. */
static void best_for_subscription(const peers *p, rclio_qos *qos)
{
    bool durations = qos->liveliness == RCLIO_LIVELINESS_BEST_AVAILABLE;
    if (qos->reliability == RCLIO_RELIABILITY_BEST_AVAILABLE)
        qos->reliability = p->all_reliable ? RCLIO_RELIABLE : RCLIO_BEST_EFFORT;
    if (qos->durability == RCLIO_DURABILITY_BEST_AVAILABLE)
        qos->durability = p->all_transient_local ? RCLIO_TRANSIENT_LOCAL : RCLIO_VOLATILE;
    if (!durations) return;
    qos->liveliness = p->all_manual ? RCLIO_MANUAL_BY_TOPIC : RCLIO_AUTOMATIC;
    if (!qos->deadline_ns) qos->deadline_ns = p->longest_deadline;
    if (!qos->lease_ns) qos->lease_ns = p->longest_lease;
}

rclio_status qos_for_topic(rclio_node *node, const char *topic, rclio_endpoint_kind kind, rclio_qos given, rclio_qos *qos)
{
    if (rclio_qos_check(&given) != RCLIO_OK) return rclio_error_status();
    if (wants_best(&given)) { /* QOS-8 */
        char *dds_topic = names_mangle_topic(topic, given.avoid_ros_namespace_conventions);
        if (!dds_topic) return rclio_error_status();
        peers p = {.dds_topic = dds_topic,
                   .kind = kind == RCLIO_PUBLISHER ? RCLIO_SUBSCRIPTION : RCLIO_PUBLISHER,
                   .all_reliable = true,
                   .all_transient_local = true,
                   .all_manual = true,
                   .shortest_deadline = RCLIO_FOREVER,
                   .shortest_lease = RCLIO_FOREVER};
        graph_visit_endpoints(node->ops->graph_of(node->context->participant), look, &p);
        free(dds_topic);
        if (kind == RCLIO_PUBLISHER)
            best_for_publisher(&p, &given);
        else
            best_for_subscription(&p, &given);
    }
    *qos = rclio_qos_resolve(given, RCLIO_QOS_DEFAULT);
    return RCLIO_OK;
}
