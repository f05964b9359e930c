/* src/base/thread.c: see thread.h. */
#include "base/thread.h"

#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

rclio_status mutex_init(mutex *m)
{
    int error = pthread_mutex_init(&m->handle, NULL);
    return error ? rclio_fail(RCLIO_SYSTEM, "no mutex: %s", strerror(error)) : RCLIO_OK;
}

void mutex_fini(mutex *m)
{
    pthread_mutex_destroy(&m->handle);
}

THREAD_ANALYSIS(no_thread_safety_analysis) void mutex_lock(mutex *m)
{
    if (pthread_mutex_lock(&m->handle)) abort(); /* a broken mutex: nothing that follows could be right */
}

THREAD_ANALYSIS(no_thread_safety_analysis) void mutex_unlock(mutex *m)
{
    if (pthread_mutex_unlock(&m->handle)) abort();
}

rclio_status condition_init(condition *c)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int error = pthread_cond_init(&c->handle, &attributes);
    pthread_condattr_destroy(&attributes);
    return error ? rclio_fail(RCLIO_SYSTEM, "no condition variable: %s", strerror(error)) : RCLIO_OK;
}

void condition_fini(condition *c)
{
    pthread_cond_destroy(&c->handle);
}

void condition_wait(condition *c, mutex *m)
{
    pthread_cond_wait(&c->handle, &m->handle);
}

bool condition_wait_until(condition *c, mutex *m, int64_t deadline_ns)
{
    struct timespec at = {.tv_sec = deadline_ns / RCLIO_S(1), .tv_nsec = deadline_ns % RCLIO_S(1)};
    if (deadline_ns == RCLIO_FOREVER) {
        condition_wait(c, m);
        return true;
    }
    return pthread_cond_timedwait(&c->handle, &m->handle, &at) != ETIMEDOUT;
}

void condition_signal_all(condition *c)
{
    pthread_cond_broadcast(&c->handle);
}

struct start {
    void (*run)(void *arg);
    void *arg;
    char name[16];
};

static void *thread_main(void *arg)
{
    struct start start = *(struct start *)arg;
    free(arg);
    pthread_setname_np(pthread_self(), start.name);
    start.run(start.arg);
    return NULL;
}

rclio_status thread_start(thread *t, const char *name, void (*run)(void *arg), void *arg)
{
    sigset_t all, before;
    struct start *start = malloc(sizeof *start);
    if (!start) return rclio_fail(RCLIO_NO_MEMORY, "out of memory for thread '%s'", name);
    *start = (struct start){.run = run, .arg = arg};
    strncpy(start->name, name, sizeof start->name - 1);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* TH2: inherited by the new thread */
    int error = pthread_create(&t->handle, NULL, thread_main, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error) {
        free(start);
        return rclio_fail(RCLIO_SYSTEM, "thread '%s' does not start: %s", name, strerror(error));
    }
    t->started = true;
    return RCLIO_OK;
}

void thread_join(thread *t)
{
    if (!t->started) return;
    pthread_join(t->handle, NULL);
    t->started = false;
}
