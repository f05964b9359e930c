/* tests/types/test_hash.c: RIHS01 hashes of all types of the own packages, and what goes into them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_types.h"
#include "types/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* TYP-1, TYP-2, TYP-3 */
static void every_type_has_upstreams_hash(void **state)
{
    char line[512], name[256], wanted[80], hash[RCLIO_TYPE_HASH_TEXT_SIZE];
    unsigned count = 0, wrong = 0;
    FILE *table = fopen(RCLIO_SOURCE_DIR "/tests/data/type_hashes.tsv", "re");
    assert_non_null(table);
    while (fgets(line, sizeof line, table)) {
        if (sscanf(line, "%255s %79s", name, wanted) != 2) continue;
        count++;
        const rclio_type *type = rclio_types_get(*state, name);
        if (type) rclio_type_hash_text(type, hash);
        if (type && strcmp(hash, wanted) == 0 && strcmp(type->name, name) == 0) continue;
        print_error("%s: %s instead of %s\n", name, type ? hash : rclio_error(), wanted);
        wrong++;
    }
    fclose(table);
    assert_int_equal(wrong, 0);
    assert_int_equal(count, 427);
}

/* TYP-4 */
static void references_are_sorted_by_name_and_come_once(void **state)
{
    type_references references;
    const rclio_type *type = type_of(state, "geometry_msgs/msg/PoseWithCovarianceStamped");
    static const char *const wanted[] = {"builtin_interfaces/msg/Time",  "geometry_msgs/msg/Point",
                                         "geometry_msgs/msg/Pose",       "geometry_msgs/msg/PoseWithCovariance",
                                         "geometry_msgs/msg/Quaternion", "std_msgs/msg/Header"};
    assert_int_equal(type_references_collect(type, &references), RCLIO_OK);
    assert_int_equal(references.size, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < references.size; i++) assert_string_equal(references.data[i].type->name, wanted[i]);
    free(references.data);
}

/* TYP-2 */
static void a_type_id_is_made_of_base_and_shape(void **state)
{
    static const char source[] = "string<=5 a\nwstring<=5[] b\nchar[2] c\nbyte[<=3] d\nfloat64 e\nstd_msgs/String[] f\n";
    static const uint8_t wanted[] = {21, 22 + 144, 3 + 48, 16 + 96, 11, 1 + 144};
    const rclio_type *type = rclio_types_parse(*state, "p/msg/Ids", "Ids.msg", source, sizeof source - 1);
    assert_non_null(type);
    assert_int_equal(described_count(type), sizeof wanted);
    for (size_t i = 0; i < sizeof wanted; i++) assert_int_equal(described_at(type, i).type_id, wanted[i]);
    assert_int_equal(described_at(type, 0).string_capacity, 5);
    assert_int_equal(described_at(type, 3).capacity, 3);
}

static void comments_defaults_and_constants_are_not_in_the_hash(void **state)
{
    static const char plain[] = "int32 a\n", rich[] = "# text\nint32 X=1\nint32 a 3 # why\n", other[] = "int32 b\n";
    const rclio_type *a = rclio_types_parse(*state, "p/msg/T", "T.msg", plain, sizeof plain - 1);
    const rclio_type *b = rclio_types_parse(*state, "p/msg/T", "T.msg", rich, sizeof rich - 1);
    const rclio_type *c = rclio_types_parse(*state, "p/msg/T", "T.msg", other, sizeof other - 1);
    assert_non_null(a);
    assert_non_null(b);
    assert_non_null(c);
    assert_memory_equal(a->hash, b->hash, sizeof a->hash);
    assert_memory_not_equal(a->hash, c->hash, sizeof a->hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_upstreams_hash),
        cmocka_unit_test(references_are_sorted_by_name_and_come_once),
        cmocka_unit_test(a_type_id_is_made_of_base_and_shape),
        cmocka_unit_test(comments_defaults_and_constants_are_not_in_the_hash),
    };
    return cmocka_run_group_tests(tests, make_registry, drop_registry);
}
