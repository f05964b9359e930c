/* tests/node/fibonacci.c: see fibonacci.h. */
#include "fibonacci.h"

void fibonacci_execute(rclio_goal *goal, void *arg)
{
    const fibonacci_goal *request = rclio_goal_request(goal);
    int32_t numbers[42] = {0, 1};
    int32_list sequence = {.data = numbers, .size = 2, .capacity = 42};
    (void)arg;
    for (int i = 1; i < request->order; i++) {
        if (rclio_goal_is_cancel_requested(goal)) {
            rclio_goal_canceled(goal, &sequence);
            return;
        }
        numbers[i + 1] = (int32_t)((uint32_t)numbers[i] + (uint32_t)numbers[i - 1]);
        sequence.size = (size_t)i + 2;
        rclio_goal_publish_feedback(goal, &sequence);
    }
    rclio_goal_succeed(goal, &sequence);
}

void assert_fibonacci(const void *result, int32_t order)
{
    const int32_list *sequence = result;
    assert_int_equal(sequence->size, order + 1);
    assert_int_equal(sequence->data[0], 0);
    assert_int_equal(sequence->data[1], 1);
    for (size_t i = 2; i < sequence->size; i++)
        assert_int_equal(sequence->data[i], (int32_t)((uint32_t)sequence->data[i - 1] + (uint32_t)sequence->data[i - 2]));
}

void held_goals_execute(rclio_goal *goal, void *arg)
{
    held_goals *h = arg;
    size_t index = h->count++;
    h->goals[index] = rclio_goal_ref(goal);
    h->go_on[index] = rclio_future_new(h->executor, "the test to let a handler return", NULL);
    rclio_await(h->go_on[index]);
    h->returned++;
}

rclio_goal_response held_goals_on_goal(const rclio_goal_id *id, const void *request, void *arg)
{
    held_goals *h = arg;
    (void)id;
    (void)request;
    h->on_goal_calls++;
    return h->on_goal_answer;
}

rclio_cancel_response held_goals_on_cancel(rclio_goal *goal, void *arg)
{
    held_goals *h = arg;
    h->on_cancel_calls++;
    return goal == h->refused ? RCLIO_CANCEL_REJECT : h->on_cancel_answer;
}

void held_goals_on_accepted(rclio_goal *goal, void *arg)
{
    ((held_goals *)arg)->deferred = rclio_goal_ref(goal);
}

void held_goals_go_on(held_goals *h, size_t index)
{
    rclio_future_complete(h->go_on[index], NULL);
}

void held_goals_free(held_goals *h)
{
    for (size_t i = 0; i < h->count; i++)
        if (rclio_future_get_state(h->go_on[i]) == RCLIO_PENDING) held_goals_go_on(h, i);
    SPIN_UNTIL(h->executor, h->returned == h->count);
    for (size_t i = 0; i < h->count; i++) {
        rclio_goal_unref(h->goals[i]);
        rclio_future_unref(h->go_on[i]);
    }
    rclio_goal_unref(h->deferred);
}

static void count_feedback(rclio_goal_handle *handle, const void *feedback, void *arg)
{
    watched_goal *g = arg;
    const int32_list *sequence = feedback;
    (void)handle;
    if (g->feedback_count++ > 0 && sequence->size != g->last_length + 1) g->out_of_order++;
    g->last_length = sequence->size;
}

watched_goal *watched_goal_send(rclio_action_client *client, int32_t order)
{
    watched_goal *g = calloc(1, sizeof *g);
    g->handle = rclio_action_send_goal(client, &(fibonacci_goal){.order = order}, count_feedback, g);
    if (!g->handle) fail_msg("%s", rclio_error());
    return g;
}

void watched_goal_free(watched_goal *g)
{
    rclio_goal_handle_unref(g->handle);
    free(g);
}

raw_client raw_client_new(pair *p)
{
    raw_client r = {
        .send_goal = rclio_client_new(p->client, p->fibonacci->parts[RCLIO_PART_SEND_GOAL], "/fibonacci/_action/send_goal", NULL),
        .get_result =
            rclio_client_new(p->client, p->fibonacci->parts[RCLIO_PART_GET_RESULT], "/fibonacci/_action/get_result", NULL)};
    AWAIT_ONCE(rclio_client_wait_for_service(r.send_goal));
    AWAIT_ONCE(rclio_client_wait_for_service(r.get_result));
    return r;
}

send_goal_response raw_send(raw_client *r, uint8_t id, int32_t order)
{
    raw_goal request = {.id = {.uuid = {id}}, .goal.order = order};
    rclio_future *call = rclio_client_call(r->send_goal, &request);
    send_goal_response response = *(const send_goal_response *)AWAIT(call);
    rclio_future_unref(call);
    return response;
}

raw_result raw_result_of(raw_client *r, uint8_t id, size_t *size)
{
    rclio_future *call = rclio_client_call(r->get_result, &(rclio_goal_id){.uuid = {id}});
    raw_result result = *(const raw_result *)AWAIT(call);
    *size = result.sequence.size;
    rclio_future_unref(call);
    result.sequence.data = NULL;
    return result;
}
