/* tests/node/test_lifetime.c: the rule of death (docs/shutdown.md) for every kind of handle: each test runs for each row of lifetime*.c. */
#include "lifetime.h"

static stage *stage_new(const handle_kind *kind)
{
    stage *s = calloc(1, sizeof *s);
    s->p = pair_new();
    s->kind = kind;
    s->node = rclio_node_new(s->p.server_context, "subject", &(rclio_node_options){.executor = s->p.executor});
    s->go_on = rclio_future_new(s->p.executor, "the test to let a callback go on", NULL);
    s->handle = kind->make(s);
    if (!s->handle) fail_msg("%s: %s", kind->name, rclio_error());
    return s;
}

static void destroy_handle(stage *s)
{
    void *handle = s->handle;
    s->handle = NULL;
    s->kind->destroy(handle);
}

static void destroy_node(stage *s)
{
    rclio_node *node = s->node;
    s->node = NULL;
    rclio_node_destroy(node);
}

static void destroy_context(stage *s)
{
    rclio_context *context = s->p.server_context;
    s->p.server_context = NULL;
    rclio_context_destroy(context);
}

static bool is_owned(const handle_kind *kind)
{
    return !kind->is_reference && !kind->stands_alone && !kind->outlives_parents;
}

/* What is the node's or the context's own goes with it; everything else is dropped first, or after its parents: as the test left it. */
static void stage_free(stage *s)
{
    if (s->handle && !is_owned(s->kind)) destroy_handle(s);
    if (rclio_future_get_state(s->go_on) == RCLIO_PENDING) rclio_future_complete(s->go_on, NULL);
    rclio_future_unref(s->awaited);
    pair_free(&s->p); /* and runs what is suspended to its end */
    assert_int_equal(s->entered, s->returned);
    rclio_future_unref(s->go_on);
    free(s);
}

/* As a failure says which row it was. */
#define FOR_EACH_KIND(kind)                                                               \
    for (const handle_kind *kind = lifetime_next(NULL); kind; kind = lifetime_next(kind)) \
        if (printf("    %s\n", kind->name) > 0)

static void destroy_takes_null(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind) kind->destroy(NULL);
}

static void a_handle_may_go_before_its_parents_and_be_made_again(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        stage *s = stage_new(kind);
        destroy_handle(s);
        assert_ok(rclio_executor_spin_some(s->p.executor, RCLIO_S(1)));
        if (!kind->is_reference) s->handle = kind->make(s); /* a task, or a goal of the first, is still there */
        stage_free(s);
    }
}

static rclio_future *wait_on(stage *s)
{
    rclio_future *future = s->kind->wait ? s->kind->wait(s) : NULL;
    if (s->kind->wait && !future) fail_msg("%s: %s", s->kind->name, rclio_error());
    if (future) assert_int_equal(rclio_future_get_state(future), RCLIO_PENDING);
    return future;
}

static void spin_to_rest(stage *s)
{
    assert_ok(rclio_executor_spin_some(s->p.executor, 0));
}

/* The future of a handle whose parent has gone: cancelled, but for what has no parent. */
static void check_cancelled(stage *s, rclio_future *future)
{
    if (!future) return;
    if (s->kind->stands_alone) {
        assert_int_equal(rclio_future_get_state(future), RCLIO_PENDING);
    } else {
        AWAIT_FAILS(future, s->kind->orphaned ? s->kind->orphaned : RCLIO_CANCELLED, "");
    }
    rclio_future_unref(future);
}

static void the_node_may_go_first(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        stage *s = stage_new(kind);
        rclio_future *future = wait_on(s);
        if (kind->is_of_context) {
            destroy_handle(s);
        } else {
            destroy_node(s);
            if (is_owned(kind)) s->handle = NULL; /* went with it */
        }
        check_cancelled(s, future);
        spin_to_rest(s);
        stage_free(s);
    }
}

static void the_context_may_go_first(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        stage *s = stage_new(kind);
        rclio_future *future = wait_on(s);
        destroy_context(s);
        if (is_owned(kind)) s->handle = NULL;
        if (future && !kind->stands_alone) {
            LIFETIME_SPIN_UNTIL(s, rclio_future_get_state(future) != RCLIO_PENDING);
            rclio_status status = rclio_future_result(future); /* it is shut down first */
            assert_int_equal(status, kind->ignores_shutdown ? RCLIO_CANCELLED : RCLIO_SHUTDOWN);
        }
        rclio_future_unref(future);
        stage_free(s);
    }
}

static void a_callback_may_destroy_its_own_handle(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        if (!kind->trigger) continue;
        stage *s = stage_new(kind);
        s->in_callback = destroy_handle;
        kind->trigger(s);
        LIFETIME_SPIN_UNTIL(s, s->entered > 0);
        s->in_callback = NULL; /* a reference's operation goes on */
        LIFETIME_SPIN_UNTIL(s, s->returned > 0);
        spin_to_rest(s);
        if (!kind->is_reference) assert_int_equal(s->entered, 1); /* though there was more to call it for */
        assert_null(s->handle);
        stage_free(s);
    }
}

static void a_callback_may_destroy_its_node(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        if (!kind->trigger || kind->is_of_context || kind->stands_alone) continue;
        stage *s = stage_new(kind);
        kind->trigger(s);
        s->in_callback = destroy_node;
        LIFETIME_SPIN_UNTIL(s, s->entered > 0);
        s->in_callback = NULL;
        if (is_owned(kind)) s->handle = NULL;
        LIFETIME_SPIN_UNTIL(s, s->returned == s->entered);
        stage_free(s);
    }
}

static void destroy_in_a_task(void *arg)
{
    destroy_handle(arg);
}

static void a_handle_may_go_while_its_callback_is_suspended(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        if (!kind->trigger) continue;
        stage *s = stage_new(kind);
        s->waits = true;
        kind->trigger(s);
        LIFETIME_SPIN_UNTIL(s, s->entered > 0);
        assert_int_equal(s->returned, 0);
        assert_ok(rclio_task_start(s->p.executor, "another turn", destroy_in_a_task, s));
        LIFETIME_SPIN_UNTIL(s, !s->handle);
        assert_ok(rclio_future_complete(s->go_on, NULL));
        LIFETIME_SPIN_UNTIL(s, s->returned > 0); /* it comes to its end */
        if (!kind->is_reference) assert_int_equal(s->entered, 1);
        stage_free(s);
    }
}

static void the_context_may_go_while_a_callback_is_suspended(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        if (!kind->trigger || kind->stands_alone) continue;
        stage *s = stage_new(kind);
        s->waits = true;
        kind->trigger(s);
        LIFETIME_SPIN_UNTIL(s, s->entered > 0);
        destroy_context(s);
        if (is_owned(kind)) s->handle = NULL;
        assert_ok(rclio_future_complete(s->go_on, NULL));
        LIFETIME_SPIN_UNTIL(s, s->returned > 0);
        stage_free(s);
    }
}

static void await_future(void *arg)
{
    stage *s = arg;
    s->waited = rclio_wait(s->awaited);
    s->woken = true;
}

static void a_task_that_awaits_is_told_when_the_handle_goes(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        if (!kind->wait) continue;
        stage *s = stage_new(kind);
        s->awaited = wait_on(s);
        assert_ok(rclio_task_start(s->p.executor, "who awaits", await_future, s));
        spin_to_rest(s);
        assert_ok(rclio_task_start(s->p.executor, "another turn", destroy_in_a_task, s));
        LIFETIME_SPIN_UNTIL(s, !s->handle);
        spin_to_rest(s);
        if (kind->is_reference) {
            assert_false(s->woken); /* what it stood for goes on */
        } else {
            LIFETIME_SPIN_UNTIL(s, s->woken);
            assert_int_equal(s->waited, kind->is_context ? RCLIO_SHUTDOWN : RCLIO_CANCELLED);
        }
        stage_free(s);
    }
}

/* As a spin of the context would. */
static void shut_down(stage *s)
{
    rclio_context *context = s->kind->is_context ? s->handle : s->p.server_context;
    rclio_shutdown(context);
    assert_int_equal(rclio_executor_spin_once(s->p.executor, RCLIO_FOREVER), RCLIO_SHUTDOWN);
    assert_ok(rclio_executor_spin_some(rclio_context_executor(context), 0));
}

static void after_a_shutdown_waits_fail_and_handles_stay_until_they_are_destroyed(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        stage *s = stage_new(kind);
        rclio_future *future = wait_on(s);
        shut_down(s);
        if (future && !kind->ignores_shutdown) AWAIT_FAILS(future, RCLIO_SHUTDOWN, "");
        if (future && kind->ignores_shutdown) assert_int_equal(rclio_future_get_state(future), RCLIO_PENDING);
        if (kind->use) assert_int_equal(kind->use(s->handle), RCLIO_SHUTDOWN);
        destroy_handle(s);
        rclio_future_unref(future);
        spin_to_rest(s);
        stage_free(s);
    }
}

static void a_shutdown_lets_callbacks_in_flight_finish(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        if (!kind->trigger) continue;
        stage *s = stage_new(kind);
        s->waits = true;
        kind->trigger(s);
        LIFETIME_SPIN_UNTIL(s, s->entered > 0);
        shut_down(s);
        assert_int_equal(s->returned, 0);
        assert_ok(rclio_future_complete(s->go_on, NULL));
        LIFETIME_SPIN_UNTIL(s, s->returned > 0);
        stage_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(destroy_takes_null),
        cmocka_unit_test(a_handle_may_go_before_its_parents_and_be_made_again),
        cmocka_unit_test(the_node_may_go_first),
        cmocka_unit_test(the_context_may_go_first),
        cmocka_unit_test(a_callback_may_destroy_its_own_handle),
        cmocka_unit_test(a_callback_may_destroy_its_node),
        cmocka_unit_test(a_handle_may_go_while_its_callback_is_suspended),
        cmocka_unit_test(the_context_may_go_while_a_callback_is_suspended),
        cmocka_unit_test(a_task_that_awaits_is_told_when_the_handle_goes),
        cmocka_unit_test(after_a_shutdown_waits_fail_and_handles_stay_until_they_are_destroyed),
        cmocka_unit_test(a_shutdown_lets_callbacks_in_flight_finish),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
