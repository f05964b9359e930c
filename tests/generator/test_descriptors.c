/* tests/generator/test_descriptors.c: what the generator compiled into this program is what the reader makes at run time, for
 * every interface of every package, found here by the names of its symbols. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rclio/types.h"
#include "test_msgs/msg/defaults.h"

#include <dlfcn.h>
#include <string.h>

typedef const rclio_type *type_function(void);

static const rclio_type *generated(const char *name)
{
    char symbol[512];
    size_t length = 0;
    for (const char *c = name; *c; c++) {
        symbol[length++] = *c == '/' ? '_' : *c;
        if (*c == '/') symbol[length++] = '_';
    }
    memcpy(symbol + length, "__rclio_type", sizeof "__rclio_type");
    void *found = dlsym(RTLD_DEFAULT, symbol);
    if (!found) fail_msg("no symbol %s", symbol);
    type_function *function;
    memcpy(&function, &found, sizeof function);
    return function();
}

static void assert_same_values(rclio_base_type base, const void *a, const void *b, size_t count, size_t element)
{
    if (base != RCLIO_STRING && base != RCLIO_WSTRING) {
        assert_memory_equal(a, b, count * element);
        return;
    }
    for (size_t i = 0; i < count; i++) assert_string_equal(((const char *const *)a)[i], ((const char *const *)b)[i]);
}

static size_t element_size(rclio_base_type base)
{
    const rclio_field field = {.base = base};
    return rclio_field_element_size(&field);
}

static void assert_same_field(const rclio_field *a, const rclio_field *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->base, b->base);
    assert_int_equal(a->shape, b->shape);
    assert_int_equal(a->capacity, b->capacity);
    assert_int_equal(a->string_bound, b->string_bound);
    assert_int_equal(a->offset, b->offset);
    assert_int_equal(a->is_char, b->is_char);
    assert_int_equal(!a->nested, !b->nested);
    if (a->nested) assert_string_equal(a->nested->name, b->nested->name);
    assert_int_equal(a->default_count, b->default_count);
    if (a->default_count)
        assert_same_values(a->base, a->default_value, b->default_value, a->default_count, element_size(a->base));
}

static void assert_same_type(const rclio_type *a, const rclio_type *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->kind, b->kind);
    assert_memory_equal(a->hash, b->hash, sizeof a->hash);
    assert_int_equal(a->size, b->size);
    assert_int_equal(a->kind == RCLIO_MESSAGE ? a->alignment : 0, b->kind == RCLIO_MESSAGE ? b->alignment : 0);
    assert_int_equal(a->field_count, b->field_count);
    assert_int_equal(a->constant_count, b->constant_count);
    for (size_t i = 0; i < a->field_count; i++) assert_same_field(&a->fields[i], &b->fields[i]);
    for (size_t i = 0; i < a->constant_count; i++) {
        assert_string_equal(a->constants[i].name, b->constants[i].name);
        assert_int_equal(a->constants[i].base, b->constants[i].base);
        assert_same_values(a->constants[i].base, a->constants[i].value, b->constants[i].value, 1,
                           element_size(a->constants[i].base));
    }
    for (int part = 0; part < RCLIO_PARTS; part++) {
        assert_int_equal(!a->parts[part], !b->parts[part]);
        if (!a->parts[part]) continue;
        assert_ptr_equal(a->parts[part], generated(a->parts[part]->name));
        assert_same_type(a->parts[part], b->parts[part]);
    }
}

static size_t assert_same_interfaces(const char *folder)
{
    size_t count = 0;
    rclio_types *types = rclio_types_new(NULL, NULL);
    char **names = rclio_types_list(types, NULL, folder);
    assert_non_null(names);
    for (; names[count]; count++) {
        const rclio_type *type = rclio_types_get(types, names[count]);
        if (!type) fail_msg("%s", rclio_error());
        assert_same_type(generated(names[count]), type);
    }
    rclio_names_free(names);
    rclio_types_destroy(types);
    return count;
}

static void generated_messages_are_those_read_at_run_time(void **state)
{
    (void)state;
    assert_true(assert_same_interfaces("msg") >= 205);
}

static void generated_services_are_those_read_at_run_time(void **state)
{
    (void)state;
    assert_true(assert_same_interfaces("srv") >= 36);
}

static void generated_actions_are_those_read_at_run_time(void **state)
{
    (void)state;
    assert_true(assert_same_interfaces("action") >= 6);
}

static void the_library_of_all_packages_is_linked(void **state)
{
    (void)state;
    assert_string_equal(RCLIO_TYPE(test_msgs, msg, Defaults)->name, "test_msgs/msg/Defaults");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_of_all_packages_is_linked),
        cmocka_unit_test(generated_messages_are_those_read_at_run_time),
        cmocka_unit_test(generated_services_are_those_read_at_run_time),
        cmocka_unit_test(generated_actions_are_those_read_at_run_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
