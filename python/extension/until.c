/* python/extension/until.c: see until.h. Tests: tests/python/test_waiting.py. */
#include "until.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441 /* glibc has it from 2.35 on */
#endif

#define FAR_NS \
    RCLIO_MS(  \
        50) /* up to here the kernel's slack is its least, 50 us; beyond, a thousandth, or a two-hundredth where it is nice */
#define STEP 128 /* a far sleep ends by this part of it too early */

int64_t py_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * RCLIO_S(1) + now.tv_nsec;
}

static int64_t nanoseconds_of_sleep(int64_t until)
{
    int64_t left = until - py_now();
    if (left > FAR_NS) left -= left / STEP;
    return left > 0 ? left : 0;
}

struct timespec *py_sleep_of(int64_t until, struct timespec *sleep)
{
    if (until == RCLIO_FOREVER) return NULL;
    int64_t left = until > 0 ? nanoseconds_of_sleep(until) : 0;
    *sleep = (struct timespec){.tv_sec = left / RCLIO_S(1), .tv_nsec = left % RCLIO_S(1)};
    return sleep;
}

/* As the kernel has it, whatever the width of time_t. */
struct kernel_time {
    int64_t seconds, nanoseconds;
};

static int wait_for(int epoll_fd, struct epoll_event *events, int size, const struct kernel_time *time)
{
    return (int)syscall(SYS_epoll_pwait2, epoll_fd, events, size, time, NULL, 0);
}

bool py_epoll_has_until(void)
{
    struct epoll_event event;
    int number = errno;
    wait_for(-1, &event, 1, &(struct kernel_time){0});
    bool has = errno == EBADF; /* else ENOSYS, or a filter's EPERM */
    errno = number;
    return has;
}

int py_epoll_until(int epoll_fd, struct epoll_event *events, int size, int64_t until)
{
    struct timespec sleep;
    for (;;) {
        if (!py_sleep_of(until, &sleep)) return wait_for(epoll_fd, events, size, NULL);
        int count = wait_for(epoll_fd, events, size, &(struct kernel_time){sleep.tv_sec, sleep.tv_nsec});
        if (count || until <= 0 || py_now() >= until) return count;
    }
}

int py_epoll_about(int epoll_fd, struct epoll_event *events, int size, int64_t until)
{
    int64_t left = until <= 0 ? 0 : until - py_now(), ms = left > 0 ? left / RCLIO_MS(1) + 1 : 0;
    return epoll_wait(epoll_fd, events, size, until == RCLIO_FOREVER ? -1 : ms > 2000000000 ? 2000000000 : (int)ms);
}
