/* src/mw/split/split.c: the participant beside Cyclone's, and the table of operations. Rules and threads: split.h. */
#include "mw/split/split.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static mw *split_open(const mw_options *options)
{
    split *s = calloc(1, sizeof *s);
    if (!s) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a participant");
    if (mutex_init(&s->opening)) goto no_opening;
    if (promises_init(s)) goto no_promises;
    s->tried = s->met = options->range == MW_RANGE_OFF; /* SP3 */
    mw *m = cyclone_open_as(options, &mw_split_ops, s, promises_met);
    if (m) return m;
    promises_fini(s);
no_promises:
    mutex_fini(&s->opening);
no_opening:
    free(s);
    return NULL;
}

static void split_close(mw *m)
{
    if (!m) return;
    split *s = ((cyclone_mw *)(void *)m)->services;
    promises_end(s);
    if (s->place.port) cyclone_remove_goodbye_locator((cyclone_mw *)(void *)m, &s->place);
    if (s->rtps) s->ops->close(s->rtps);
    cyclone_close(m);
    promises_fini(s);
    mutex_fini(&s->opening);
    free(s);
}

static void log_line(void *arg, rclio_log_level level, const char *line)
{
    log_write(arg, level, "rclio", __FILE__, __func__, __LINE__, "%s", line);
}

/* SP5. Each participant may meet a peer before the other does, and the peer may be killed in between. */
static void see_participant(void *arg, const uint8_t gid[RCLIO_GID_SIZE], const void *user_data, size_t size, bool gone)
{
    cyclone_mw *m = arg;
    if (gone)
        neighbours_lost(m->neighbours, gid);
    else
        neighbours_found(m->neighbours, gid, user_data, size);
}

static rtps *open_rtps(const rtps_ops *ops, cyclone_mw *m)
{
    char why[RTPS_WHY_SIZE] = "";
    cyclone_network network;
    char *services = user_data_services(m->gid),
         *marker = services ? neighbours_user_data(m->neighbours, services) : NULL; /* DIS-13 */
    rtps *made = NULL;
    if (marker && !cyclone_network_get(m, &network)) {
        const rtps_options options = {.domain_id = m->domain_id,
                                      .user_data = marker,
                                      .addresses = network.addresses,
                                      .address_count = network.address_count,
                                      .multicast = network.multicast,
                                      .peers = network.peers,
                                      .peer_count = network.peer_count,
                                      .user_data_find = user_data_find,
                                      .log = log_line,
                                      .log_arg = m->log,
                                      .participant = see_participant,
                                      .participant_arg = m};
        made = ops->open(&options, why);
        if (!made) rclio_fail(RCLIO_SYSTEM, "%s: %s", ops->middleware, why);
        cyclone_network_fini(&network);
    }
    free(marker);
    free(services);
    return made;
}

/* SP5. One of its locators is enough: all of them are of this machine. */
static void hear_of_kills(split *s, cyclone_mw *m)
{
    rtps_locator place;
    if (s->ops->locators(s->rtps, &place, 1) == 0) return;
    memcpy(s->place.address, place.address, sizeof s->place.address);
    s->place.port = place.port;
    if (cyclone_add_goodbye_locator(m, &s->place)) s->place.port = 0;
}

bool split_ready(split *s, cyclone_mw *m)
{
    mutex_lock(&s->opening);
    if (!s->tried) {
        s->tried = true;
        if ((s->ops = library_get())) s->rtps = open_rtps(s->ops, m); /* SP2 */
        if (s->ops && s->rtps)
            hear_of_kills(s, m);
        else
            LOG_WARN(m->log, "rclio",
                     "services, actions and parameters cannot reach nodes on Fast DDS, the default of ROS 2, only those on "
                     "Cyclone DDS: %s. "
                     "With RMW_IMPLEMENTATION=rmw_cyclonedds_cpp this is so without a warning",
                     rclio_error()); /* SP3 */
    }
    promises_keep(s, m); /* SP6 */
    bool is_there = s->rtps;
    mutex_unlock(&s->opening);
    return is_there;
}

static void split_buffer_discard(mw_buffer *buffer)
{
    if (buffer->discard)
        buffer->discard(buffer);
    else
        serdata_discard(buffer);
}

const mw_ops mw_split_ops = {
    .name = "rmw_fastrtps_cpp",
    .open = split_open,
    .close = split_close,
    .buffer_discard = split_buffer_discard,

    CYCLONE_OPS_BUT_SERVICES,

    .requester_new = split_requester_new,
    .requester_destroy = split_requester_destroy,
    .requester_buffer = split_requester_buffer,
    .requester_send = split_requester_send,
    .requester_take = split_requester_take,
    .requester_return = split_requester_return,
    .requester_is_available = split_requester_is_available,
    .requester_server_range = split_requester_server_range,
    .requester_gid = split_requester_gid,

    .replier_new = split_replier_new,
    .replier_promise = split_replier_promise,
    .replier_destroy = split_replier_destroy,
    .replier_take = split_replier_take,
    .replier_return = split_replier_return,
    .replier_buffer = split_replier_buffer,
    .replier_send = split_replier_send,
    .replier_flush = split_replier_flush,
    .replier_refuse = split_replier_refuse,
    .replier_client_is_gone = split_replier_client_is_gone,
};
