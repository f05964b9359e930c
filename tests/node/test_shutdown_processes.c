/* tests/node/test_shutdown_processes.c: programs that get signals, each a process: when they end, with which status, and what is done by
 * then (docs/shutdown.md). A child says 'r' when it is ready; what it writes after that, and how it ended, is what is tested. */
#include "pair.h"

#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>

/* ---- children ---- */

static int said_to; /* of a child: where it writes */
static rclio_context *signalled;

static void say(char letter)
{
    if (write(said_to, &letter, 1) != 1) _exit(99);
}

static void say_ready(void *arg)
{
    (void)arg;
    say('r');
}

static void say_shutdown(void *arg)
{
    (void)arg;
    say('s');
}

#define REQUIRE(condition)                                                                     \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #condition, rclio_error()); \
            _exit(98);                                                                         \
        }                                                                                      \
    } while (0)

static rclio_node *node_with(rclio_signals signals, int out)
{
    said_to = out;
    signalled = rclio_init(0, NULL, &(rclio_context_options){.signals = signals});
    rclio_node *node = rclio_node_new(signalled, "child",
                                      &(rclio_node_options){.no_type_description_service = true, .no_parameter_services = true});
    REQUIRE(node);
    REQUIRE(rclio_on_shutdown(signalled, say_shutdown, NULL) > 0);
    return node;
}

static void be_ready_when_it_spins(void)
{
    REQUIRE(rclio_executor_post(rclio_context_executor(signalled), say_ready, NULL) == RCLIO_OK);
}

_Noreturn static void end_with(int status)
{
    fflush(NULL);
    _exit(status);
}

/* ---- the parent ---- */

static void start_watch(void)
{
    harness_watch(NULL);
}

/* What the child writes until its end, or until one of `until` comes. */
static void read_words(child *c, char *words, size_t capacity, const char *until)
{
    size_t length = 0;
    char letter;
    while (length + 1 < capacity && read(c->from, &letter, 1) == 1) {
        words[length++] = letter;
        if (until && strchr(until, letter)) break;
    }
    words[length] = '\0';
}

static int status_of(child *c)
{
    int status = 0;
    assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
    close(c->to);
    close(c->from);
    harness_unwatch();
    return status;
}

static void assert_exit(int status, int expected)
{
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
}

/* The child gets the signal when it is ready, then writes `words` and exits with `expected`. */
static void signal_and_expect(void (*run)(int in, int out), int number, const char *words, int expected)
{
    char written[64];
    child c = child_start(run);
    start_watch();
    child_wait_byte(&c);
    assert_int_equal(kill(c.pid, number), 0);
    read_words(&c, written, sizeof written, NULL);
    assert_string_equal(written, words);
    assert_exit(status_of(&c), expected);
}

/* ---- exit statuses ---- */

static void spin_all(int in, int out)
{
    (void)in;
    rclio_node *node = node_with(RCLIO_SIGNALS_ALL, out);
    be_ready_when_it_spins();
    end_with(rclio_spin(node));
}

static void a_node_that_is_signalled_ends_with_status_zero(void **state)
{
    (void)state;
    signal_and_expect(spin_all, SIGINT, "s", 0);
    signal_and_expect(spin_all, SIGTERM, "s", 0);
}

static void spin_none(int in, int out)
{
    (void)in;
    rclio_node *node = node_with(RCLIO_SIGNALS_NONE, out);
    be_ready_when_it_spins();
    end_with(rclio_spin(node));
}

static void spin_sigint(int in, int out)
{
    (void)in;
    rclio_node *node = node_with(RCLIO_SIGNALS_SIGINT, out);
    be_ready_when_it_spins();
    end_with(rclio_spin(node));
}

static void assert_killed_by(void (*run)(int in, int out), int number)
{
    char words[8];
    child c = child_start(run);
    start_watch();
    child_wait_byte(&c);
    assert_int_equal(kill(c.pid, number), 0);
    read_words(&c, words, sizeof words, NULL);
    assert_string_equal(words, "");
    int status = status_of(&c);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
}

static void a_signal_that_was_not_chosen_does_what_it_did_before(void **state)
{
    (void)state;
    assert_killed_by(spin_none, SIGINT);
    assert_killed_by(spin_none, SIGTERM);
    assert_killed_by(spin_sigint, SIGTERM);
    signal_and_expect(spin_sigint, SIGINT, "s", 0);
}

static void spin_then_name_signal(int in, int out)
{
    (void)in;
    node_with(RCLIO_SIGNALS_ALL, out);
    be_ready_when_it_spins();
    REQUIRE(rclio_context_spin(signalled) == RCLIO_OK);
    int number = rclio_shutdown_signal(signalled);
    rclio_context_destroy(signalled);
    raise(number); /* the shell's way to say so: the default is back */
    end_with(97);
}

static void a_program_may_end_by_the_signal_it_got(void **state)
{
    char words[8];
    (void)state;
    child c = child_start(spin_then_name_signal);
    start_watch();
    child_wait_byte(&c);
    assert_int_equal(kill(c.pid, SIGTERM), 0);
    read_words(&c, words, sizeof words, NULL);
    assert_string_equal(words, "s");
    int status = status_of(&c);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
}

/* ---- the program's own handler ---- */

static void own_handler(int number)
{
    (void)number;
    say('h');
}

static void own_handler_that_shuts_down(int number)
{
    own_handler(number);
    rclio_shutdown(signalled);
}

static void spin_to_end(void)
{
    be_ready_when_it_spins();
    REQUIRE(rclio_context_spin(signalled) == RCLIO_OK);
    REQUIRE(!rclio_ok(signalled));
    rclio_context_destroy(signalled);
    end_with(42);
}

static void own_handler_before(int in, int out)
{
    (void)in;
    signal(SIGTERM, own_handler);
    node_with(RCLIO_SIGNALS_ALL, out);
    spin_to_end();
}

static void own_handler_after(int in, int out)
{
    (void)in;
    node_with(RCLIO_SIGNALS_ALL, out);
    signal(SIGTERM, own_handler_that_shuts_down);
    spin_to_end();
}

static void own_handler_alone(int in, int out)
{
    (void)in;
    signal(SIGTERM, own_handler_that_shuts_down);
    node_with(RCLIO_SIGNALS_NONE, out);
    spin_to_end();
}

static void sigterm_with_the_programs_own_handler_ends_a_node(void **state)
{
    (void)state;
    signal_and_expect(own_handler_before, SIGTERM, "hs", 42);
    signal_and_expect(own_handler_after, SIGTERM, "hs", 42);
    signal_and_expect(own_handler_alone, SIGTERM, "hs", 42);
}

/* ---- callbacks in flight ---- */

static int told_by; /* of a child: where it reads */

static void block_in_callback(rclio_timer *timer, void *arg)
{
    char byte = 0;
    (void)arg;
    rclio_timer_cancel(timer);
    say('r');
    while (read(told_by, &byte, 1) != 1) REQUIRE(errno == EINTR); /* as the program's handlers want no restart, ours do not */
    REQUIRE(!rclio_ok(signalled));
    say('e');
}

static void spin_with_a_blocking_callback(int in, int out)
{
    told_by = in;
    struct sigaction action = {.sa_handler = own_handler};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    rclio_node *node = node_with(RCLIO_SIGNALS_ALL, out);
    REQUIRE(rclio_timer_new(node, RCLIO_MS(1), block_in_callback, NULL, NULL));
    end_with(rclio_spin(node));
}

#ifdef __SANITIZE_THREAD__ /* it holds signals back until the thread enters its next call, and makes one of several */
enum { MANY = 1 };
#else
enum { MANY = 50 };
#endif

static void a_callback_in_flight_finishes_and_the_rest_happens_once_however_many_signals_come(void **state)
{
    char words[2 * MANY + 8];
    (void)state;
    child c = child_start(spin_with_a_blocking_callback);
    start_watch();
    child_wait_byte(&c);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(kill(c.pid, i % 2 ? SIGINT : SIGTERM), 0);
        child_wait_byte(&c); /* 'h': the program's own handler was called, each time */
    }
    assert_int_equal(write(c.to, "!", 1), 1);
    read_words(&c, words, sizeof words, NULL);
    assert_string_equal(words, "es");
    assert_exit(status_of(&c), 0);
}

static void await_in_callback(rclio_timer *timer, void *arg)
{
    (void)arg;
    rclio_timer_cancel(timer);
    say('r');
    rclio_client *client = arg;
    rclio_future *call = rclio_client_call(client, &(add_request){0});
    if (rclio_wait(call) == RCLIO_SHUTDOWN) say('w');
    rclio_future_unref(call);
    if (rclio_sleep(RCLIO_S(1000)) == RCLIO_CANCELLED) say('c'); /* the context is destroyed */
    say('e');
}

static void spin_with_a_callback_that_awaits(int in, int out)
{
    (void)in;
    rclio_node *node = node_with(RCLIO_SIGNALS_ALL, out);
    const rclio_type *add = rclio_types_get(rclio_context_types(signalled), "example_interfaces/srv/AddTwoInts");
    rclio_client *client = rclio_client_new(node, add, "nobody", NULL);
    REQUIRE(rclio_timer_new(node, RCLIO_MS(1), await_in_callback, client, NULL));
    end_with(rclio_spin(node));
}

static void a_callback_that_awaits_is_told_and_comes_to_its_end(void **state)
{
    (void)state;
    signal_and_expect(spin_with_a_callback_that_awaits, SIGTERM, "swce", 0);
}

/* ---- whoever waits ---- */

typedef rclio_status wait_fn(rclio_node *node);

static rclio_status wait_once(rclio_future *future)
{
    REQUIRE(future);
    rclio_status status = rclio_wait(future);
    rclio_future_unref(future);
    return status;
}

static const rclio_type *type_named(const char *name)
{
    return rclio_types_get(rclio_context_types(signalled), name);
}

static rclio_client *client_of_nobody(rclio_node *node)
{
    return rclio_client_new(node, type_named("example_interfaces/srv/AddTwoInts"), "nobody", NULL);
}

static rclio_status wait_for_call(rclio_node *node)
{
    return wait_once(rclio_client_call(client_of_nobody(node), &(add_request){0}));
}

static rclio_status wait_for_service(rclio_node *node)
{
    return wait_once(rclio_client_wait_for_service(client_of_nobody(node)));
}

static rclio_status wait_for_goal(rclio_node *node)
{
    const rclio_type *fibonacci = type_named("action_tutorials_interfaces/action/Fibonacci");
    rclio_action_client *client = rclio_action_client_new(node, fibonacci, "nobody", NULL);
    rclio_goal_handle *goal = rclio_action_send_goal(client, &(fibonacci_goal){.order = 5}, NULL, NULL);
    rclio_status status = rclio_wait(rclio_goal_handle_result(goal));
    rclio_goal_handle_unref(goal);
    return status;
}

static rclio_status wait_for_subscriptions(rclio_node *node)
{
    rclio_publisher *publisher = rclio_publisher_new(node, type_named("std_msgs/msg/String"), "t", NULL);
    return wait_once(rclio_publisher_wait_for_subscriptions(publisher, 1));
}

static rclio_status wait_for_parameter(rclio_node *node)
{
    static const char *const names[] = {"p"};
    return wait_once(rclio_parameter_client_get(rclio_parameter_client_new(node, "nobody", NULL), names, 1));
}

static rclio_status wait_for_state(rclio_node *node)
{
    rclio_lifecycle_state state;
    return rclio_lifecycle_client_get_state(rclio_lifecycle_client_new(node, "nobody"), -1, &state);
}

static rclio_status wait_for_graph(rclio_node *node)
{
    return wait_once(rclio_graph_settled(node, -1, -1, -1));
}

static rclio_status wait_for_time(rclio_node *node)
{
    return rclio_clock_sleep_for(rclio_node_clock(node), RCLIO_S(1000));
}

static rclio_status wait_for_future(rclio_node *node)
{
    rclio_executor *executor = rclio_context_executor(rclio_node_context(node));
    rclio_future *future = rclio_future_new(executor, "what nobody completes", NULL);
    rclio_status status = rclio_executor_spin_until(executor, future, RCLIO_FOREVER);
    rclio_future_unref(future);
    return status;
}

static rclio_status wait_for_callback(rclio_node *node)
{
    rclio_executor *executor = rclio_context_executor(rclio_node_context(node));
    rclio_status status = RCLIO_OK;
    while (status == RCLIO_OK) status = rclio_executor_spin_once(executor, RCLIO_FOREVER);
    return status;
}

static wait_fn *const waits[] = {wait_for_call,  wait_for_service, wait_for_goal, wait_for_subscriptions, wait_for_parameter,
                                 wait_for_state, wait_for_graph,   wait_for_time, wait_for_future,        wait_for_callback};
static wait_fn *wait_of_child;

static void wait_outside_of_callbacks(int in, int out)
{
    (void)in;
    rclio_node *node = node_with(RCLIO_SIGNALS_ALL, out);
    be_ready_when_it_spins();
    rclio_status status = wait_of_child(node);
    if (status != RCLIO_SHUTDOWN) fprintf(stderr, "%s: %s\n", rclio_status_name(status), rclio_error());
    rclio_context_destroy(signalled);
    end_with(status == RCLIO_SHUTDOWN ? 7 : 1);
}

static void every_wait_outside_of_callbacks_ends_with_a_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        wait_of_child = waits[i];
        signal_and_expect(wait_outside_of_callbacks, i % 2 ? SIGINT : SIGTERM, "s", 7);
    }
}

/* ---- a /clock that stands still, or was set back ---- */

typedef struct sleeper {
    rclio_clock *clock;
    rclio_status status;
} sleeper;

static void sleep_in_task(void *arg)
{
    sleeper *s = arg;
    s->status = rclio_clock_sleep_for(s->clock, RCLIO_S(100));
}

static void *sleep_in_thread(void *arg)
{
    sleeper *s = arg;
    s->status = rclio_context_block_until(signalled, s->clock, rclio_clock_now(s->clock) + RCLIO_S(100));
    return NULL;
}

static void nothing(rclio_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
}

/* Everything that goes by the clock at once; 7 when each was told of the shutdown. */
static void wait_by_clock_in_every_way(rclio_node *node)
{
    sleeper task = {.clock = rclio_node_clock(node)}, thread = task;
    pthread_t other;
    REQUIRE(rclio_timer_new(node, RCLIO_S(100), nothing, NULL, NULL));
    REQUIRE(rclio_task_start(rclio_context_executor(signalled), "sleeper", sleep_in_task, &task) == RCLIO_OK);
    REQUIRE(pthread_create(&other, NULL, sleep_in_thread, &thread) == 0);
    be_ready_when_it_spins();
    rclio_rate *rate = rclio_rate_new(rclio_node_clock(node), RCLIO_S(100));
    rclio_status main_status = rclio_rate_sleep(rate);
    pthread_join(other, NULL);
    rclio_executor_spin_some(rclio_context_executor(signalled), 0);
    rclio_rate_destroy(rate);
    rclio_context_destroy(signalled);
    end_with(main_status == RCLIO_SHUTDOWN && thread.status == RCLIO_SHUTDOWN && task.status == RCLIO_SHUTDOWN ? 7 : 1);
}

static void wait_by_a_clock_that_never_came(int in, int out)
{
    (void)in;
    rclio_node *node = node_with(RCLIO_SIGNALS_ALL, out);
    REQUIRE(rclio_node_set_use_sim_time(node, true) == RCLIO_OK);
    wait_by_clock_in_every_way(node);
}

static void show_time(rclio_publisher *publisher, rclio_clock *clock, int32_t seconds)
{
    struct {
        int32_t sec;
        uint32_t nanosec;
    } message = {.sec = seconds};
    REQUIRE(rclio_publish(publisher, &message) == RCLIO_OK);
    while (rclio_clock_now(clock) != RCLIO_S(seconds))
        REQUIRE(rclio_executor_spin_once(rclio_context_executor(signalled), RCLIO_FOREVER) == RCLIO_OK);
}

static void wait_by_a_clock_that_was_set_back(int in, int out)
{
    (void)in;
    rclio_node *node = node_with(RCLIO_SIGNALS_ALL, out);
    REQUIRE(rclio_node_set_use_sim_time(node, true) == RCLIO_OK);
    const rclio_publisher_options options = {.qos = RCLIO_QOS_CLOCK};
    rclio_publisher *publisher = rclio_publisher_new(node, type_named("rosgraph_msgs/msg/Clock"), "/clock", &options);
    REQUIRE(wait_once(rclio_publisher_wait_for_subscriptions(publisher, 1)) == RCLIO_OK);
    show_time(publisher, rclio_node_clock(node), 1000);
    sleeper before = {.clock = rclio_node_clock(node)};
    REQUIRE(rclio_task_start(rclio_context_executor(signalled), "sleeps since before", sleep_in_task, &before) == RCLIO_OK);
    show_time(publisher, rclio_node_clock(node), 1001);
    show_time(publisher, rclio_node_clock(node), 10);
    wait_by_clock_in_every_way(node);
}

static void a_clock_that_stands_still_or_went_back_never_hangs_a_shutdown(void **state)
{
    (void)state;
    for (int number = SIGINT; number; number = number == SIGINT ? SIGTERM : 0) {
        signal_and_expect(wait_by_a_clock_that_never_came, number, "s", 7);
        signal_and_expect(wait_by_a_clock_that_was_set_back, number, "s", 7);
    }
}

/* ---- several contexts ---- */

enum { CONTEXTS = 3 };

static void *spin_context(void *arg)
{
    REQUIRE(rclio_context_spin(arg) == RCLIO_OK);
    return NULL;
}

static void spin_several(int in, int out)
{
    rclio_context *contexts[CONTEXTS];
    pthread_t threads[CONTEXTS];
    (void)in;
    for (int i = 0; i < CONTEXTS; i++) {
        REQUIRE(node_with(RCLIO_SIGNALS_ALL, out));
        contexts[i] = signalled;
        be_ready_when_it_spins();
    }
    for (int i = 0; i < CONTEXTS; i++) REQUIRE(pthread_create(&threads[i], NULL, spin_context, contexts[i]) == 0);
    for (int i = 0; i < CONTEXTS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < CONTEXTS; i++) rclio_context_destroy(contexts[i]);
    end_with(0);
}

static void a_signal_ends_all_contexts_of_a_process(void **state)
{
    char words[64];
    (void)state;
    child c = child_start(spin_several);
    start_watch();
    for (int i = 0; i < CONTEXTS; i++) child_wait_byte(&c);
    assert_int_equal(kill(c.pid, SIGINT), 0);
    read_words(&c, words, sizeof words, NULL);
    assert_string_equal(words, "sss");
    assert_exit(status_of(&c), 0);
}

/* ---- logs ---- */

static rclio_node *logging_node;

static void log_last_words(void *arg)
{
    (void)arg;
    RCLIO_INFO(logging_node, "last words");
}

static void log_and_exit_without_cleaning_up(int in, int out)
{
    (void)in;
    dup2(out, STDOUT_FILENO); /* a pipe: its stream is buffered in blocks */
    setenv("RCUTILS_LOGGING_USE_STDOUT", "1", 1);
    setenv("RCUTILS_CONSOLE_OUTPUT_FORMAT", "{message};", 1);
    logging_node = node_with(RCLIO_SIGNALS_ALL, out);
    rclio_on_shutdown(signalled, log_last_words, NULL);
    RCLIO_INFO(logging_node, "first words");
    be_ready_when_it_spins();
    REQUIRE(rclio_context_spin(signalled) == RCLIO_OK);
    _exit(5); /* nobody else flushes */
}

static void logs_are_out_when_spin_returns(void **state)
{
    (void)state;
    signal_and_expect(log_and_exit_without_cleaning_up, SIGTERM, "sfirst words;\nlast words;\n", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_that_is_signalled_ends_with_status_zero),
        cmocka_unit_test(a_signal_that_was_not_chosen_does_what_it_did_before),
        cmocka_unit_test(a_program_may_end_by_the_signal_it_got),
        cmocka_unit_test(sigterm_with_the_programs_own_handler_ends_a_node),
        cmocka_unit_test(a_callback_in_flight_finishes_and_the_rest_happens_once_however_many_signals_come),
        cmocka_unit_test(a_callback_that_awaits_is_told_and_comes_to_its_end),
        cmocka_unit_test(every_wait_outside_of_callbacks_ends_with_a_status),
        cmocka_unit_test(a_clock_that_stands_still_or_went_back_never_hangs_a_shutdown),
        cmocka_unit_test(a_signal_ends_all_contexts_of_a_process),
        cmocka_unit_test(logs_are_out_when_spin_returns),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
