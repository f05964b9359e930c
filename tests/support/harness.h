/* tests/support/harness.h: for tests of floors that have an executor or a network: loopback, a domain of their own, awaiting with
 * one watchdog. Tests wait for events only; the watchdog ends a test that waits for ever and says what everything awaits. */
#ifndef TESTS_SUPPORT_HARNESS_H
#define TESTS_SUPPORT_HARNESS_H

#include "rclio/rclio.h"
#include "support/domain.h"
#include "support/watchdog.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static rclio_executor *harness_watched;

static void harness_watchdog(int signal_number)
{
    static const char line[] = "the watchdog ended this test; what everything awaits:\n";
    (void)signal_number;
    if (write(STDERR_FILENO, line, sizeof line - 1) > 0 && harness_watched) rclio_describe_waits(harness_watched, STDERR_FILENO);
    abort();
}

/* First line of a test: starts the watchdog. */
static inline void harness_watch(rclio_executor *executor)
{
    harness_watched = executor;
    signal(SIGALRM, harness_watchdog);
    alarm(WATCHDOG_SECONDS);
}

static inline void harness_unwatch(void)
{
    alarm(0);
    harness_watched = NULL;
}

/* Group set-up (cmocka): loopback, nothing of the developer's environment, a domain of its own. */
static inline int harness_environment(void **state)
{
    char domain[16];
    (void)state;
    static const char *const variables[] = {"ROS_DOMAIN_ID",    "ROS_LOCALHOST_ONLY",       "ROS_AUTOMATIC_DISCOVERY_RANGE",
                                            "ROS_STATIC_PEERS", "RMW_IMPLEMENTATION",       "RCUTILS_CONSOLE_OUTPUT_FORMAT",
                                            "ROS_HOME",         "AMENT_PREFIX_PATH",        "RCLIO_INTERFACE_PATH",
                                            "ROS_LOG_DIR",      "RCUTILS_COLORIZED_OUTPUT", "RCUTILS_LOGGING_USE_STDOUT"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) unsetenv(variables[i]);
    setenv("CYCLONEDDS_URI",
           "<CycloneDDS><Domain><General><Interfaces><NetworkInterface name=\"lo\" "
           "multicast=\"true\"/></Interfaces></General></Domain>"
           "</CycloneDDS>",
           1);
    snprintf(domain, sizeof domain, "%d", test_domain_take());
    setenv("ROS_DOMAIN_ID", domain, 1);
    setenv("ROS_LOG_DIR", "/tmp/rclio-test-logs", 1);
    return 0;
}

/* The future ends well; its value. Fails with the reason otherwise. */
static inline void *harness_await(rclio_future *future, const char *what, const char *file, int line)
{
    if (!future) {
        print_error("%s: %s\n", what, rclio_error());
        _fail(file, line);
        return NULL;
    }
    if (rclio_wait_at(future, rclio_deadline(RCLIO_S(WATCHDOG_SECONDS - 10)), file, line) != RCLIO_OK) {
        print_error("%s: %s\n", what, rclio_error());
        _fail(file, line);
    }
    return rclio_future_value(future);
}
#define AWAIT(future) harness_await((future), #future, __FILE__, __LINE__)

/* As AWAIT for a future that this call owns. */
#define AWAIT_ONCE(future) harness_await_once((future), #future, __FILE__, __LINE__)
static inline void harness_await_once(rclio_future *future, const char *what, const char *file, int line)
{
    harness_await(future, what, file, line);
    rclio_future_unref(future);
}

/* The future fails with `status`, and its sentence contains `words`. */
static inline void harness_await_fails(rclio_future *future, rclio_status status, const char *words, const char *file, int line)
{
    rclio_status got = rclio_wait_at(future, rclio_deadline(RCLIO_S(WATCHDOG_SECONDS - 10)), file, line);
    if (got == status && strstr(rclio_error(), words)) return;
    print_error("expected %s with '%s', got %s: %s\n", rclio_status_name(status), words, rclio_status_name(got), rclio_error());
    _fail(file, line);
}
#define AWAIT_FAILS(future, status, words) harness_await_fails((future), (status), (words), __FILE__, __LINE__)

#define assert_ok(expression)                                    \
    do {                                                         \
        if ((expression) != RCLIO_OK) {                          \
            print_error("%s: %s\n", #expression, rclio_error()); \
            _fail(__FILE__, __LINE__);                           \
        }                                                        \
    } while (0)

/* Spins until `condition` holds: each turn waits for an event. */
#define SPIN_UNTIL(executor, condition) \
    while (!(condition)) assert_ok(rclio_executor_spin_once((executor), RCLIO_S(WATCHDOG_SECONDS - 10)))

#endif
