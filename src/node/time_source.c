/* src/node/time_source.c: see time_source.h.
 *
 *   TS1  While it is on there is a subscription to /clock (TIM-1) and the clock's ROS time is active; while it is off, neither.
 *   TS2  Each message sets the clock in the subscription's callback: jump callbacks run in that task, and what the new time makes due
 *        is ready when it returns.
 *   TS3  The subscription is the node's, as any: a remap rule for /clock applies to it, and it may end with the node's entities.
 *   TS4  The parameter use_sim_time says whether it is on, and nothing else: its on-set callback, the node's first and so the last that
 *        is asked (PA2), switches, and a set that cannot be followed is refused. Where several threads set it at once, what it is in
 *        the end counts: the post-set callback looks once more.
 *   TS5  The clock is switched without the state lock, as jump callbacks are user code, and then whoever did it looks again: so it ends
 *        as the last one wanted it.
 *   TS6  Nobody drives the clock of a node that has gone: it goes back to the system's time, which ends sleeps by it (CK5). */
#include "node/time_source.h"

#include "base/clock.h"
#include "base/error.h"
#include "rclio/parameter.h"

#include <stdlib.h>

#define PARAMETER "use_sim_time"
#define WARN_INTERVAL_NS RCLIO_S(10)

typedef struct clock_message { /* rosgraph_msgs/msg/Clock in memory */
    int32_t sec;
    uint32_t nanosec;
} clock_message;

struct time_source {
    rclio_node *node;
    rclio_subscription *subscription; /* NULL: off */
    bool closed;
    int64_t next_warning_ns;
};

static void on_clock(const void *message, const rclio_message_info *info, void *arg) /* TS2 */
{
    time_source *driver = arg;
    rclio_node *node = driver->node;
    const clock_message *time = message;
    (void)info;
    if (rclio_clock_set_ros_time(node->clock, rclio_time_join(time->sec, time->nanosec)) == RCLIO_OK) return;
    if (clock_steady_ns() < driver->next_warning_ns) return;
    driver->next_warning_ns = clock_steady_ns() + WARN_INTERVAL_NS;
    LOG_WARN(node->context->log, node->logger, "a time on /clock was ignored: %s", rclio_error());
}

time_source *time_source_new(rclio_node *node)
{
    time_source *driver = calloc(1, sizeof *driver);
    if (!driver) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the time source of '%s'", node->full_name);
    driver->node = node;
    return driver;
}

void time_source_close(time_source *driver)
{
    if (!driver) return;
    bool drives = driver->subscription;
    driver->closed = true;
    rclio_subscription_destroy(driver->subscription);
    driver->subscription = NULL;
    if (!drives || !rclio_ok(driver->node->context)) return;
    USER_CODE(driver->node->executor, rclio_clock_set_ros_time_active(driver->node->clock, false)); /* TS6 */
}

void time_source_free(time_source *driver)
{
    free(driver);
}

static rclio_status switch_clock(time_source *driver) /* TS5 */
{
    rclio_clock *clock = driver->node->clock;
    rclio_status status;
    bool on;
    do {
        on = driver->subscription;
        USER_CODE(driver->node->executor, status = rclio_clock_set_ros_time_active(clock, on));
    } while (!driver->closed && on != (driver->subscription != NULL));
    return status;
}

/* The executor's thread, as switch_clock(). */
static rclio_status turn_on(time_source *driver)
{
    rclio_node *node = driver->node;
    const rclio_type *type = rclio_types_get(node->context->types, "rosgraph_msgs/msg/Clock");
    const rclio_subscription_options options = {.qos = RCLIO_QOS_CLOCK};
    if (type) driver->subscription = rclio_subscription_new(node, type, "/clock", on_clock, driver, &options); /* TIM-1 */
    if (!driver->subscription) return rclio_error_add("no simulated time for '%s'", node->full_name);
    return switch_clock(driver);
}

static rclio_status turn_off(time_source *driver)
{
    rclio_subscription_destroy(driver->subscription);
    driver->subscription = NULL;
    return switch_clock(driver);
}

static rclio_status turn(time_source *driver, bool on)
{
    EXECUTOR_GUARD(driver->node->executor);
    if (driver->closed || on == (driver->subscription != NULL)) return RCLIO_OK;
    return on ? turn_on(driver) : turn_off(driver);
}

static rclio_status follow(const rclio_parameter_list *parameters, void *arg) /* TS4 */
{
    time_source *driver = arg;
    const rclio_parameter_value *wanted = rclio_parameter_list_find(parameters, PARAMETER);
    if (!wanted) return RCLIO_OK;
    if (wanted->type != RCLIO_PARAMETER_BOOL)
        return rclio_parameter_refuse(PARAMETER " parameter set to something besides a bool"); /* TIM-7 */
    return turn(driver, wanted->boolean);
}

static void settle(const rclio_parameter_list *parameters, void *arg) /* TS4 */
{
    time_source *driver = arg;
    bool wanted;
    if (!rclio_parameter_list_find(parameters, PARAMETER)) return;
    EXECUTOR_GUARD(driver->node->executor);
    if (driver->closed || rclio_parameter_get_bool(driver->node, PARAMETER, &wanted) != RCLIO_OK) return;
    if (turn(driver, wanted) != RCLIO_OK) RCLIO_ERROR(driver->node, "%s", rclio_error());
}

rclio_status time_source_start(rclio_node *node)
{
    bool wanted = false;
    if (node->options.no_time_source) return RCLIO_OK;
    if (rclio_parameter_get_bool(node, PARAMETER, &wanted) != RCLIO_OK) /* TIM-7 */
        RCLIO_ERROR(node, "the node keeps the system's time: %s", rclio_error());
    if (!rclio_parameters_on_set(node, follow, node->time_source)) return rclio_error_status();
    if (!rclio_parameters_on_post_set(node, settle, node->time_source)) return rclio_error_status();
    return wanted ? turn_on(node->time_source) : RCLIO_OK;
}

/* ---- public ---- */

rclio_clock *rclio_node_clock(const rclio_node *node)
{
    return node ? node->clock : NULL;
}

bool rclio_node_uses_sim_time(const rclio_node *node)
{
    if (!node || !node->time_source) return false;
    EXECUTOR_GUARD(node->executor);
    return node->time_source->subscription;
}

rclio_status rclio_node_set_use_sim_time(rclio_node *node, bool use_sim_time)
{
    if (!node) return rclio_fail_missing("there is no node to set");
    if (use_sim_time == rclio_node_uses_sim_time(node)) return RCLIO_OK;
    return rclio_parameter_set(node, PARAMETER, rclio_value_bool(use_sim_time));
}

/* ---- sleeps of a context ---- */

static rclio_status check_sleep(const rclio_context *context, const rclio_clock *clock)
{
    if (context && clock) return RCLIO_OK;
    return rclio_fail_missing("a sleep needs a context and a clock");
}

rclio_status rclio_context_sleep_until_at(rclio_context *context, rclio_clock *clock, int64_t time_ns, const char *file, int line)
{
    rclio_status status = check_sleep(context, clock);
    sleep_plan plan = {.clock = clock, .until_ns = time_ns, .period_ns = -1, .file = file, .line = line};
    if (status) return status;
    plan.scope = context->sleeps;
    return sleep_by_clock(&plan, context->executor);
}

rclio_status rclio_context_block_until(rclio_context *context, rclio_clock *clock, int64_t time_ns)
{
    rclio_status status = check_sleep(context, clock);
    sleep_plan plan = {.clock = clock, .until_ns = time_ns, .period_ns = -1, .file = "rclio_context_block_until", .line = 0};
    if (status) return status;
    plan.scope = context->sleeps;
    return block_by_clock(&plan);
}
