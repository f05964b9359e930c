/* python/extension/until.h: waiting until a point in time: nanoseconds of CLOCK_MONOTONIC, RCLIO_FOREVER for none. Threads: any, also without
 * the interpreter. */
#ifndef RCLIO_PYTHON_UNTIL_H
#define RCLIO_PYTHON_UNTIL_H

#include <rclio/rclio.h>

#include <sys/epoll.h>
#include <time.h>

int64_t py_now(void);

/* What to sleep for now, to wake at `until`; NULL: for ever. A far one is slept to in steps, the earlier of which end before it: the kernel
 * may take a thousandth of a sleep longer, which would be milliseconds. So whoever wakes looks at the clock. */
struct timespec *py_sleep_of(int64_t until, struct timespec *sleep);

/* Linux 5.11 on: epoll_wait() until a point in time. Else it is in whole milliseconds, and rclio's timers need their file. */
bool py_epoll_has_until(void);
int py_epoll_until(int epoll_fd, struct epoll_event *events, int size, int64_t until); /* only where it is there */

/* The same everywhere, a millisecond late. */
int py_epoll_about(int epoll_fd, struct epoll_event *events, int size, int64_t until);

#endif
