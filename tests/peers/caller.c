/* caller: a client of add_two_ints, and servers of it that answer or do not.
 *
 *   peer_caller call COUNT [SERVICE]    looks every 2 ms whether it is available, then calls, one call after the other
 *   peer_caller pending COUNT           calls that many times at once; those of which `a` is 10 or more, the server does not answer
 *   peer_caller again                   calls for ever: "reply" when it was answered; then one that is not: "lost" when its server has gone
 *   peer_caller serve                   answers what has `a` below 10, says "holding" once for the others and keeps them
 *
 * Prints what happened and when: "created <ns>", "available <ns>", "reply <ns>", "done <count>". */
#include "say.h"

#include <example_interfaces/srv/add_two_ints.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef example_interfaces__srv__AddTwoInts_Request add_request;
typedef example_interfaces__srv__AddTwoInts_Response add_response;

#define PATIENCE RCLIO_S(25)
#define LOOK_EVERY RCLIO_MS(2)
#define ANSWERED 10

typedef struct look {
    rclio_client *client;
    rclio_future *available;
} look;

static void look_again(rclio_timer *timer, void *arg)
{
    look *l = arg;
    if (!rclio_client_is_available(l->client)) return;
    rclio_timer_cancel(timer);
    rclio_future_complete(l->available, NULL);
}

static int wait_until_available(rclio_node *node, rclio_client *client)
{
    look l = {client, rclio_future_new(rclio_node_executor(node), "look at the server", NULL)};
    rclio_timer *timer = l.available ? rclio_timer_new(node, LOOK_EVERY, look_again, &l, NULL) : NULL;
    int status = timer && rclio_wait_for(l.available, PATIENCE) == RCLIO_OK ? 0 : failed("never available");
    rclio_timer_destroy(timer);
    rclio_future_unref(l.available);
    return status;
}

static int call_once(rclio_client *client, int64_t number)
{
    add_request request = {number, number * 3};
    rclio_future *call = rclio_client_call(client, &request);
    const add_response *response = rclio_await_for(call, RCLIO_S(15));
    int status = 0;
    if (!response && rclio_error_status() == RCLIO_SHUTDOWN) {
        status = 1; /* interrupted */
    } else if (!response) {
        fprintf(stderr, "call %" PRId64 ": %s\n", number, rclio_error());
        status = 1;
    } else if (response->sum != number * 4) {
        fprintf(stderr, "call %" PRId64 ": the sum is %" PRId64 "\n", number, response->sum);
        status = 1;
    }
    rclio_future_unref(call);
    return status;
}

static int call(rclio_node *node, rclio_client *client, int count)
{
    say_when("created");
    if (wait_until_available(node, client)) return 1;
    say_when("available");
    for (int i = 0; i < count; i++) {
        if (call_once(client, ((int64_t)getpid() << 20) + i)) return 1;
        if (i == 0) say_when("reply");
    }
    say("done %d", count);
    return 0;
}

/* ---- calls that nobody answers ---- */

typedef struct tally {
    rclio_future *all;
    int left, answered, lost, other;
} tally;

static void one_ended(rclio_future *future, void *arg)
{
    tally *t = arg;
    rclio_status status = rclio_future_result(future);
    if (status == RCLIO_OK)
        t->answered++;
    else if (status == RCLIO_UNAVAILABLE)
        t->lost++;
    else
        t->other++;
    if (status && t->lost + t->other == 1) say("reason: %s", rclio_error());
    if (--t->left == 0) rclio_future_complete(t->all, NULL);
}

static int pending(rclio_node *node, rclio_client *client, int count)
{
    tally t = {.all = rclio_future_new(rclio_node_executor(node), "all calls", NULL), .left = count};
    rclio_future **outstanding = calloc((size_t)count, sizeof *outstanding); /* a call that nobody refers to is forgotten */
    if (!outstanding || wait_until_available(node, client)) return 1;
    for (int i = 0; i < ANSWERED; i++)
        if (call_once(client, i)) return 1;
    for (int i = 0; i < count; i++) {
        outstanding[i] = rclio_client_call(client, &(add_request){ANSWERED + i, 0});
        if (!outstanding[i] || rclio_future_on_done(outstanding[i], one_ended, &t)) return failed("call");
    }
    say_when("sent");
    if (rclio_wait_for(t.all, RCLIO_S(40))) return failed("calls still pending");
    say_when("ended");
    say("answered %d, lost %d, other %d", t.answered, t.lost, t.other);
    for (int i = 0; i < count; i++) rclio_future_unref(outstanding[i]);
    free(outstanding);
    rclio_future_unref(t.all);
    return 0;
}

static int again(rclio_context *context, rclio_client *client)
{
    while (rclio_ok(context)) {
        if (call_once(client, 1)) return rclio_ok(context) ? 1 : 0;
        rclio_future *held =
            rclio_client_call(client, &(add_request){ANSWERED, 0}); /* while its server is there: it does not wait for the next */
        say_when("reply");
        rclio_status status = rclio_wait_for(held, PATIENCE);
        if (status != RCLIO_UNAVAILABLE && rclio_ok(context)) return failed("not lost");
        if (status == RCLIO_UNAVAILABLE) say_when("lost");
        rclio_future_unref(held);
    }
    return 0;
}

static void answer_or_hold(const void *message, void *response_message, void *arg)
{
    const add_request *request = message;
    rclio_service **service = arg;
    ((add_response *)response_message)->sum = request->a + request->b;
    if (request->a < ANSWERED) return;
    if (request->a == ANSWERED) say("holding");
    rclio_service_defer(*service);
}

int main(int argc, char **argv)
{
    rclio_context *context = rclio_init(argc, argv, NULL);
    rclio_node *node = node_of(context, argc > 1 ? argv[1] : "caller");
    const rclio_type *type = RCLIO_TYPE(example_interfaces, srv, AddTwoInts);
    if (!node || argc < 2) return failed("caller");
    if (strcmp(argv[1], "serve") == 0) {
        rclio_service *service = NULL;
        if (!(service = rclio_service_new(node, type, "add_two_ints", answer_or_hold, &service, NULL))) return failed("serve");
        say_when("ready");
        return rclio_spin(node);
    }
    int count = argc > 2 ? atoi(argv[2]) : 1;
    rclio_client *client = rclio_client_new(node, type, argc > 3 ? argv[3] : "add_two_ints", NULL);
    if (!client) return failed("client");
    int status = 2;
    if (strcmp(argv[1], "call") == 0) status = call(node, client, count);
    if (strcmp(argv[1], "pending") == 0) status = pending(node, client, count);
    if (strcmp(argv[1], "again") == 0) status = again(context, client);
    rclio_context_destroy(context);
    return status;
}
