/* src/node/lifecycle_client.c: another node's lifecycle, by its services.
 *
 *   LK1  A call waits for its service, so a node that is not there and one that does not answer are one and the same: RCLIO_TIMEOUT.
 *   LK2  What goes wrong is said with the node's name and what was asked of it.
 *   LK3  A call holds a reference: when the client goes meanwhile, it ends with RCLIO_CANCELLED, as does one that comes after that.
 * Threads: a task, or one outside of any executor. Tests: tests/node/test_lifecycle_manager.c. */
#include "base/error.h"
#include "base/text.h"
#include "node/lifecycle_types.h"
#include "node/name.h"

#include <stdlib.h>

struct rclio_lifecycle_client {
    entity entity; /* first */
    char *remote;  /* full name */
    rclio_client *change_state, *get_state;
    bool destroyed;
};

static void client_free(entity *e)
{
    rclio_lifecycle_client *c = (rclio_lifecycle_client *)(void *)e;
    free(c->remote);
    free(c);
}

static void destroy_entity(entity *e)
{
    rclio_lifecycle_client_destroy((rclio_lifecycle_client *)(void *)e);
}

void rclio_lifecycle_client_destroy(rclio_lifecycle_client *c)
{
    if (!c) return;
    EXECUTOR_GUARD(c->entity.executor);
    if (c->destroyed) return;
    c->destroyed = true;
    entity_orphan(&c->entity);
    rclio_client_destroy(c->get_state);
    rclio_client_destroy(c->change_state);
    entity_unref(&c->entity);
}

static rclio_client *open_client(rclio_lifecycle_client *c, const rclio_type *type, const char *service)
{
    char *name = copy_format("%s/%s", c->remote, service);
    rclio_client *client = name ? rclio_client_new(c->entity.node, type, name, NULL) : NULL;
    free(name);
    return client;
}

static rclio_status build(rclio_lifecycle_client *c, const char *remote)
{
    rclio_node *node = c->entity.node;
    lifecycle_types types;
    if (!remote || !*remote) return rclio_fail(RCLIO_INVALID, "the name of a node is needed");
    if (lifecycle_types_init(&types, node->context) != RCLIO_OK) return rclio_error_status();
    c->remote = *remote == '/' ? copy_string(remote) : name_join(node->name_space, remote);
    if (!c->remote) return rclio_error_status();
    if (!(c->change_state = open_client(c, types.change_state, "change_state"))) return rclio_error_status(); /* LIF-1 */
    if (!(c->get_state = open_client(c, types.get_state, "get_state"))) return rclio_error_status();
    return RCLIO_OK;
}

rclio_lifecycle_client *rclio_lifecycle_client_new(rclio_node *node, const char *remote)
{
    if (!node) return NULL; /* the first error stands */
    rclio_lifecycle_client *c = calloc(1, sizeof *c);
    if (!c) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for a lifecycle client");
    EXECUTOR_GUARD(node->executor);
    entity_init(&c->entity, node, destroy_entity, client_free);
    if (build(c, remote) != RCLIO_OK) {
        rclio_error_add("no lifecycle client of '%s'", remote ? remote : "");
        rclio_lifecycle_client_destroy(c);
        return NULL;
    }
    entity_adopt(&c->entity); /* after its clients: so the node ends it before them */
    return c;
}

/* The response, lent by *future, which the caller unrefs; NULL with the error set. */
static const void *call(rclio_lifecycle_client *c, rclio_client *client, const void *request, int64_t timeout_ns,
                        const char *what, rclio_future **future)
{
    *future = c->destroyed ? rclio_fail_null(RCLIO_CANCELLED, "the client has been destroyed") /* LK3: a manager's */
                           : rclio_client_call(client, request);
    rclio_status status = *future ? rclio_wait_for(*future, timeout_ns) : rclio_error_status();
    if (status == RCLIO_OK) return rclio_future_value(*future);
    if (status == RCLIO_TIMEOUT) {
        rclio_future_cancel(*future);
        rclio_fail(status, "node '%s' did not answer %s within %g s", c->remote, what, (double)timeout_ns / (double)RCLIO_S(1));
    } else {
        rclio_error_add("node '%s' did not answer %s", c->remote, what);
    }
    return NULL;
}

rclio_status rclio_lifecycle_client_get_state(rclio_lifecycle_client *c, int64_t timeout_ns, rclio_lifecycle_state *state)
{
    uint8_t empty = 0;
    rclio_future *future;
    if (!c) return rclio_fail_missing("there is no lifecycle client");
    if (!state) return rclio_fail(RCLIO_INVALID, "nowhere to put a state");
    *state = RCLIO_LIFECYCLE_UNKNOWN;
    entity_ref(&c->entity); /* LK3 */
    const named_id *answer = call(c, c->get_state, &empty, timeout_ns, "what state it is in", &future);
    rclio_status status = answer ? RCLIO_OK : rclio_error_status();
    if (answer) *state = (rclio_lifecycle_state)answer->id;
    rclio_future_unref(future);
    entity_unref(&c->entity);
    return status;
}

rclio_status rclio_lifecycle_client_change(rclio_lifecycle_client *c, rclio_lifecycle_transition transition, int64_t timeout_ns)
{
    const char *label = rclio_lifecycle_transition_name(transition);
    named_id request = {0};
    rclio_future *future;
    if (!c) return rclio_fail_missing("there is no lifecycle client");
    if (!*label) return rclio_fail(RCLIO_INVALID, "%d is no transition", (int)transition);
    /* LIF-5, LIF-7: a shutdown by its label, which is right in each state */
    if (!named_id_set(&request, transition == RCLIO_LIFECYCLE_SHUTDOWN ? 0 : transition, label))
        return rclio_fail(RCLIO_NO_MEMORY, "out of memory for a request");
    entity_ref(&c->entity); /* LK3 */
    const change_state_response *answer = call(c, c->change_state, &request, timeout_ns, label, &future);
    rosidl_runtime_c__String__fini(&request.label);
    rclio_status status = answer ? RCLIO_OK : rclio_error_status();
    if (answer && !answer->success)
        status = rclio_fail(RCLIO_BAD_STATE, "node '%s' refused '%s', or failed in it", c->remote, label);
    rclio_future_unref(future);
    entity_unref(&c->entity);
    return status;
}
