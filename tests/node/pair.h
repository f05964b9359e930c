/* tests/node/pair.h: what the tests of services and actions stand on: two nodes of two contexts on one executor, so that a test awaits on
 * either side; a second process for what must die; the messages they use. Threads: the test's. */
#ifndef TESTS_NODE_PAIR_H
#define TESTS_NODE_PAIR_H

#include "../support/harness.h"

#include <sys/types.h>

typedef struct add_request { /* example_interfaces/srv/AddTwoInts_Request */
    int64_t a, b;
} add_request;
typedef struct add_response {
    int64_t sum;
} add_response;
typedef struct int32_list { /* of a Fibonacci goal's result and feedback */
    int32_t *data;
    size_t size, capacity;
} int32_list;
typedef struct fibonacci_goal { /* action_tutorials_interfaces/action/Fibonacci_Goal */
    int32_t order;
} fibonacci_goal;

typedef struct pair {
    rclio_executor *executor;
    rclio_context *server_context, *client_context;
    rclio_node *server, *client;
    const rclio_type *add, *fibonacci, *cancel_goal, *set_bool; /* of client_context */
    const rclio_type *server_add, *server_fibonacci, *server_set_bool;
} pair;

/* Also starts the watchdog. Both fail the test when something is amiss. */
pair pair_new(void);
pair pair_new_on(const rclio_executor_options *options);
void pair_free(pair *p);

/* A node alone in a context of its own, for a process of its own. */
typedef struct lone {
    rclio_context *context;
    rclio_node *node;
} lone;
lone lone_new(const char *name);
const rclio_type *lone_type(lone *l, const char *name);

/* A process that runs `run` and then ends; to be started before the test makes any context. `run` may write to `out` what the parent
 * waits for with child_wait_line(), and gets end of file at `in` when the parent lets go. */
typedef struct child {
    pid_t pid;
    int to, from;
} child;
child child_start(void (*run)(int in, int out));
void child_wait_byte(child *c); /* blocks */
void child_kill(child *c);      /* -9: noticed at once, not when its lease ends, which takes 8 seconds at least */
#define NO_LEASE_NS RCLIO_S(5)
void child_end(child *c); /* closes its input and waits for a good end */

/* In a child: spins the context until the parent lets go. */
void serve_until_end_of(int in, rclio_context *context);

/* A future that the test completes or that a callback completes for it; freed with event_free(). */
typedef struct event {
    rclio_future *future;
} event;
event event_new(pair *p, const char *what);
void event_set(event *e); /* a second time does nothing */
void event_free(event *e);

/* What the nodes of the context log, newest last, one line each; counts those that hold `words`. */
typedef struct captured_log captured_log;
captured_log *captured_log_new(rclio_context *context);
size_t captured_log_count(captured_log *l, const char *words);
void captured_log_free(captured_log *l);

#endif
