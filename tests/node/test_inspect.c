/* tests/node/test_inspect.c: what a process tells about itself (node/inspect.h IN1 to IN5, node/trace.h TR1 to TR3). */
#include "fibonacci.h"

#include "node/node.h"
#include "node/trace.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <pthread.h>

/* ---- asking ---- */

static int open_socket(int number)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "rclio/%s/%ld/%d", getenv("ROS_DOMAIN_ID"),
                          (long)getpid(), number);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
    if (connect(fd, (struct sockaddr *)&address, size) == 0) return fd;
    close(fd);
    return -1;
}

/* The answer up to its end; NULL: the connection was closed first. A string to free. */
static char *ask_on(int fd, const char *question)
{
    char *text = calloc(1, 1 << 20);
    size_t length = 0;
    assert_non_null(text);
    assert_int_equal(send(fd, question, strlen(question), MSG_NOSIGNAL), strlen(question));
    for (ssize_t got; (got = recv(fd, text + length, (1 << 20) - 1 - length, 0)) > 0;) {
        length += (size_t)got;
        if (length >= 4 && strcmp(text + length - 4, "end\n") == 0) return text;
    }
    free(text);
    return NULL;
}

static char *ask(int number, const char *question)
{
    int fd = open_socket(number);
    assert_true(fd >= 0);
    char *text = ask_on(fd, question);
    close(fd);
    assert_non_null(text);
    return text;
}

/* The first line of the text that begins with `begin`, copied; NULL: none. */
static char *line_of(const char *text, const char *begin)
{
    for (const char *at = text; at && *at; at = strchr(at, '\n'), at = at ? at + 1 : NULL)
        if (strncmp(at, begin, strlen(begin)) == 0) return strndup(at, strcspn(at, "\n"));
    return NULL;
}

static void assert_line(const char *text, const char *begin)
{
    char *line = line_of(text, begin);
    if (!line) print_error("no line '%s' in\n%s", begin, text);
    assert_non_null(line);
    free(line);
}

static void assert_no_line(const char *text, const char *begin)
{
    char *line = line_of(text, begin);
    if (line) print_error("a line '%s' in\n%s", begin, text);
    assert_null(line);
}

/* The word of a line, counted from 0. */
static long long word_of(const char *text, const char *begin, size_t word)
{
    char *line = line_of(text, begin), *at = line;
    if (!line) print_error("no line '%s' in\n%s", begin, text);
    assert_non_null(line);
    for (; word > 0 && at; word--) at = strchr(at, '\t') ? strchr(at, '\t') + 1 : NULL;
    assert_non_null(at);
    long long value = strtoll(at, NULL, 10);
    free(line);
    return value;
}

/* ---- nodes and entities ---- */

static void add(const void *request, void *response, void *arg)
{
    const add_request *numbers = request;
    (void)arg;
    ((add_response *)response)->sum = numbers->a + numbers->b;
}

static void a_process_tells_its_nodes_and_what_they_counted(void **state) /* IN1 */
{
    (void)state;
    pair p = pair_new();
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    AWAIT_ONCE(rclio_client_call(client, &(add_request){1, 2}));
    char begin[64];
    snprintf(begin, sizeof begin, "process\t%ld\ttest_node_inspect\t%s\t", (long)getpid(), getenv("ROS_DOMAIN_ID"));
    char *servers = ask(0, "nodes\n"), *clients = ask(1, "nodes\n");
    assert_line(servers, begin);
    assert_line(servers, "node\t/server\texecutor");
    assert_no_line(servers, "node\t/client\t");
    assert_line(clients, "node\t/client\texecutor");
    assert_line(servers, "entity\t/server\tservice\t/add\t1\t0\t0\t0\t1\t1"); /* received dropped late failed callbacks queue */
    assert_line(clients, "entity\t/client\tclient\t/add\t1\t0\t0\t0\t0\t1");
    assert_no_line(servers, "task\t");
    free(servers);
    free(clients);
    pair_free(&p);
}

static void the_socket_is_there_from_the_first_node_to_the_last(void **state) /* IN1 */
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, NULL);
    assert_int_equal(open_socket(0), -1);
    rclio_node *node = rclio_node_new(context, "first", NULL), *second = rclio_node_new(context, "second", NULL);
    rclio_node_destroy(node);
    char *text = ask(0, "nodes\n");
    assert_line(text, "node\t/second\t");
    assert_no_line(text, "node\t/first\t");
    free(text);
    int guest = open_socket(0);
    rclio_node_destroy(second);
    assert_int_equal(open_socket(0), -1);
    ssize_t got = recv(guest, &(char){0}, 1, 0);
    assert_true(got == 0 || (got < 0 && errno == ECONNRESET)); /* ended, or not yet accepted when the socket went */
    close(guest);
    rclio_context_destroy(context);
}

static void who_does_not_want_to_be_asked_has_no_socket(void **state) /* IN5 */
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.no_inspection = true});
    assert_non_null(rclio_node_new(context, "silent", NULL));
    assert_int_equal(open_socket(0), -1);
    rclio_context_destroy(context);
    setenv("RCLIO_INSPECT", "0", 1);
    context = rclio_init(0, NULL, NULL);
    assert_non_null(rclio_node_new(context, "silent", NULL));
    unsetenv("RCLIO_INSPECT");
    assert_int_equal(open_socket(0), -1);
    rclio_context_destroy(context);
}

static void what_is_no_question_harms_nobody(void **state)
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, NULL);
    assert_non_null(rclio_node_new(context, "patient", NULL));
    int fd = open_socket(0);
    char *text = ask_on(fd, "what\n");
    assert_no_line(text, "entity\t");
    free(text);
    assert_null(ask_on(fd, "a question that is longer than any that there is\n")); /* closed */
    close(fd);
    int guests[8];
    for (size_t i = 0; i < 8; i++) guests[i] = open_socket(0);
    for (size_t i = 0; i < 8; i++) free(ask_on(guests[i], "nodes\n")); /* each has its place */
    int ninth = open_socket(0);
    assert_int_equal(recv(ninth, &(char){0}, 1, 0), 0);
    close(ninth);
    text = ask_on(guests[7], "nodes\nnodes\n");
    assert_line(text, "node\t/patient\t");
    free(text);
    for (size_t i = 0; i < 8; i++) close(guests[i]);
    rclio_context_destroy(context);
}

/* ---- tasks ---- */

struct waiting {
    rclio_future *call;
    int line;
};

static void await_call(void *arg)
{
    struct waiting *w = arg;
    w->line = __LINE__ + 1;
    rclio_await_for(w->call, RCLIO_S(1000));
}

static void sleep_long(void *arg)
{
    (void)arg;
    rclio_sleep(RCLIO_S(1000));
}

static void tasks_tell_what_they_await_since_when_and_where(void **state)
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, NULL);
    rclio_executor *executor = rclio_context_executor(context);
    assert_non_null(rclio_node_new(context, "worker", NULL));
    struct waiting w = {.call = rclio_future_new(executor, "an answer\tof '/x'", NULL)};
    assert_ok(rclio_task_start(executor, "asker", await_call, &w));
    assert_ok(rclio_task_start(executor, "sleeper", sleep_long, NULL));
    assert_ok(rclio_executor_spin_some(executor, 0));
    assert_ok(rclio_task_start(executor, "not begun\n", sleep_long, NULL));
    char *text = ask(0, "tasks\n"), place[64];
    assert_line(text, "task\texecutor\t/worker\tasker\tawaits\tan answer of '/x'\t");
    assert_line(text, "task\texecutor\t/worker\tsleeper\tsleeps\t\t");
    assert_line(text, "task\texecutor\t/worker\tnot begun \tnew\t\t-1\t-1\t\t0");
    assert_line(text, "future\texecutor\tan answer of '/x'\t");
    snprintf(place, sizeof place, "\ttest_inspect.c\t%d\n", w.line);
    assert_non_null(strstr(text, place));
    assert_in_range(word_of(text, "task\texecutor\t/worker\tasker\t", 6), 0, RCLIO_S(100));             /* since */
    assert_in_range(word_of(text, "task\texecutor\t/worker\tasker\t", 7), RCLIO_S(900), RCLIO_S(1000)); /* at most */
    free(text);
    rclio_future_complete(w.call, NULL);
    rclio_context_destroy(context);
    rclio_future_unref(w.call);
}

struct asking {
    char *answer;
    rclio_future *gate;
    size_t calls;
};

static void ask_from_callback(rclio_timer *ticking, void *arg)
{
    struct asking *a = arg;
    (void)ticking;
    free(a->answer);
    a->answer = ask(0, "tasks\n");
    a->calls++;
}

static void await_gate(rclio_timer *ticking, void *arg)
{
    struct asking *a = arg;
    (void)ticking;
    a->calls++;
    rclio_await(a->gate);
}

static void a_callback_that_blocks_its_executor_is_shown(void **state) /* IN2 */
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, NULL);
    rclio_executor *executor = rclio_context_executor(context);
    rclio_node *node = rclio_node_new(context, "busy", NULL);
    assert_non_null(rclio_node_new(context, "other", NULL));
    struct asking a = {.answer = NULL};
    rclio_timer_new(node, RCLIO_MS(1), ask_from_callback, &a, &(rclio_timer_options){.one_shot = true});
    harness_watch(executor);
    SPIN_UNTIL(executor, a.calls);
    assert_line(a.answer, "task\texecutor\t/busy\ttimer of 0.001 s of '/busy'\truns\t");
    free(a.answer);
    a.answer = ask(0, "tasks\n");
    assert_no_line(a.answer, "task\t");
    free(a.answer);
    harness_unwatch();
    rclio_context_destroy(context);
}

static void a_callback_that_is_suspended_belongs_to_its_node(void **state)
{
    (void)state;
    for (size_t threads = 0; threads <= 2; threads += 2) {
        rclio_context *context = rclio_init(0, NULL, &(rclio_context_options){.executor = {.threads = threads}});
        rclio_executor *executor = rclio_context_executor(context);
        rclio_node *node = rclio_node_new(context, "suspended", NULL);
        assert_non_null(rclio_node_new(context, "other", NULL));
        struct asking a = {.gate = rclio_future_new(executor, "the gate", NULL)};
        harness_watch(executor);
        rclio_timer_new(node, RCLIO_MS(1), await_gate, &a, &(rclio_timer_options){.one_shot = true});
        for (char *text = NULL; !text;) {
            rclio_executor_spin_once(executor, RCLIO_MS(10));
            char *answer = ask(0, "tasks\n");
            text = line_of(answer, "task\texecutor\t/suspended\ttimer of 0.001 s of '/suspended'\tawaits\tthe gate\t");
            free(answer);
            if (!text) continue;
            free(text);
            break;
        }
        rclio_future_complete(a.gate, NULL);
        rclio_executor_wait_quiet(executor, RCLIO_S(10));
        harness_unwatch();
        rclio_context_destroy(context);
        rclio_future_unref(a.gate);
    }
}

static void a_goal_s_task_belongs_to_the_node_of_its_server(void **state)
{
    (void)state;
    pair p = pair_new();
    held_goals held = {.executor = p.executor};
    rclio_node_new(p.server_context, "other", &(rclio_node_options){.executor = p.executor});
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", held_goals_execute, &held, NULL);
    rclio_action_client *client = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    watched_goal *goal = watched_goal_send(client, 3);
    SPIN_UNTIL(p.executor, held.count == 1);
    char *text = ask(0, "tasks\n");
    assert_line(text, "task\texecutor\t/server\tgoal ");
    assert_non_null(strstr(text, " of '/fibonacci'\tawaits\tthe test to let a handler return\t"));
    free(text);
    held_goals_free(&held);
    watched_goal_free(goal);
    pair_free(&p);
}

/* ---- traces ---- */

enum { COUNTERS_END = 10 }; /* words before the stages: kind of line, node, kind, name, six counters */
#define STAGE_COUNT(stage) (COUNTERS_END + 3 * (size_t)(stage))

static void count_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info;
    ++*(int *)arg;
}

static void count_call(rclio_timer *ticking, void *arg)
{
    (void)ticking;
    ++*(int *)arg;
}

static void times_are_measured_while_somebody_asks_and_no_longer(void **state) /* IN4, TR1, TR3 */
{
    (void)state;
    pair p = pair_new();
    int messages = 0, number = 0;
    const rclio_type *type = rclio_types_get(rclio_context_types(p.client_context), "std_msgs/msg/Int32");
    rclio_subscription *subscription = rclio_subscription_new(p.client, type, "numbers", count_message, &messages,
                                                              &(rclio_subscription_options){.qos = {.depth = 100}});
    rclio_publisher *publisher = rclio_publisher_new(
        p.server, rclio_types_get(rclio_context_types(p.server_context), "std_msgs/msg/Int32"), "numbers", NULL);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    assert_ok(rclio_publish(publisher, &number));
    SPIN_UNTIL(p.executor, messages == 1);
    assert_null(trace_of((entity *)(void *)publisher));
    int servers = open_socket(0), clients = open_socket(1);
    free(ask_on(servers, "trace\n"));
    free(ask_on(clients, "trace\n"));
    assert_non_null(trace_of((entity *)(void *)subscription));
    for (int i = 0; i < 5; i++) {
        assert_ok(rclio_publish(publisher, &number));
        SPIN_UNTIL(p.executor, messages == 2 + i);
    }
    char *sent = ask_on(servers, "trace\n"), *received = ask_on(clients, "trace\n");
    static const char *const from = "entity\t/server\tpublisher\t/numbers\t", *const to =
                                                                                  "entity\t/client\tsubscription\t/numbers\t";
    assert_int_equal(word_of(sent, from, STAGE_COUNT(TRACE_ENCODE)), 5);
    assert_int_equal(word_of(sent, from, STAGE_COUNT(TRACE_WRITE)), 5);
    assert_int_equal(word_of(sent, from, STAGE_COUNT(TRACE_QUEUE)), 0);
    assert_int_equal(word_of(received, to, STAGE_COUNT(TRACE_WIRE)), 5);
    assert_int_equal(word_of(received, to, STAGE_COUNT(TRACE_QUEUE)), 5);
    assert_int_equal(word_of(received, to, STAGE_COUNT(TRACE_DECODE)), 5);
    assert_int_equal(word_of(received, to, STAGE_COUNT(TRACE_CALLBACK)), 5);
    assert_int_equal(word_of(received, to, 4), 6); /* the counter counts all */
    for (size_t stage = TRACE_WIRE; stage <= TRACE_CALLBACK; stage++) {
        long long total = word_of(received, to, STAGE_COUNT(stage) + 1), longest = word_of(received, to, STAGE_COUNT(stage) + 2);
        assert_true(longest > 0 && longest <= total && total <= 5 * longest);
    }
    free(sent);
    free(received);
    received = ask_on(clients, "trace\n"); /* the longest is of the time since it was read */
    assert_int_equal(word_of(received, to, STAGE_COUNT(TRACE_CALLBACK) + 2), 0);
    free(received);
    close(servers);
    close(clients);
    for (char *text; trace_of((entity *)(void *)publisher) || trace_of((entity *)(void *)subscription); free(text))
        text = ask(0, "nodes\n");
    pair_free(&p);
}

static void messages_by_reference_are_counted_and_not_coded(void **state)
{
    (void)state;
    rclio_context *context = rclio_init(0, NULL, NULL);
    rclio_executor *executor = rclio_context_executor(context);
    rclio_node *node = rclio_node_new(context, "near", &(rclio_node_options){.use_intra_process_comms = true});
    const rclio_type *type = rclio_types_get(rclio_context_types(context), "std_msgs/msg/Int32");
    int messages = 0, number = 0;
    assert_non_null(rclio_subscription_new(node, type, "numbers", count_message, &messages, NULL));
    rclio_publisher *publisher = rclio_publisher_new(node, type, "numbers", NULL);
    harness_watch(executor);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    int fd = open_socket(0);
    free(ask_on(fd, "trace\n"));
    for (int i = 0; i < 3; i++) {
        assert_ok(rclio_publish(publisher, &number));
        SPIN_UNTIL(executor, messages == 1 + i);
    }
    char *text = ask_on(fd, "trace\n");
    static const char *const from = "entity\t/near\tpublisher\t/numbers\t", *const to = "entity\t/near\tsubscription\t/numbers\t";
    assert_int_equal(word_of(text, from, STAGE_COUNT(TRACE_WRITE)), 3);
    assert_int_equal(word_of(text, from, STAGE_COUNT(TRACE_ENCODE)), 0);
    assert_int_equal(word_of(text, to, STAGE_COUNT(TRACE_DECODE)), 0);
    assert_int_equal(word_of(text, to, STAGE_COUNT(TRACE_CALLBACK)), 3);
    assert_int_equal(word_of(text, to, STAGE_COUNT(TRACE_QUEUE)), 3);
    free(text);
    close(fd);
    harness_unwatch();
    rclio_context_destroy(context);
}

static void a_message_that_waits_is_in_the_queue(void **state) /* TR3 */
{
    (void)state;
    pair p = pair_new();
    int messages = 0, number = 0;
    const rclio_type *type = rclio_types_get(rclio_context_types(p.client_context), "std_msgs/msg/Int32");
    rclio_subscription *subscription = rclio_subscription_new(p.client, type, "numbers", count_message, &messages,
                                                              &(rclio_subscription_options){.qos = {.depth = 3}});
    rclio_publisher *publisher = rclio_publisher_new(
        p.server, rclio_types_get(rclio_context_types(p.server_context), "std_msgs/msg/Int32"), "numbers", NULL);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    int clients = open_socket(1);
    free(ask_on(clients, "trace\n"));
    for (int i = 0; i < 20; i++) assert_ok(rclio_publish(publisher, &number)); /* nobody spins: the last three stay */
    AWAIT_ONCE(rclio_publisher_wait_acknowledged(publisher, RCLIO_S(10)));
    rclio_counters counters;
    do {
        SPIN_UNTIL(p.executor, messages >= 1);
        assert_ok(rclio_subscription_counters(subscription, &counters));
    } while (counters.received + counters.dropped < 20 && rclio_executor_spin_once(p.executor, RCLIO_MS(20)) == RCLIO_OK);
    char *text = ask_on(clients, "trace\n");
    static const char *const to = "entity\t/client\tsubscription\t/numbers\t";
    long long waited = word_of(text, to, STAGE_COUNT(TRACE_QUEUE));
    assert_true(waited >= 1 && waited <= messages);
    assert_true(word_of(text, to, STAGE_COUNT(TRACE_QUEUE) + 2) > 0);
    free(text);
    close(clients);
    pair_free(&p);
}

static void services_clients_timers_and_goals_are_measured_too(void **state)
{
    (void)state;
    pair p = pair_new();
    int calls = 0;
    rclio_service_new(p.server, p.server_add, "add", add, NULL, NULL);
    rclio_client *client = rclio_client_new(p.client, p.add, "add", NULL);
    AWAIT_ONCE(rclio_client_wait_for_service(client));
    rclio_action_server_new(p.server, p.server_fibonacci, "fibonacci", fibonacci_execute, NULL, NULL);
    rclio_action_client *goals = rclio_action_client_new(p.client, p.fibonacci, "fibonacci", NULL);
    rclio_timer_new(p.client, RCLIO_MS(1), count_call, &calls, NULL);
    int servers = open_socket(0), clients = open_socket(1);
    free(ask_on(servers, "trace\n"));
    free(ask_on(clients, "trace\n"));
    for (int i = 0; i < 3; i++) AWAIT_ONCE(rclio_client_call(client, &(add_request){1, 2}));
    watched_goal *goal = watched_goal_send(goals, 3);
    AWAIT(rclio_goal_handle_result(goal->handle));
    SPIN_UNTIL(p.executor, calls >= 5);
    char *server = ask_on(servers, "trace\n"), *caller = ask_on(clients, "trace\n");
    static const char *const service = "entity\t/server\tservice\t/add\t", *const ticking = "entity\t/client\ttimer\t";
    static const trace_stage stages[] = {TRACE_DECODE, TRACE_CALLBACK, TRACE_ENCODE, TRACE_WRITE};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        assert_int_equal(word_of(server, service, STAGE_COUNT(stages[i])), 3);
    assert_int_equal(word_of(caller, "entity\t/client\tclient\t/add\t", STAGE_COUNT(TRACE_ANSWER)), 3);
    assert_int_equal(word_of(server, "entity\t/server\taction server\t/fibonacci\t", STAGE_COUNT(TRACE_CALLBACK)), 1);
    assert_true(word_of(caller, ticking, STAGE_COUNT(TRACE_CALLBACK)) >= 5);
    assert_true(word_of(caller, ticking, STAGE_COUNT(TRACE_QUEUE)) >= 5);
    free(server);
    free(caller);
    close(servers);
    close(clients);
    watched_goal_free(goal);
    pair_free(&p);
}

/* ---- while all is made and destroyed ---- */

static void *ask_until_it_ends(void *arg)
{
    static const char *const questions[] = {"tasks\n", "trace\n", "nodes\n"};
    const atomic_bool *ends = arg;
    for (size_t i = 0; !atomic_load(ends); i++) {
        int fd = open_socket(0);
        if (fd < 0) continue;
        free(ask_on(fd, questions[i % 3]));
        close(fd);
    }
    return NULL;
}

static void nodes_and_entities_come_and_go_while_they_are_asked(void **state) /* IA2 */
{
    (void)state;
    atomic_bool ends = false;
    pthread_t asker;
    rclio_context *context = rclio_init(0, NULL, NULL);
    rclio_executor *executor = rclio_context_executor(context);
    const rclio_type *type = rclio_types_get(rclio_context_types(context), "std_msgs/msg/Int32");
    assert_non_null(rclio_node_new(context, "stays", NULL));
    int number = 1, messages = 0, calls = 0;
    assert_int_equal(pthread_create(&asker, NULL, ask_until_it_ends, &ends), 0);
    for (int i = 0; i < 10; i++) {
        rclio_node *node = rclio_node_new(context, "comes_and_goes", NULL);
        rclio_publisher *publisher = rclio_publisher_new(node, type, "numbers", NULL);
        rclio_subscription_new(node, type, "numbers", count_message, &messages, NULL);
        rclio_timer_new(node, RCLIO_US(100), count_call, &calls, NULL);
        AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
        for (int sent = 0; sent < 3; sent++) {
            int before = messages;
            assert_ok(rclio_publish(publisher, &number));
            SPIN_UNTIL(executor, messages > before);
        }
        assert_ok(rclio_task_start(executor, "brief", sleep_long, NULL));
        assert_ok(rclio_executor_spin_some(executor, RCLIO_MS(1)));
        rclio_node_destroy(node);
    }
    atomic_store(&ends, true);
    assert_int_equal(pthread_join(asker, NULL), 0);
    rclio_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_tells_its_nodes_and_what_they_counted),
        cmocka_unit_test(the_socket_is_there_from_the_first_node_to_the_last),
        cmocka_unit_test(who_does_not_want_to_be_asked_has_no_socket),
        cmocka_unit_test(what_is_no_question_harms_nobody),
        cmocka_unit_test(tasks_tell_what_they_await_since_when_and_where),
        cmocka_unit_test(a_callback_that_blocks_its_executor_is_shown),
        cmocka_unit_test(a_callback_that_is_suspended_belongs_to_its_node),
        cmocka_unit_test(a_goal_s_task_belongs_to_the_node_of_its_server),
        cmocka_unit_test(times_are_measured_while_somebody_asks_and_no_longer),
        cmocka_unit_test(messages_by_reference_are_counted_and_not_coded),
        cmocka_unit_test(a_message_that_waits_is_in_the_queue),
        cmocka_unit_test(services_clients_timers_and_goals_are_measured_too),
        cmocka_unit_test(nodes_and_entities_come_and_go_while_they_are_asked),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
