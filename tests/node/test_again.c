/* tests/node/test_again.c: one context after the other in one process: nothing is left behind. */
#include "../support/harness.h"
#include "../support/sanitized.h"

#include <dirent.h>
#include <malloc.h>

enum { CONTEXTS = TIMES(1000, 100), WARM_UP = CONTEXTS / 5, SERVICES_EACH = 20 };

/* Cyclone DDS 0.10.2 alone leaves 24 bytes in each domain that was opened and closed: 32 with the allocator's head. */
enum { BYTES_EACH = 40, BYTES_OF_CHANCE = 16 * 1024 };

typedef struct left {
    size_t files, threads, bytes;
} left;

static size_t entries(const char *folder)
{
    size_t count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    while (readdir(directory)) count++;
    closedir(directory);
    return count;
}

static left look(void)
{
    return (left){.files = entries("/proc/self/fd"), .threads = entries("/proc/self/task"), .bytes = mallinfo2().uordblks};
}

static void count_message(const void *message, const rclio_message_info *info, void *arg)
{
    (void)message;
    (void)info;
    ++*(size_t *)arg;
}

static void add(const void *request, void *response, void *arg)
{
    (void)request;
    (void)response;
    (void)arg;
}

static void nothing(rclio_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
}

static void open_services(rclio_context *context, rclio_node *node)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(context), "example_interfaces/srv/AddTwoInts");
    assert_non_null(rclio_service_new(node, type, "add", add, NULL, NULL));
    assert_non_null(rclio_parameter_client_new(node, "other", NULL));
    assert_non_null(rclio_lifecycle_new(node, NULL));
    rclio_client *client = rclio_client_new(node, type, "add", NULL);
    int64_t numbers[2] = {1, 2};
    AWAIT_ONCE(rclio_client_call(client, numbers));
}

/* A whole program: a message on its way, now and then with services too, until a signal. */
static void live_once(bool services)
{
    size_t received = 0;
    rclio_context *context = rclio_init(0, NULL, NULL);
    rclio_node_options options = {.no_type_description_service = !services, .no_parameter_services = !services};
    rclio_node *node = rclio_node_new(context, "again", &options);
    const rclio_type *string = rclio_types_get(rclio_context_types(context), "std_msgs/msg/String");
    assert_non_null(rclio_subscription_new(node, string, "t", count_message, &received, NULL));
    assert_non_null(rclio_timer_new(node, RCLIO_S(1), nothing, NULL, NULL));
    rclio_publisher *publisher = rclio_publisher_new(node, string, "t", NULL);
    if (!publisher) fail_msg("%s", rclio_error());
    if (services) open_services(context, node);
    void *message = rclio_message_new(string);
    assert_ok(rclio_publish(publisher, message));
    rclio_message_destroy(string, message);
    SPIN_UNTIL(rclio_context_executor(context), received == 1);
    raise(SIGTERM);
    assert_ok(rclio_context_spin(context));
    rclio_context_destroy(context);
}

static void a_context_that_is_made_again_and_again_leaves_nothing(void **state)
{
    left before = {0};
    struct sigaction now;
    (void)state;
    harness_watch(NULL);
    for (int i = 0; i < CONTEXTS; i++) {
        if (i == WARM_UP) before = look();
        live_once(i % SERVICES_EACH == 0);
    }
    left after = look();
    assert_int_equal(after.files, before.files);
    assert_int_equal(after.threads, before.threads);
    if (after.bytes > before.bytes + BYTES_OF_CHANCE + (size_t)(CONTEXTS - WARM_UP) * BYTES_EACH)
        fail_msg("%zu bytes became %zu in %d contexts", before.bytes, after.bytes, CONTEXTS - WARM_UP);
    assert_int_equal(sigaction(SIGTERM, NULL, &now), 0);
    assert_ptr_equal(now.sa_handler, SIG_DFL);
    harness_unwatch();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_context_that_is_made_again_and_again_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
