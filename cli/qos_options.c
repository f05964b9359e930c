/* cli/qos_options.c: the --qos-... options. Threads: constant. */
#include "cli.h"

#include <math.h>
#include <string.h>

const char *const cli_qos_profiles[] = {"unknown",          "default",    "system_default",   "sensor_data",
                                        "services_default", "parameters", "parameter_events", "action_status_default",
                                        "best_available",   NULL};
const char *const cli_qos_histories[] = {"system_default", "keep_last", "keep_all", "unknown", NULL};
const char *const cli_qos_reliabilities[] = {"system_default", "reliable", "best_effort", "unknown", "best_available", NULL};
const char *const cli_qos_durabilities[] = {"system_default", "transient_local", "volatile", "unknown", "best_available", NULL};
const char *const cli_qos_livelinesses[] = {"system_default", "automatic", "manual_by_topic", "unknown", "best_available", NULL};

/* In the order of the names above. */
static const rclio_history histories[] = {RCLIO_HISTORY_SYSTEM_DEFAULT, RCLIO_KEEP_LAST, RCLIO_KEEP_ALL, RCLIO_HISTORY_UNKNOWN};
static const rclio_reliability reliabilities[] = {RCLIO_RELIABILITY_SYSTEM_DEFAULT, RCLIO_RELIABLE, RCLIO_BEST_EFFORT,
                                                  RCLIO_RELIABILITY_UNKNOWN, RCLIO_RELIABILITY_BEST_AVAILABLE};
static const rclio_durability durabilities[] = {RCLIO_DURABILITY_SYSTEM_DEFAULT, RCLIO_TRANSIENT_LOCAL, RCLIO_VOLATILE,
                                                RCLIO_DURABILITY_UNKNOWN, RCLIO_DURABILITY_BEST_AVAILABLE};
static const rclio_liveliness livelinesses[] = {RCLIO_LIVELINESS_SYSTEM_DEFAULT, RCLIO_AUTOMATIC, RCLIO_MANUAL_BY_TOPIC,
                                                RCLIO_LIVELINESS_UNKNOWN, RCLIO_LIVELINESS_BEST_AVAILABLE};

/* The parser let only the names above through. */
static size_t index_of(const char *const *names, const char *name)
{
    size_t i = 0;
    while (names[i] && strcmp(names[i], name) != 0) i++;
    return i;
}

static rclio_qos profile(const char *name)
{
    const rclio_qos unknown = {.history = RCLIO_HISTORY_UNKNOWN,
                               .reliability = RCLIO_RELIABILITY_UNKNOWN,
                               .durability = RCLIO_DURABILITY_UNKNOWN,
                               .liveliness = RCLIO_LIVELINESS_UNKNOWN};
    const rclio_qos profiles[] = {unknown,
                                  RCLIO_QOS_DEFAULT,
                                  RCLIO_QOS_SYSTEM_DEFAULT,
                                  RCLIO_QOS_SENSOR_DATA,
                                  RCLIO_QOS_SERVICES,
                                  RCLIO_QOS_PARAMETERS,
                                  RCLIO_QOS_PARAMETER_EVENTS,
                                  RCLIO_QOS_ACTION_STATUS,
                                  RCLIO_QOS_BEST_AVAILABLE};
    return profiles[index_of(cli_qos_profiles, name)];
}

bool cli_qos_given(const cli_qos *o)
{
    return o->profile || o->depth != CLI_UNSET || o->history || o->reliability || o->durability || o->liveliness ||
           !isnan(o->lease);
}

rclio_qos cli_qos_resolve(const cli_qos *o, rclio_qos preset)
{
    rclio_qos qos = o->profile ? profile(o->profile) : preset;
    if (o->history) qos.history = histories[index_of(cli_qos_histories, o->history)];
    if (o->reliability) qos.reliability = reliabilities[index_of(cli_qos_reliabilities, o->reliability)];
    if (o->durability) qos.durability = durabilities[index_of(cli_qos_durabilities, o->durability)];
    if (o->liveliness) qos.liveliness = livelinesses[index_of(cli_qos_livelinesses, o->liveliness)];
    if (!isnan(o->lease) && o->lease >= 0) qos.lease_ns = (int64_t)(o->lease * 1e9);
    if (o->depth != CLI_UNSET && o->depth >= 0) qos.depth = (size_t)o->depth;
    return qos;
}
