/* src/node/parameter_qos.c: see parameter_qos.h.
 *
 *   PQ1  A parameter that is there already (a second publisher of the topic) is used as it is.
 * Tests: tests/node/test_parameter_qos.c. */
#include "node/parameter_qos.h"

#include "base/error.h"
#include "base/text.h"
#include "node/node.h"
#include "rclio/parameter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef enum policy_form { FORM_WORD, FORM_INTEGER, FORM_BOOL } policy_form;

typedef const char *name_fn(int value);

static const char *history_word(int value)
{
    return rclio_history_name((rclio_history)value);
}

static const char *reliability_word(int value)
{
    return rclio_reliability_name((rclio_reliability)value);
}

static const char *durability_word(int value)
{
    return rclio_durability_name((rclio_durability)value);
}

static const char *liveliness_word(int value)
{
    return rclio_liveliness_name((rclio_liveliness)value);
}

static const struct policy {
    const char *name;
    unsigned bit;
    policy_form form;
    name_fn *word;
    int words, normal; /* legal values are 1 to words; the one that stands for "not given" */
} policies[] = {
    {"history", RCLIO_OVERRIDE_HISTORY, FORM_WORD, history_word, RCLIO_HISTORY_SYSTEM_DEFAULT, RCLIO_HISTORY_SYSTEM_DEFAULT},
    {"depth", RCLIO_OVERRIDE_DEPTH, FORM_INTEGER, NULL, 0, 0},
    {"reliability", RCLIO_OVERRIDE_RELIABILITY, FORM_WORD, reliability_word, RCLIO_RELIABILITY_BEST_AVAILABLE,
     RCLIO_RELIABILITY_SYSTEM_DEFAULT},
    {"durability", RCLIO_OVERRIDE_DURABILITY, FORM_WORD, durability_word, RCLIO_DURABILITY_BEST_AVAILABLE,
     RCLIO_DURABILITY_SYSTEM_DEFAULT},
    {"deadline", RCLIO_OVERRIDE_DEADLINE, FORM_INTEGER, NULL, 0, 0},
    {"lifespan", RCLIO_OVERRIDE_LIFESPAN, FORM_INTEGER, NULL, 0, 0},
    {"liveliness", RCLIO_OVERRIDE_LIVELINESS, FORM_WORD, liveliness_word, RCLIO_LIVELINESS_BEST_AVAILABLE,
     RCLIO_LIVELINESS_SYSTEM_DEFAULT},
    {"liveliness_lease_duration", RCLIO_OVERRIDE_LEASE, FORM_INTEGER, NULL, 0, 0},
    {"avoid_ros_namespace_conventions", RCLIO_OVERRIDE_CONVENTIONS, FORM_BOOL, NULL, 0, 0},
};

static void lower(const char *word, char *copy, size_t size)
{
    size_t i = 0;
    for (; word[i] && i + 1 < size; i++) copy[i] = (char)tolower((unsigned char)word[i]);
    copy[i] = '\0';
}

/* ---- one policy of a profile ---- */

static int get_word(unsigned bit, const rclio_qos *qos)
{
    switch (bit) {
    case RCLIO_OVERRIDE_HISTORY: return (int)qos->history;
    case RCLIO_OVERRIDE_RELIABILITY: return (int)qos->reliability;
    case RCLIO_OVERRIDE_DURABILITY: return (int)qos->durability;
    default: return (int)qos->liveliness;
    }
}

static void put_word(unsigned bit, rclio_qos *qos, int value)
{
    switch (bit) {
    case RCLIO_OVERRIDE_HISTORY: qos->history = (rclio_history)value; break;
    case RCLIO_OVERRIDE_RELIABILITY: qos->reliability = (rclio_reliability)value; break;
    case RCLIO_OVERRIDE_DURABILITY: qos->durability = (rclio_durability)value; break;
    default: qos->liveliness = (rclio_liveliness)value; break;
    }
}

static int64_t get_integer(unsigned bit, const rclio_qos *qos)
{
    switch (bit) {
    case RCLIO_OVERRIDE_DEPTH: return (int64_t)qos->depth;
    case RCLIO_OVERRIDE_DEADLINE: return qos->deadline_ns;
    case RCLIO_OVERRIDE_LIFESPAN: return qos->lifespan_ns;
    default: return qos->lease_ns;
    }
}

static void put_integer(unsigned bit, rclio_qos *qos, int64_t value)
{
    switch (bit) {
    case RCLIO_OVERRIDE_DEPTH: qos->depth = (size_t)value; break;
    case RCLIO_OVERRIDE_DEADLINE: qos->deadline_ns = value; break;
    case RCLIO_OVERRIDE_LIFESPAN: qos->lifespan_ns = value; break;
    default: qos->lease_ns = value; break;
    }
}

static rclio_status fail_value(const struct policy *policy, const rclio_parameter_value *value)
{
    char *words = rclio_parameter_value_text(value);
    rclio_fail(RCLIO_INVALID, "Unexpected QoS override for policy `%s`: `%s`", policy->name, words ? words : "");
    free(words);
    return RCLIO_INVALID;
}

static rclio_status put_value(const struct policy *policy, const rclio_parameter_value *value, rclio_qos *qos)
{
    char word[40];
    switch (policy->form) {
    case FORM_BOOL: qos->avoid_ros_namespace_conventions = value->boolean; return RCLIO_OK;
    case FORM_INTEGER:
        if (value->integer < 0) return fail_value(policy, value);
        put_integer(policy->bit, qos, value->integer);
        return RCLIO_OK;
    default: break;
    }
    for (int i = 1; i <= policy->words; i++) {
        lower(policy->word(i), word, sizeof word);
        if (strcmp(word, value->string) != 0) continue;
        put_word(policy->bit, qos, i);
        return RCLIO_OK;
    }
    return fail_value(policy, value);
}

/* ---- parameters ---- */

static rclio_parameter_value default_of(const struct policy *policy, const rclio_qos *qos, char word[40])
{
    if (policy->form == FORM_BOOL) return rclio_value_bool(qos->avoid_ros_namespace_conventions);
    if (policy->form == FORM_INTEGER) return rclio_value_integer(get_integer(policy->bit, qos));
    int value = get_word(policy->bit, qos);
    lower(policy->word(value ? value : policy->normal), word, 40);
    return rclio_value_string(word);
}

static rclio_status override_one(rclio_node *node, const struct policy *policy, const char *endpoint, const char *about,
                                 rclio_qos *qos)
{
    char word[40];
    rclio_parameter_value value = {0};
    char *name = copy_format("qos_overrides.%s.%s", endpoint, policy->name);
    char *description = copy_format("%s for %s", policy->name, about);
    rclio_status status = name && description ? RCLIO_OK : rclio_error_status();
    if (status == RCLIO_OK && !rclio_parameter_has(node, name)) /* PQ1 */
        status =
            rclio_parameter_declare(node, name, default_of(policy, qos, word),
                                    &(rclio_parameter_options){.descriptor = {.read_only = true, .description = description}});
    if (status == RCLIO_OK) status = rclio_parameter_get(node, name, &value);
    if (status == RCLIO_OK) status = put_value(policy, &value, qos);
    rclio_parameter_value_fini(&value);
    free(description);
    free(name);
    return status;
}

static rclio_status check(const rclio_qos_overriding *overriding, const char *about, const rclio_qos *qos)
{
    if (!overriding->check) return RCLIO_OK;
    rclio_error_clear();
    if (overriding->check(qos, overriding->arg) == RCLIO_OK) return RCLIO_OK;
    rclio_error_set(RCLIO_INVALID, rclio_error());
    return rclio_error_add("Provided QoS overrides for %s, are not valid", about);
}

rclio_status parameter_qos_override(rclio_node *node, const char *topic, rclio_endpoint_kind kind,
                                    const rclio_qos_overriding *overriding, rclio_qos *qos) /* PAR-12 */
{
    if (!overriding->policies) return RCLIO_OK;
    const char *id = overriding->id, *what = kind == RCLIO_PUBLISHER ? "publisher" : "subscription";
    unsigned wanted = overriding->policies;
    if (kind != RCLIO_PUBLISHER) wanted &= ~(unsigned)RCLIO_OVERRIDE_LIFESPAN;
    char *endpoint = copy_format("%s.%s%s%s", topic, what, id ? "_" : "", id ? id : "");
    char *about = copy_format("%s `%s` with id `%s`", what, topic, id ? id : "None");
    rclio_status status = endpoint && about ? RCLIO_OK : rclio_error_status();
    rclio_qos full = rclio_qos_resolve(*qos, RCLIO_QOS_DEFAULT); /* durations and liveliness that are not given are shown so */
    qos->history = full.history;
    qos->depth = full.depth;
    qos->reliability = full.reliability;
    qos->durability = full.durability;
    for (size_t i = 0; i < sizeof policies / sizeof *policies && status == RCLIO_OK; i++)
        if (wanted & policies[i].bit) status = override_one(node, &policies[i], endpoint, about, qos);
    if (status == RCLIO_OK) status = check(overriding, about, qos);
    free(about);
    free(endpoint);
    return status;
}
