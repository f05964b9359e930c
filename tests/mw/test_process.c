/* tests/mw/test_process.c: which process a participant belongs to, written into USER_DATA and read from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/process.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOOT "000102030405060708090a0b0c0d0eff"

static bool read_text(const char *text, process_identity *found)
{
    return process_of_user_data(text, strlen(text), found);
}

static void this_process_knows_itself_and_says_so(void **state) /* DIS-13 */
{
    (void)state;
    process_identity self, read;
    uint64_t start = 0;
    assert_true(process_self(&self));
    assert_int_equal(self.pid, getpid());
    assert_true(process_start_time(getpid(), &start));
    assert_int_equal(self.start, start);
    char *text = process_user_data(&self, "enclave=/;rclio=node;");
    assert_int_equal(strncmp(text, "enclave=/;rclio=node;process=", 29), 0);
    assert_int_equal(text[strlen(text) - 1], ';');
    assert_true(read_text(text, &read));
    assert_memory_equal(self.boot, read.boot, sizeof self.boot);
    assert_int_equal(self.pid_namespace, read.pid_namespace);
    assert_int_equal(self.pid, read.pid);
    assert_int_equal(self.start, read.start);
    free(text);
}

static void who_does_not_know_itself_announces_nothing_and_has_no_neighbours(void **state)
{
    (void)state;
    const process_identity nobody = {0};
    process_identity other;
    char *text = process_user_data(&nobody, "enclave=/;");
    assert_string_equal(text, "enclave=/;");
    assert_true(read_text("process=" BOOT ".4026531836.12.34;", &other));
    assert_false(process_is_neighbour(&nobody, &other));
    free(text);
}

static void a_process_is_read_where_it_is_written_as_it_must_be(void **state) /* DIS-13 */
{
    (void)state;
    static const char *const bad[] = {"",
                                      "enclave=/;",
                                      "process=;",
                                      "process=" BOOT ";",
                                      "process=" BOOT ".1.2;",
                                      "process=" BOOT ".1.2.3.4;",
                                      "process=" BOOT ".1.2.3 ;",
                                      "process=" BOOT ".1.-2.3;",
                                      "process=" BOOT ".1.+2.3;",
                                      "process=" BOOT ".1.02.3;",
                                      "process=" BOOT ".1.0.3;",
                                      "process=" BOOT ".0.2.3;",
                                      "process=" BOOT ".1.2147483648.3;",
                                      "process=" BOOT ".1.2.18446744073709551616;",
                                      "process=" BOOT "0.1.2.3;",
                                      "process=0001.1.2.3;",
                                      "process=000102030405060708090A0B0C0D0EFF.1.2.3;",
                                      "process=" BOOT "..2.3;"};
    process_identity found;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(read_text(bad[i], &found));
    assert_true(read_text("enclave=/;rclio=node;process=" BOOT ".18446744073709551615.2147483647.0", &found));
    assert_int_equal(found.boot[15], 0xff);
    assert_true(found.pid_namespace == UINT64_MAX);
    assert_int_equal(found.pid, 2147483647);
    assert_int_equal(found.start, 0);
}

static void a_neighbour_is_another_process_of_this_machine_and_namespace(void **state) /* DIS-13 */
{
    (void)state;
    const process_identity self = {.boot = {1}, .pid_namespace = 7, .pid = 10, .start = 100};
    process_identity other = self;
    assert_false(process_is_neighbour(&self, &other)); /* ourselves */
    other.pid = 11;
    assert_true(process_is_neighbour(&self, &other));
    other.pid_namespace = 8;
    assert_false(process_is_neighbour(&self, &other));
    other = self;
    other.start = 99; /* had our pid before us */
    assert_true(process_is_neighbour(&self, &other));
    other.boot[3] = 1;
    assert_false(process_is_neighbour(&self, &other));
}

static void a_process_that_is_not_there_has_no_start_time(void **state)
{
    (void)state;
    uint64_t start = 0;
    assert_false(process_start_time(2147483647, &start));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(this_process_knows_itself_and_says_so),
        cmocka_unit_test(who_does_not_know_itself_announces_nothing_and_has_no_neighbours),
        cmocka_unit_test(a_process_is_read_where_it_is_written_as_it_must_be),
        cmocka_unit_test(a_neighbour_is_another_process_of_this_machine_and_namespace),
        cmocka_unit_test(a_process_that_is_not_there_has_no_start_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
