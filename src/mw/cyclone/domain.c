/* src/mw/cyclone/domain.c: DDS domains: their configuration, who shares them, and what Cyclone says when one cannot be joined.
 *
 *   DO1  A domain is a thing of the process, not of a context: Cyclone has one of each number. So the table of those made here is the
 *        one piece of global state of this floor; the last participant to leave ends its domain.
 *   DO2  The configuration is what the discovery range says and then the user's CYCLONEDDS_URI, which overrides it (ENV-2).
 *   DO3  While a domain is joined, Cyclone's own log lines are caught: on failure they become part of our one sentence, on success
 *        they go to the log.
 * Threads: any. Tests: tests/mw/test_domain.c. */
#include "mw/cyclone/cyclone.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN_MAX 232 /* ENV-1: the highest whose ports exist */

/* Participants per machine that can be found without multicast. Each has a port of its own; those of domain 232 end at 65535. */
#define INDEX_MAX 119
#define INDEX_MAX_OF_LAST_DOMAIN 62

typedef struct domain {
    struct domain *next;
    uint32_t id;
    dds_entity_t entity; /* 0: made by somebody else in this process */
    unsigned participants;
} domain;

static mutex domains_lock = MUTEX_INITIALIZER;
static domain *domains; /* DO1, under domains_lock */

static void append_escaped(text *t, const char *value, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (value[i] == '&')
            text_append(t, "&amp;");
        else if (value[i] == '<')
            text_append(t, "&lt;");
        else if (value[i] == '"')
            text_append(t, "&quot;");
        else
            text_append_char(t, value[i]);
    }
}

static void append_peers(text *t, bool localhost, const char *peers)
{
    text_append(t, "<Peers>");
    if (localhost) text_append(t, "<Peer address=\"127.0.0.1\"/>"); /* a container may have no /etc/hosts */
    while (peers && *peers) {
        size_t length = strcspn(peers, ";");
        if (length > 0) {
            text_append(t, "<Peer address=\"");
            append_escaped(t, peers, length);
            text_append(t, "\"/>");
        }
        peers += length + (peers[length] == ';');
    }
    text_append(t, "</Peers>");
}

/* Cyclone's defaults are 100, 100 and 10 ms. The first sample of a topic to a reader that has just been matched may be dropped there and
 * is then sent again after a heartbeat and a nack; a reader that has heard nothing asks after the last of the three (docs/middleware.md).
 * A writer whose samples are not all acknowledged wakes a thread at each interval, so where no services depend on it, it is longer. */
enum { HEARTBEAT_MS = 50, HEARTBEAT_OF_SERVICES_MS = 20 };
static const char handshake[] = "<NackDelay>10ms</NackDelay><PreEmptiveAckDelay>1ms</PreEmptiveAckDelay>";

/* DIS-12: or Fast DDS peers keep what has gone until the lease of the whole participant ends. */
static const char farewell[] =
    "<CycloneDDS><Domain><Internal><GenerateKeyhash>true</GenerateKeyhash>" CYCLONE_BATCHES "</Internal></Domain></CycloneDDS>";

/* Cyclone's default is a thread each for unicast data, for multicast data and for the rest. One that waits for all three makes a system
 * call more for each packet (docs/middleware.md). */
static const char one_receiver[] =
    ",<CycloneDDS><Domain><Internal><MultipleReceiveThreads>false</MultipleReceiveThreads></Internal>"
    "</Domain></CycloneDDS>";

/* DO2. ENV-2: what each range means. The two sizes make messages of more than a packet travel in few large datagrams, as upstream's
 * default middleware sends them (docs/middleware.md). */
static char *configuration(const mw_options *options, bool with_services)
{
    text t;
    text_init(&t);
    text_append(&t, farewell);
    if (options->few_threads) text_append(&t, one_receiver);
    bool localhost = options->range == MW_RANGE_LOCALHOST, off = options->range == MW_RANGE_OFF;
    if (options->range != MW_RANGE_SYSTEM_DEFAULT) {
        text_append(&t, ",<CycloneDDS><Domain><General>");
        if (localhost || off) text_append(&t, "<AllowMulticast>false</AllowMulticast>");
        text_append(&t,
                    "<MaxMessageSize>65500B</MaxMessageSize><FragmentSize>65000B</FragmentSize></General>"
                    "<Internal><WriterLingerDuration>0s</WriterLingerDuration></Internal><Discovery>"); /* EP3 in endpoint.c */
        if (off) {
            text_append_format(&t, "<ParticipantIndex>none</ParticipantIndex><Tag>ros_discovery_off_%ld</Tag>", (long)getpid());
        } else {
            text_append_format(&t,
                               "<ParticipantIndex>auto</ParticipantIndex><MaxAutoParticipantIndex>%d</MaxAutoParticipantIndex>",
                               options->domain_id == DOMAIN_MAX ? INDEX_MAX_OF_LAST_DOMAIN : INDEX_MAX);
            append_peers(&t, localhost, options->static_peers);
        }
        text_append_format(&t,
                           "</Discovery><Internal><HeartbeatInterval>%dms</HeartbeatInterval>%s</Internal></Domain></CycloneDDS>",
                           with_services ? HEARTBEAT_OF_SERVICES_MS : HEARTBEAT_MS, handshake);
    }
    const char *users = getenv("CYCLONEDDS_URI");
    if (users && *users) text_append_format(&t, ",%s", users);
    char *all = text_take(&t);
    text_fini(&t);
    return all;
}

/* DO3: the lines without Cyclone's head (time, thread), separated by "; ". */
static void catch_line(void *arg, const dds_log_data_t *data)
{
    text *caught = arg;
    const char *message = data->message;
    size_t length = strcspn(message, "\n");
    if (length > 0 && message[length - 1] == '.') length--;
    if (length == 0) return;
    if (caught->length > 0) text_append(caught, "; ");
    text_append_bytes(caught, message, length);
}

static rclio_status cannot_join(uint32_t id, dds_return_t code, const char *caught)
{
    const char *users = getenv("CYCLONEDDS_URI");
    const char *said = *caught ? caught : dds_strretcode(code);
    if (users && *users && strstr(said, "failed to find interfaces"))
        return rclio_fail(
            RCLIO_SYSTEM,
            "domain %u cannot be joined: %s: check that a network interface is up and that CYCLONEDDS_URI, which is "
            "'%s', allows it",
            id, said, users);
    if (users && *users)
        return rclio_fail(RCLIO_SYSTEM, "domain %u cannot be joined: %s: check CYCLONEDDS_URI, which is '%s'", id, said, users);
    return rclio_fail(RCLIO_SYSTEM,
                      "domain %u cannot be joined: %s: check that a network interface is up, or name one in CYCLONEDDS_URI", id,
                      said);
}

static domain *find_domain(uint32_t id)
{
    domain *d = domains;
    while (d && d->id != id) d = d->next;
    return d;
}

/* The domain with one participant more; NULL with the error set. */
static domain *enter_domain(const mw_options *options, bool with_services, text *caught)
{
    domain *d = find_domain(options->domain_id);
    if (d) {
        d->participants++;
        return d;
    }
    char *config = configuration(options, with_services);
    d = calloc(1, sizeof *d);
    if (!config || !d) {
        rclio_fail(RCLIO_NO_MEMORY, "no memory for domain %u", options->domain_id);
        goto failed;
    }
    d->id = options->domain_id;
    d->entity = dds_create_domain(d->id, config);
    if (d->entity == DDS_RETCODE_PRECONDITION_NOT_MET) d->entity = 0; /* the program itself uses Cyclone DDS */
    if (d->entity < 0) {
        cannot_join(d->id, d->entity, caught->data);
        goto failed;
    }
    d->participants = 1;
    d->next = domains;
    domains = d;
    free(config);
    return d;
failed:
    free(config);
    free(d);
    return NULL;
}

static void leave_domain(uint32_t id)
{
    for (domain **at = &domains; *at; at = &(*at)->next) {
        domain *d = *at;
        if (d->id != id) continue;
        if (--d->participants > 0) return;
        *at = d->next;
        if (d->entity > 0) dds_delete(d->entity);
        free(d);
        return;
    }
}

rclio_status domain_open(const mw_options *options, bool with_services, const dds_qos_t *qos, dds_entity_t *participant)
{
    if (options->domain_id > DOMAIN_MAX) /* ENV-1 */
        return rclio_fail(RCLIO_INVALID, "ROS_DOMAIN_ID is %u: a domain is a number from 0 to %d", options->domain_id,
                          DOMAIN_MAX);
    rclio_status status = RCLIO_OK;
    text caught;
    text_init(&caught);
    mutex_lock(&domains_lock);
    dds_set_log_sink(catch_line, &caught);
    if (!enter_domain(options, with_services, &caught)) {
        status = rclio_error_status();
    } else {
        *participant = dds_create_participant(options->domain_id, qos, NULL);
        if (*participant < 0) {
            status = cannot_join(options->domain_id, *participant, caught.data);
            leave_domain(options->domain_id);
        }
    }
    dds_set_log_sink(NULL, NULL);
    mutex_unlock(&domains_lock);
    if (!status && caught.length > 0) LOG_WARN(options->log, "rclio", "Cyclone DDS: %s", caught.data);
    text_fini(&caught);
    return status;
}

void domain_close(uint32_t domain_id, dds_entity_t participant)
{
    dds_delete(participant);
    mutex_lock(&domains_lock);
    leave_domain(domain_id);
    mutex_unlock(&domains_lock);
}
