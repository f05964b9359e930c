/* tests/node/test_parameter_events.c: what /parameter_events tells, and the handler that watches it. */
#include "pair.h"
#include "parameter_stage.h"

static rclio_parameter_value none;

typedef struct witness {
    char told[2000];
    size_t events;
} witness;

static void part(witness *w, const char *label, const rclio_parameter_list *list)
{
    if (list->size)
        snprintf(w->told + strlen(w->told), sizeof w->told - strlen(w->told), "%s %s ", label, parameters_as_text(list));
}

static void see_event(const rclio_parameter_event *change, void *arg)
{
    witness *w = arg;
    assert_true(change->stamp_ns > RCLIO_S(1000000));
    if (strcmp(change->node, "/robot") != 0) return;
    part(w, "new", &change->new_parameters);
    part(w, "changed", &change->changed_parameters);
    part(w, "deleted", &change->deleted_parameters);
    w->events++;
}

static void see_parameter(const rclio_parameter *parameter, void *arg)
{
    witness *w = arg;
    char *words = rclio_parameter_value_text(&parameter->value);
    snprintf(w->told + strlen(w->told), sizeof w->told - strlen(w->told), "%s=%s ", parameter->name, words);
    free(words);
    w->events++;
}

typedef struct scene {
    pair p;
    rclio_node *robot;
    rclio_parameter_events *events; /* of the client */
} scene;

static scene scene_new(void)
{
    scene s = {.p = pair_new()};
    s.robot = rclio_node_new(s.p.server_context, "robot", &(rclio_node_options){.executor = s.p.executor});
    s.events = rclio_parameter_events_new(s.p.client, NULL);
    assert_non_null(s.events);
    AWAIT_ONCE(rclio_parameter_events_wait_for_publishers(s.events, 1));
    /* The other side too: what it sends before it knows the reader is lost. */
    while (rclio_graph_count(s.robot, "/parameter_events", RCLIO_ROLE_SUBSCRIPTIONS) < 1)
        AWAIT_ONCE(rclio_graph_changed(s.robot));
    return s;
}

static void events_tell_what_is_new_changed_and_deleted(void **state) /* PAR-4 */
{
    static witness w;
    (void)state;
    scene s = scene_new();
    rclio_parameter_events_watch_all(s.events, see_event, &w);
    /* The first may be lost when the readers have met but not the writer: repeat it until it is seen. */
    assert_ok(rclio_parameter_declare(s.robot, "a", rclio_value_integer(1), NULL));
    while (!w.events) {
        assert_ok(rclio_parameter_set(s.robot, "a", rclio_value_integer(1)));
        assert_int_not_equal(rclio_executor_spin_once(s.p.executor, RCLIO_MS(100)), RCLIO_SHUTDOWN);
    }
    assert_ok(rclio_parameter_set(s.robot, "a", rclio_value_integer(99)));
    SPIN_UNTIL(s.p.executor, strstr(w.told, "changed a=99; "));
    memset(&w, 0, sizeof w);
    assert_ok(rclio_parameter_declare(s.robot, "b", rclio_value_integer(2), NULL));
    assert_ok(rclio_parameter_set(s.robot, "a", rclio_value_integer(99))); /* an equal value */
    const rclio_parameter both[] = {{"a", rclio_value_integer(4)}, {"b", rclio_value_integer(5)}};
    assert_ok(rclio_parameters_set_atomically(s.robot, both, 2));
    assert_ok(rclio_parameters_set(s.robot, both, 2, NULL));
    assert_ok(rclio_parameter_declare(s.robot, "any", none, NULL));
    assert_ok(rclio_parameter_set(s.robot, "any", rclio_value_string("x")));
    assert_ok(rclio_parameter_set(s.robot, "any", none));
    assert_ok(rclio_parameter_undeclare(s.robot, "b")); /* tells nothing */
    assert_ok(rclio_parameter_declare(s.robot, "end", rclio_value_bool(true), NULL));
    SPIN_UNTIL(s.p.executor, strstr(w.told, "end"));
    assert_string_equal(w.told, "new b=2; changed a=99; changed a=4;b=5; changed a=4; changed b=5; new any=None; new any=x; "
                                "deleted any=None; new end=True; ");
    assert_int_equal(w.events, 9);
    pair_free(&s.p);
}

struct order {
    bool event_first, answered;
    rclio_parameter_watch *watch;
    size_t calls;
};

static void watch_once(const rclio_parameter *parameter, void *arg)
{
    struct order *o = arg;
    (void)parameter;
    o->event_first = !o->answered;
    o->calls++;
    rclio_parameter_watch_destroy(o->watch);
}

static void one_parameter_of_one_node_is_watched(void **state)
{
    static witness mine, others;
    (void)state;
    scene s = scene_new();
    struct order once = {.calls = 0};
    assert_ok(rclio_parameter_declare(s.robot, "a", rclio_value_integer(1), NULL));
    assert_ok(rclio_parameter_declare(s.robot, "b", rclio_value_integer(1), NULL));
    rclio_parameter_events_watch(s.events, "robot", "a", see_parameter, &mine);
    rclio_parameter_events_watch(s.events, "/other", "a", see_parameter, &others);
    rclio_parameter_events_watch(s.events, NULL, "a", see_parameter, &others);
    once.watch = rclio_parameter_events_watch(s.events, "/robot", "b", watch_once, &once);
    while (!mine.events) {
        assert_ok(rclio_parameter_set(s.robot, "a", rclio_value_integer(2)));
        assert_int_not_equal(rclio_executor_spin_once(s.p.executor, RCLIO_MS(100)), RCLIO_SHUTDOWN);
    }
    assert_ok(rclio_parameter_set(s.robot, "b", rclio_value_integer(3)));
    assert_ok(rclio_parameter_set(s.robot, "b", rclio_value_integer(4)));
    assert_ok(rclio_parameter_set(s.robot, "a", rclio_value_integer(5)));
    SPIN_UNTIL(s.p.executor, strstr(mine.told, "a=5 "));
    assert_int_equal(once.calls, 1); /* it destroyed itself */
    assert_int_equal(others.events, 0);
    assert_null(strstr(mine.told, "b="));
    pair_free(&s.p);
}

struct destroyer {
    rclio_parameter_events *events;
    size_t calls;
};

static void destroy_handler(const rclio_parameter_event *change, void *arg)
{
    struct destroyer *d = arg;
    (void)change;
    d->calls++;
    rclio_parameter_events_destroy(d->events);
}

static void a_handler_may_go_in_its_own_callback(void **state)
{
    (void)state;
    scene s = scene_new();
    struct destroyer d = {.events = s.events};
    rclio_parameter_events_watch_all(s.events, destroy_handler, &d);
    rclio_parameter_events_watch_all(s.events, destroy_handler, &d);
    assert_ok(rclio_parameter_declare(s.robot, "a", rclio_value_integer(1), NULL));
    while (!d.calls) {
        assert_ok(rclio_parameter_set(s.robot, "a", rclio_value_integer(2)));
        assert_int_not_equal(rclio_executor_spin_once(s.p.executor, RCLIO_MS(100)), RCLIO_SHUTDOWN);
    }
    assert_int_equal(d.calls, 1);
    pair_free(&s.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_tell_what_is_new_changed_and_deleted),
        cmocka_unit_test(one_parameter_of_one_node_is_watched),
        cmocka_unit_test(a_handler_may_go_in_its_own_callback),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
