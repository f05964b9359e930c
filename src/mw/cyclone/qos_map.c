/* src/mw/cyclone/qos_map.c: quality of service between rclio and Cyclone, both ways. Threads: any; no state.
 * Tests: tests/mw/test_seam.c (as in force, and as a peer sees it). */
#include "mw/cyclone/cyclone.h"

#include "base/error.h"

static int64_t forever_if_unset(int64_t duration)
{
    return duration ? duration : RCLIO_FOREVER;
}

static dds_duration_t duration_to_dds(int64_t duration)
{
    return forever_if_unset(duration) == RCLIO_FOREVER ? DDS_INFINITY : duration;
}

static int64_t duration_from_dds(dds_duration_t duration)
{
    return duration == DDS_INFINITY ? RCLIO_FOREVER : duration; /* QOS-6 */
}

rclio_status qos_to_dds(const rclio_qos *qos, bool is_writer, int64_t write_timeout_ns, dds_qos_t **dds)
{
    rclio_status status = rclio_qos_check(qos);
    if (status) return status;
    dds_qos_t *q = dds_create_qos();
    if (!q) return rclio_fail(RCLIO_NO_MEMORY, "no memory for a QoS profile");

    bool keep_all = qos->history == RCLIO_KEEP_ALL;
    int32_t depth = qos->depth > 0 ? (int32_t)qos->depth : 1; /* QOS-3 */
    if (keep_all)
        dds_qset_history(q, DDS_HISTORY_KEEP_ALL, DDS_LENGTH_UNLIMITED);
    else
        dds_qset_history(q, DDS_HISTORY_KEEP_LAST, depth);

    if (qos->reliability == RCLIO_BEST_EFFORT)
        dds_qset_reliability(q, DDS_RELIABILITY_BEST_EFFORT, 0);
    else
        dds_qset_reliability(q, DDS_RELIABILITY_RELIABLE, write_timeout_ns > 0 ? write_timeout_ns : DDS_INFINITY);

    if (qos->durability == RCLIO_TRANSIENT_LOCAL) { /* QOS-2 */
        dds_qset_durability(q, DDS_DURABILITY_TRANSIENT_LOCAL);
        dds_qset_durability_service(q, 0, keep_all ? DDS_HISTORY_KEEP_ALL : DDS_HISTORY_KEEP_LAST,
                                    keep_all ? DDS_LENGTH_UNLIMITED : depth, DDS_LENGTH_UNLIMITED, DDS_LENGTH_UNLIMITED,
                                    DDS_LENGTH_UNLIMITED);
    } else {
        dds_qset_durability(q, DDS_DURABILITY_VOLATILE);
    }

    dds_qset_deadline(q, duration_to_dds(qos->deadline_ns));
    dds_qset_liveliness(q, qos->liveliness == RCLIO_MANUAL_BY_TOPIC ? DDS_LIVELINESS_MANUAL_BY_TOPIC : DDS_LIVELINESS_AUTOMATIC,
                        duration_to_dds(qos->lease_ns));
    if (is_writer) {
        dds_qset_lifespan(q, duration_to_dds(qos->lifespan_ns));
        dds_qset_writer_data_lifecycle(q, false); /* QOS-4 */
        CYCLONE_BATCHES_WRITER(q);
    }
    *dds = q;
    return RCLIO_OK;
}

static void history_from_dds(const dds_qos_t *dds, rclio_qos *qos)
{
    dds_history_kind_t history;
    int32_t depth;
    qos->history = RCLIO_HISTORY_UNKNOWN; /* QOS-7 */
    if (!dds_qget_history(dds, &history, &depth)) return;
    qos->history = history == DDS_HISTORY_KEEP_ALL ? RCLIO_KEEP_ALL : RCLIO_KEEP_LAST;
    qos->depth = history == DDS_HISTORY_KEEP_ALL || depth < 0 ? 0 : (size_t)depth;
}

void qos_from_dds(const dds_qos_t *dds, bool is_writer, rclio_qos *qos)
{
    dds_reliability_kind_t reliability;
    dds_durability_kind_t durability;
    dds_liveliness_kind_t liveliness;
    dds_duration_t duration;

    /* What a peer does not announce has DDS's default: readers are best effort, writers reliable, everything is volatile. */
    *qos = (rclio_qos){.reliability = is_writer ? RCLIO_RELIABLE : RCLIO_BEST_EFFORT,
                       .durability = RCLIO_VOLATILE,
                       .liveliness = RCLIO_AUTOMATIC,
                       .deadline_ns = RCLIO_FOREVER,
                       .lifespan_ns = RCLIO_FOREVER,
                       .lease_ns = RCLIO_FOREVER};
    history_from_dds(dds, qos);
    if (dds_qget_reliability(dds, &reliability, &duration))
        qos->reliability = reliability == DDS_RELIABILITY_RELIABLE ? RCLIO_RELIABLE : RCLIO_BEST_EFFORT;
    if (dds_qget_durability(dds, &durability)) {
        if (durability == DDS_DURABILITY_VOLATILE)
            qos->durability = RCLIO_VOLATILE;
        else if (durability == DDS_DURABILITY_TRANSIENT_LOCAL)
            qos->durability = RCLIO_TRANSIENT_LOCAL;
        else
            qos->durability = RCLIO_DURABILITY_UNKNOWN;
    }
    if (dds_qget_deadline(dds, &duration)) qos->deadline_ns = duration_from_dds(duration);
    if (dds_qget_lifespan(dds, &duration)) qos->lifespan_ns = duration_from_dds(duration);
    if (dds_qget_liveliness(dds, &liveliness, &duration)) {
        qos->lease_ns = duration_from_dds(duration);
        if (liveliness == DDS_LIVELINESS_AUTOMATIC)
            qos->liveliness = RCLIO_AUTOMATIC;
        else
            qos->liveliness = liveliness == DDS_LIVELINESS_MANUAL_BY_TOPIC ? RCLIO_MANUAL_BY_TOPIC : RCLIO_LIVELINESS_UNKNOWN;
    }
}
