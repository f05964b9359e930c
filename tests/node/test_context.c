/* tests/node/test_context.c: a context's life: start, signals, spinning, shutting down. */
#include "pair.h"

#include "base/clock.h"
#include "node/node.h"

static rclio_context *quiet_context(void)
{
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE});
    if (!context) fail_msg("%s", rclio_error());
    harness_watch(rclio_context_executor(context));
    return context;
}

static void a_context_opens_the_participant_with_its_first_node_and_closes_it_with_its_last(void **state)
{
    (void)state;
    rclio_context *context = quiet_context();
    assert_null(context->participant);
    rclio_node *a = rclio_node_new(context, "a", NULL), *b = rclio_node_new(context, "b", NULL);
    assert_non_null(a);
    assert_non_null(context->participant);
    rclio_node_destroy(a);
    assert_non_null(context->participant);
    rclio_node_destroy(b);
    assert_null(context->participant);
    rclio_node *c = rclio_node_new(context, "c", NULL);
    assert_non_null(c);
    rclio_context_destroy(context);
    harness_unwatch();
}

static void the_programs_arguments_are_kept(void **state) /* ARG-1 */
{
    const char *words[] = {"program", "--ros-args", "-e", "/enclave", "--", "file", NULL};
    int count;
    (void)state;
    rclio_context *context =
        rclio_init(6, (char *const *)(uintptr_t)words,
                   &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .has_domain_id = true, .domain_id = 5});
    char *const *rest = rclio_context_arguments(context, &count);
    assert_int_equal(count, 2);
    assert_string_equal(rest[1], "file");
    assert_int_equal(rclio_context_domain_id(context), 5);
    assert_string_equal(context->mw_options.enclave, "/enclave");
    assert_non_null(rclio_context_types(context));
    rclio_context_destroy(context);
}

static void words_for_ros_are_removed_without_a_context(void **state) /* ARG-1 */
{
    const char *words[] = {"own", "--ros-args", "-r", "a:=b", "--", "file", NULL}, *bad[] = {"--ros-args", "-r", "bad", NULL};
    (void)state;
    char **rest = rclio_remove_ros_arguments(6, (char *const *)(uintptr_t)words);
    assert_string_equal(rest[0], "own");
    assert_string_equal(rest[1], "file");
    assert_null(rest[2]);
    rclio_names_free(rest);
    assert_null(rclio_remove_ros_arguments(3, (char *const *)(uintptr_t)bad));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_string_equal(rclio_error(),
                        "Failed to parse ROS arguments: Couldn't parse remap rule: '-r bad'. Error: there is no ':=' in it");
}

static void a_wrong_argument_gives_no_context_and_the_sentence(void **state)
{
    const char *words[] = {"program", "--ros-args", "-r", "bad", NULL};
    (void)state;
    assert_null(rclio_init(4, (char *const *)(uintptr_t)words, NULL));
    assert_string_equal(rclio_error(),
                        "failed to initialize rcl: Couldn't parse remap rule: '-r bad'. Error: there is no ':=' in it");
    assert_null(rclio_node_new(NULL, "n", NULL));
    assert_non_null(strstr(rclio_error(), "remap rule")); /* the first error stands */
}

static volatile sig_atomic_t earlier_calls;

static void earlier_handler(int number)
{
    (void)number;
    earlier_calls++;
}

static void ask_for_end(void *arg)
{
    (void)arg;
    raise(SIGINT);
}

static void a_signal_ends_the_spin_and_the_programs_own_handler_still_runs(void **state)
{
    struct sigaction now;
    (void)state;
    signal(SIGINT, earlier_handler);
    rclio_context *context = rclio_init(0, NULL, NULL);
    harness_watch(rclio_context_executor(context));
    assert_non_null(rclio_node_new(context, "n", NULL));
    assert_ok(rclio_executor_post(rclio_context_executor(context), ask_for_end, NULL));
    assert_true(rclio_ok(context));
    assert_ok(rclio_context_spin(context));
    assert_false(rclio_ok(context));
    assert_int_equal(earlier_calls, 1);
    rclio_context_destroy(context);
    assert_int_equal(sigaction(SIGINT, NULL, &now), 0);
    assert_ptr_equal(now.sa_handler, earlier_handler); /* put back */
    signal(SIGINT, SIG_DFL);
    harness_unwatch();
}

static void signals_can_be_left_to_the_program(void **state)
{
    struct sigaction now;
    (void)state;
    rclio_context *context = quiet_context();
    sigaction(SIGTERM, NULL, &now);
    assert_ptr_equal(now.sa_handler, SIG_DFL);
    rclio_context *terminated = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_SIGTERM});
    sigaction(SIGINT, NULL, &now);
    assert_ptr_equal(now.sa_handler, SIG_DFL);
    raise(SIGTERM);
    assert_false(rclio_ok(terminated));
    assert_true(rclio_ok(context));
    rclio_context_destroy(terminated);
    rclio_context_destroy(context);
    harness_unwatch();
}

static void *shut_down_from_here(void *arg)
{
    rclio_shutdown(arg);
    return NULL;
}

static void any_thread_may_shut_down(void **state)
{
    pthread_t other;
    (void)state;
    rclio_context *context = quiet_context();
    assert_int_equal(pthread_create(&other, NULL, shut_down_from_here, context), 0);
    assert_ok(rclio_context_spin(context));
    pthread_join(other, NULL);
    assert_null(rclio_node_new(context, "late", NULL));
    assert_int_equal(rclio_error_status(), RCLIO_SHUTDOWN);
    rclio_context_destroy(context);
    rclio_shutdown(NULL);
    assert_false(rclio_ok(NULL));
    harness_unwatch();
}

static void shut_down_context(void *arg)
{
    rclio_shutdown(arg);
}

static void a_node_with_an_executor_of_its_own_ends_with_its_context(void **state)
{
    (void)state;
    rclio_context *context = quiet_context();
    rclio_executor *own = rclio_executor_new(NULL);
    rclio_node *node = rclio_node_new(context, "n", &(rclio_node_options){.executor = own});
    assert_ptr_equal(rclio_node_executor(node), own);
    assert_ok(rclio_executor_post(own, shut_down_context, context));
    assert_ok(rclio_executor_spin(own)); /* returns: the shutdown stops it too */
    assert_false(rclio_ok(context));
    rclio_node_destroy(node);
    rclio_executor_destroy(own);
    rclio_context_destroy(context);
    harness_unwatch();
}

static size_t hooks_run;

static void count_hook(void *arg)
{
    (void)arg;
    hooks_run++;
}

static void shutdown_hooks_run_once_at_the_end_of_the_spin(void **state)
{
    shutdown_hook kept, left;
    (void)state;
    hooks_run = 0;
    rclio_context *context = quiet_context();
    context_on_shutdown(context, &kept, count_hook, NULL);
    context_on_shutdown(context, &left, count_hook, NULL);
    list_remove(&left.link);
    rclio_shutdown(context);
    assert_int_equal(hooks_run, 0);
    assert_ok(rclio_context_spin(context));
    assert_int_equal(hooks_run, 1);
    rclio_context_destroy(context);
    assert_int_equal(hooks_run, 1);
    harness_unwatch();
}

static void a_task_sees_the_shutdown_of_what_it_awaits(void **state)
{
    (void)state;
    rclio_context *context = quiet_context();
    rclio_node *node = rclio_node_new(context, "n", NULL);
    rclio_future *settled = rclio_graph_settled(node, RCLIO_S(100), RCLIO_S(100), RCLIO_FOREVER);
    assert_ok(rclio_executor_post(rclio_context_executor(context), shut_down_context, context));
    assert_ok(rclio_context_spin(context));
    assert_int_equal(rclio_future_result(settled), RCLIO_SHUTDOWN);
    rclio_future_unref(settled);
    rclio_context_destroy(context);
    harness_unwatch();
}

typedef struct mourner {
    rclio_node *node;
    rclio_publisher *publisher;
    rclio_status published;
    size_t cancelled;
} mourner;

static void sleep_for_ever(void *arg)
{
    mourner *m = arg;
    m->cancelled += rclio_sleep(RCLIO_FOREVER) == RCLIO_CANCELLED;
    RCLIO_WARN(m->node, "last words"); /* the node is still there */
    m->published = rclio_publisher_subscriptions(m->publisher) == 0 ? RCLIO_OK : RCLIO_BAD_STATE;
}

static void a_task_that_is_cancelled_by_the_end_still_has_its_node(void **state)
{
    mourner m = {.published = RCLIO_EMPTY};
    (void)state;
    rclio_context *context = quiet_context();
    rclio_executor *executor = rclio_context_executor(context);
    m.node = rclio_node_new(context, "n", NULL);
    m.publisher = rclio_publisher_new(m.node, rclio_types_get(rclio_context_types(context), "std_msgs/msg/String"), "t", NULL);
    assert_ok(rclio_task_start(executor, "mourner", sleep_for_ever, &m));
    assert_ok(rclio_executor_spin_some(executor, 0));
    rclio_context_destroy(context);
    assert_int_equal(m.cancelled, 1);
    assert_int_equal(m.published, RCLIO_OK);
    harness_unwatch();
}

static void spin_is_the_last_line_of_main(void **state)
{
    (void)state;
    rclio_context *context = quiet_context();
    rclio_node *node = rclio_node_new(context, "n", NULL);
    assert_ok(rclio_executor_post(rclio_context_executor(context), shut_down_context, context));
    assert_int_equal(rclio_spin(node), 0); /* destroys all: what leaks is told by the sanitizer */
    rclio_error_clear();
    assert_int_equal(rclio_spin(NULL), 1);
    harness_unwatch();
}

static void a_node_that_the_shutdown_forestalled_is_no_failure_of_its_program(void **state)
{
    (void)state;
    rclio_context *context = quiet_context();
    rclio_shutdown(context);
    rclio_node *node = rclio_node_new(context, "n", NULL);
    rclio_timer_new(node, RCLIO_S(1), NULL, NULL, NULL); /* the first error stands */
    assert_null(node);
    assert_int_equal(rclio_spin(node), 0);
    rclio_context_destroy(context);
    harness_unwatch();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_context_opens_the_participant_with_its_first_node_and_closes_it_with_its_last),
        cmocka_unit_test(the_programs_arguments_are_kept),
        cmocka_unit_test(words_for_ros_are_removed_without_a_context),
        cmocka_unit_test(a_wrong_argument_gives_no_context_and_the_sentence),
        cmocka_unit_test(a_signal_ends_the_spin_and_the_programs_own_handler_still_runs),
        cmocka_unit_test(signals_can_be_left_to_the_program),
        cmocka_unit_test(any_thread_may_shut_down),
        cmocka_unit_test(a_node_with_an_executor_of_its_own_ends_with_its_context),
        cmocka_unit_test(shutdown_hooks_run_once_at_the_end_of_the_spin),
        cmocka_unit_test(a_task_sees_the_shutdown_of_what_it_awaits),
        cmocka_unit_test(a_task_that_is_cancelled_by_the_end_still_has_its_node),
        cmocka_unit_test(spin_is_the_last_line_of_main),
        cmocka_unit_test(a_node_that_the_shutdown_forestalled_is_no_failure_of_its_program),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
