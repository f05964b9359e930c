/* src/mw/qos_compatibility.c: what upstream says of a publisher and a subscription before they meet: fine, perhaps, or never.
 *
 *   QC1  An error is a pair of values that never match, a warning one that a default or an unknown value decides. Warnings are only
 *        looked for when there is no error, as upstream does.
 *   QC2  A duration of 0 and an infinite one are none: upstream takes an infinite one of a subscription for one that is asked for, and
 *        calls endpoints incompatible that do match.
 * The sentences are upstream's, to the letter (QOS-10). Threads: any; no state. Tests: tests/mw/test_qos_compatibility.c. */
#include "rclio/qos.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct findings {
    char *text;
    size_t size, length;
    bool any;
} findings;

RCLIO_PRINTF(2, 3) static void find(findings *f, const char *format, ...)
{
    va_list args;
    f->any = true;
    if (f->length + 1 >= f->size) return;
    va_start(args, format);
    int written = vsnprintf(f->text + f->length, f->size - f->length, format, args);
    va_end(args);
    if (written > 0) f->length += (size_t)written;
}

static bool is_given(int64_t duration)
{
    return duration > 0 && duration != RCLIO_FOREVER;
}

static void find_duration_errors(findings *f, int64_t offered, int64_t requested, const char *none, const char *less)
{
    if (!is_given(requested)) return;
    if (offered <= 0) {
        find(f, "ERROR: %s;", none);
    } else if (requested < offered) {
        find(f, "ERROR: %s;", less);
    }
}

static void find_errors(findings *f, const rclio_qos *publisher, const rclio_qos *subscription)
{
    if (publisher->reliability == RCLIO_BEST_EFFORT && subscription->reliability == RCLIO_RELIABLE)
        find(f, "ERROR: Best effort publisher and reliable subscription;");
    if (publisher->durability == RCLIO_VOLATILE && subscription->durability == RCLIO_TRANSIENT_LOCAL)
        find(f, "ERROR: Volatile publisher and transient local subscription;");
    find_duration_errors(f, publisher->deadline_ns, subscription->deadline_ns,
                         "Subscription has a deadline, but publisher does not",
                         "Subscription deadline is less than publisher deadline");
    if (publisher->liveliness == RCLIO_AUTOMATIC && subscription->liveliness == RCLIO_MANUAL_BY_TOPIC)
        find(f, "ERROR: Publisher's liveliness is automatic and subscription's is manual by topic;");
    find_duration_errors(f, publisher->lease_ns, subscription->lease_ns,
                         "Subscription has a liveliness lease duration, but publisher does not",
                         "Subscription liveliness lease duration is less than publisher");
}

/* NULL: neither the system's default nor unknown. */
static const char *open_reliability(rclio_reliability value)
{
    if (value == RCLIO_RELIABILITY_SYSTEM_DEFAULT) return "system_default";
    return value == RCLIO_RELIABILITY_UNKNOWN ? "unknown" : NULL;
}

static const char *open_durability(rclio_durability value)
{
    if (value == RCLIO_DURABILITY_SYSTEM_DEFAULT) return "system_default";
    return value == RCLIO_DURABILITY_UNKNOWN ? "unknown" : NULL;
}

static const char *open_liveliness(rclio_liveliness value)
{
    if (value == RCLIO_LIVELINESS_SYSTEM_DEFAULT) return "system_default";
    return value == RCLIO_LIVELINESS_UNKNOWN ? "unknown" : NULL;
}

static void find_warnings(findings *f, const rclio_qos *publisher, const rclio_qos *subscription)
{
    const char *offered = open_reliability(publisher->reliability), *requested = open_reliability(subscription->reliability);
    if (offered && requested)
        find(f, "WARNING: Publisher reliability is %s and subscription reliability is %s;", offered, requested);
    else if (offered && subscription->reliability == RCLIO_RELIABLE)
        find(f, "WARNING: Reliable subscription, but publisher is %s;", offered);
    else if (publisher->reliability == RCLIO_BEST_EFFORT && requested)
        find(f, "WARNING: Best effort publisher, but subscription is %s;", requested);

    offered = open_durability(publisher->durability), requested = open_durability(subscription->durability);
    if (offered && requested) /* upstream's spelling */
        find(f, "WARNING: Publisher durabilty is %s and subscription durability is %s;", offered, requested);
    else if (offered && subscription->durability == RCLIO_TRANSIENT_LOCAL)
        find(f, "WARNING: Transient local subscription, but publisher is %s;", offered);
    else if (publisher->durability == RCLIO_VOLATILE && requested)
        find(f, "WARNING: Volatile publisher, but subscription is %s;", requested);

    offered = open_liveliness(publisher->liveliness), requested = open_liveliness(subscription->liveliness);
    if (offered && requested)
        find(f, "WARNING: Publisher liveliness is %s and subscription liveliness is %s;", offered, requested);
    else if (offered && subscription->liveliness == RCLIO_MANUAL_BY_TOPIC)
        find(f, "WARNING: Subscription's liveliness is manual by topic, but publisher's is %s;", offered);
    else if (publisher->liveliness == RCLIO_AUTOMATIC && requested)
        find(f, "WARNING: Publisher's liveliness is automatic, but subscription's is %s;", requested);
}

/* What is not said is the profile's; durations stay as given, for 0 is told from infinite (QC2). */
static rclio_qos complete(const rclio_qos *given)
{
    rclio_qos qos = rclio_qos_resolve(*given, RCLIO_QOS_DEFAULT);
    qos.deadline_ns = given->deadline_ns;
    qos.lease_ns = given->lease_ns;
    return qos;
}

rclio_qos_compatibility rclio_qos_check_compatible(const rclio_qos *publisher, const rclio_qos *subscription, char *reason,
                                                   size_t size)
{
    const rclio_qos offered = complete(publisher), requested = complete(subscription);
    findings f = {.text = reason, .size = reason ? size : 0};
    if (f.size) reason[0] = '\0';
    find_errors(&f, &offered, &requested); /* QOS-10 */
    if (f.any) return RCLIO_QOS_ERROR;
    find_warnings(&f, &offered, &requested); /* QC1 */
    return f.any ? RCLIO_QOS_WARNING : RCLIO_QOS_OK;
}
