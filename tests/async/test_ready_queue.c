/* tests/async/test_ready_queue.c: R1 to R4 of src/async/ready_queue.h. */
#include "async_test.h"

#include "async/ready_queue.h"

#include <pthread.h>
#include <sched.h>

#define ITEMS 5000
#define PRODUCERS 4

struct numbered {
    ready_item item; /* first */
    int producer, number;
};

static void push_all(ready_queue *q, ready_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ready_item_init(&items[i], READY_CALL);
        assert_true(ready_item_claim(&items[i]));
        ready_queue_push(q, &items[i]);
    }
}

static void an_item_is_in_the_queue_at_most_once(void **state)
{
    ready_queue q;
    ready_item item;
    (void)state;
    ready_queue_init(&q);
    push_all(&q, &item, 1);
    assert_false(ready_item_claim(&item)); /* R1 */
    assert_int_equal(ready_queue_length(&q), 1);
    assert_ptr_equal(ready_queue_pop(&q), &item);
    assert_null(ready_queue_pop(&q));
}

static void only_the_first_arrival_needs_to_tell(void **state)
{
    ready_queue q;
    ready_item items[3];
    (void)state;
    ready_queue_init(&q);
    for (int i = 0; i < 3; i++) {
        ready_item_init(&items[i], READY_CALL);
        ready_item_claim(&items[i]);
        assert_int_equal(ready_queue_push(&q, &items[i]), i == 0); /* R2 */
    }
    while (ready_queue_pop(&q)) continue;
    ready_item_claim(&items[0]);
    assert_true(ready_queue_push(&q, &items[0]));
}

static void what_was_popped_may_be_pushed_again(void **state)
{
    ready_queue q;
    ready_item item;
    (void)state;
    ready_queue_init(&q);
    push_all(&q, &item, 1);
    for (int i = 0; i < 3; i++) {
        ready_item *popped = ready_queue_pop(&q);
        assert_ptr_equal(popped, &item);
        assert_true(ready_item_claim(popped)); /* R3 */
        ready_queue_push_own(&q, popped);
    }
}

static void items_come_out_in_the_order_in_which_they_went_in(void **state)
{
    ready_queue q;
    ready_item items[100];
    (void)state;
    ready_queue_init(&q);
    push_all(&q, items, 100);
    for (int i = 0; i < 100; i++) { /* R4 */
        assert_ptr_equal(ready_queue_peek(&q), &items[i]);
        assert_ptr_equal(ready_queue_pop(&q), &items[i]);
    }
    assert_true(ready_queue_is_empty(&q));
}

static void an_item_can_be_taken_out_of_the_middle(void **state)
{
    ready_queue q;
    ready_item items[3];
    (void)state;
    ready_queue_init(&q);
    push_all(&q, items, 3);
    ready_queue_remove(&q, &items[1]);
    ready_queue_remove(&q, &items[1]); /* not queued any more: nothing */
    assert_int_equal(ready_queue_length(&q), 2);
    assert_ptr_equal(ready_queue_pop(&q), &items[0]);
    assert_ptr_equal(ready_queue_pop(&q), &items[2]);
}

struct producer {
    ready_queue *queue;
    struct numbered *items;
    int id;
};

static void *produce(void *arg)
{
    struct producer *p = arg;
    for (int i = 0; i < ITEMS; i++) {
        struct numbered *n = &p->items[i];
        n->producer = p->id;
        n->number = i;
        if (ready_item_claim(&n->item)) ready_queue_push(p->queue, &n->item);
    }
    return NULL;
}

static void many_threads_push_while_one_pops(void **state)
{
    static struct numbered items[PRODUCERS][ITEMS];
    ready_queue q;
    pthread_t threads[PRODUCERS];
    struct producer producers[PRODUCERS];
    int seen[PRODUCERS] = {0};
    (void)state;
    ready_queue_init(&q);
    for (int i = 0; i < PRODUCERS; i++) {
        for (int k = 0; k < ITEMS; k++) ready_item_init(&items[i][k].item, READY_CALL);
        producers[i] = (struct producer){.queue = &q, .items = items[i], .id = i};
        assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
    }
    for (int popped = 0; popped < PRODUCERS * ITEMS;) {
        struct numbered *n = (struct numbered *)(void *)ready_queue_pop(&q);
        if (!n) {
            sched_yield();
            continue;
        }
        assert_int_equal(n->number, seen[n->producer]); /* R4 */
        seen[n->producer]++;
        popped++;
    }
    for (int i = 0; i < PRODUCERS; i++) pthread_join(threads[i], NULL);
    assert_true(ready_queue_is_empty(&q));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_in_the_queue_at_most_once),
        cmocka_unit_test(only_the_first_arrival_needs_to_tell),
        cmocka_unit_test(what_was_popped_may_be_pushed_again),
        cmocka_unit_test(items_come_out_in_the_order_in_which_they_went_in),
        cmocka_unit_test(an_item_can_be_taken_out_of_the_middle),
        cmocka_unit_test(many_threads_push_while_one_pops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
