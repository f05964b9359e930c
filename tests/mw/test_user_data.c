/* tests/mw/test_user_data.c: the USER_DATA of participants and endpoints, read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/user_data.h"

#include <stdlib.h>
#include <string.h>

#define HASH "RIHS01_000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff"

static void assert_value(const char *data, size_t size, const char *key, const char *expected)
{
    char *copy = user_data_copy(data, size, key);
    assert_non_null(copy);
    assert_string_equal(copy, expected);
    free(copy);
}

static void values_are_found_by_key(void **state) /* DIS-1, DIS-3 */
{
    (void)state;
    static const char cyclone[] = "enclave=/;", fast[] = "enclave=/;\0"; /* Fast DDS counts a NUL after it */
    assert_value(cyclone, 10, "enclave", "/");
    assert_value(fast, 11, "enclave", "/");
    assert_value("enclave=/a/b;other=1;", 21, "other", "1");
    assert_value("enclave=/a/b", 12, "enclave", "/a/b");
    assert_value("myenclave=/x;enclave=/y;", 24, "enclave", "/y");
    assert_value("serviceid= 1.10.1;typehash=x;", 29, "serviceid", " 1.10.1");
    assert_value("enclave=a\0b;", 12, "enclave", "a");
}

static void missing_and_broken_data_is_no_error(void **state) /* DIS-1 */
{
    (void)state;
    assert_value(NULL, 0, "enclave", "");
    assert_value("", 0, "enclave", "");
    assert_value(";;;=;", 5, "enclave", "");
    assert_value("enclave", 7, "enclave", "");
    assert_value("enclave=", 8, "enclave", "");
    assert_value("rclio=services;", 15, "enclave", "");
}

static void a_type_hash_is_read_when_it_is_one(void **state) /* DIS-2 */
{
    (void)state;
    uint8_t hash[32];
    assert_true(user_data_type_hash("typehash=" HASH ";", 81, hash));
    assert_int_equal(hash[0], 0);
    assert_int_equal(hash[30], 0x1e);
    assert_int_equal(hash[31], 0xff);
    assert_false(user_data_type_hash("typehash=" HASH ";", 79, hash)); /* one digit short */
    assert_false(user_data_type_hash("typehash=RIHS02_00;", 19, hash));
    char bad[] = "typehash=" HASH ";";
    bad[40] = 'G';
    assert_false(user_data_type_hash(bad, 81, hash));
    assert_false(user_data_type_hash("enclave=/;", 10, hash));
}

static void what_is_written_is_what_others_write(void **state) /* DIS-1, DIS-2, DIS-3 */
{
    (void)state;
    uint8_t hash[32];
    for (int i = 0; i < 32; i++) hash[i] = (uint8_t)(i == 31 ? 0xff : i);
    char *participant = user_data_participant("/"), *plain = user_data_endpoint(NULL, NULL, hash);
    char *service = user_data_endpoint("serviceid", " 1.10", hash);
    assert_string_equal(participant, "enclave=/;rclio=node;"); /* DIS-13 */
    assert_string_equal(plain, "typehash=" HASH ";");
    assert_int_equal(strlen(plain), 81);
    assert_string_equal(service, "serviceid= 1.10;typehash=" HASH ";");
    free(participant);
    free(plain);
    free(service);
}

static void a_marker_names_the_participant_that_has_the_topics(void **state) /* DIS-13 */
{
    (void)state;
    const uint8_t own[16] = {0x01, 0x0f, 9}, topics[16] = {0x01, 0x10, 0xab, 3, 4, 5, 6, 7, 8, 9, 10, 0xff};
    uint8_t read[12];
    char *services = user_data_services(topics);
    assert_string_equal(services, "rclio=services;topics=0110ab030405060708090aff;");
    assert_true(user_data_marker(services, strlen(services), own, read));
    assert_memory_equal(read, topics, 12);
    assert_true(user_data_marker("enclave=/;rclio=node;", 21, own, read));
    assert_memory_equal(read, own, 12);
    assert_false(user_data_marker("enclave=/;", 10, own, read));
    assert_memory_equal(read, own, 12);
    assert_true(user_data_marker("rclio=services;topics=0110ab030405060708090axx;", 47, own, read));
    assert_memory_equal(read, own, 12);
    free(services);
}

static void an_id_is_the_prefix_and_a_counter(void **state) /* DIS-3, DIS-4 */
{
    (void)state;
    const uint8_t gid[16] = {0x01, 0x10, 0x01, 0x79, 0x31, 0x67, 0x4a, 0x39, 0x46, 0xb2, 0x35, 0x2b, 0, 0, 1, 0xc1};
    const uint8_t widest[16] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    char id[USER_DATA_ID_SIZE];
    user_data_id(gid, 8, id);
    assert_string_equal(id, " 1.10.1.79.31.67.4a.39.46.b2.35.2b.0.0.0.8");
    user_data_id(gid, 0x01020304, id);
    assert_string_equal(id, " 1.10.1.79.31.67.4a.39.46.b2.35.2b.1.2.3.4");
    user_data_id(widest, UINT32_MAX, id);
    assert_int_equal(strlen(id), 47);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_key),
        cmocka_unit_test(missing_and_broken_data_is_no_error),
        cmocka_unit_test(a_type_hash_is_read_when_it_is_one),
        cmocka_unit_test(what_is_written_is_what_others_write),
        cmocka_unit_test(a_marker_names_the_participant_that_has_the_topics),
        cmocka_unit_test(an_id_is_the_prefix_and_a_counter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
