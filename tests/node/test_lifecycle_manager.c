/* tests/node/test_lifecycle_manager.c: another node's lifecycle, and several (rules LG1 to LG4, LK1, LK2). */
#include "managed.h"

enum { NODES = 3 };

typedef struct fleet {
    pair p;
    rclio_node *nodes[NODES];
    managed m[NODES];
    rclio_lifecycle_manager *manager;
} fleet;

static char order[600]; /* what was called in all nodes, "a.configure b.configure" */
static fleet *current;

static void note(managed *m, const char *name)
{
    size_t length = strlen(order);
    snprintf(order + length, sizeof order - length, "%s%c.%s", length ? " " : "", (char)('a' + (m - current->m)), name);
}

static void assert_order(const char *expected)
{
    assert_string_equal(order, expected);
    order[0] = 0;
}

static void fleet_open(fleet *f, const rclio_lifecycle_manager_options *o)
{
    static const char *const names[NODES] = {"a", "/b", "c"};
    *f = (fleet){.p = pair_new()};
    current = f;
    order[0] = 0;
    for (int i = 0; i < NODES; i++) {
        char name[2] = {(char)('a' + i), 0};
        rclio_node_options no = {.executor = f->p.executor, .no_type_description_service = true};
        f->nodes[i] = rclio_node_new(f->p.server_context, name, &no);
        f->m[i].within = note;
        managed_open(&f->m[i], f->nodes[i]);
    }
    f->manager = rclio_lifecycle_manager_new(f->p.client, names, NODES, o);
    if (!f->manager) fail_msg("%s", rclio_error());
}

static rclio_lifecycle_state state_of(fleet *f, int i)
{
    return rclio_lifecycle_get_state(f->m[i].lifecycle);
}

static void assert_states(fleet *f, rclio_lifecycle_state a, rclio_lifecycle_state b, rclio_lifecycle_state c)
{
    assert_int_equal(state_of(f, 0), a);
    assert_int_equal(state_of(f, 1), b);
    assert_int_equal(state_of(f, 2), c);
}

static void assert_report(fleet *f, size_t i, rclio_status status, rclio_lifecycle_state state, const char *words)
{
    const rclio_lifecycle_report *r = rclio_lifecycle_manager_report(f->manager, i);
    assert_int_equal(r->status, status);
    assert_string_equal(rclio_lifecycle_state_name(r->state), rclio_lifecycle_state_name(state));
    if (!strstr(r->reason, words)) fail_msg("'%s' is not in: %s", words, r->reason);
    if (status == RCLIO_OK) assert_string_equal(r->reason, "");
}

static void nodes_come_up_in_order_and_go_down_in_reverse(void **state) /* LG1 */
{
    fleet f;
    (void)state;
    fleet_open(&f, NULL);
    assert_ok(rclio_lifecycle_manager_start(f.manager));
    assert_order("a.configure b.configure c.configure a.activate b.activate c.activate");
    for (size_t i = 0; i < NODES; i++) assert_report(&f, i, RCLIO_OK, RCLIO_LIFECYCLE_ACTIVE, "");
    assert_string_equal(rclio_lifecycle_manager_report(f.manager, 1)->node, "/b");
    assert_null(rclio_lifecycle_manager_report(f.manager, NODES));
    assert_ok(rclio_lifecycle_manager_stop(f.manager));
    assert_order("c.deactivate b.deactivate a.deactivate c.cleanup b.cleanup a.cleanup");
    assert_ok(rclio_lifecycle_manager_start(f.manager));
    assert_order("a.configure b.configure c.configure a.activate b.activate c.activate");
    assert_ok(rclio_lifecycle_manager_shutdown(f.manager));
    assert_order("c.deactivate b.deactivate a.deactivate c.shutdown b.shutdown a.shutdown");
    for (size_t i = 0; i < NODES; i++) assert_report(&f, i, RCLIO_OK, RCLIO_LIFECYCLE_FINALIZED, "");
    assert_ok(rclio_lifecycle_manager_stop(f.manager)); /* nothing is left to stop */
    assert_ok(rclio_lifecycle_manager_shutdown(f.manager));
    pair_free(&f.p);
}

static void a_node_that_is_further_already_is_left_alone(void **state) /* LG2 */
{
    fleet f;
    (void)state;
    fleet_open(&f, NULL);
    assert_change(&f.m[1], RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    assert_change(&f.m[1], RCLIO_LIFECYCLE_ACTIVATE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_ACTIVE);
    order[0] = 0;
    assert_ok(rclio_lifecycle_manager_start(f.manager));
    assert_order("a.configure c.configure a.activate c.activate");
    pair_free(&f.p);
}

static void a_start_that_fails_takes_back_what_it_did_itself(void **state) /* LG3, LG4 */
{
    fleet f;
    (void)state;
    fleet_open(&f, NULL);
    assert_change(&f.m[0], RCLIO_LIFECYCLE_CONFIGURE, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_INACTIVE);
    f.m[1].results[ACTIVATE] = RCLIO_LIFECYCLE_FAILURE;
    order[0] = 0;
    assert_int_equal(rclio_lifecycle_manager_start(f.manager), RCLIO_BAD_STATE);
    assert_string_equal(rclio_error(),
                        "node '/b' refused 'activate', or failed in it; it is inactive; 1 of 3 nodes were active, what this "
                        "start brought up is down again");
    assert_order("b.configure c.configure a.activate b.activate a.deactivate c.cleanup b.cleanup");
    assert_states(&f, RCLIO_LIFECYCLE_INACTIVE, RCLIO_LIFECYCLE_UNCONFIGURED, RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_report(&f, 0, RCLIO_EMPTY, RCLIO_LIFECYCLE_INACTIVE, "brought down again");
    assert_report(&f, 1, RCLIO_BAD_STATE, RCLIO_LIFECYCLE_UNCONFIGURED, "node '/b' refused 'activate'");
    assert_report(&f, 2, RCLIO_EMPTY, RCLIO_LIFECYCLE_UNCONFIGURED, "brought down again");
    pair_free(&f.p);
}

static void a_start_may_leave_the_nodes_as_they_are(void **state)
{
    fleet f;
    (void)state;
    fleet_open(&f, &(rclio_lifecycle_manager_options){.no_rollback = true});
    f.m[1].results[CONFIGURE] = RCLIO_LIFECYCLE_FAILURE;
    assert_int_equal(rclio_lifecycle_manager_start(f.manager), RCLIO_BAD_STATE);
    assert_order("a.configure b.configure");
    assert_states(&f, RCLIO_LIFECYCLE_INACTIVE, RCLIO_LIFECYCLE_UNCONFIGURED, RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_report(&f, 0, RCLIO_OK, RCLIO_LIFECYCLE_INACTIVE, "");
    assert_report(&f, 2, RCLIO_EMPTY, RCLIO_LIFECYCLE_UNKNOWN, "not its turn");
    pair_free(&f.p);
}

static void the_way_down_goes_on_without_a_node_that_fails(void **state) /* LG3 */
{
    fleet f;
    (void)state;
    fleet_open(&f, NULL);
    assert_ok(rclio_lifecycle_manager_start(f.manager));
    order[0] = 0;
    f.m[1].results[DEACTIVATE] = RCLIO_LIFECYCLE_FAILURE;
    assert_int_equal(rclio_lifecycle_manager_stop(f.manager), RCLIO_BAD_STATE);
    assert_non_null(
        strstr(rclio_error(), "node '/b' refused 'deactivate', or failed in it; it is active; 2 of 3 nodes are stopped"));
    assert_order("c.deactivate b.deactivate a.deactivate c.cleanup a.cleanup");
    assert_states(&f, RCLIO_LIFECYCLE_UNCONFIGURED, RCLIO_LIFECYCLE_ACTIVE, RCLIO_LIFECYCLE_UNCONFIGURED);
    pair_free(&f.p);
}

static void a_node_that_has_ended_for_good_is_named(void **state)
{
    fleet f;
    (void)state;
    fleet_open(&f, NULL);
    assert_change(&f.m[2], RCLIO_LIFECYCLE_SHUTDOWN, RCLIO_LIFECYCLE_SUCCESS, RCLIO_LIFECYCLE_FINALIZED);
    assert_int_equal(rclio_lifecycle_manager_start(f.manager), RCLIO_BAD_STATE);
    assert_non_null(strstr(rclio_error(), "node 'c' is finalized: 'configure' is not possible; 0 of 3 nodes were active"));
    pair_free(&f.p);
}

static void a_node_that_is_not_there_ends_the_start_in_time(void **state) /* LK1, LK2 */
{
    pair p = pair_new();
    (void)state;
    rclio_lifecycle_manager *manager = rclio_lifecycle_manager_new(
        p.client, (const char *const[]){"ghost"}, 1, &(rclio_lifecycle_manager_options){.timeout_ns = RCLIO_MS(50)});
    assert_int_equal(rclio_lifecycle_manager_start(manager), RCLIO_TIMEOUT);
    assert_string_equal(rclio_error(),
                        "node '/ghost' did not answer what state it is in within 0.05 s; 0 of 1 nodes were active, what "
                        "this start brought up is down again");
    assert_int_equal(rclio_lifecycle_manager_report(manager, 0)->status, RCLIO_TIMEOUT);
    pair_free(&p);
}

static void a_node_that_does_not_end_its_configuration_is_told_of_with_its_state(void **state)
{
    fleet f;
    (void)state;
    fleet_open(&f, &(rclio_lifecycle_manager_options){.timeout_ns = RCLIO_S(2)});
    f.m[1].gate = rclio_future_new(f.p.executor, "gate", NULL);
    assert_int_equal(rclio_lifecycle_manager_start(f.manager), RCLIO_TIMEOUT);
    assert_non_null(strstr(rclio_error(), "node '/b' did not answer configure within 2 s; it is configuring; 0 of 3"));
    assert_states(&f, RCLIO_LIFECYCLE_UNCONFIGURED, RCLIO_LIFECYCLE_CONFIGURING, RCLIO_LIFECYCLE_UNCONFIGURED);
    rclio_future_complete(f.m[1].gate, NULL);
    SPIN_UNTIL(f.p.executor, state_of(&f, 1) == RCLIO_LIFECYCLE_INACTIVE);
    rclio_future_unref(f.m[1].gate);
    pair_free(&f.p);
}

typedef struct run {
    rclio_lifecycle_manager *manager;
    rclio_status status;
} run;

static void start_task(void *arg)
{
    run *r = arg;
    r->status = rclio_lifecycle_manager_start(r->manager);
}

static void a_manager_does_one_thing_at_a_time(void **state)
{
    fleet f;
    (void)state;
    fleet_open(&f, NULL);
    f.m[0].gate = rclio_future_new(f.p.executor, "gate", NULL);
    f.m[0].entered = rclio_future_new(f.p.executor, "entered", NULL);
    run r = {.manager = f.manager, .status = RCLIO_EMPTY};
    rclio_task *task = rclio_task_new(f.p.executor, "start", start_task, &r);
    AWAIT(f.m[0].entered);
    assert_int_equal(rclio_lifecycle_manager_stop(f.manager), RCLIO_BAD_STATE);
    rclio_future_complete(f.m[0].gate, NULL);
    AWAIT(rclio_task_future(task));
    assert_int_equal(r.status, RCLIO_OK);
    assert_states(&f, RCLIO_LIFECYCLE_ACTIVE, RCLIO_LIFECYCLE_ACTIVE, RCLIO_LIFECYCLE_ACTIVE);
    rclio_task_unref(task);
    rclio_future_unref(f.m[0].gate);
    rclio_future_unref(f.m[0].entered);
    pair_free(&f.p);
}

static void a_client_asks_and_changes_another_node(void **state)
{
    pair p = pair_new();
    managed m = {0};
    rclio_lifecycle_state s;
    (void)state;
    managed_open(&m, p.server);
    rclio_lifecycle_client *c = rclio_lifecycle_client_new(p.client, "server");
    assert_ok(rclio_lifecycle_client_get_state(c, RCLIO_S(10), &s));
    assert_int_equal(s, RCLIO_LIFECYCLE_UNCONFIGURED);
    assert_ok(rclio_lifecycle_client_change(c, RCLIO_LIFECYCLE_CONFIGURE, RCLIO_S(10)));
    assert_int_equal(rclio_lifecycle_client_change(c, RCLIO_LIFECYCLE_DEACTIVATE, RCLIO_S(10)), RCLIO_BAD_STATE);
    assert_string_equal(rclio_error(), "node '/server' refused 'deactivate', or failed in it");
    assert_ok(rclio_lifecycle_client_change(c, RCLIO_LIFECYCLE_SHUTDOWN, RCLIO_FOREVER)); /* LIF-7 */
    assert_ok(rclio_lifecycle_client_get_state(c, -1, &s));
    assert_int_equal(s, RCLIO_LIFECYCLE_FINALIZED);
    assert_int_equal(rclio_lifecycle_client_change(c, (rclio_lifecycle_transition)9, -1), RCLIO_INVALID);
    assert_int_equal(rclio_lifecycle_client_get_state(c, -1, NULL), RCLIO_INVALID);
    rclio_lifecycle_client_destroy(c);
    rclio_lifecycle_client_destroy(NULL);
    pair_free(&p);
}

static void wrong_managers_are_refused(void **state)
{
    pair p = pair_new();
    (void)state;
    assert_null(rclio_lifecycle_manager_new(p.client, NULL, 1, NULL));
    assert_null(rclio_lifecycle_manager_new(p.client, (const char *const[]){"a", "no good"}, 2, NULL));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_null(rclio_lifecycle_manager_new(p.client, (const char *const[]){"a"}, 1,
                                            &(rclio_lifecycle_manager_options){.timeout_ns = -1}));
    assert_null(rclio_lifecycle_manager_new(NULL, (const char *const[]){"a"}, 1, NULL));
    assert_int_equal(rclio_lifecycle_manager_start(NULL), RCLIO_INVALID);
    assert_null(rclio_lifecycle_client_new(p.client, ""));
    assert_null(rclio_lifecycle_client_new(NULL, "a"));
    rclio_lifecycle_manager_destroy(NULL);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_come_up_in_order_and_go_down_in_reverse),
        cmocka_unit_test(a_node_that_is_further_already_is_left_alone),
        cmocka_unit_test(a_start_that_fails_takes_back_what_it_did_itself),
        cmocka_unit_test(a_start_may_leave_the_nodes_as_they_are),
        cmocka_unit_test(the_way_down_goes_on_without_a_node_that_fails),
        cmocka_unit_test(a_node_that_has_ended_for_good_is_named),
        cmocka_unit_test(a_node_that_is_not_there_ends_the_start_in_time),
        cmocka_unit_test(a_node_that_does_not_end_its_configuration_is_told_of_with_its_state),
        cmocka_unit_test(a_manager_does_one_thing_at_a_time),
        cmocka_unit_test(a_client_asks_and_changes_another_node),
        cmocka_unit_test(wrong_managers_are_refused),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
