/* src/async/overflow.c: see overflow.h. */
#include "async/overflow.h"

#include "async/executor.h"
#include "async/task.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIGNAL_STACK_SIZE ((size_t)64 * 1024)

static pthread_once_t installed = PTHREAD_ONCE_INIT; /* O1 */
static struct sigaction previous_segv, previous_bus;
static pthread_key_t signal_stack_key;
static _Thread_local bool thread_is_prepared;

static void say(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

static void say_number(size_t number)
{
    char digits[24];
    char *at = digits + sizeof digits - 1;
    *at = '\0';
    do *--at = (char)('0' + number % 10);
    while (number /= 10);
    say(at);
}

/* Async-signal-safe. */
static void report(const rclio_executor *executor, const fiber *f)
{
    const rclio_task *task = f->task;
    say("rclio: stack overflow in task '");
    say(task ? task->future.what : "?");
    say("' of executor '");
    say(executor->name);
    say("': its stack has ");
    say_number(executor->stacks.slot_size / 1024);
    say(" kB; set stack_size in rclio_executor_options, or keep large data off the stack\n");
}

static void find_and_report(const void *address)
{
    for (const rclio_executor *executor = executor_current(); executor; executor = executor->outer) {
        stack found;
        bool in_guard = false;
        if (!stack_pool_find(&executor->stacks, address, &found, &in_guard)) continue;
        if (in_guard) report(executor, fiber_of_stack(&found));
        return;
    }
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    const struct sigaction *previous = number == SIGBUS ? &previous_bus : &previous_segv;
    if (info->si_code > 0) find_and_report(info->si_addr);
    if (previous->sa_flags & SA_SIGINFO) {
        previous->sa_sigaction(number, info, context);
        return;
    }
    if (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN) {
        previous->sa_handler(number);
        return;
    }
    signal(number, SIG_DFL); /* the instruction faults again when this returns: a core dump with the true frame */
    if (info->si_code <= 0) raise(number);
}

static void free_signal_stack(void *memory)
{
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(memory, SIGNAL_STACK_SIZE);
}

static void install(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    if (pthread_key_create(&signal_stack_key, free_signal_stack)) return;
    sigaction(SIGSEGV, &action, &previous_segv);
    sigaction(SIGBUS, &action, &previous_bus);
}

void overflow_install(void)
{
    pthread_once(&installed, install);
}

void overflow_prepare_thread(void)
{
    stack_t now;
    if (thread_is_prepared) return;
    thread_is_prepared = true;
    if (sigaltstack(NULL, &now) || !(now.ss_flags & SS_DISABLE)) return; /* the program's, or a sanitizer's */
    void *memory = mmap(NULL, SIGNAL_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t mine = {.ss_sp = memory, .ss_size = SIGNAL_STACK_SIZE};
    if (sigaltstack(&mine, NULL) || pthread_setspecific(signal_stack_key, memory)) munmap(memory, SIGNAL_STACK_SIZE);
}

void overflow_found_late(fiber *f)
{
    report(f->arg, f);
    abort();
}
