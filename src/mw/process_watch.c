/* src/mw/process_watch.c: see process_watch.h. Tests: tests/mw/test_process_watch.c. */
#include "mw/process_watch.h"

#include "base/error.h"
#include "base/list.h"
#include "base/thread.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TELLINGS 20 /* PW5 */
#define TELLING_EVERY_MS 200
#define EVENTS 16
#define WAKE_UP 0 /* in place of a process's number: the watch ends */

typedef struct watched_process {
    list link;
    list participants;
    uint64_t number; /* from 1, never used twice: what epoll gives back */
    pid_t pid;
    uint64_t start;
    int pidfd; /* -1: it has ended */
} watched_process;

typedef struct watched_participant {
    list link;
    watched_process *process;
    uint8_t gid[RCLIO_GID_SIZE];
    int tellings; /* left, PW5 */
    uint64_t round;
} watched_participant;

struct process_watch {
    process_ended_fn *ended;
    void *arg;
    mutex lock; /* of all below */
    list processes;
    uint64_t last_number, round;
    int epoll, wake;
    thread thread;
    bool ends;
};

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    return -1;
#endif
}

static bool add_to_epoll(process_watch *watch, int fd, uint64_t number)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = number}};
    return epoll_ctl(watch->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void close_descriptor(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

process_watch *process_watch_new(process_ended_fn *ended, void *arg)
{
    process_watch *watch = calloc(1, sizeof *watch);
    if (!watch) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory to watch processes");
    watch->ended = ended;
    watch->arg = arg;
    watch->epoll = watch->wake = -1;
    list_init(&watch->processes);
    if (!mutex_init(&watch->lock)) return watch;
    free(watch);
    return NULL;
}

static void forget_process(watched_process *process)
{
    close_descriptor(&process->pidfd); /* and so it leaves the epoll set */
    list_remove(&process->link);
    free(process);
}

static void forget_participant(watched_participant *participant)
{
    watched_process *process = participant->process;
    list_remove(&participant->link);
    free(participant);
    if (list_is_empty(&process->participants)) forget_process(process); /* PW1 */
}

static watched_process *find_process(process_watch *watch, const process_identity *identity) REQUIRES(watch->lock)
{
    list_each(link, &watch->processes) {
        watched_process *process = list_entry(link, watched_process, link);
        if (process->pid == identity->pid && process->start == identity->start) return process;
    }
    return NULL;
}

static watched_participant *find_participant(process_watch *watch, const uint8_t gid[RCLIO_GID_SIZE]) REQUIRES(watch->lock)
{
    list_each(link, &watch->processes) {
        list_each(inner, &list_entry(link, watched_process, link)->participants) {
            watched_participant *participant = list_entry(inner, watched_participant, link);
            if (memcmp(participant->gid, gid, RCLIO_GID_SIZE) == 0) return participant;
        }
    }
    return NULL;
}

/* ---- the thread ---- */

static void mark_ended(process_watch *watch, uint64_t number) REQUIRES(watch->lock)
{
    list_each(link, &watch->processes) {
        watched_process *process = list_entry(link, watched_process, link);
        if (process->number == number) close_descriptor(&process->pidfd);
    }
}

/* PW5: the next one to be told of in this round. */
static bool next_to_tell(process_watch *watch, uint8_t gid[RCLIO_GID_SIZE]) REQUIRES(watch->lock)
{
    list_each(link, &watch->processes) {
        watched_process *process = list_entry(link, watched_process, link);
        if (process->pidfd >= 0) continue;
        list_each(inner, &process->participants) {
            watched_participant *participant = list_entry(inner, watched_participant, link);
            if (participant->round == watch->round || participant->tellings == 0) continue;
            participant->round = watch->round;
            participant->tellings--;
            memcpy(gid, participant->gid, RCLIO_GID_SIZE);
            return true;
        }
    }
    return false;
}

static void forget_told(process_watch *watch) REQUIRES(watch->lock)
{
    list_each(link, &watch->processes) {
        watched_process *process = list_entry(link, watched_process, link);
        bool told = process->pidfd < 0;
        list_each(inner, &process->participants) told = told && list_entry(inner, watched_participant, link)->tellings == 0;
        if (!told) continue;
        list_each(inner, &process->participants) free(list_entry(inner, watched_participant, link));
        forget_process(process);
    }
}

/* Returns whether anybody was told of, and so another round is due. */
static bool tell_all(process_watch *watch)
{
    uint8_t gid[RCLIO_GID_SIZE];
    bool told = false;
    mutex_lock(&watch->lock);
    watch->round++;
    while (!watch->ends && next_to_tell(watch, gid)) {
        told = true;
        mutex_unlock(&watch->lock);
        watch->ended(watch->arg, gid);
        mutex_lock(&watch->lock);
    }
    forget_told(watch);
    mutex_unlock(&watch->lock);
    return told;
}

static void run(void *arg)
{
    process_watch *watch = arg;
    struct epoll_event events[EVENTS];
    eventfd_t ignored;
    bool again = false;
    for (;;) {
        int count = epoll_wait(watch->epoll, events, EVENTS, again ? TELLING_EVERY_MS : -1);
        eventfd_read(watch->wake, &ignored);
        mutex_lock(&watch->lock);
        for (int i = 0; i < count; i++) mark_ended(watch, events[i].data.u64);
        bool ends = watch->ends;
        mutex_unlock(&watch->lock);
        if (ends) return;
        again = tell_all(watch);
    }
}

/* ---- adding and removing ---- */

/* PW4 */
static bool start(process_watch *watch) REQUIRES(watch->lock)
{
    if (watch->thread.started) return true;
    if (watch->epoll < 0) watch->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (watch->wake < 0) watch->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (watch->epoll < 0 || watch->wake < 0) return false;
    if (!add_to_epoll(watch, watch->wake, WAKE_UP) && errno != EEXIST) return false;
    return thread_start(&watch->thread, "rclio-peers", run, watch) == RCLIO_OK;
}

/* PW2: -1 when it is not there (PW3). */
static int open_process(const process_identity *identity)
{
    uint64_t now = 0;
    int pidfd = open_pidfd(identity->pid);
    if (pidfd >= 0 && (!process_start_time(identity->pid, &now) || now != identity->start)) close_descriptor(&pidfd);
    return pidfd;
}

static watched_process *watch_process(process_watch *watch, const process_identity *identity) REQUIRES(watch->lock)
{
    watched_process *process = NULL;
    int pidfd = open_process(identity);
    if (pidfd < 0) return NULL;
    if (!start(watch) || !(process = calloc(1, sizeof *process))) goto failed;
    process->number = ++watch->last_number;
    if (!add_to_epoll(watch, pidfd, process->number)) goto failed;
    process->pid = identity->pid;
    process->start = identity->start;
    process->pidfd = pidfd;
    list_init(&process->participants);
    list_init(&process->link);
    list_append(&watch->processes, &process->link);
    return process;
failed:
    free(process);
    close(pidfd);
    return NULL;
}

void process_watch_add(process_watch *watch, const uint8_t gid[RCLIO_GID_SIZE], const process_identity *identity)
{
    watched_participant *participant = calloc(1, sizeof *participant);
    if (!participant) return; /* PW3 */
    mutex_lock(&watch->lock);
    watched_participant *before = find_participant(watch, gid);
    if (before && before->process != find_process(watch, identity)) {
        forget_participant(before);
        before = NULL;
    }
    watched_process *process = before ? NULL : find_process(watch, identity);
    if (!before && !process) process = watch_process(watch, identity);
    if (process) {
        *participant = (watched_participant){.process = process, .tellings = TELLINGS};
        memcpy(participant->gid, gid, RCLIO_GID_SIZE);
        list_init(&participant->link);
        list_append(&process->participants, &participant->link);
        if (process->pidfd < 0) eventfd_write(watch->wake, 1); /* it has ended since */
        participant = NULL;
    }
    mutex_unlock(&watch->lock);
    free(participant);
}

/* The thread need not have seen it yet. */
static bool has_ended(const watched_process *process)
{
    struct pollfd poll_for = {.fd = process->pidfd, .events = POLLIN};
    return process->pidfd < 0 || poll(&poll_for, 1, 0) == 1;
}

void process_watch_remove(process_watch *watch, const uint8_t gid[RCLIO_GID_SIZE])
{
    mutex_lock(&watch->lock);
    watched_participant *participant = find_participant(watch, gid);
    if (participant && !has_ended(participant->process)) forget_participant(participant); /* PW5 */
    mutex_unlock(&watch->lock);
}

void process_watch_destroy(process_watch *watch)
{
    if (!watch) return;
    mutex_lock(&watch->lock);
    watch->ends = true;
    if (watch->wake >= 0) eventfd_write(watch->wake, 1);
    mutex_unlock(&watch->lock);
    thread_join(&watch->thread);
    list_each(link, &watch->processes) {
        watched_process *process = list_entry(link, watched_process, link);
        list_each(inner, &process->participants) free(list_entry(inner, watched_participant, link));
        forget_process(process);
    }
    close_descriptor(&watch->wake);
    close_descriptor(&watch->epoll);
    mutex_fini(&watch->lock);
    free(watch);
}
