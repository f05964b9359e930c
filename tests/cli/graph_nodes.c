/* tests/cli/graph_nodes.c: the network that the transcripts of tests/data/cli were taken in, as far as rclio's nodes can make it:
 * /talker and /listener (/chatter), /scanner (/scan, /bytes, /count), /subber, /add_two_ints_server, /fibonacci_action_server and
 * /refuser (/refused rejects every goal, /aborts aborts with [7]; with the parameters of the transcripts), /lc_talker (managed). Prints "ready"; ends with SIGINT, SIGTERM or the end of its input.
 *
 * argv[1]: milliseconds between two numbers of a Fibonacci goal. argv[2] "introspect": /add_two_ints tells of its calls;
 * a message type: /talker publishes it on /custom. Threads: one, and one that waits for the end of the input. */
#include "rclio/rclio.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct network {
    rclio_context *context;
    int64_t step_ns;
    bool introspect;
    size_t hellos, counts;
    rclio_publisher *chatter, *scan, *bytes, *count, *custom;
    const char *custom_type;
};

typedef struct two_ints {
    int64_t a, b;
} two_ints;

typedef struct numbers {
    rosidl_runtime_c__int32__Sequence data;
} numbers;

static const rclio_type *type(struct network *n, const char *name)
{
    const rclio_type *found = rclio_types_get(rclio_context_types(n->context), name);
    if (!found) fprintf(stderr, "%s\n", rclio_error());
    return found;
}

static void publish(rclio_publisher *publisher, const char *yaml)
{
    const rclio_type *message_type = rclio_publisher_type(publisher);
    void *message = rclio_message_new(message_type);
    if (!message || rclio_message_from_yaml(message_type, yaml, rclio_now_system(), message) || rclio_publish(publisher, message))
        fprintf(stderr, "%s: %s\n", rclio_publisher_topic(publisher), rclio_error());
    rclio_message_destroy(message_type, message);
}

static void say_hello(rclio_timer *timer, void *arg)
{
    struct network *n = arg;
    char yaml[64];
    (void)timer;
    snprintf(yaml, sizeof yaml, "{data: 'Hello World: %02zu'}", 10 + n->hellos++ % 90);
    publish(n->chatter, yaml);
    if (n->custom) publish(n->custom, "{}");
}

static void print_sequence(FILE *out, size_t count, double step)
{
    for (size_t i = 0; i < count; i++) fprintf(out, "%s%g", i ? ", " : "[", (double)i * step);
    fputc(']', out);
}

static void scan(rclio_timer *timer, void *arg)
{
    struct network *n = arg;
    char *text = NULL, yaml[32];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    (void)timer;
    if (!out) return;
    fputs("{header: {stamp: now, frame_id: laser}, angle_min: -1.5, angle_max: 1.5, range_max: 10.0, ranges: ", out);
    print_sequence(out, 200, 0.25);
    fputc('}', out);
    fclose(out);
    publish(n->scan, text);
    free(text);
    out = open_memstream(&text, &size);
    if (!out) return;
    fputs("{data: ", out);
    print_sequence(out, 150, 1);
    fputc('}', out);
    fclose(out);
    publish(n->bytes, text);
    free(text);
    snprintf(yaml, sizeof yaml, "{data: %zu}", n->counts++ % 100);
    publish(n->count, yaml);
}

static void nothing(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message, (void)info, (void)arg;
}

static void add(const void *request, void *response, void *arg)
{
    const two_ints *numbers_to_add = request;
    (void)arg;
    *(int64_t *)response = numbers_to_add->a + numbers_to_add->b;
}

/* As the tutorial: feedback of i + 1 numbers at step i, the result with the last. */
static void fibonacci(rclio_goal *goal, void *arg)
{
    const struct network *n = arg;
    int32_t order = *(const int32_t *)rclio_goal_request(goal);
    numbers sequence = {0};
    bool good = RCLIO_APPEND(&sequence.data, 0) && RCLIO_APPEND(&sequence.data, 1);
    for (int32_t i = 1; i < order && good; i++) {
        if (rclio_goal_is_cancel_requested(goal)) {
            rclio_goal_canceled(goal, &sequence);
            goto done;
        }
        int64_t next = (int64_t)sequence.data.data[i] + sequence.data.data[i - 1];
        good = RCLIO_APPEND(&sequence.data, (int32_t)(next % 1000000));
        rclio_goal_publish_feedback(goal, &sequence);
        if (rclio_sleep(n->step_ns) != RCLIO_OK) goto done; /* shutdown */
    }
    rclio_goal_succeed(goal, &sequence);
done:
    rosidl_runtime_c__int32__Sequence__fini(&sequence.data);
}

static bool declare(rclio_node *node)
{
    static const uint8_t raw[] = {1, 255};
    static const bool bits[] = {true, false};
    static const int64_t nums[] = {1, 2, 3};
    static const double vals[] = {1.0, 2.5};
    static const char *const names[] = {"a", "b"};
    const rclio_parameter_declaration declarations[] = {
        {"speed",
         rclio_value_double(1.5),
         {{.description = "top speed", .additional_constraints = "none", .has_double_range = true, .double_range = {0, 10, 0.5}},
          0,
          false}},
        {"count",
         rclio_value_integer(4),
         {{.description = "a count", .has_integer_range = true, .integer_range = {0, 10, 2}}, 0, false}},
        {"locked", rclio_value_string("x"), {{.read_only = true}, 0, false}},
        {"any", rclio_value_integer(1), {{.dynamic_typing = true}, 0, false}},
        {.name = "flag", .value = rclio_value_bool(true)},
        {.name = "names", .value = rclio_value_strings(names, 2)},
        {.name = "nums", .value = rclio_value_integers(nums, 3)},
        {.name = "vals", .value = rclio_value_doubles(vals, 2)},
        {.name = "bits", .value = rclio_value_bools(bits, 2)},
        {.name = "raw", .value = rclio_value_bytes(raw, 2)},
        {.name = "group.inner.x", .value = rclio_value_integer(1)},
        {.name = "unset", .options = {.type = RCLIO_PARAMETER_STRING}},
    };
    return rclio_parameters_declare(node, NULL, declarations, sizeof declarations / sizeof *declarations) == RCLIO_OK;
}

static rclio_goal_response refuse(const rclio_goal_id *id, const void *request, void *arg)
{
    (void)id, (void)request, (void)arg;
    return RCLIO_REJECT;
}

static void abort_goal(rclio_goal *goal, void *arg)
{
    numbers result = {0};
    (void)arg;
    if (RCLIO_APPEND(&result.data, 7)) rclio_goal_abort(goal, &result);
    rosidl_runtime_c__int32__Sequence__fini(&result.data);
}

static bool make_talkers(struct network *n)
{
    rclio_node *talker = rclio_node_new(n->context, "talker", NULL), *listener = rclio_node_new(n->context, "listener", NULL);
    rclio_node *scanner = rclio_node_new(n->context, "scanner", NULL);
    rclio_publisher_options sensor = {.qos = RCLIO_QOS_SENSOR_DATA};
    n->chatter = rclio_publisher_new(talker, type(n, "std_msgs/msg/String"), "chatter", NULL);
    if (n->custom_type && !(n->custom = rclio_publisher_new(talker, type(n, n->custom_type), "custom", NULL))) return false;
    n->scan = rclio_publisher_new(scanner, type(n, "sensor_msgs/msg/LaserScan"), "scan", &sensor);
    n->bytes = rclio_publisher_new(scanner, type(n, "std_msgs/msg/UInt8MultiArray"), "bytes", NULL);
    n->count = rclio_publisher_new(scanner, type(n, "std_msgs/msg/Int32"), "count", NULL);
    if (!n->chatter || !n->scan || !n->bytes || !n->count) return false;
    return rclio_subscription_new(listener, type(n, "std_msgs/msg/String"), "chatter", nothing, NULL, NULL) &&
           rclio_timer_new(talker, RCLIO_MS(100), say_hello, n, NULL) && rclio_timer_new(scanner, RCLIO_MS(100), scan, n, NULL);
}

static bool make_listeners(struct network *n)
{
    static const char *const topics[][2] = {
        {"pubbed", "std_msgs/msg/String"},         {"pub_int", "std_msgs/msg/Int32"}, {"pub_u8", "std_msgs/msg/UInt8"},
        {"pose", "geometry_msgs/msg/PoseStamped"}, {"hdr", "std_msgs/msg/Header"},    {"arr", "std_msgs/msg/Int32MultiArray"},
    };
    rclio_node *subber = rclio_node_new(n->context, "subber", NULL);
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (!rclio_subscription_new(subber, type(n, topics[i][1]), topics[i][0], nothing, NULL, NULL)) return false;
    return true;
}

static bool make_servers(struct network *n)
{
    const rclio_type *action = type(n, "action_tutorials_interfaces/action/Fibonacci");
    rclio_action_server_options refusing = {.on_goal = refuse};
    rclio_node *adder = rclio_node_new(n->context, "add_two_ints_server", NULL);
    rclio_node *server = rclio_node_new(n->context, "fibonacci_action_server", NULL),
               *refuser = rclio_node_new(n->context, "refuser", NULL);
    if (!declare(refuser) || !rclio_lifecycle_new(rclio_node_new(n->context, "lc_talker", NULL), NULL)) return false;
    rclio_service *service =
        rclio_service_new(adder, type(n, "example_interfaces/srv/AddTwoInts"), "add_two_ints", add, NULL, NULL);
    if (n->introspect && rclio_service_configure_introspection(service, RCLIO_INTROSPECTION_CONTENTS, NULL, NULL)) return false;
    return service && rclio_action_server_new(server, action, "fibonacci", fibonacci, n, NULL) &&
           rclio_action_server_new(refuser, action, "refused", fibonacci, n, &refusing) &&
           rclio_action_server_new(refuser, action, "aborts", abort_goal, n, NULL);
}

/* The test that started this has gone when its end of the pipe is closed. */
static void wait_for_end_of_input(void *arg)
{
    char byte;
    while (rclio_await_fd(STDIN_FILENO, POLLIN, -1, NULL) == RCLIO_OK) {
        if (read(STDIN_FILENO, &byte, 1) > 0) continue;
        rclio_shutdown(arg);
        return;
    }
}

int main(int argc, char **argv)
{
    struct network n = {.step_ns = RCLIO_MS(argc > 1 ? strtol(argv[1], NULL, 10) : 20), .introspect = argc > 2};
    if (argc > 2 && strchr(argv[2], '/')) n.custom_type = argv[2];
    n.context = rclio_init(0, NULL, NULL);
    if (!n.context || !make_talkers(&n) || !make_listeners(&n) || !make_servers(&n) ||
        rclio_task_start(rclio_context_executor(n.context), "end of input", wait_for_end_of_input, n.context)) {
        fprintf(stderr, "%s\n", rclio_error());
        rclio_context_destroy(n.context);
        return 1;
    }
    puts("ready");
    fflush(stdout);
    rclio_context_spin(n.context);
    rclio_context_destroy(n.context);
    return 0;
}
