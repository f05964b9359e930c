/* tests/types/test_python_text.c: numbers, strings and arrays as Python and numpy print them (text_numbers.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text_numbers.h"
#include "types/python_text.h"

#include <stdlib.h>
#include <string.h>

static void assert_text(text *t, const char *expected)
{
    assert_false(t->failed);
    assert_string_equal(t->data, expected);
    text_fini(t);
    text_init(t);
}

static void numbers_have_the_fewest_digits_that_read_back(void **state)
{
    (void)state;
    text t;
    text_init(&t);
    for (size_t i = 0; i < sizeof text_doubles / sizeof *text_doubles; i++) {
        python_double(&t, text_doubles[i].value);
        assert_text(&t, text_doubles[i].repr);
    }
    python_double(&t, NAN);
    assert_text(&t, "nan");
    python_float32(&t, 0.1f);
    assert_text(&t, "0.1");
    python_double(&t, (double)0.1f);
    assert_text(&t, "0.10000000149011612");
    text_fini(&t);
}

/* Every power of two: their neighbours are at different distances. */
static void every_number_printed_reads_back(void **state)
{
    (void)state;
    text t;
    text_init(&t);
    for (int exponent = -1074; exponent < 1024; exponent++) {
        double values[] = {ldexp(1, exponent), nextafter(ldexp(1, exponent), 0), -nextafter(ldexp(1, exponent), INFINITY)};
        for (size_t i = 0; i < 3; i++) {
            python_double(&t, values[i]);
            assert_true(strtod(t.data, NULL) == values[i]);
            text_clear(&t);
        }
    }
    for (int exponent = -149; exponent < 128; exponent++) {
        float value = ldexpf(1, exponent);
        python_float32(&t, value);
        assert_true(strtof(t.data, NULL) == value);
        text_clear(&t);
    }
    text_fini(&t);
}

static void arrays_print_as_numpys_do(void **state)
{
    (void)state;
    text t;
    text_init(&t);
    for (size_t i = 0; i < sizeof text_arrays / sizeof *text_arrays; i++) {
        float floats[36];
        for (size_t k = 0; k < 36; k++) floats[k] = (float)text_arrays[i].values[k];
        const void *data = text_arrays[i].base == RCLIO_FLOAT32 ? (const void *)floats : text_arrays[i].values;
        python_numpy_repr(&t, text_arrays[i].base, data, text_arrays[i].count);
        assert_text(&t, text_arrays[i].repr);
        python_numpy_str(&t, text_arrays[i].base, data, text_arrays[i].count);
        assert_text(&t, text_arrays[i].str);
    }
    text_fini(&t);
}

static void whole_numbers_are_in_columns_and_name_their_type(void **state)
{
    (void)state;
    text t;
    text_init(&t);
    python_numpy_repr(&t, RCLIO_INT8, (const int8_t[]){0, 127, -128}, 3);
    assert_text(&t, "array([   0,  127, -128], dtype=int8)");
    python_numpy_repr(&t, RCLIO_INT64, (const int64_t[]){1, -2}, 2);
    assert_text(&t, "array([ 1, -2])");
    python_numpy_repr(&t, RCLIO_UINT64, (const uint64_t[]){0, 1, UINT64_MAX}, 3);
    assert_text(&t, "array([                   0,                    1, 18446744073709551615],\n      dtype=uint64)");
    text_fini(&t);
}

static void long_arrays_show_their_ends(void **state)
{
    (void)state;
    text t;
    uint8_t *data = calloc(1, 2000);
    text_init(&t);
    data[1500] = 200; /* not shown, hence of no influence */
    python_numpy_repr(&t, RCLIO_UINT8, data, 2000);
    assert_text(&t, "array([0, 0, 0, ..., 0, 0, 0], shape=(2000,), dtype=uint8)");
    python_numpy_str(&t, RCLIO_UINT8, data, 2000);
    assert_text(&t, "[0 0 0 ... 0 0 0]");
    free(data);
    text_fini(&t);
}

static void bytes_and_broken_text_are_escaped(void **state)
{
    (void)state;
    text t;
    points p;
    text_init(&t);
    python_bytes(&t, (const uint8_t *)"a'\\\n\xff\"", 6);
    assert_text(&t, "b'a\\'\\\\\\n\\xff\"'");
    assert_true(points_from_utf8(&p, "a\xff\xfe\xe2\x82z\xed\xa0\x80", 9));
    python_string(&t, &p);
    points_fini(&p);
    assert_text(&t, "'a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd'");
    assert_true(points_from_utf16(&p, (const uint_least16_t[]){0xd83d, 0xde00, 0xd83d, 0x41}, 4));
    python_string(&t, &p);
    points_fini(&p);
    assert_text(&t, "'\xf0\x9f\x98\x80\xef\xbf\xbd"
                    "A'");
    text_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_the_fewest_digits_that_read_back),
        cmocka_unit_test(every_number_printed_reads_back),
        cmocka_unit_test(arrays_print_as_numpys_do),
        cmocka_unit_test(whole_numbers_are_in_columns_and_name_their_type),
        cmocka_unit_test(long_arrays_show_their_ends),
        cmocka_unit_test(bytes_and_broken_text_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
