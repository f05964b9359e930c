/* tests/mw/test_process_watch.c: the end of processes is seen; one test per rule of process_watch.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/thread.h"
#include "mw/process_watch.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WATCHDOG_S 60

static const uint8_t first[RCLIO_GID_SIZE] = {1}, second[RCLIO_GID_SIZE] = {2}, third[RCLIO_GID_SIZE] = {3};

/* What was told, counted by the first byte of the GID. */
typedef struct told {
    mutex lock;
    condition changed;
    int times[4];
    bool held; /* the thread that tells waits */
} told;

static void note(void *arg, const uint8_t gid[RCLIO_GID_SIZE])
{
    told *t = arg;
    mutex_lock(&t->lock);
    t->times[gid[0]]++;
    condition_signal_all(&t->changed);
    while (t->held) condition_wait(&t->changed, &t->lock);
    mutex_unlock(&t->lock);
}

static void hold(told *t, bool held)
{
    mutex_lock(&t->lock);
    t->held = held;
    condition_signal_all(&t->changed);
    mutex_unlock(&t->lock);
}

static void told_init(told *t)
{
    *t = (told){0};
    assert_int_equal(mutex_init(&t->lock), RCLIO_OK);
    assert_int_equal(condition_init(&t->changed), RCLIO_OK);
    alarm(WATCHDOG_S);
}

static void told_fini(told *t)
{
    alarm(0);
    condition_fini(&t->changed);
    mutex_fini(&t->lock);
}

static void wait_until_told(told *t, const uint8_t *gid, int times)
{
    mutex_lock(&t->lock);
    while (t->times[gid[0]] < times) condition_wait(&t->changed, &t->lock);
    mutex_unlock(&t->lock);
}

static int told_of(told *t, const uint8_t *gid)
{
    mutex_lock(&t->lock);
    int times = t->times[gid[0]];
    mutex_unlock(&t->lock);
    return times;
}

/* A process that waits to be killed. */
static process_identity start_process(void)
{
    process_identity process;
    assert_true(process_self(&process));
    process.pid = fork();
    assert_true(process.pid >= 0);
    if (process.pid == 0) {
        alarm(WATCHDOG_S);
        for (;;) pause();
    }
    assert_true(process_start_time(process.pid, &process.start));
    return process;
}

static void end_process(const process_identity *process)
{
    assert_int_equal(kill(process->pid, SIGKILL), 0);
    assert_int_equal(waitpid(process->pid, NULL, 0), process->pid);
}

/* The descriptors of this process, or its threads; `name`: only threads of that name. */
static int count_own(const char *kind, const char *name)
{
    char path[300], found[32];
    snprintf(path, sizeof path, "/proc/self/%s", kind);
    DIR *folder = opendir(path);
    int count = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        if (name) {
            snprintf(path, sizeof path, "/proc/self/%s/%s/comm", kind, entry->d_name);
            FILE *comm = fopen(path, "r");
            bool same = comm && fscanf(comm, "%31s", found) == 1 && strcmp(found, name) == 0;
            if (comm) fclose(comm);
            if (!same) continue;
        }
        count++;
    }
    closedir(folder);
    return count;
}

static void the_end_of_a_process_is_told_for_each_of_its_participants(void **state)
{
    (void)state;
    told t;
    told_init(&t);
    process_watch *watch = process_watch_new(note, &t);
    process_identity dying = start_process(), living = start_process();
    process_watch_add(watch, first, &dying);
    int descriptors = count_own("fd", NULL);
    process_watch_add(watch, second, &dying);
    assert_int_equal(count_own("fd", NULL), descriptors); /* PW1 */
    process_watch_add(watch, third, &living);
    end_process(&dying);
    wait_until_told(&t, first, 1);
    wait_until_told(&t, second, 1);
    assert_int_equal(told_of(&t, third), 0);
    end_process(&living);
    wait_until_told(&t, third, 1);
    process_watch_destroy(watch);
    told_fini(&t);
}

static void a_process_that_got_the_pid_of_a_dead_one_is_not_taken_for_it(void **state) /* PW2, PW3 */
{
    (void)state;
    told t;
    told_init(&t);
    process_watch *watch = process_watch_new(note, &t);
    process_identity process = start_process(), before = process;
    before.start--;
    process_watch_add(watch, first, &before);
    assert_int_equal(count_own("task", "rclio-peers"), 0);
    process_watch_add(watch, second, &process);
    end_process(&process);
    process_watch_add(watch, third, &process); /* its end is known already */
    wait_until_told(&t, second, 1);
    wait_until_told(&t, third, 1);
    assert_int_equal(told_of(&t, first), 0);
    process_watch_destroy(watch);
    told_fini(&t);
}

static void a_process_that_has_ended_before_is_left_to_its_lease(void **state) /* PW3 */
{
    (void)state;
    told t;
    told_init(&t);
    process_watch *watch = process_watch_new(note, &t);
    process_identity process = start_process();
    end_process(&process);
    process_watch_add(watch, first, &process);
    process_watch_remove(watch, first);
    assert_int_equal(count_own("task", "rclio-peers"), 0);
    process_watch_destroy(watch);
    assert_int_equal(told_of(&t, first), 0);
    told_fini(&t);
}

static void there_is_a_thread_and_a_descriptor_only_when_there_is_a_process_to_watch(void **state) /* PW1, PW4 */
{
    (void)state;
    told t;
    told_init(&t);
    int descriptors = count_own("fd", NULL);
    process_watch *watch = process_watch_new(note, &t);
    process_identity process = start_process();
    assert_int_equal(count_own("fd", NULL), descriptors);
    assert_int_equal(count_own("task", "rclio-peers"), 0);
    process_watch_add(watch, first, &process);
    process_watch_remove(watch, first);
    int without = count_own("fd", NULL); /* the thread's own remain */
    process_watch_add(watch, first, &process);
    process_watch_add(watch, second, &process);
    assert_int_equal(count_own("fd", NULL), without + 1);
    end_process(&process);
    wait_until_told(&t, first, 1);
    assert_int_equal(count_own("task", "rclio-peers"), 1);
    process_watch_destroy(watch);
    assert_int_equal(count_own("task", "rclio-peers"), 0);
    assert_int_equal(count_own("fd", NULL), descriptors);
    told_fini(&t);
}

static void an_end_is_told_again_for_some_seconds(void **state) /* PW5 */
{
    (void)state;
    told t;
    told_init(&t);
    process_watch *watch = process_watch_new(note, &t);
    process_identity process = start_process();
    process_watch_add(watch, first, &process);
    process_watch_add(watch, second, &process);
    end_process(&process);
    wait_until_told(&t, first, 3);
    process_watch_remove(watch, first); /* what the process sent may still bring it back */
    wait_until_told(&t, first, told_of(&t, first) + 2);
    wait_until_told(&t, second, 5);
    process_watch_destroy(watch);
    told_fini(&t);
}

/* Another watch of this process may have been faster, and its goodbye have taken the participant away. */
static void an_end_is_told_of_a_participant_that_is_removed_before_it_was_seen(void **state) /* PW5 */
{
    (void)state;
    told t;
    told_init(&t);
    process_watch *watch = process_watch_new(note, &t);
    process_identity one = start_process(), other = start_process();
    process_watch_add(watch, first, &one);
    process_watch_add(watch, second, &other);
    hold(&t, true);
    end_process(&one);
    wait_until_told(&t, first, 1);
    end_process(&other);
    process_watch_remove(watch, second);
    hold(&t, false);
    wait_until_told(&t, second, 1);
    process_watch_destroy(watch);
    told_fini(&t);
}

static void a_participant_moves_with_its_last_announcement(void **state)
{
    (void)state;
    told t;
    told_init(&t);
    process_watch *watch = process_watch_new(note, &t);
    process_identity one = start_process(), other = start_process();
    process_watch_add(watch, first, &one);
    process_watch_add(watch, first, &one);
    process_watch_add(watch, first, &other);
    process_watch_add(watch, second, &one);
    end_process(&one);
    wait_until_told(&t, second, 1);
    assert_int_equal(told_of(&t, first), 0);
    end_process(&other);
    wait_until_told(&t, first, 1);
    process_watch_destroy(watch);
    process_watch_destroy(NULL);
    told_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_a_process_is_told_for_each_of_its_participants),
        cmocka_unit_test(a_process_that_got_the_pid_of_a_dead_one_is_not_taken_for_it),
        cmocka_unit_test(a_process_that_has_ended_before_is_left_to_its_lease),
        cmocka_unit_test(there_is_a_thread_and_a_descriptor_only_when_there_is_a_process_to_watch),
        cmocka_unit_test(an_end_is_told_again_for_some_seconds),
        cmocka_unit_test(an_end_is_told_of_a_participant_that_is_removed_before_it_was_seen),
        cmocka_unit_test(a_participant_moves_with_its_last_announcement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
