/* src/mw/qos_presets.c: upstream's profiles by the short names that its command line and its Python give them (QOS-1).
 * Threads: any; no state. Tests: tests/mw/test_qos_compatibility.c. */
#include "rclio/qos.h"

#include "base/error.h"

#include <string.h>

static const char *const names[] = {"unknown",          "default",    "system_default",   "sensor_data",
                                    "services_default", "parameters", "parameter_events", "action_status_default",
                                    "best_available",   NULL};

static rclio_qos preset_at(size_t index)
{
    switch (index) {
    case 0:
        return (rclio_qos){.history = RCLIO_HISTORY_UNKNOWN,
                           .reliability = RCLIO_RELIABILITY_UNKNOWN,
                           .durability = RCLIO_DURABILITY_UNKNOWN,
                           .liveliness = RCLIO_LIVELINESS_UNKNOWN};
    case 1: return RCLIO_QOS_DEFAULT;
    case 2: return RCLIO_QOS_SYSTEM_DEFAULT;
    case 3: return RCLIO_QOS_SENSOR_DATA;
    case 4: return RCLIO_QOS_SERVICES;
    case 5:
    case 6: return RCLIO_QOS_PARAMETERS; /* of events too */
    case 7: return RCLIO_QOS_ACTION_STATUS;
    default: return RCLIO_QOS_BEST_AVAILABLE;
    }
}

const char *const *rclio_qos_preset_names(void)
{
    return names;
}

rclio_status rclio_qos_preset(const char *name, rclio_qos *qos)
{
    for (size_t i = 0; name && names[i]; i++) {
        if (strcmp(names[i], name) != 0) continue;
        *qos = preset_at(i);
        return RCLIO_OK;
    }
    return rclio_fail(RCLIO_NOT_FOUND,
                      "no QoS profile '%s': there are default, sensor_data, system_default, services_default, parameters, "
                      "parameter_events, action_status_default, best_available and unknown",
                      name ? name : "");
}
