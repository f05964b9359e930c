/* tests/node/test_environment.c: the variables that decide where a context looks for others (ENV-1, ENV-2). */
#include "../support/harness.h"

#include "base/log.h"
#include "node/environment.h"

static log *lines_log;
static char lines[4][400];
static size_t line_count;

static void capture(const log_record *record, void *arg)
{
    (void)arg;
    assert_string_equal(record->logger, "rcl");
    if (line_count < 4) snprintf(lines[line_count++], sizeof lines[0], "%s", record->message);
}

static int before(void **state)
{
    static const char *const variables[] = {"ROS_DOMAIN_ID", "ROS_AUTOMATIC_DISCOVERY_RANGE", "ROS_STATIC_PEERS",
                                            "ROS_LOCALHOST_ONLY", "RMW_IMPLEMENTATION"};
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) unsetenv(variables[i]);
    lines_log = log_new();
    line_count = 0;
    return log_sink_add(lines_log, capture, NULL) ? 0 : 1;
}

static int after(void **state)
{
    (void)state;
    log_destroy(lines_log);
    return 0;
}

static environment *read_with(const char *variable, const char *value)
{
    setenv(variable, value, 1);
    return environment_read(NULL, NULL, lines_log);
}

static void domain(const char *value, uint32_t expected)
{
    environment *e = read_with("ROS_DOMAIN_ID", value);
    if (!e) fail_msg("'%s': %s", value, rclio_error());
    assert_int_equal(e->domain_id, expected);
    environment_destroy(e);
}

static void the_domain_is_read_as_upstream_reads_it(void **state) /* ENV-1 */
{
    (void)state;
    domain("", 0);
    domain("7", 7);
    domain("0x10", 16);
    domain("010", 8);
    domain("12abc", 12);
    domain("232", 232);
    unsetenv("ROS_DOMAIN_ID");
    environment *e = environment_read(NULL, &(uint32_t){42}, lines_log);
    assert_int_equal(e->domain_id, 42);
    environment_destroy(e);
}

static void a_wrong_domain_names_variable_value_and_what_is_allowed(void **state)
{
    (void)state;
    assert_null(read_with("ROS_DOMAIN_ID", "abc"));
    assert_string_equal(rclio_error(), "ROS_DOMAIN_ID is not an integral number: it is 'abc', allowed is 0 to 232");
    assert_null(read_with("ROS_DOMAIN_ID", "233"));
    assert_string_equal(rclio_error(), "ROS_DOMAIN_ID is '233': allowed is 0 to 232");
    assert_null(read_with("ROS_DOMAIN_ID", "-1"));
    assert_string_equal(rclio_error(), "ROS_DOMAIN_ID is '-1': allowed is 0 to 232");
    unsetenv("ROS_DOMAIN_ID");
    assert_null(environment_read(NULL, &(uint32_t){300}, lines_log));
    assert_non_null(strstr(rclio_error(), "'300'"));
}

static void range(const char *value, mw_discovery_range expected)
{
    environment *e = read_with("ROS_AUTOMATIC_DISCOVERY_RANGE", value);
    assert_int_equal(e->range, expected);
    environment_destroy(e);
}

static void the_discovery_range(void **state) /* ENV-2 */
{
    (void)state;
    range("", MW_RANGE_SUBNET);
    range("SUBNET", MW_RANGE_SUBNET);
    range("LOCALHOST", MW_RANGE_LOCALHOST);
    range("OFF", MW_RANGE_OFF);
    range("SYSTEM_DEFAULT", MW_RANGE_SYSTEM_DEFAULT);
    assert_int_equal(line_count, 0);
    range("nonsense", MW_RANGE_LOCALHOST);
    assert_int_equal(line_count, 1);
    assert_non_null(
        strstr(lines[0], "Invalid value 'nonsense' specified for 'ROS_AUTOMATIC_DISCOVERY_RANGE', assuming localhost only"));
}

static void static_peers(void **state)
{
    (void)state;
    environment *e = read_with("ROS_STATIC_PEERS", "10.0.0.1;robot.local");
    assert_string_equal(e->static_peers, "10.0.0.1;robot.local");
    environment_destroy(e);
    setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "OFF", 1);
    e = environment_read(NULL, NULL, lines_log);
    assert_null(e->static_peers);
    assert_int_equal(line_count, 1);
    assert_non_null(strstr(lines[0], "ROS_STATIC_PEERS is '10.0.0.1;robot.local' and is ignored"));
    environment_destroy(e);
    unsetenv("ROS_AUTOMATIC_DISCOVERY_RANGE");
    char longest[300];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_null(read_with("ROS_STATIC_PEERS", longest));
    assert_non_null(strstr(rclio_error(), "ROS_STATIC_PEERS: the peer 'aaa"));
}

static void localhost_only_is_honoured_and_told_to_be_old(void **state) /* ENV-2 */
{
    (void)state;
    setenv("ROS_STATIC_PEERS", "x", 1);
    environment *e = read_with("ROS_LOCALHOST_ONLY", "1");
    assert_int_equal(e->range, MW_RANGE_LOCALHOST);
    assert_null(e->static_peers);
    assert_int_equal(line_count, 2);
    assert_non_null(strstr(lines[1], "'localhost_only' is enabled"));
    environment_destroy(e);
    e = read_with("ROS_LOCALHOST_ONLY", "0");
    assert_int_equal(e->range, MW_RANGE_SUBNET);
    assert_string_equal(e->static_peers, "x");
    assert_int_equal(line_count, 4);
    environment_destroy(e);
}

static void an_unknown_middleware_is_named(void **state)
{
    (void)state;
    assert_null(read_with("RMW_IMPLEMENTATION", "rmw_none_cpp"));
    assert_non_null(strstr(rclio_error(), "RMW_IMPLEMENTATION is 'rmw_none_cpp'"));
    environment *e = environment_read("rmw_cyclonedds_cpp", NULL, lines_log); /* what the program asks for counts */
    assert_non_null(e);
    environment_destroy(e);
}

static void a_context_passes_the_sentence_on(void **state)
{
    (void)state;
    setenv("ROS_DOMAIN_ID", "999", 1);
    assert_null(rclio_init(0, NULL, NULL));
    assert_string_equal(rclio_error(), "failed to initialize rcl: ROS_DOMAIN_ID is '999': allowed is 0 to 232");
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, before, after)
    const struct CMUnitTest tests[] = {
        TEST(the_domain_is_read_as_upstream_reads_it),
        TEST(a_wrong_domain_names_variable_value_and_what_is_allowed),
        TEST(the_discovery_range),
        TEST(static_peers),
        TEST(localhost_only_is_honoured_and_told_to_be_old),
        TEST(an_unknown_middleware_is_named),
        TEST(a_context_passes_the_sentence_on),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
