/* src/mw/qos.c: quality of service as values: defaults, legality, compatibility, names.
 *
 *   Q1  A resolved profile has no value 0 but a depth of 0 with KEEP_ALL or the system's default.
 *   Q2  "System default" and "default" mean here what they mean in Cyclone's dialect: reliable, volatile, keep last 1, automatic.
 * Threads: any; no state. Tests: tests/mw/test_qos.c. */
#include "rclio/qos.h"

#include "base/error.h"

static int64_t first_duration(int64_t a, int64_t b)
{
    return a ? a : b ? b : RCLIO_FOREVER; /* QOS-6 */
}

rclio_qos rclio_qos_resolve(rclio_qos qos, rclio_qos base)
{
    const rclio_qos last = RCLIO_QOS_DEFAULT; /* QOS-1 */
    if (!qos.history) {
        qos.history = base.history ? base.history : last.history;
        if (!qos.depth) qos.depth = base.depth;
    }
    if (qos.history == RCLIO_KEEP_LAST && !qos.depth) qos.depth = base.depth ? base.depth : last.depth;
    if (!qos.reliability) qos.reliability = base.reliability ? base.reliability : last.reliability;
    if (!qos.durability) qos.durability = base.durability ? base.durability : last.durability;
    if (!qos.liveliness) qos.liveliness = base.liveliness ? base.liveliness : RCLIO_AUTOMATIC;
    qos.deadline_ns = first_duration(qos.deadline_ns, base.deadline_ns);
    qos.lifespan_ns = first_duration(qos.lifespan_ns, base.lifespan_ns);
    qos.lease_ns = first_duration(qos.lease_ns, base.lease_ns);
    qos.avoid_ros_namespace_conventions = qos.avoid_ros_namespace_conventions || base.avoid_ros_namespace_conventions;
    return qos;
}

static rclio_status check_duration(const char *policy, int64_t value)
{
    if (value >= 0) return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID, "QoS %s is %lld ns: a duration is not negative", policy, (long long)value);
}

static rclio_status check_enumeration(const char *policy, unsigned value, unsigned unknown)
{
    if (value < unknown) return RCLIO_OK;
    if (value == unknown) return rclio_fail(RCLIO_INVALID, "QoS %s is UNKNOWN, which only a remote endpoint's can be", policy);
    return rclio_fail(RCLIO_INVALID, "QoS %s has no value %u", policy, value);
}

rclio_status rclio_qos_check(const rclio_qos *qos)
{
    rclio_status status;
    if ((status = check_enumeration("reliability", qos->reliability, RCLIO_RELIABILITY_UNKNOWN))) return status;
    if ((status = check_enumeration("durability", qos->durability, RCLIO_DURABILITY_UNKNOWN))) return status;
    if ((status = check_enumeration("history", qos->history, RCLIO_HISTORY_UNKNOWN))) return status;
    if ((status = check_enumeration("liveliness", qos->liveliness, RCLIO_LIVELINESS_UNKNOWN))) return status;
    if (qos->history != RCLIO_KEEP_ALL && qos->depth > INT32_MAX)
        return rclio_fail(RCLIO_INVALID, "QoS depth is %zu: it is at most %d", qos->depth, INT32_MAX);
    if ((status = check_duration("deadline", qos->deadline_ns))) return status;
    if ((status = check_duration("lifespan", qos->lifespan_ns))) return status;
    return check_duration("liveliness lease duration", qos->lease_ns);
}

static int64_t forever_if_unset(int64_t duration)
{
    return duration ? duration : RCLIO_FOREVER;
}

/* QOS-5. What is unknown, or best available, is given the benefit of the doubt. */
rclio_status rclio_qos_compatible(const rclio_qos *offered, const rclio_qos *requested)
{
    bool asks_reliable = requested->reliability != RCLIO_BEST_EFFORT && requested->reliability < RCLIO_RELIABILITY_BEST_AVAILABLE;
    if (offered->reliability == RCLIO_BEST_EFFORT && asks_reliable) return rclio_fail(RCLIO_INVALID, "RELIABILITY");

    bool offers_volatile = offered->durability != RCLIO_TRANSIENT_LOCAL && offered->durability < RCLIO_DURABILITY_BEST_AVAILABLE;
    if (offers_volatile && requested->durability == RCLIO_TRANSIENT_LOCAL) return rclio_fail(RCLIO_INVALID, "DURABILITY");

    if (forever_if_unset(requested->deadline_ns) < forever_if_unset(offered->deadline_ns))
        return rclio_fail(RCLIO_INVALID, "DEADLINE");

    bool offers_automatic = offered->liveliness != RCLIO_MANUAL_BY_TOPIC && offered->liveliness < RCLIO_LIVELINESS_BEST_AVAILABLE;
    if (offers_automatic && requested->liveliness == RCLIO_MANUAL_BY_TOPIC) return rclio_fail(RCLIO_INVALID, "LIVELINESS");
    if (forever_if_unset(requested->lease_ns) < forever_if_unset(offered->lease_ns))
        return rclio_fail(RCLIO_INVALID, "LIVELINESS");
    return RCLIO_OK;
}

const char *rclio_reliability_name(rclio_reliability value)
{
    switch (value) {
    case RCLIO_RELIABLE: return "RELIABLE";
    case RCLIO_BEST_EFFORT: return "BEST_EFFORT";
    case RCLIO_RELIABILITY_DEFAULT:
    case RCLIO_RELIABILITY_SYSTEM_DEFAULT: return "SYSTEM_DEFAULT";
    case RCLIO_RELIABILITY_BEST_AVAILABLE: return "BEST_AVAILABLE";
    case RCLIO_RELIABILITY_UNKNOWN: break;
    }
    return "UNKNOWN";
}

const char *rclio_durability_name(rclio_durability value)
{
    switch (value) {
    case RCLIO_VOLATILE: return "VOLATILE";
    case RCLIO_TRANSIENT_LOCAL: return "TRANSIENT_LOCAL";
    case RCLIO_DURABILITY_DEFAULT:
    case RCLIO_DURABILITY_SYSTEM_DEFAULT: return "SYSTEM_DEFAULT";
    case RCLIO_DURABILITY_BEST_AVAILABLE: return "BEST_AVAILABLE";
    case RCLIO_DURABILITY_UNKNOWN: break;
    }
    return "UNKNOWN";
}

const char *rclio_history_name(rclio_history value)
{
    switch (value) {
    case RCLIO_KEEP_LAST: return "KEEP_LAST";
    case RCLIO_KEEP_ALL: return "KEEP_ALL";
    case RCLIO_HISTORY_DEFAULT:
    case RCLIO_HISTORY_SYSTEM_DEFAULT: return "SYSTEM_DEFAULT";
    case RCLIO_HISTORY_UNKNOWN: break;
    }
    return "UNKNOWN";
}

const char *rclio_liveliness_name(rclio_liveliness value)
{
    switch (value) {
    case RCLIO_AUTOMATIC: return "AUTOMATIC";
    case RCLIO_MANUAL_BY_TOPIC: return "MANUAL_BY_TOPIC";
    case RCLIO_LIVELINESS_DEFAULT:
    case RCLIO_LIVELINESS_SYSTEM_DEFAULT: return "SYSTEM_DEFAULT";
    case RCLIO_LIVELINESS_BEST_AVAILABLE: return "BEST_AVAILABLE";
    case RCLIO_LIVELINESS_UNKNOWN: break;
    }
    return "UNKNOWN";
}
