/* src/node/lifecycle_manager.c: several managed nodes, up in order and down in reverse.
 *
 *   LG1  Start, stop and shutdown are lists of steps; each step goes through all nodes before the next begins, so a node finds the others
 *        configured when it is activated.
 *   LG2  Before a step the node is asked for its state: one that is past the step already is left alone, and counts.
 *   LG3  A start ends with the first node that does not get there, and takes back what it did itself. The way down goes on with the other
 *        nodes, and asks nothing more of one that failed.
 *   LG4  The report has the first thing that went wrong with each node.
 *   LG5  Work holds a reference of the manager, which holds one of each client: when the manager goes meanwhile, every further step fails
 *        with RCLIO_CANCELLED.
 * Threads: a task, or one outside of any executor; one at a time. Tests: tests/node/test_lifecycle_manager.c. */
#include "base/error.h"
#include "base/text.h"
#include "node/node.h"
#include "rclio/lifecycle.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_TIMEOUT_NS RCLIO_S(10)

typedef struct managed_node {
    rclio_lifecycle_client *client;
    rclio_lifecycle_report report;
    char *name;
    char reason[RCLIO_ERROR_SIZE];
    bool configured, activated; /* by this start */
} managed_node;

struct rclio_lifecycle_manager {
    entity entity; /* first */
    rclio_lifecycle_manager_options options;
    managed_node *nodes;
    size_t count;
    bool working, destroyed;
};

typedef struct step {
    rclio_lifecycle_transition transition;
    unsigned from; /* bits of states in which it is asked for */
    unsigned past; /* bits of states in which there is nothing to do (LG2) */
} step;

#define BIT(state) (1u << RCLIO_LIFECYCLE_##state)
static const step configure = {RCLIO_LIFECYCLE_CONFIGURE, BIT(UNCONFIGURED), BIT(INACTIVE) | BIT(ACTIVE)};
static const step activate = {RCLIO_LIFECYCLE_ACTIVATE, BIT(INACTIVE), BIT(ACTIVE)};
static const step deactivate = {RCLIO_LIFECYCLE_DEACTIVATE, BIT(ACTIVE), BIT(INACTIVE) | BIT(UNCONFIGURED) | BIT(FINALIZED)};
static const step cleanup = {RCLIO_LIFECYCLE_CLEANUP, BIT(INACTIVE), BIT(UNCONFIGURED) | BIT(FINALIZED)};
static const step shut_down = {RCLIO_LIFECYCLE_SHUTDOWN, BIT(UNCONFIGURED) | BIT(INACTIVE) | BIT(ACTIVE), BIT(FINALIZED)};

static void manager_free(entity *e)
{
    rclio_lifecycle_manager *m = (rclio_lifecycle_manager *)(void *)e;
    for (size_t i = 0; m->nodes && i < m->count; i++) {
        if (m->nodes[i].client) entity_unref((entity *)(void *)m->nodes[i].client);
        free(m->nodes[i].name);
    }
    free(m->nodes);
    free(m);
}

static void destroy_entity(entity *e)
{
    rclio_lifecycle_manager_destroy((rclio_lifecycle_manager *)(void *)e);
}

void rclio_lifecycle_manager_destroy(rclio_lifecycle_manager *m)
{
    if (!m) return;
    EXECUTOR_GUARD(m->entity.executor);
    if (m->destroyed) return;
    m->destroyed = true;
    entity_orphan(&m->entity);
    for (size_t i = 0; m->nodes && i < m->count; i++) rclio_lifecycle_client_destroy(m->nodes[i].client);
    entity_unref(&m->entity);
}

static rclio_status build(rclio_lifecycle_manager *m, const char *const *names, size_t count)
{
    if (!names || !count) return rclio_fail(RCLIO_INVALID, "it needs the names of nodes");
    if (m->options.timeout_ns < 0) return rclio_fail(RCLIO_INVALID, "its timeout is negative");
    if (!m->options.timeout_ns) m->options.timeout_ns = DEFAULT_TIMEOUT_NS;
    if (!(m->nodes = calloc(count, sizeof *m->nodes))) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for %zu nodes", count);
    m->count = count;
    for (size_t i = 0; i < count; i++) {
        managed_node *n = &m->nodes[i];
        if (!(n->client = rclio_lifecycle_client_new(m->entity.node, names[i]))) return rclio_error_status();
        entity_ref((entity *)(void *)n->client); /* LG5 */
        if (!(n->name = copy_string(names[i]))) return rclio_error_status();
        n->report = (rclio_lifecycle_report){.node = n->name, .status = RCLIO_EMPTY, .reason = n->reason};
    }
    return RCLIO_OK;
}

rclio_lifecycle_manager *rclio_lifecycle_manager_new(rclio_node *node, const char *const *names, size_t count,
                                                     const rclio_lifecycle_manager_options *options)
{
    if (!node) return NULL; /* the first error stands */
    rclio_lifecycle_manager *m = calloc(1, sizeof *m);
    if (!m) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a lifecycle manager");
    EXECUTOR_GUARD(node->executor);
    entity_init(&m->entity, node, destroy_entity, manager_free);
    if (options) m->options = *options;
    if (build(m, names, count) != RCLIO_OK) {
        rclio_error_add("no lifecycle manager");
        rclio_lifecycle_manager_destroy(m);
        return NULL;
    }
    entity_adopt(&m->entity);
    return m;
}

const rclio_lifecycle_report *rclio_lifecycle_manager_report(const rclio_lifecycle_manager *m, size_t index)
{
    return m && index < m->count ? &m->nodes[index].report : NULL;
}

/* ---- steps ---- */

static rclio_status ask_state(rclio_lifecycle_manager *m, managed_node *n)
{
    return rclio_lifecycle_client_get_state(n->client, m->options.timeout_ns, &n->report.state);
}

/* *changed: the node made the step now. */
static rclio_status try_step(rclio_lifecycle_manager *m, managed_node *n, const step *s, bool *changed)
{
    *changed = false;
    if (ask_state(m, n) != RCLIO_OK) return rclio_error_status();
    unsigned state = 1u << (n->report.state & 31);
    if (state & s->past) return RCLIO_OK; /* LG2 */
    const char *label = rclio_lifecycle_transition_name(s->transition);
    if (!(state & s->from))
        return rclio_fail(RCLIO_BAD_STATE, "node '%s' is %s: '%s' is not possible", n->name,
                          rclio_lifecycle_state_name(n->report.state), label);
    rclio_status status = rclio_lifecycle_client_change(n->client, s->transition, m->options.timeout_ns);
    char why[RCLIO_ERROR_SIZE];
    if (status != RCLIO_OK) snprintf(why, sizeof why, "%s", rclio_error());
    if (status != RCLIO_CANCELLED && ask_state(m, n) != RCLIO_OK && status == RCLIO_OK) return rclio_error_status();
    if (status == RCLIO_OK) {
        *changed = true;
        return RCLIO_OK;
    }
    return rclio_fail(status, "%s; it is %s", why, rclio_lifecycle_state_name(n->report.state));
}

static rclio_status take_step(rclio_lifecycle_manager *m, managed_node *n, const step *s, bool *changed)
{
    n->report.status = try_step(m, n, s, changed);
    snprintf(n->reason, sizeof n->reason, "%s", n->report.status == RCLIO_OK ? "" : rclio_error()); /* LG4 */
    return n->report.status;
}

static rclio_status begin(rclio_lifecycle_manager *m)
{
    if (!m) return rclio_fail_missing("there is no lifecycle manager");
    EXECUTOR_GUARD(m->entity.executor);
    if (m->destroyed || m->working) return rclio_fail(RCLIO_BAD_STATE, "the lifecycle manager is at work already, or destroyed");
    m->working = true;
    entity_ref(&m->entity); /* LG5 */
    for (size_t i = 0; i < m->count; i++) {
        managed_node *n = &m->nodes[i];
        n->configured = n->activated = false;
        n->report.status = RCLIO_EMPTY;
        snprintf(n->reason, sizeof n->reason, "it was not its turn any more");
    }
    return RCLIO_OK;
}

static void end_work(rclio_lifecycle_manager *m)
{
    EXECUTOR_GUARD(m->entity.executor);
    m->working = false;
    entity_unref(&m->entity);
}

static size_t count_ok(const rclio_lifecycle_manager *m, unsigned states)
{
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++) count += (1u << (m->nodes[i].report.state & 31) & states) != 0;
    return count;
}

/* ---- up ---- */

/* NULL: all got there; else the node that did not. */
static managed_node *go_up(rclio_lifecycle_manager *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (take_step(m, &m->nodes[i], &configure, &m->nodes[i].configured) != RCLIO_OK) return &m->nodes[i];
    for (size_t i = 0; i < m->count; i++)
        if (take_step(m, &m->nodes[i], &activate, &m->nodes[i].activated) != RCLIO_OK) return &m->nodes[i];
    return NULL;
}

/* LG3: takes back what this start did; the reports of the nodes tell of the start, not of this. */
static void roll_back(rclio_lifecycle_manager *m)
{
    bool changed;
    for (size_t i = m->count; i--;)
        if (m->nodes[i].activated) try_step(m, &m->nodes[i], &deactivate, &changed);
    for (size_t i = m->count; i--;)
        if (m->nodes[i].configured) try_step(m, &m->nodes[i], &cleanup, &changed);
    for (size_t i = 0; i < m->count; i++) {
        managed_node *n = &m->nodes[i];
        if (n->report.status != RCLIO_OK || !(n->configured || n->activated)) continue;
        n->report.status = RCLIO_EMPTY;
        snprintf(n->reason, sizeof n->reason, "it was brought down again");
    }
}

rclio_status rclio_lifecycle_manager_start(rclio_lifecycle_manager *m)
{
    if (begin(m) != RCLIO_OK) return rclio_error_status();
    rclio_status status = RCLIO_OK;
    managed_node *failed = go_up(m);
    if (failed) {
        size_t active = count_ok(m, BIT(ACTIVE));
        status = failed->report.status;
        if (!m->options.no_rollback) roll_back(m);
        rclio_fail(status, "%s; %zu of %zu nodes were active%s", failed->reason, active, m->count,
                   m->options.no_rollback ? "" : ", what this start brought up is down again");
    }
    end_work(m);
    return status;
}

/* ---- down ---- */

static rclio_status go_down(rclio_lifecycle_manager *m, const step *last, const char *done, unsigned wanted)
{
    if (begin(m) != RCLIO_OK) return rclio_error_status();
    const step *const steps[] = {&deactivate, last};
    managed_node *failed = NULL;
    bool changed;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = m->count; i--;) {
            managed_node *n = &m->nodes[i];
            if (k > 0 && n->report.status != RCLIO_OK) continue; /* LG3 */
            if (take_step(m, n, steps[k], &changed) != RCLIO_OK && !failed) failed = n;
        }
    rclio_status status = failed ? failed->report.status : RCLIO_OK;
    if (failed) rclio_fail(status, "%s; %zu of %zu nodes are %s", failed->reason, count_ok(m, wanted), m->count, done);
    end_work(m);
    return status;
}

rclio_status rclio_lifecycle_manager_stop(rclio_lifecycle_manager *m)
{
    return go_down(m, &cleanup, "stopped", BIT(UNCONFIGURED) | BIT(FINALIZED));
}

rclio_status rclio_lifecycle_manager_shutdown(rclio_lifecycle_manager *m)
{
    return go_down(m, &shut_down, "shut down", BIT(FINALIZED));
}
