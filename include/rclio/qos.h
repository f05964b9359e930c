/* include/rclio/qos.h: quality of service as values, and what endpoints of the network look like. Floor: mw. */
#ifndef RCLIO_QOS_H
#define RCLIO_QOS_H

#include "rclio/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In every enumeration 0 means: what the default profile of the entity says. */
typedef enum rclio_reliability {
    RCLIO_RELIABILITY_DEFAULT = 0,
    RCLIO_RELIABLE,
    RCLIO_BEST_EFFORT,
    RCLIO_RELIABILITY_SYSTEM_DEFAULT,
    RCLIO_RELIABILITY_BEST_AVAILABLE,
    RCLIO_RELIABILITY_UNKNOWN,
} rclio_reliability;
typedef enum rclio_durability {
    RCLIO_DURABILITY_DEFAULT = 0,
    RCLIO_VOLATILE,
    RCLIO_TRANSIENT_LOCAL,
    RCLIO_DURABILITY_SYSTEM_DEFAULT,
    RCLIO_DURABILITY_BEST_AVAILABLE,
    RCLIO_DURABILITY_UNKNOWN,
} rclio_durability;
typedef enum rclio_history {
    RCLIO_HISTORY_DEFAULT = 0,
    RCLIO_KEEP_LAST,
    RCLIO_KEEP_ALL,
    RCLIO_HISTORY_SYSTEM_DEFAULT,
    RCLIO_HISTORY_UNKNOWN,
} rclio_history;
typedef enum rclio_liveliness {
    RCLIO_LIVELINESS_DEFAULT = 0,
    RCLIO_AUTOMATIC,
    RCLIO_MANUAL_BY_TOPIC,
    RCLIO_LIVELINESS_SYSTEM_DEFAULT,
    RCLIO_LIVELINESS_BEST_AVAILABLE,
    RCLIO_LIVELINESS_UNKNOWN,
} rclio_liveliness;

/* Durations in nanoseconds; 0: default, which is infinite; RCLIO_FOREVER: infinite. {0} is the entity's default profile. */
typedef struct rclio_qos {
    rclio_reliability reliability;
    rclio_durability durability;
    rclio_history history;
    size_t depth; /* of RCLIO_KEEP_LAST; 0: the profile's */
    int64_t deadline_ns;
    int64_t lifespan_ns;
    rclio_liveliness liveliness;
    int64_t lease_ns;
    bool avoid_ros_namespace_conventions; /* the DDS topic gets no prefix */
} rclio_qos;

/* QOS-1 */
#define RCLIO_QOS_DEFAULT \
    ((rclio_qos){.history = RCLIO_KEEP_LAST, .depth = 10, .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE})
#define RCLIO_QOS_SENSOR_DATA \
    ((rclio_qos){.history = RCLIO_KEEP_LAST, .depth = 5, .reliability = RCLIO_BEST_EFFORT, .durability = RCLIO_VOLATILE})
#define RCLIO_QOS_SERVICES RCLIO_QOS_DEFAULT
#define RCLIO_QOS_PARAMETERS \
    ((rclio_qos){.history = RCLIO_KEEP_LAST, .depth = 1000, .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE})
#define RCLIO_QOS_PARAMETER_EVENTS RCLIO_QOS_PARAMETERS
#define RCLIO_QOS_SYSTEM_DEFAULT                                  \
    ((rclio_qos){.history = RCLIO_HISTORY_SYSTEM_DEFAULT,         \
                 .reliability = RCLIO_RELIABILITY_SYSTEM_DEFAULT, \
                 .durability = RCLIO_DURABILITY_SYSTEM_DEFAULT,   \
                 .liveliness = RCLIO_LIVELINESS_SYSTEM_DEFAULT})
#define RCLIO_QOS_BEST_AVAILABLE                                  \
    ((rclio_qos){.history = RCLIO_KEEP_LAST,                      \
                 .depth = 10,                                     \
                 .reliability = RCLIO_RELIABILITY_BEST_AVAILABLE, \
                 .durability = RCLIO_DURABILITY_BEST_AVAILABLE,   \
                 .liveliness = RCLIO_LIVELINESS_BEST_AVAILABLE})
#define RCLIO_QOS_CLOCK \
    ((rclio_qos){.history = RCLIO_KEEP_LAST, .depth = 1, .reliability = RCLIO_BEST_EFFORT, .durability = RCLIO_VOLATILE})
#define RCLIO_QOS_ROSOUT                              \
    ((rclio_qos){.history = RCLIO_KEEP_LAST,          \
                 .depth = 1000,                       \
                 .reliability = RCLIO_RELIABLE,       \
                 .durability = RCLIO_TRANSIENT_LOCAL, \
                 .lifespan_ns = RCLIO_S(10)})
#define RCLIO_QOS_ACTION_STATUS \
    ((rclio_qos){.history = RCLIO_KEEP_LAST, .depth = 1, .reliability = RCLIO_RELIABLE, .durability = RCLIO_TRANSIENT_LOCAL})

/* A profile above by its short name ("sensor_data", "services_default", "parameters", ...; "unknown" too).
 * fails RCLIO_NOT_FOUND. thread any. wire QOS-1 */
RCLIO_API rclio_status rclio_qos_preset(const char *name, rclio_qos *qos);
RCLIO_API const char *const *rclio_qos_preset_names(void); /* ended by NULL; static. thread any */

/* Fills what `qos` leaves at 0 from `base`, and the rest from RCLIO_QOS_DEFAULT. thread any */
RCLIO_API rclio_qos rclio_qos_resolve(rclio_qos qos, rclio_qos base);

/* RCLIO_OK, or RCLIO_INVALID naming the value that is not legal (a keep-last depth over INT32_MAX, a negative duration). thread any */
RCLIO_API rclio_status rclio_qos_check(const rclio_qos *qos);

/* RCLIO_OK when a writer that offers `offered` matches a reader that requests `requested`; else RCLIO_INVALID, naming the policy in
 * upstream's words ("RELIABILITY"). thread any. wire QOS-5 */
RCLIO_API rclio_status rclio_qos_compatible(const rclio_qos *offered, const rclio_qos *requested);

/* Whether a publisher and a subscription with these profiles will match, as upstream's qos_check_compatible says it: values that stand
 * for another one (system default, unknown) are no error but a warning. Profiles may be incomplete; what is 0 is RCLIO_QOS_DEFAULT's.
 * reason  may be NULL; gets upstream's sentences, each ended by ';', "" when all is well. RCLIO_QOS_REASON_SIZE holds any
 * thread  any. wire QOS-10 */
typedef enum rclio_qos_compatibility { RCLIO_QOS_OK = 0, RCLIO_QOS_WARNING = 1, RCLIO_QOS_ERROR = 2 } rclio_qos_compatibility;
#define RCLIO_QOS_REASON_SIZE 512
RCLIO_API rclio_qos_compatibility rclio_qos_check_compatible(const rclio_qos *publisher, const rclio_qos *subscription,
                                                             char *reason, size_t size);

/* Policy values in upstream's words, "RELIABLE", "TRANSIENT_LOCAL", "KEEP_LAST"; never NULL. thread any */
RCLIO_API const char *rclio_reliability_name(rclio_reliability value);
RCLIO_API const char *rclio_durability_name(rclio_durability value);
RCLIO_API const char *rclio_history_name(rclio_history value);
RCLIO_API const char *rclio_liveliness_name(rclio_liveliness value);

#define RCLIO_GID_SIZE 16 /* GID-1 */

typedef enum rclio_endpoint_kind { RCLIO_PUBLISHER = 1, RCLIO_SUBSCRIPTION } rclio_endpoint_kind;

#ifdef __cplusplus
}
#endif
#endif
