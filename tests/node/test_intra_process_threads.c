/* tests/node/test_intra_process_threads.c: messages that stay in the process, between threads: contexts that are spun by their own,
 * publishing from several, pools. The thread sanitizer watches. */
#include "near.h"

#include "rclio/loan.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

typedef struct counts {
    size_t all, shared;
} counts;

static void count_one(const void *message, const rclio_message_info *info, void *arg)
{
    counts *c = arg;
    const string_message *string = message;
    assert_int_equal(string->data.size, strlen(string->data.data));
    c->all++;
    c->shared += info->from_intra_process;
}

static rclio_subscription *subscription_of(rclio_node *node, const char *topic, counts *c,
                                           const rclio_subscription_options *options)
{
    return near_subscription(node, topic, count_one, c, options);
}

#if defined(__SANITIZE_THREAD__)
#define MESSAGES 300
#else
#define MESSAGES 2000
#endif

typedef struct reading { /* a context that a thread of its own spins */
    rclio_context *context;
    rclio_node *node;
    pthread_t thread;
    size_t wanted;
    atomic_size_t count, shared;
    bool wrong;
} reading;

static void count_message(const void *message, const rclio_message_info *info, void *arg)
{
    reading *r = arg;
    const string_message *string = message;
    if (string->data.size != strlen(string->data.data)) r->wrong = true;
    if (info->from_intra_process) atomic_fetch_add(&r->shared, 1);
    if (atomic_fetch_add(&r->count, 1) + 1 == r->wanted) rclio_shutdown(r->context);
}

static void *spin_context(void *arg)
{
    rclio_context_spin(((reading *)arg)->context);
    return NULL;
}

static void *publish_many(void *arg)
{
    rclio_publisher *publisher = arg;
    for (long i = 0; i < MESSAGES; i++) {
        string_message *message = rclio_publisher_borrow(publisher);
        char text[24];
        snprintf(text, sizeof text, "%ld", i);
        if (!message || !rosidl_runtime_c__String__assign(&message->data, text)) return arg;
        if (rclio_publish_loaned(publisher, message) != RCLIO_OK) return arg;
    }
    return NULL;
}

static void threads_publish_to_contexts_of_other_threads(void **state)
{
    pair p = pair_new();
    reading readings[2];
    pthread_t writers[2];
    rclio_publisher_options po = {.qos = {.history = RCLIO_KEEP_ALL}, .intra_process = RCLIO_INTRA_PROCESS_ON};
    rclio_subscription_options so = {.qos = {.history = RCLIO_KEEP_ALL}, .intra_process = RCLIO_INTRA_PROCESS_ON};
    (void)state;
    rclio_publisher *publisher = near_publisher(p.server, "crowd", &po);
    for (int i = 0; i < 2; i++) {
        reading *r = &readings[i];
        *r = (reading){.wanted = 2 * MESSAGES};
        r->context = rclio_init(0, NULL, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .executor.threads = i ? 3 : 1});
        r->node = near_node(r->context, "reading", NULL, false);
        assert_non_null(rclio_subscription_new(r->node, near_string(r->node), "crowd", count_message, r, &so));
    }
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&readings[i].thread, NULL, spin_context, &readings[i]), 0);
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&writers[i], NULL, publish_many, publisher), 0);
    for (int i = 0; i < 2; i++) {
        void *failed;
        pthread_join(writers[i], &failed);
        assert_null(failed);
        pthread_join(readings[i].thread, NULL);
        assert_int_equal(readings[i].count, 2 * MESSAGES);
        assert_false(readings[i].wrong);
        assert_true(readings[i].shared >
                    MESSAGES); /* the first may come as bytes, until the publisher knows that a reader is near */
    }
    for (int i = 0; i < 2; i++) rclio_context_destroy(readings[i].context);
    pair_free(&p);
}

typedef struct flood {
    rclio_publisher *publisher;
    atomic_bool over, failed;
} flood;

static void *publish_until_over(void *arg)
{
    flood *f = arg;
    for (long i = 0; !atomic_load(&f->over); i++) {
        char text[24];
        snprintf(text, sizeof text, "%ld", i);
        string_message message = {{text, strlen(text), strlen(text) + 1}};
        if (rclio_publish(f->publisher, &message) != RCLIO_OK) atomic_store(&f->failed, true);
    }
    return NULL;
}

static void subscriptions_come_and_go_while_a_thread_publishes(void **state)
{
    pair p = pair_new();
    flood f = {.publisher = near_publisher(p.server, "flood", &near_publisher_on)};
    pthread_t writer;
    (void)state;
    assert_int_equal(pthread_create(&writer, NULL, publish_until_over, &f), 0);
    for (int i = 0; i < 20; i++) {
        counts in = {0}, bytes = {0};
        rclio_subscription *s = subscription_of(p.client, "flood", &in, &near_subscription_on);
        rclio_subscription *b = subscription_of(p.server, "flood", &bytes, NULL);
        SPIN_UNTIL(p.executor, in.shared > 0 && bytes.all > 0);
        rclio_subscription_destroy(s);
        rclio_subscription_destroy(b);
        assert_int_equal(bytes.shared, 0);
    }
    atomic_store(&f.over, true);
    pthread_join(writer, NULL);
    assert_false(f.failed);
    pair_free(&p);
}

typedef struct reentrant {
    atomic_int inside, most;
    atomic_size_t count;
    atomic_bool wrong;
} reentrant;

static void together(const void *message, const rclio_message_info *info, void *arg)
{
    reentrant *r = arg;
    const string_message *string = message;
    int inside = atomic_fetch_add(&r->inside, 1) + 1, most = atomic_load(&r->most);
    while (inside > most && !atomic_compare_exchange_weak(&r->most, &most, inside))
        ;
    while (atomic_load(&r->most) < 2) sched_yield(); /* until another one runs */
    if (!info->from_intra_process || string->data.size == 0) atomic_store(&r->wrong, true);
    rclio_kept_message *kept = rclio_message_keep(info);
    if (rclio_kept_message_get(kept) != message) atomic_store(&r->wrong, true);
    rclio_kept_message_unref(kept);
    atomic_fetch_sub(&r->inside, 1);
    atomic_fetch_add(&r->count, 1);
}

static void reentrant_callbacks_of_a_pool_share_messages(void **state)
{
    rclio_executor_options threads = {.threads = 3};
    pair p = pair_new_on(&threads);
    reentrant first = {0}, second = {0};
    (void)state;
    rclio_publisher_options po = {.qos = {.history = RCLIO_KEEP_ALL}, .intra_process = RCLIO_INTRA_PROCESS_ON};
    rclio_subscription_options so = {.qos = {.history = RCLIO_KEEP_ALL},
                                     .intra_process = RCLIO_INTRA_PROCESS_ON,
                                     .group = rclio_callback_group_new(p.server, RCLIO_GROUP_REENTRANT)};
    rclio_publisher *publisher = near_publisher(p.server, "together", &po);
    assert_non_null(rclio_subscription_new(p.server, near_string(p.server), "together", together, &first, &so));
    assert_non_null(rclio_subscription_new(p.server, near_string(p.server), "together", together, &second, &so));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    for (long i = 0; i < MESSAGES; i++) near_publish_number(publisher, i);
    while (atomic_load(&first.count) < MESSAGES || atomic_load(&second.count) < MESSAGES)
        assert_ok(rclio_executor_spin_some(p.executor, RCLIO_MS(10)));
    assert_false(first.wrong || second.wrong);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_publish_to_contexts_of_other_threads),
        cmocka_unit_test(subscriptions_come_and_go_while_a_thread_publishes),
        cmocka_unit_test(reentrant_callbacks_of_a_pool_share_messages),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
