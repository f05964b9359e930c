/* src/base/clock.h: the machine's clocks in nanoseconds. Threads: any. */
#ifndef RCLIO_BASE_CLOCK_H
#define RCLIO_BASE_CLOCK_H

#include "rclio/api.h"

int64_t clock_steady_ns(void); /* CLOCK_MONOTONIC */
int64_t clock_system_ns(void); /* CLOCK_REALTIME: nanoseconds since 1970 */

/* now + timeout on the steady clock, without overflow; RCLIO_FOREVER or a negative timeout give RCLIO_FOREVER. */
int64_t deadline_after(int64_t timeout_ns);

#endif
