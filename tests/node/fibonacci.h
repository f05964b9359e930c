/* tests/node/fibonacci.h: the action server of the tests: a handler that computes, and one that waits for what the test says. */
#ifndef TESTS_NODE_FIBONACCI_H
#define TESTS_NODE_FIBONACCI_H

#include "node/action_types.h"
#include "pair.h"

/* order 0 .. 40: order + 1 numbers; a feedback for each from the third on, without a pause. */
void fibonacci_execute(rclio_goal *goal, void *arg);
enum { FIBONACCI_FEEDBACK_OF_10 = 9 };

/* Goals that wait in their handlers until the test ends them. */
typedef struct held_goals {
    rclio_goal *goals[64]; /* a reference each, in the order they started */
    rclio_future *go_on[64];
    size_t count, returned;
    rclio_executor *executor;
    size_t on_goal_calls, on_cancel_calls;
    rclio_goal_response on_goal_answer;
    rclio_cancel_response on_cancel_answer;
    rclio_goal *deferred;      /* by on_accepted, a reference */
    const rclio_goal *refused; /* on_cancel refuses this one */
} held_goals;
void held_goals_execute(rclio_goal *goal, void *arg); /* arg: held_goals */
rclio_goal_response held_goals_on_goal(const rclio_goal_id *id, const void *request, void *arg);
rclio_cancel_response held_goals_on_cancel(rclio_goal *goal, void *arg);
void held_goals_on_accepted(rclio_goal *goal, void *arg);
#define HELD_GOALS_OPTIONS .on_goal = held_goals_on_goal, .on_cancel = held_goals_on_cancel, .on_accepted = held_goals_on_accepted
void held_goals_go_on(held_goals *h, size_t index); /* lets that handler return */
void held_goals_free(held_goals *h);                /* lets all return */

/* What a client saw of one goal. */
typedef struct watched_goal {
    rclio_goal_handle *handle;
    size_t feedback_count;
    int out_of_order;
    size_t last_length;
} watched_goal;
watched_goal *watched_goal_send(rclio_action_client *client, int32_t order); /* counts feedback */
void watched_goal_free(watched_goal *g);
/* The action's services as an ordinary client sees them. */
typedef struct raw_goal { /* SendGoal_Request */
    rclio_goal_id id;
    fibonacci_goal goal;
} raw_goal;

typedef struct raw_result { /* GetResult_Response */
    int8_t status;
    int32_list sequence;
} raw_result;

typedef struct raw_client {
    rclio_client *send_goal, *get_result;
} raw_client;

raw_client raw_client_new(pair *p);
send_goal_response raw_send(raw_client *r, uint8_t id, int32_t order);
raw_result raw_result_of(raw_client *r, uint8_t id, size_t *size); /* the sequence's memory is gone, `size` is how long it was */

void assert_fibonacci(const void *result, int32_t order);

#endif
