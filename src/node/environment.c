/* src/node/environment.c: see environment.h; docs/environment.md lists the variables. Tests: tests/node/test_environment.c. */
#include "node/environment.h"

#include "base/error.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOGGER "rcl"
#define PEER_LENGTH_MAX 255

static rclio_status check_domain(const char *thing, unsigned long value, const char *written)
{
    if (value <= ENVIRONMENT_DOMAIN_MAX) return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID, "%s is '%s': allowed is 0 to %d", thing, written, ENVIRONMENT_DOMAIN_MAX);
}

static rclio_status read_domain(environment *e, const uint32_t *given) /* ENV-1 */
{
    const char *value = getenv("ROS_DOMAIN_ID");
    char *end, number[16];
    if (given) {
        snprintf(number, sizeof number, "%lu", (unsigned long)*given);
        e->domain_id = *given;
        return check_domain("domain_id of rclio_context_options", *given, number);
    }
    if (!value || !*value) return RCLIO_OK;
    unsigned long domain = strtoul(value, &end, number_base(value)); /* "12abc" is 12, as upstream reads it */
    if (end == value)
        return rclio_fail(RCLIO_INVALID, "ROS_DOMAIN_ID is not an integral number: it is '%s', allowed is 0 to %d", value,
                          ENVIRONMENT_DOMAIN_MAX);
    e->domain_id = (uint32_t)domain;
    return check_domain("ROS_DOMAIN_ID", domain, value);
}

static void read_range(environment *e, log *l) /* ENV-2 */
{
    static const struct {
        const char *name;
        mw_discovery_range range;
    } ranges[] = {
        {"SUBNET", MW_RANGE_SUBNET},
        {"LOCALHOST", MW_RANGE_LOCALHOST},
        {"OFF", MW_RANGE_OFF},
        {"SYSTEM_DEFAULT", MW_RANGE_SYSTEM_DEFAULT},
    };
    const char *value = getenv("ROS_AUTOMATIC_DISCOVERY_RANGE");
    e->range = MW_RANGE_SUBNET;
    if (!value || !*value) return;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (strcmp(value, ranges[i].name) != 0) continue;
        e->range = ranges[i].range;
        return;
    }
    LOG_WARN(l, LOGGER,
             "Invalid value '%s' specified for 'ROS_AUTOMATIC_DISCOVERY_RANGE', assuming localhost only; allowed are SUBNET, "
             "LOCALHOST, "
             "OFF and SYSTEM_DEFAULT",
             value);
    e->range = MW_RANGE_LOCALHOST;
}

static rclio_status read_peers(environment *e, log *l) /* ENV-2 */
{
    const char *value = getenv("ROS_STATIC_PEERS");
    if (!value || !*value) return RCLIO_OK;
    if (e->range == MW_RANGE_OFF || e->range == MW_RANGE_SYSTEM_DEFAULT) {
        if (e->range == MW_RANGE_OFF)
            LOG_WARN(l, LOGGER, "ROS_STATIC_PEERS is '%s' and is ignored: ROS_AUTOMATIC_DISCOVERY_RANGE is OFF", value);
        return RCLIO_OK;
    }
    for (const char *peer = value; *peer;) {
        size_t length = strcspn(peer, ";");
        if (length > PEER_LENGTH_MAX)
            return rclio_fail(RCLIO_INVALID, "ROS_STATIC_PEERS: the peer '%.40s...' has %zu characters, allowed are %d", peer,
                              length, PEER_LENGTH_MAX);
        peer += length + (peer[length] == ';');
    }
    e->static_peers = copy_string(value);
    return e->static_peers ? RCLIO_OK : rclio_error_status();
}

static void read_localhost_only(environment *e, log *l) /* ENV-2 */
{
    const char *value = getenv("ROS_LOCALHOST_ONLY");
    if (!value || !*value) return;
    bool only = strcmp(value, "1") == 0;
    LOG_WARN(l, LOGGER,
             "ROS_LOCALHOST_ONLY is deprecated but still honored if it is enabled. Use ROS_AUTOMATIC_DISCOVERY_RANGE and "
             "ROS_STATIC_PEERS instead.");
    LOG_WARN(l, LOGGER, "'localhost_only' is %s, 'automatic_discovery_range' and 'static_peers' will be %s.",
             only ? "enabled" : "disabled", only ? "ignored" : "used");
    if (!only) return;
    e->range = MW_RANGE_LOCALHOST;
    free(e->static_peers);
    e->static_peers = NULL;
}

environment *environment_read(const char *middleware, const uint32_t *domain_id, log *l)
{
    environment *e = calloc(1, sizeof *e);
    if (!e) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the environment");
    e->ops = mw_find(middleware ? middleware : getenv("RMW_IMPLEMENTATION"));
    if (!e->ops || read_domain(e, domain_id) != RCLIO_OK) goto failed;
    read_range(e, l);
    if (read_peers(e, l) != RCLIO_OK) goto failed;
    read_localhost_only(e, l);
    return e;
failed:
    environment_destroy(e);
    return NULL;
}

void environment_destroy(environment *e)
{
    if (!e) return;
    free(e->static_peers);
    free(e);
}
