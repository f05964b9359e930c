/* src/node/lifecycle_services.c: how others see and change a managed node. LIF-1: upstream's names, types and order.
 *
 * Requests to change the state are served one after the other, the rest at any time. Threads: the executor's.
 * Tests: tests/node/test_lifecycle_services.c, tests/peers/test_lifecycle.py. */
#include "node/lifecycle.h"

#include "base/error.h"

static void change_state(const void *request, void *response, void *arg) /* LIF-5 */
{
    rclio_lifecycle *l = arg;
    const named_id *asked = request;
    rclio_lifecycle_result result = lifecycle_change(l, asked->id, asked->label.data, true);
    ((change_state_response *)response)->success = result == RCLIO_LIFECYCLE_SUCCESS;
    EXECUTOR_GUARD(l->entity.executor);
    if (result == RCLIO_LIFECYCLE_NOT_ALLOWED && !l->destroyed) RCLIO_WARN(l->entity.node, "request refused: %s", rclio_error());
}

static void get_state(const void *request, void *response, void *arg)
{
    rclio_lifecycle_state state = rclio_lifecycle_get_state(arg);
    (void)request;
    named_id_set(response, state, rclio_lifecycle_state_name(state));
}

static void get_available_states(const void *request, void *response, void *arg) /* LIF-2 */
{
    rclio_lifecycle *l = arg;
    const rclio_field *field = rclio_type_field(l->types.get_available_states->parts[RCLIO_PART_RESPONSE], "available_states");
    (void)request;
    if (rclio_field_resize(field, response, LIFECYCLE_STATES) != RCLIO_OK) return;
    for (size_t i = 0; i < LIFECYCLE_STATES; i++)
        named_id_set(rclio_field_element(field, response, i), lifecycle_states[i],
                     rclio_lifecycle_state_name(lifecycle_states[i]));
}

static void describe(transition_description *target, const lifecycle_move *move)
{
    named_id_set(&target->transition, move->id, move->label);
    named_id_set(&target->start_state, move->start, rclio_lifecycle_state_name(move->start));
    named_id_set(&target->goal_state, move->goal, rclio_lifecycle_state_name(move->goal));
}

/* LIF-3: the moves that begin in `state`; UNKNOWN, in which none does: all. */
static void list_moves(rclio_lifecycle *l, void *response, rclio_lifecycle_state state)
{
    const rclio_field *field =
        rclio_type_field(l->types.get_available_transitions->parts[RCLIO_PART_RESPONSE], "available_transitions");
    size_t count = 0;
    for (size_t i = 0; i < LIFECYCLE_MOVES; i++) {
        if (state != RCLIO_LIFECYCLE_UNKNOWN && lifecycle_moves[i].start != state) continue;
        if (rclio_field_resize(field, response, count + 1) != RCLIO_OK) return;
        describe(rclio_field_element(field, response, count++), &lifecycle_moves[i]);
    }
}

static void get_available_transitions(const void *request, void *response, void *arg)
{
    (void)request;
    list_moves(arg, response, rclio_lifecycle_get_state(arg));
}

static void get_transition_graph(const void *request, void *response, void *arg)
{
    (void)request;
    list_moves(arg, response, RCLIO_LIFECYCLE_UNKNOWN);
}

rclio_status lifecycle_services_open(rclio_lifecycle *l)
{
    const lifecycle_types *t = &l->types;
    const struct {
        const char *name;
        const rclio_type *type;
        rclio_service_fn *serve;
    } services[] = {
        {"~/change_state", t->change_state, change_state},
        {"~/get_state", t->get_state, get_state},
        {"~/get_available_states", t->get_available_states, get_available_states},
        {"~/get_available_transitions", t->get_available_transitions, get_available_transitions},
        {"~/get_transition_graph", t->get_available_transitions, get_transition_graph},
    };
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        l->services[i] = rclio_service_new(l->entity.node, services[i].type, services[i].name, services[i].serve, l, NULL);
        if (!l->services[i]) return rclio_error_status();
        entity_keep((entity *)(void *)l->services[i], &l->entity);
    }
    return RCLIO_OK;
}
