/* tests/node/test_loan.c: messages that are borrowed by who publishes and kept by who receives (rclio/loan.h). */
#include "pair.h"

#include "node/publisher.h"
#include "rclio/loan.h"

typedef struct string_message { /* std_msgs/msg/String */
    rosidl_runtime_c__String data;
} string_message;

typedef struct keeper { /* a subscription that keeps what it gets */
    rclio_kept_message *kept[8];
    const void *messages[8];
    size_t count;
    rclio_status second; /* of keeping once more */
    rclio_publisher *passes_to;
    const char *edits; /* before it passes it on */
} keeper;

static void keep(const void *message, const rclio_message_info *info, void *arg)
{
    keeper *k = arg;
    assert_true(k->count < 8);
    rclio_kept_message *kept = rclio_message_keep(info);
    k->second = rclio_message_keep(info) ? RCLIO_OK : rclio_error_status();
    k->messages[k->count] = message;
    if (kept) assert_ptr_equal(rclio_kept_message_get(kept), message);
    if (k->edits) {
        string_message *string = rclio_kept_message_edit(&kept);
        assert_true(rosidl_runtime_c__String__assign(&string->data, k->edits));
    }
    if (k->passes_to) {
        assert_ok(rclio_publish_kept(k->passes_to, kept));
        kept = NULL;
    }
    k->kept[k->count++] = kept;
}

static void keeper_free(keeper *k)
{
    for (size_t i = 0; i < k->count; i++) rclio_kept_message_unref(k->kept[i]);
}

static const char *text_of(const rclio_kept_message *kept)
{
    return ((const string_message *)rclio_kept_message_get(kept))->data.data;
}

static const rclio_type *type_of(rclio_node *node, const char *name)
{
    const rclio_type *type = rclio_types_get(rclio_context_types(rclio_node_context(node)), name);
    assert_non_null(type);
    return type;
}

static rclio_publisher *publisher_of(rclio_node *node, const char *topic, rclio_intra_process intra_process)
{
    rclio_publisher *publisher = rclio_publisher_new(node, type_of(node, "std_msgs/msg/String"), topic,
                                                     &(rclio_publisher_options){.intra_process = intra_process});
    assert_non_null(publisher);
    return publisher;
}

static void subscribe(rclio_node *node, const char *topic, keeper *k, rclio_intra_process intra_process)
{
    rclio_subscription *s = rclio_subscription_new(node, type_of(node, "std_msgs/msg/String"), topic, keep, k,
                                                   &(rclio_subscription_options){.intra_process = intra_process});
    assert_non_null(s);
}

static void *borrow(rclio_publisher *publisher, const char *text)
{
    string_message *message = rclio_publisher_borrow(publisher);
    assert_non_null(message);
    assert_true(rosidl_runtime_c__String__assign(&message->data, text));
    return message;
}

/* ---- borrowed ---- */

static void a_borrowed_message_is_published_also_to_the_network(void **state)
{
    pair p = pair_new();
    keeper k = {.count = 0};
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "lent", RCLIO_INTRA_PROCESS_OFF);
    subscribe(p.client, "lent", &k, RCLIO_INTRA_PROCESS_ON);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    void *message = borrow(publisher, "encoded");
    assert_ok(rclio_publish_loaned(publisher, message));
    SPIN_UNTIL(p.executor, k.count == 1);
    assert_string_equal(text_of(k.kept[0]), "encoded");
    assert_ptr_not_equal(k.messages[0], message);
    assert_ptr_equal(rclio_publisher_borrow(publisher), message); /* it came back at once, with its memory */
    keeper_free(&k);
    pair_free(&p);
}

static void a_borrowed_message_is_published_or_given_back_once(void **state)
{
    pair p = pair_new();
    string_message foreign = {0};
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "once", RCLIO_INTRA_PROCESS_ON);
    rclio_publisher *other = publisher_of(p.server, "other", RCLIO_INTRA_PROCESS_ON);
    void *message = borrow(publisher, "x");
    assert_int_equal(rclio_publish_loaned(other, message), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "'/other'"));
    assert_int_equal(rclio_publisher_return(other, message), RCLIO_INVALID);
    assert_ok(rclio_publish_loaned(publisher, message)); /* still on loan from its own */
    assert_int_equal(rclio_publish_loaned(publisher, message), RCLIO_INVALID);
    message = borrow(publisher, "y");
    assert_ok(rclio_publisher_return(publisher, message));
    assert_int_equal(rclio_publisher_return(publisher, message), RCLIO_INVALID);
    assert_int_equal(rclio_publish_loaned(publisher, &foreign), RCLIO_INVALID);
    assert_int_equal(rclio_publish_loaned(publisher, NULL), RCLIO_INVALID);
    assert_int_equal(rclio_publish_loaned(NULL, message), RCLIO_INVALID);
    assert_int_equal(rclio_publisher_return(NULL, message), RCLIO_INVALID);
    assert_null(rclio_publisher_borrow(NULL));
    pair_free(&p);
}

static void what_is_still_on_loan_goes_with_its_publisher(void **state) /* the address sanitizer watches */
{
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "forgotten", RCLIO_INTRA_PROCESS_ON);
    borrow(publisher, "one");
    borrow(publisher, "two");
    rclio_publisher_destroy(publisher);
    borrow(publisher_of(p.server, "forgotten", RCLIO_INTRA_PROCESS_ON), "three");
    pair_free(&p);
}

static void a_program_that_only_borrows_is_stopped(void **state)
{
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "greedy", RCLIO_INTRA_PROCESS_ON);
    for (int i = 0; i < 1000; i++) assert_non_null(rclio_publisher_borrow(publisher));
    assert_null(rclio_publisher_borrow(publisher));
    assert_int_equal(rclio_error_status(), RCLIO_LIMIT);
    assert_non_null(strstr(rclio_error(), "'/greedy'"));
    pair_free(&p);
}

static void a_publisher_that_may_not_publish_takes_it_back_all_the_same(void **state)
{
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "still", RCLIO_INTRA_PROCESS_ON);
    void *message = borrow(publisher, "x");
    publisher_mute(publisher, true);
    assert_ok(rclio_publish_loaned(publisher, message));
    publisher_mute(publisher, false);
    assert_ptr_equal(rclio_publisher_borrow(publisher), message);
    rclio_shutdown(p.server_context);
    assert_int_equal(rclio_publish_loaned(publisher, message), RCLIO_SHUTDOWN);
    assert_int_equal(rclio_publisher_return(publisher, message), RCLIO_INVALID);
    pair_free(&p);
}

static void a_broken_bound_is_named_and_the_message_taken_back(void **state)
{
    static const char definition[] = "string<=3 data\n";
    keeper k = {.count = 0};
    pair p = pair_new();
    (void)state;
    const rclio_type *bounded = rclio_types_parse(rclio_context_types(p.server_context), "own_msgs/msg/Bounded", "Bounded.msg",
                                                  definition, sizeof definition - 1);
    rclio_publisher *publisher =
        rclio_publisher_new(p.server, bounded, "bound", &(rclio_publisher_options){.intra_process = RCLIO_INTRA_PROCESS_ON});
    assert_non_null(rclio_subscription_new(p.server, bounded, "bound", keep, &k,
                                           &(rclio_subscription_options){.intra_process = RCLIO_INTRA_PROCESS_ON}));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    void *message = borrow(publisher, "four");
    assert_int_equal(rclio_publish(publisher, message), RCLIO_INVALID);
    assert_int_equal(rclio_publish_loaned(publisher, message), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "'/bound'"));
    assert_non_null(strstr(rclio_error(), "'data'"));
    assert_int_equal(rclio_publisher_return(publisher, message), RCLIO_INVALID);
    assert_ok(rclio_publish_loaned(publisher, borrow(publisher, "fit")));
    SPIN_UNTIL(p.executor, k.count == 1);
    keeper_free(&k);
    pair_free(&p);
}

/* ---- kept ---- */

static void a_kept_message_outlives_everything(void **state)
{
    keeper near = {.count = 0}, decoded = {.count = 0};
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "kept", RCLIO_INTRA_PROCESS_ON);
    subscribe(p.client, "kept", &near, RCLIO_INTRA_PROCESS_ON);
    subscribe(p.client, "kept", &decoded, RCLIO_INTRA_PROCESS_OFF);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    for (int i = 0; i < 4; i++) {
        char text[32];
        snprintf(text, sizeof text, "number %d", i);
        assert_ok(rclio_publish_loaned(publisher, borrow(publisher, text)));
    }
    SPIN_UNTIL(p.executor, near.count == 4 && decoded.count == 4);
    pair_free(&p); /* publisher, subscriptions, contexts and their types */
    for (size_t i = 0; i < 4; i++) {
        char text[16];
        snprintf(text, sizeof text, "number %zu", i);
        assert_string_equal(text_of(near.kept[i]), text);
        assert_string_equal(text_of(decoded.kept[i]), text);
        assert_string_equal(rclio_kept_message_type(near.kept[i])->name, "std_msgs/msg/String");
        rclio_kept_message *more = rclio_kept_message_ref(near.kept[i]);
        rclio_kept_message_unref(near.kept[i]);
        near.kept[i] = more;
    }
    keeper_free(&near);
    keeper_free(&decoded);
}

static void a_message_is_kept_once(void **state)
{
    keeper k = {.count = 0}, raw = {.count = 0};
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "once", RCLIO_INTRA_PROCESS_ON);
    subscribe(p.client, "once", &k, RCLIO_INTRA_PROCESS_ON);
    assert_non_null(rclio_subscription_new(p.client, type_of(p.client, "std_msgs/msg/String"), "once", keep, &raw,
                                           &(rclio_subscription_options){.raw = true}));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    assert_ok(rclio_publish_loaned(publisher, borrow(publisher, "x")));
    SPIN_UNTIL(p.executor, k.count == 1 && raw.count == 1);
    assert_int_equal(k.second, RCLIO_BAD_STATE);
    assert_null(raw.kept[0]);
    assert_int_equal(raw.second, RCLIO_INVALID);
    assert_null(rclio_message_keep(NULL));
    assert_null(rclio_kept_message_get(NULL));
    assert_null(rclio_kept_message_ref(NULL));
    keeper_free(&k);
    pair_free(&p);
}

/* camera -> paint -> screen: one message, from end to end. */
static void a_chain_passes_one_message_on_and_edits_it_in_place(void **state)
{
    keeper paint = {.edits = "painted"}, screen = {.count = 0};
    pair p = pair_new();
    (void)state;
    rclio_publisher *camera = publisher_of(p.server, "image", RCLIO_INTRA_PROCESS_ON);
    paint.passes_to = publisher_of(p.client, "painted", RCLIO_INTRA_PROCESS_ON);
    subscribe(p.client, "image", &paint, RCLIO_INTRA_PROCESS_ON);
    subscribe(p.server, "painted", &screen, RCLIO_INTRA_PROCESS_ON);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(camera, 1));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(paint.passes_to, 1));
    void *image = borrow(camera, "raw");
    assert_ok(rclio_publish_loaned(camera, image));
    SPIN_UNTIL(p.executor, screen.count == 1);
    assert_ptr_equal(paint.messages[0], image);
    assert_ptr_equal(screen.messages[0], image);
    assert_string_equal(text_of(screen.kept[0]), "painted");
    keeper_free(&screen);
    assert_ptr_equal(rclio_publisher_borrow(camera), image); /* and back to who made it */
    pair_free(&p);
}

static void who_edits_what_others_have_gets_a_copy(void **state)
{
    keeper edits = {.edits = "mine"}, reads = {.count = 0};
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "shared", RCLIO_INTRA_PROCESS_ON);
    subscribe(p.client, "shared", &edits, RCLIO_INTRA_PROCESS_ON);
    subscribe(p.client, "shared", &reads, RCLIO_INTRA_PROCESS_ON);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 2));
    assert_ok(rclio_publish_loaned(publisher, borrow(publisher, "ours")));
    SPIN_UNTIL(p.executor, edits.count == 1 && reads.count == 1);
    assert_string_equal(text_of(edits.kept[0]), "mine");
    assert_string_equal(text_of(reads.kept[0]), "ours");
    rclio_kept_message *none = NULL;
    assert_null(rclio_kept_message_edit(&none));
    assert_null(rclio_kept_message_edit(NULL));
    keeper_free(&edits);
    keeper_free(&reads);
    pair_free(&p);
}

static void a_kept_message_is_published_by_reference_to_many_and_stays_kept(void **state)
{
    keeper first = {.count = 0}, second = {.count = 0}, plain = {.count = 0};
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "one", RCLIO_INTRA_PROCESS_ON);
    rclio_publisher *again = publisher_of(p.server, "two", RCLIO_INTRA_PROCESS_ON);
    subscribe(p.server, "one", &first, RCLIO_INTRA_PROCESS_OFF); /* what was decoded can be passed on too */
    subscribe(p.server, "two", &second, RCLIO_INTRA_PROCESS_ON);
    subscribe(p.client, "two", &plain, RCLIO_INTRA_PROCESS_OFF);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(again, 2));
    assert_ok(rclio_publish_loaned(publisher, borrow(publisher, "twice")));
    SPIN_UNTIL(p.executor, first.count == 1);
    for (int i = 0; i < 2; i++) assert_ok(rclio_publish_kept(again, rclio_kept_message_ref(first.kept[0])));
    SPIN_UNTIL(p.executor, second.count == 2 && plain.count == 2);
    assert_ptr_equal(second.messages[0], first.messages[0]);
    assert_ptr_equal(second.messages[1], first.messages[0]);
    assert_string_equal(text_of(plain.kept[1]), "twice");
    assert_string_equal(text_of(first.kept[0]), "twice");
    keeper_free(&first);
    keeper_free(&second);
    keeper_free(&plain);
    pair_free(&p);
}

static void a_kept_message_of_another_type_is_refused(void **state)
{
    keeper k = {.count = 0};
    pair p = pair_new();
    (void)state;
    rclio_publisher *publisher = publisher_of(p.server, "text", RCLIO_INTRA_PROCESS_ON);
    rclio_publisher *numbers = rclio_publisher_new(p.server, type_of(p.server, "std_msgs/msg/Int32"), "numbers", NULL);
    subscribe(p.server, "text", &k, RCLIO_INTRA_PROCESS_ON);
    AWAIT_ONCE(rclio_publisher_wait_for_subscriptions(publisher, 1));
    assert_ok(rclio_publish_loaned(publisher, borrow(publisher, "x")));
    SPIN_UNTIL(p.executor, k.count == 1);
    assert_int_equal(rclio_publish_kept(numbers, rclio_kept_message_ref(k.kept[0])), RCLIO_INVALID);
    assert_non_null(strstr(rclio_error(), "'/numbers' (std_msgs/msg/Int32): the message kept is a std_msgs/msg/String"));
    assert_int_equal(rclio_publish_kept(NULL, rclio_kept_message_ref(k.kept[0])), RCLIO_INVALID);
    assert_int_equal(rclio_publish_kept(numbers, NULL), RCLIO_INVALID);
    keeper_free(&k);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_borrowed_message_is_published_also_to_the_network),
        cmocka_unit_test(a_borrowed_message_is_published_or_given_back_once),
        cmocka_unit_test(what_is_still_on_loan_goes_with_its_publisher),
        cmocka_unit_test(a_program_that_only_borrows_is_stopped),
        cmocka_unit_test(a_publisher_that_may_not_publish_takes_it_back_all_the_same),
        cmocka_unit_test(a_broken_bound_is_named_and_the_message_taken_back),
        cmocka_unit_test(a_kept_message_outlives_everything),
        cmocka_unit_test(a_message_is_kept_once),
        cmocka_unit_test(a_chain_passes_one_message_on_and_edits_it_in_place),
        cmocka_unit_test(who_edits_what_others_have_gets_a_copy),
        cmocka_unit_test(a_kept_message_is_published_by_reference_to_many_and_stays_kept),
        cmocka_unit_test(a_kept_message_of_another_type_is_refused),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
