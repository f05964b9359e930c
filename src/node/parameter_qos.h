/* src/node/parameter_qos.h: QoS of publishers and subscriptions from parameters, `qos_overrides.<topic>.<entity>.<policy>` (PAR-12).
 * Threads: as constructors of publishers. */
#ifndef RCLIO_NODE_PARAMETER_QOS_H
#define RCLIO_NODE_PARAMETER_QOS_H

#include "rclio/topic.h"

/* Declares a read-only parameter per policy that may be overridden, with `qos` as the default, and puts their values into *qos.
 * topic   full name.
 * fails   RCLIO_INVALID: a value that is no such policy, or refused by the check; as rclio_parameter_declare */
rclio_status parameter_qos_override(rclio_node *node, const char *topic, rclio_endpoint_kind kind,
                                    const rclio_qos_overriding *overriding, rclio_qos *qos);

#endif
