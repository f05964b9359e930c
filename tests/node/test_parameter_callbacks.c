/* tests/node/test_parameter_callbacks.c: pre-set, on-set and post-set callbacks: order, refusals, awaiting, removing. */
#include "pair.h"
#include "parameter_stage.h"

static char told[2000]; /* what the callbacks of a test saw */

static void tell(const char *what, const rclio_parameter_list *list)
{
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s %s ", what, parameters_as_text(list));
}

static void pre(rclio_parameter_list *list, void *arg)
{
    tell(arg, list);
}

static rclio_status on(const rclio_parameter_list *list, void *arg)
{
    tell(arg, list);
    return strstr(arg, "refuses") ? rclio_parameter_refuse("%s says no", (const char *)arg) : RCLIO_OK;
}

static void post(const rclio_parameter_list *list, void *arg)
{
    tell(arg, list);
}

static stage watched_stage(void)
{
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_integer(1), NULL));
    assert_ok(rclio_parameter_declare(s.node, "b", rclio_value_integer(1), NULL));
    const char *const names[][3] = {{"pre1", "on1", "post1"}, {"pre2", "on2", "post2"}};
    for (int i = 0; i < 2; i++) {
        assert_non_null(rclio_parameters_on_pre_set(s.node, pre, (void *)(uintptr_t)names[i][0]));
        assert_non_null(rclio_parameters_on_set(s.node, on, (void *)(uintptr_t)names[i][1]));
        assert_non_null(rclio_parameters_on_post_set(s.node, post, (void *)(uintptr_t)names[i][2]));
    }
    told[0] = '\0';
    return s;
}

static void they_run_in_upstreams_order_the_last_one_first(void **state) /* PAR-5 */
{
    (void)state;
    stage s = watched_stage();
    assert_ok(rclio_parameter_set(s.node, "a", rclio_value_integer(2)));
    assert_string_equal(told, "pre2 a=2; pre1 a=2; on2 a=2; on1 a=2; post2 a=2; post1 a=2; ");
    told[0] = '\0';
    const rclio_parameter both[] = {{"a", rclio_value_integer(4)}, {"b", rclio_value_integer(5)}};
    assert_ok(rclio_parameters_set_atomically(s.node, both, 2));
    assert_string_equal(told, "pre2 a=4;b=5; pre1 a=4;b=5; on2 a=4;b=5; on1 a=4;b=5; post2 a=4;b=5; post1 a=4;b=5; ");
    told[0] = '\0';
    assert_ok(rclio_parameters_set(s.node, both, 2, NULL));
    assert_string_equal(told, "pre2 a=4; pre1 a=4; on2 a=4; on1 a=4; post2 a=4; post1 a=4; "
                              "pre2 b=5; pre1 b=5; on2 b=5; on1 b=5; post2 b=5; post1 b=5; ");
    stage_free(&s);
}

static void checks_stand_between_the_first_and_the_second_kind(void **state) /* PAR-5 */
{
    (void)state;
    stage s = watched_stage();
    assert_int_equal(rclio_parameter_set(s.node, "a", rclio_value_string("x")), RCLIO_INVALID);
    assert_int_equal(rclio_parameter_set(s.node, "nope", rclio_value_string("x")), RCLIO_NOT_FOUND);
    assert_string_equal(told, "pre2 a=x; pre1 a=x; pre2 nope=x; pre1 nope=x; ");
    stage_free(&s);
}

static void a_declaration_runs_the_second_and_the_third_kind(void **state) /* PAR-2 */
{
    (void)state;
    stage s = watched_stage();
    assert_ok(rclio_parameter_declare(s.node, "z", rclio_value_integer(1), NULL));
    assert_string_equal(told, "on2 z=1; on1 z=1; post2 z=1; post1 z=1; ");
    stage_free(&s);
}

static void a_refusal_ends_it_with_its_reason(void **state)
{
    (void)state;
    stage s = watched_stage();
    rclio_parameter_callback *refusing = rclio_parameters_on_set(s.node, on, "refuses");
    assert_refused(rclio_parameter_set(s.node, "a", rclio_value_integer(2)), RCLIO_INVALID, "refuses says no");
    assert_string_equal(told, "pre2 a=2; pre1 a=2; refuses a=2; ");
    assert_parameter(s.node, "a", "1");
    assert_refused(rclio_parameter_declare(s.node, "y", rclio_value_integer(12), NULL), RCLIO_INVALID,
                   "Invalid parameter value (12) for parameter. Reason: refuses says no");
    assert_false(rclio_parameter_has(s.node, "y"));
    rclio_parameter_callback_remove(refusing);
    assert_ok(rclio_parameter_set(s.node, "a", rclio_value_integer(2)));
    stage_free(&s);
}

static void change(rclio_parameter_list *list, void *arg)
{
    (void)arg;
    if (strcmp(list->data[0].name, "a") == 0)
        rclio_parameter_list_add(list, "b", rclio_value_integer(77));
    else
        rclio_parameter_list_remove(list, 0);
}

static void the_first_kind_may_change_the_list(void **state)
{
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_integer(1), NULL));
    assert_ok(rclio_parameter_declare(s.node, "b", rclio_value_integer(1), NULL));
    rclio_parameters_on_pre_set(s.node, change, NULL);
    assert_ok(rclio_parameter_set(s.node, "a", rclio_value_integer(2)));
    assert_parameter(s.node, "b", "77");
    assert_refused(rclio_parameter_set(s.node, "b", rclio_value_integer(2)), RCLIO_INVALID,
                   "parameter list cannot be empty, this might be due to pre_set_parameters_callback modifying the original "
                   "parameters list.");
    stage_free(&s);
}

static rclio_status refuse_silently(const rclio_parameter_list *list, void *arg)
{
    (void)list, (void)arg;
    return RCLIO_TIMEOUT;
}

static void fail_before(rclio_parameter_list *list, void *arg)
{
    (void)list;
    if (strcmp(arg, "before") == 0) rclio_task_fail(RCLIO_TIMEOUT, "failed before");
}

static rclio_status fail_on(const rclio_parameter_list *list, void *arg)
{
    (void)list;
    if (strcmp(arg, "on") == 0) rclio_task_fail(RCLIO_TIMEOUT, "failed on");
    return RCLIO_OK;
}

static void fail_after(const rclio_parameter_list *list, void *arg)
{
    (void)list;
    if (strcmp(arg, "after") == 0) rclio_task_fail(RCLIO_TIMEOUT, "failed after");
}

struct setter {
    rclio_node *node;
    char *when;
};

static void set_and_look(void *arg)
{
    struct setter *s = arg;
    char *when = s->when;
    rclio_task_fail(RCLIO_NOT_FOUND, "of the task");
    strcpy(when, "before");
    assert_refused(rclio_parameter_set(s->node, "a", rclio_value_integer(2)), RCLIO_INVALID, "failed before");
    strcpy(when, "on");
    assert_refused(rclio_parameter_set(s->node, "a", rclio_value_integer(2)), RCLIO_INVALID, "failed on");
    assert_parameter(s->node, "a", "1");
    strcpy(when, "after");
    assert_ok(rclio_parameter_set(s->node, "a", rclio_value_integer(2)));
    assert_parameter(s->node, "a", "2");
}

/* A service that was asked to set answers; it does not fail because a callback did. */
static void a_callback_that_fails_fails_for_itself(void **state)
{
    (void)state;
    stage s = stage_new();
    char when[10] = "";
    captured_log *log = captured_log_new(s.context);
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_integer(1), NULL));
    rclio_parameters_on_pre_set(s.node, fail_before, when);
    rclio_parameters_on_set(s.node, fail_on, when);
    rclio_parameters_on_post_set(s.node, fail_after, when);
    struct setter setter = {s.node, when};
    rclio_task *task = rclio_task_new(rclio_context_executor(s.context), "setter", set_and_look, &setter);
    AWAIT_FAILS(rclio_task_future(task), RCLIO_NOT_FOUND, "of the task");
    rclio_task_unref(task);
    assert_int_equal(captured_log_count(log, "pre-set callback of parameters failed at test_parameter_callbacks.c:"), 1);
    assert_int_equal(captured_log_count(log, "on-set callback of parameters failed at test_parameter_callbacks.c:"), 1);
    assert_int_equal(captured_log_count(log, ": failed after (timeout)"), 1);
    assert_null(rclio_parameters_on_set(s.node, NULL, NULL));
    captured_log_free(log);
    stage_free(&s);
}

struct echo {
    rclio_node *node;
    int sets;
    char reason[300];
};

static void set_again(const rclio_parameter_list *list, void *arg)
{
    struct echo *e = arg;
    (void)list;
    if (rclio_parameter_set(e->node, "a", rclio_value_integer(++e->sets)) != RCLIO_OK && !e->reason[0])
        snprintf(e->reason, sizeof e->reason, "%s", rclio_error());
}

static void set_first(void *arg)
{
    struct echo *e = arg;
    assert_ok(rclio_parameter_set(e->node, "a", rclio_value_integer(0)));
}

/* In a task of little stack, and in a thread. */
static void a_callback_that_sets_what_calls_it_is_refused_before_the_stack_ends(void **state)
{
    (void)state;
    stage s = stage_new();
    struct echo e = {.node = s.node};
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_integer(0), NULL));
    rclio_parameters_on_post_set(s.node, set_again, &e);
    for (int i = 0; i < 2; i++) {
        e.sets = 0;
        e.reason[0] = '\0';
        rclio_task *task = i ? rclio_task_new(rclio_context_executor(s.context), "first", set_first, &e) : NULL;
        if (task)
            AWAIT(rclio_task_future(task));
        else
            set_first(&e);
        rclio_task_unref(task);
        assert_int_equal(e.sets, 20);
        assert_string_equal(e.reason,
                            "a parameter callback of '/nn' sets a parameter inside of 19 others, one in another: none may set "
                            "what calls it again without an end");
    }
    stage_free(&s);
}

static void a_refusal_without_a_reason_is_a_refusal(void **state)
{
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_integer(1), NULL));
    rclio_parameters_on_set(s.node, refuse_silently, NULL);
    rclio_parameter_get_type(s.node, "an older error", &(rclio_parameter_type){0});
    assert_refused(rclio_parameter_set(s.node, "a", rclio_value_integer(2)), RCLIO_INVALID, "");
    stage_free(&s);
}

struct removing {
    rclio_parameter_callback *callbacks[2];
    int calls;
};

static void remove_both(const rclio_parameter_list *list, void *arg)
{
    struct removing *r = arg;
    (void)list;
    r->calls++;
    rclio_parameter_callback_remove(r->callbacks[0]);
    rclio_parameter_callback_remove(r->callbacks[1]);
}

static void a_callback_may_remove_itself_and_others(void **state)
{
    struct removing r = {.calls = 0};
    (void)state;
    stage s = stage_new();
    assert_ok(rclio_parameter_declare(s.node, "a", rclio_value_integer(1), NULL));
    for (int i = 0; i < 2; i++) r.callbacks[i] = rclio_parameters_on_post_set(s.node, remove_both, &r);
    assert_ok(rclio_parameter_set(s.node, "a", rclio_value_integer(2)));
    assert_ok(rclio_parameter_set(s.node, "a", rclio_value_integer(3)));
    assert_int_equal(r.calls, 1);
    stage_free(&s);
}

/* ---- awaiting ---- */

struct waiting {
    rclio_node *node;
    rclio_future *inside, *gate; /* done in the callback; awaited there */
    rclio_status status;
};

static rclio_status wait_at_gate(const rclio_parameter_list *list, void *arg)
{
    struct waiting *w = arg;
    (void)list;
    rclio_future_complete(w->inside, NULL);
    return rclio_wait(w->gate);
}

static void set_in_task(void *arg)
{
    struct waiting *w = arg;
    w->status = rclio_parameter_set(w->node, "a", rclio_value_integer(2));
}

static void start_waiting(stage *s, struct waiting *w, rclio_task **task)
{
    rclio_executor *executor = rclio_context_executor(s->context);
    *w = (struct waiting){.node = s->node,
                          .inside = rclio_future_new(executor, "the callback", NULL),
                          .gate = rclio_future_new(executor, "the gate", NULL)};
    assert_ok(rclio_parameter_declare(s->node, "a", rclio_value_integer(1),
                                      &(rclio_parameter_options){.descriptor = {.dynamic_typing = true}}));
    rclio_parameters_on_set(s->node, wait_at_gate, w);
    *task = rclio_task_new(executor, "setter", set_in_task, w);
    AWAIT(w->inside);
}

static void stop_waiting(struct waiting *w, rclio_task *task)
{
    rclio_future_complete(w->gate, NULL);
    AWAIT(rclio_task_future(task));
    rclio_task_unref(task);
    rclio_future_unref(w->inside);
    rclio_future_unref(w->gate);
}

static void what_changed_while_a_callback_awaited_is_checked_again(void **state)
{
    struct waiting w;
    rclio_task *task;
    (void)state;
    stage s = stage_new();
    start_waiting(&s, &w, &task);
    assert_parameter(s.node, "a", "1");
    assert_ok(rclio_parameter_undeclare(s.node, "a"));
    stop_waiting(&w, task);
    assert_int_equal(w.status, RCLIO_NOT_FOUND);
    assert_false(rclio_parameter_has(s.node, "a"));
    stage_free(&s);
}

static void a_node_may_go_while_a_callback_awaits(void **state)
{
    struct waiting w;
    rclio_task *task;
    (void)state;
    stage s = stage_new();
    start_waiting(&s, &w, &task);
    rclio_node_destroy(s.node);
    stop_waiting(&w, task);
    assert_ok(w.status); /* set, though nobody will read it */
    stage_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_run_in_upstreams_order_the_last_one_first),
        cmocka_unit_test(checks_stand_between_the_first_and_the_second_kind),
        cmocka_unit_test(a_declaration_runs_the_second_and_the_third_kind),
        cmocka_unit_test(a_refusal_ends_it_with_its_reason),
        cmocka_unit_test(the_first_kind_may_change_the_list),
        cmocka_unit_test(a_callback_that_fails_fails_for_itself),
        cmocka_unit_test(a_callback_that_sets_what_calls_it_is_refused_before_the_stack_ends),
        cmocka_unit_test(a_refusal_without_a_reason_is_a_refusal),
        cmocka_unit_test(a_callback_may_remove_itself_and_others),
        cmocka_unit_test(what_changed_while_a_callback_awaited_is_checked_again),
        cmocka_unit_test(a_node_may_go_while_a_callback_awaits),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
