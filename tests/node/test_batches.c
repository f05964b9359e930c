/* tests/node/test_batches.c: messages that travel together leave when callbacks have nothing more to do (P6 of publisher.c). What goes to
 * another process only: the subscription is in one of its own. */
#include "pair.h"

#include "support/sanitized.h"

#define MESSAGES 200

typedef struct int32_message { /* std_msgs/msg/Int32 */
    int32_t data;
} int32_message;

typedef struct counted {
    int32_t next;
    int out;
    bool out_of_order;
} counted;

static void on_number(const void *message, const rclio_message_info *info, void *arg)
{
    counted *c = arg;
    (void)info;
    int32_t number = ((const int32_message *)message)->data;
    if (number != c->next++) c->out_of_order = true;
    if (number == MESSAGES - 1 && write(c->out, c->out_of_order ? "?" : "!", 1) != 1) abort();
    if (number == MESSAGES - 1) c->next = 0;
}

static const rclio_qos deep = {
    .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_LAST, .depth = 1000};

static void listen(int in, int out)
{
    counted c = {.out = out};
    lone l = lone_new("listener");
    rclio_subscription *subscription = rclio_subscription_new(l.node, lone_type(&l, "std_msgs/msg/Int32"), "numbers", on_number,
                                                              &c, &(rclio_subscription_options){.qos = deep});
    if (!subscription) abort();
    serve_until_end_of(in, l.context);
    rclio_context_destroy(l.context);
}

typedef struct talker {
    rclio_publisher *publisher;
    unsigned kept; /* times that a message was kept back */
    bool destroys, keeps_at_the_end, done;
} talker;

static void say_all(void *arg)
{
    talker *t = arg;
    for (int32_t i = 0; i < MESSAGES; i++) {
        assert_ok(rclio_publish(t->publisher, &(int32_message){i}));
        t->kept += rclio_publisher_keeps_back(t->publisher);
    }
    t->keeps_at_the_end = rclio_publisher_keeps_back(t->publisher);
    if (t->destroys) rclio_publisher_destroy(t->publisher);
    t->done = true;
}

typedef struct stage {
    child listener;
    rclio_executor *executor;
    lone l;
    talker talker;
} stage;

static void stage_open(stage *s)
{
    *s = (stage){.listener = child_start(listen)};
    s->l = lone_new("talker");
    s->executor = rclio_context_executor(s->l.context);
    harness_watch(s->executor);
    s->talker.publisher = rclio_publisher_new(s->l.node, lone_type(&s->l, "std_msgs/msg/Int32"), "numbers",
                                              &(rclio_publisher_options){.qos = deep});
    assert_non_null(s->talker.publisher);
    rclio_future *heard = rclio_publisher_wait_for_subscriptions(s->talker.publisher, 1);
    assert_ok(rclio_executor_spin_until(s->executor, heard, RCLIO_FOREVER));
    rclio_future_unref(heard);
}

static void assert_all_arrive(stage *s)
{
    char byte;
    assert_int_equal(read(s->listener.from, &byte, 1), 1);
    assert_int_equal(byte, '!');
}

static void stage_close(stage *s)
{
    rclio_context_destroy(s->l.context);
    child_end(&s->listener);
    harness_unwatch();
}

static void assert_kept(const stage *s)
{
    if (IS_SANITIZED)
        print_message("a sanitizer is slow: whether messages came quickly enough to be kept back is not looked at\n");
    else
        assert_true(s->talker.kept > 0);
}

static void after_the_callback_nothing_is_kept_back(void **state)
{
    (void)state;
    stage s;
    stage_open(&s);
    unsigned seen = 0;
    for (int round = 0; round < 20; round++) {
        s.talker.done = false;
        assert_ok(rclio_executor_post(s.executor, say_all, &s.talker));
        SPIN_UNTIL(s.executor, s.talker.done);
        seen += s.talker.keeps_at_the_end;
        assert_false(rclio_publisher_keeps_back(s.talker.publisher));
        assert_all_arrive(&s);
    }
    assert_kept(&s);
    if (!IS_SANITIZED) assert_true(seen > 0);
    stage_close(&s);
}

static void a_publisher_that_its_callback_destroys_sends_what_it_kept(void **state)
{
    (void)state;
    stage s;
    stage_open(&s);
    s.talker.destroys = true;
    assert_ok(rclio_executor_post(s.executor, say_all, &s.talker));
    SPIN_UNTIL(s.executor, s.talker.done);
    assert_all_arrive(&s);
    assert_kept(&s);
    stage_close(&s);
}

static void outside_of_callbacks_it_goes_by_itself(void **state) /* BA3: nobody spins */
{
    (void)state;
    stage s;
    stage_open(&s);
    say_all(&s.talker);
    assert_all_arrive(&s);
    say_all(&s.talker);
    rclio_publisher_flush(s.talker.publisher);
    assert_false(rclio_publisher_keeps_back(s.talker.publisher));
    assert_all_arrive(&s);
    assert_kept(&s);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_the_callback_nothing_is_kept_back),
        cmocka_unit_test(a_publisher_that_its_callback_destroys_sends_what_it_kept),
        cmocka_unit_test(outside_of_callbacks_it_goes_by_itself),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
