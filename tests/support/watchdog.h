/* tests/support/watchdog.h: how long a test waits for an event that does not come. No test that passes depends on it. */
#ifndef TESTS_SUPPORT_WATCHDOG_H
#define TESTS_SUPPORT_WATCHDOG_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { WATCHDOG_SECONDS = 180 }; /* the sanitizers make ten seconds of a busy machine a minute */
#else
enum { WATCHDOG_SECONDS = 60 };
#endif

#endif
