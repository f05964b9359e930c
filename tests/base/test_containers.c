#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/array.h"
#include "base/list.h"
#include "base/map.h"
#include "base/text.h"

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void a_text_grows_and_is_always_a_string(void **state)
{
    text t;
    (void)state;
    text_init(&t);
    assert_string_equal(t.data, "");
    for (int i = 0; i < 1000; i++) text_append_format(&t, "%d,", i);
    text_append_repeated(&t, '-', 3);
    assert_true(ends_with(t.data, "998,999,---"));
    text_truncate(&t, 4);
    text_append_char(&t, '!');
    char *taken = text_take(&t);
    assert_string_equal(taken, "0,1,!");
    assert_string_equal(t.data, "");
    free(taken);
    text_fini(&t);
}

static void an_empty_text_is_taken_as_an_empty_string(void **state)
{
    text t;
    (void)state;
    text_init(&t);
    char *taken = text_take(&t);
    assert_string_equal(taken, "");
    free(taken);
}

static void prefixes_and_suffixes(void **state)
{
    (void)state;
    assert_true(starts_with("rt/chatter", "rt/"));
    assert_false(starts_with("r", "rt/"));
    assert_true(ends_with("fooRequest", "Request"));
    assert_false(ends_with("est", "Request"));
}

struct numbers {
    int *data;
    size_t size, capacity;
};

static void a_numbers_prefix_is_its_base(void **state) /* 0b is no prefix, whatever the C library makes of it */
{
    (void)state;
    assert_int_equal(number_base("12"), 10);
    assert_int_equal(number_base(" -0x1f"), 16);
    assert_int_equal(number_base("+0X1f"), 16);
    assert_int_equal(number_base("010"), 8);
    assert_int_equal(number_base("0b1"), 8);
    assert_int_equal(number_base(""), 10);
}

static void an_array_keeps_what_was_appended(void **state)
{
    struct numbers numbers = {0};
    (void)state;
    for (int i = 0; i < 1000; i++) assert_true(array_append(&numbers, i));
    for (int i = 0; i < 1000; i++) assert_int_equal(numbers.data[i], i);
    free(numbers.data);
}

static void an_impossible_array_is_refused_and_stays_as_it_was(void **state)
{
    struct numbers numbers = {0};
    (void)state;
    assert_true(array_append(&numbers, 7));
    assert_int_equal(array_reserve(&numbers.data, &numbers.capacity, SIZE_MAX / 2, sizeof(int)), RCLIO_NO_MEMORY);
    assert_int_equal(numbers.data[0], 7);
    free(numbers.data);
}

static void collect(const char *key, void *value, void *arg)
{
    (void)value;
    text_append(arg, key);
}

static void a_map_finds_replaces_removes_and_keeps_the_order(void **state)
{
    map m = {0};
    int one = 1, two = 2;
    text keys;
    (void)state;
    assert_null(map_get(&m, "a"));
    assert_int_equal(map_set(&m, "b", &one), RCLIO_OK);
    assert_int_equal(map_set(&m, "a", &one), RCLIO_OK);
    assert_int_equal(map_set(&m, "b", &two), RCLIO_OK);
    assert_ptr_equal(map_get(&m, "b"), &two);
    assert_int_equal(map_size(&m), 2);
    text_init(&keys);
    map_each(&m, collect, &keys);
    assert_string_equal(keys.data, "ba");
    text_fini(&keys);
    assert_ptr_equal(map_remove(&m, "b"), &two);
    assert_null(map_remove(&m, "b"));
    map_fini(&m, NULL);
    assert_int_equal(map_size(&m), 0);
}

struct item {
    int number;
    list link;
};

static void a_list_keeps_its_order_and_allows_removal_while_walking(void **state)
{
    list head;
    struct item items[4];
    int sum = 0;
    (void)state;
    list_init(&head);
    assert_true(list_is_empty(&head));
    for (int i = 0; i < 4; i++) {
        items[i].number = i;
        list_append(&head, &items[i].link);
    }
    list_each(it, &head) {
        if (list_entry(it, struct item, link)->number % 2) list_remove(it);
    }
    list_each(it, &head) sum = sum * 10 + list_entry(it, struct item, link)->number;
    assert_int_equal(sum, 2);
    list_remove(&items[1].link); /* L1: in no list */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_grows_and_is_always_a_string),
        cmocka_unit_test(an_empty_text_is_taken_as_an_empty_string),
        cmocka_unit_test(prefixes_and_suffixes),
        cmocka_unit_test(a_numbers_prefix_is_its_base),
        cmocka_unit_test(an_array_keeps_what_was_appended),
        cmocka_unit_test(an_impossible_array_is_refused_and_stays_as_it_was),
        cmocka_unit_test(a_map_finds_replaces_removes_and_keeps_the_order),
        cmocka_unit_test(a_list_keeps_its_order_and_allows_removal_while_walking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
