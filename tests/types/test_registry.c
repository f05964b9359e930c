/* tests/types/test_registry.c: where definitions are found, which one wins, what a wrong name is told, and looking up from
 * threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rclio/types.h"

#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of its own for each test, gone with it, and the warnings of the registry made in it. */
struct place {
    char root[64];
    rclio_types *types;
    char warnings[4096];
    unsigned warning_count;
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    if (!p) return -1;
    strcpy(p->root, "/tmp/rclio-types-XXXXXX");
    *state = p;
    unsetenv("AMENT_PREFIX_PATH");
    unsetenv("RCLIO_INTERFACE_PATH");
    return mkdtemp(p->root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about, (void)kind, (void)walk;
    return remove(path);
}

static int drop_place(void **state)
{
    struct place *p = *state;
    rclio_types_destroy(p->types);
    nftw(p->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(p);
    return 0;
}

static void on_warning(const char *line, void *arg)
{
    struct place *p = arg;
    p->warning_count++;
    strncat(p->warnings, line, sizeof p->warnings - strlen(p->warnings) - 2);
    strcat(p->warnings, "\n");
}

/* Writes <root>/<path> and the folders above it. */
static void write_file(struct place *p, const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s/%s", p->root, path);
    for (char *slash = full + strlen(p->root) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(full, 0755);
        *slash = '/';
    }
    FILE *file = fopen(full, "we");
    if (!file) fail_msg("cannot write %s", full);
    fputs(text, file);
    fclose(file);
}

/* A list of folders below the root, into an environment variable. */
static void set_path(struct place *p, const char *variable, const char *first, const char *second)
{
    char value[512];
    snprintf(value, sizeof value, "%s/%s:%s/%s", p->root, first, p->root, second);
    setenv(variable, value, 1);
}

static void make_types(struct place *p)
{
    p->types = rclio_types_new(on_warning, p);
    assert_non_null(p->types);
}

static const rclio_type *get(struct place *p, const char *name)
{
    const rclio_type *type = rclio_types_get(p->types, name);
    if (!type) fail_msg("%s", rclio_error());
    return type;
}

static void expect_error(struct place *p, const char *name, rclio_status status, const char *error)
{
    char wanted[1024];
    const char *mark = strchr(error, '@'); /* stands for the root */
    snprintf(wanted, sizeof wanted, "%.*s%s%s", mark ? (int)(mark - error) : (int)strlen(error), error, mark ? p->root : "",
             mark ? mark + 1 : "");
    if (rclio_types_get(p->types, name)) fail_msg("'%s' was found", name);
    assert_string_equal(rclio_error(), wanted);
    assert_int_equal(rclio_error_status(), status);
}

static const char manifest[] =
    "<?xml version=\"1.0\"?>\n<package format=\"3\">\n<!-- <name>no</name> -->\n  <name> %s </name>\n</package>\n";

static void write_manifest(struct place *p, const char *folder, const char *name)
{
    char text[256], path[256];
    snprintf(text, sizeof text, manifest, name);
    snprintf(path, sizeof path, "%s/package.xml", folder);
    write_file(p, path, text);
}

/* IDL-1 */
static void own_definitions_come_before_the_prefixes_and_these_before_source_folders(void **state)
{
    struct place *p = *state;
    write_file(p, "one/share/std_msgs/msg/String.msg", "int32 wrong\n");
    write_file(p, "one/share/mine/msg/A.msg", "int32 from_one\n");
    write_file(p, "two/share/mine/msg/A.msg", "int32 from_two\n");
    write_file(p, "two/share/other/msg/B.msg", "int32 from_two\n");
    write_manifest(p, "ws/src/deep/other", "other");
    write_file(p, "ws/src/deep/other/msg/B.msg", "int32 from_source\n");
    write_manifest(p, "ws/src/deep/folder_name_is_free", "third");
    write_file(p, "ws/src/deep/folder_name_is_free/msg/C.msg", "int32 from_source\n");
    set_path(p, "AMENT_PREFIX_PATH", "one", "two");
    set_path(p, "RCLIO_INTERFACE_PATH", "nothing_here", "ws");
    make_types(p);
    assert_non_null(rclio_type_field(get(p, "std_msgs/msg/String"), "data"));
    assert_non_null(rclio_type_field(get(p, "mine/msg/A"), "from_one"));
    assert_non_null(rclio_type_field(get(p, "other/msg/B"), "from_two"));
    assert_non_null(rclio_type_field(get(p, "third/msg/C"), "from_source"));
    assert_ptr_equal(get(p, "third/msg/C"), get(p, "third/msg/C"));
}

/* IDL-1 */
static void a_package_in_two_places_is_one_warning(void **state)
{
    struct place *p = *state;
    char wanted[256];
    write_file(p, "one/share/mine/msg/A.msg", "int32 a\n");
    write_file(p, "one/share/mine/msg/B.msg", "int32 b\n");
    write_file(p, "two/share/mine/msg/A.msg", "int32 a\n");
    write_file(p, "two/share/lone/msg/A.msg", "int32 a\n");
    set_path(p, "AMENT_PREFIX_PATH", "one", "two");
    make_types(p);
    assert_int_equal(p->warning_count, 0);
    get(p, "mine/msg/A");
    get(p, "mine/msg/B");
    get(p, "lone/msg/A");
    rclio_names_free(rclio_types_packages(p->types));
    assert_int_equal(p->warning_count, 1);
    snprintf(wanted, sizeof wanted, "package 'mine' is in %s/one/share/mine and in %s/two/share/mine: the first is used\n",
             p->root, p->root);
    assert_string_equal(p->warnings, wanted);
}

static void one_folder_under_two_names_is_no_duplicate(void **state)
{
    struct place *p = *state;
    char from[128], to[128];
    write_file(p, "one/share/mine/msg/A.msg", "int32 a\n");
    snprintf(from, sizeof from, "%s/one", p->root);
    snprintf(to, sizeof to, "%s/two", p->root);
    assert_int_equal(symlink(from, to), 0);
    set_path(p, "AMENT_PREFIX_PATH", "one", "two");
    make_types(p);
    get(p, "mine/msg/A");
    assert_int_equal(p->warning_count, 0);
}

static void duplicates_in_source_folders_are_told_and_the_first_by_name_is_used(void **state)
{
    struct place *p = *state;
    write_manifest(p, "ws/b", "mine");
    write_file(p, "ws/b/msg/A.msg", "int32 from_b\n");
    write_manifest(p, "ws/a/x", "mine");
    write_file(p, "ws/a/x/msg/A.msg", "int32 from_a\n");
    set_path(p, "RCLIO_INTERFACE_PATH", "ws", "ws");
    make_types(p);
    assert_non_null(rclio_type_field(get(p, "mine/msg/A"), "from_a"));
    assert_int_equal(p->warning_count, 1);
}

static void source_folders_are_not_walked_for_a_type_that_is_elsewhere(void **state)
{
    struct place *p = *state;
    set_path(p, "RCLIO_INTERFACE_PATH", "not_there", "not_there_either"); /* a walk would warn */
    make_types(p);
    get(p, "std_msgs/msg/String");
    assert_int_equal(p->warning_count, 0);
    assert_null(rclio_types_get(p->types, "no_such_package/msg/String"));
    assert_int_equal(p->warning_count, 2);
    assert_null(rclio_types_get(p->types, "no_such_package/msg/String"));
    assert_int_equal(p->warning_count, 2);
}

static void a_walk_leaves_out_what_is_marked_hidden_or_without_a_manifest(void **state)
{
    struct place *p = *state;
    char loop[128];
    write_manifest(p, "ws/.hidden/x", "a_hidden");
    write_file(p, "ws/.hidden/x/msg/A.msg", "int32 a\n");
    write_manifest(p, "ws/ignored/x", "b_ignored");
    write_file(p, "ws/ignored/x/msg/A.msg", "int32 a\n");
    write_file(p, "ws/ignored/COLCON_IGNORE", "");
    write_file(p, "ws/no_manifest/msg/A.msg", "int32 a\n");
    write_manifest(p, "ws/no_interfaces", "c_empty");
    write_manifest(p, "ws/bad_name", "Bad-Name");
    write_file(p, "ws/bad_name/msg/A.msg", "int32 a\n");
    write_manifest(p, "ws/good", "d_good");
    write_file(p, "ws/good/srv/A.srv", "---\n");
    snprintf(loop, sizeof loop, "%s/ws/loop", p->root);
    assert_int_equal(symlink("..", loop), 0);
    set_path(p, "RCLIO_INTERFACE_PATH", "ws", "ws");
    make_types(p);
    char **packages = rclio_types_packages(p->types);
    assert_non_null(packages);
    bool good = false;
    for (size_t i = 0; packages[i]; i++) {
        good |= strcmp(packages[i], "d_good") == 0;
        assert_string_not_equal(packages[i], "a_hidden");
        assert_string_not_equal(packages[i], "b_ignored");
        assert_string_not_equal(packages[i], "c_empty");
        assert_string_not_equal(packages[i], "Bad-Name");
        assert_string_not_equal(packages[i], "no_manifest");
        if (i) assert_true(strcmp(packages[i - 1], packages[i]) < 0);
    }
    assert_true(good);
    rclio_names_free(packages);
}

static void a_wrong_name_is_told_the_nearest(void **state)
{
    struct place *p = *state;
    write_file(p, "one/share/mine/msg/OnlyIdl.idl", "");
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    make_types(p);
    expect_error(p, "std_msgs/msg/Strin", RCLIO_NOT_FOUND, "no type 'std_msgs/msg/Strin' (did you mean 'std_msgs/msg/String'?)");
    expect_error(p, "std_srvs/srv/SetBol_Request", RCLIO_NOT_FOUND,
                 "no type 'std_srvs/srv/SetBol_Request' (did you mean 'std_srvs/srv/SetBool_Request'?)");
    expect_error(p, "std_msg/msg/String", RCLIO_NOT_FOUND, "no package 'std_msg' with interfaces (did you mean 'std_msgs'?)");
    expect_error(p, "qqqqqqqqqqqq/msg/String", RCLIO_NOT_FOUND,
                 "no package 'qqqqqqqqqqqq' with interfaces: AMENT_PREFIX_PATH and RCLIO_INTERFACE_PATH say where to look");
    expect_error(p, "mine/msg/OnlyIdl", RCLIO_NOT_FOUND,
                 "no type 'mine/msg/OnlyIdl': @/one/share/mine/msg/OnlyIdl.idl is there, but only .msg files are read");
    expect_error(p, "mine/msg/Zzzzzzz", RCLIO_NOT_FOUND, "no type 'mine/msg/Zzzzzzz' in @/one/share/mine");
}

static void a_name_that_is_none_is_refused(void **state)
{
    struct place *p = *state;
    make_types(p);
    expect_error(p, "", RCLIO_INVALID, "a type name is missing: write package/msg/Name");
    expect_error(p, "std_msgs/String", RCLIO_INVALID,
                 "'std_msgs/String' is not a full type name: write package/msg/Name (did you mean 'std_msgs/msg/String'?)");
    expect_error(p, "String", RCLIO_INVALID,
                 "'String' is not a full type name: write package/msg/Name, package/srv/Name or package/action/Name");
    expect_error(p, "a/b/c/d", RCLIO_INVALID,
                 "'a/b/c/d' is not a full type name: write package/msg/Name, package/srv/Name or package/action/Name");
    expect_error(p, "std_msgs/msgs/String", RCLIO_INVALID,
                 "'std_msgs/msgs/String' is not a type name: 'msgs' is none of msg, srv, action");
    expect_error(p, "../msg/String", RCLIO_INVALID,
                 "'../msg/String' is not a type name: '..' is not a package name (lower-case letters, digits, '_')");
    expect_error(
        p, "std_msgs/msg/string", RCLIO_INVALID,
        "'std_msgs/msg/string' is not a type name: 'string' is not the name of an interface (CamelCase letters and digits)");
    expect_error(p, "std_msgs/msg/String_Request", RCLIO_INVALID,
                 "'std_msgs/msg/String_Request' is not a type name: 'String_Request' is not the name of an interface (CamelCase "
                 "letters and "
                 "digits)");
    expect_error(
        p, "std_srvs/srv/SetBool_Goal", RCLIO_INVALID,
        "'std_srvs/srv/SetBool_Goal' is not a type name: 'SetBool_Goal' is not the name of an interface (CamelCase letters and "
        "digits)");
    char *name = malloc(1000);
    memset(name, 'a', 999);
    name[999] = '\0';
    assert_null(rclio_types_get(p->types, name));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    free(name);
    assert_null(rclio_types_get(p->types, NULL));
    assert_null(rclio_types_path(p->types, NULL));
    assert_null(rclio_types_list(p->types, NULL, "msgs"));
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
}

static void a_type_that_contains_itself_is_shown_the_way_round(void **state)
{
    struct place *p = *state;
    write_file(p, "one/share/mine/msg/A.msg", "int32 x\nB b\n");
    write_file(p, "one/share/mine/msg/B.msg", "mine/C[] c\n");
    write_file(p, "one/share/mine/msg/C.msg", "\nA[<=2] a\n");
    write_file(p, "one/share/mine/msg/Self.msg", "Self s\n");
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    make_types(p);
    expect_error(
        p, "mine/msg/A", RCLIO_BAD_DATA,
        "@/one/share/mine/msg/C.msg:2:1: type 'mine/msg/A' contains itself: mine/msg/A > mine/msg/B > mine/msg/C > mine/msg/A");
    expect_error(p, "mine/msg/Self", RCLIO_BAD_DATA,
                 "@/one/share/mine/msg/Self.msg:1:1: type 'mine/msg/Self' contains itself: mine/msg/Self > mine/msg/Self");
}

static void an_error_in_a_nested_definition_names_that_file(void **state)
{
    struct place *p = *state;
    write_file(p, "one/share/mine/msg/A.msg", "B b\n");
    write_file(p, "one/share/mine/msg/B.msg", "int32 a\nint99 b\n");
    write_file(p, "one/share/mine/msg/C.msg", "std_msgs/String s\nno_such/Type[] t\n");
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    make_types(p);
    expect_error(p, "mine/msg/A", RCLIO_BAD_DATA,
                 "@/one/share/mine/msg/B.msg:2:1: 'int99' is neither a plain type nor a legal type name (Name, package/Name or "
                 "package/msg/Name)");
    expect_error(
        p, "mine/msg/C", RCLIO_BAD_DATA,
        "@/one/share/mine/msg/C.msg:2:1: no package 'no_such' with interfaces: AMENT_PREFIX_PATH and RCLIO_INTERFACE_PATH say "
        "where to look");
    write_file(p, "one/share/mine/msg/B.msg", "int32 a\n"); /* repaired: it is read again */
    assert_string_equal(get(p, "mine/msg/A")->fields[0].nested->name, "mine/msg/B");
}

static void nesting_has_a_limit(void **state)
{
    struct place *p = *state;
    char path[64], text[64];
    for (int i = 0; i < 66; i++) {
        snprintf(path, sizeof path, "one/share/mine/msg/T%d.msg", i);
        snprintf(text, sizeof text, i ? "T%d t\n" : "int32 x\n", i - 1);
        write_file(p, path, text);
    }
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    make_types(p);
    assert_null(rclio_types_get(p->types, "mine/msg/T65"));
    assert_int_equal(rclio_error_status(), RCLIO_LIMIT);
    assert_non_null(get(p, "mine/msg/T63"));
    expect_error(p, "mine/msg/T64", RCLIO_LIMIT,
                 "@/one/share/mine/msg/T64.msg: type 'mine/msg/T64' contains types to a depth of 65: 64 is allowed");
}

static void a_package_may_have_its_own_header(void **state)
{
    struct place *p = *state;
    write_file(p, "one/share/mine/msg/A.msg", "Header h\n");
    write_file(p, "one/share/theirs/msg/A.msg", "Header h\n");
    write_file(p, "one/share/theirs/msg/Header.msg", "int32 own\n");
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    make_types(p);
    assert_string_equal(get(p, "mine/msg/A")->fields[0].nested->name, "std_msgs/msg/Header");
    assert_string_equal(get(p, "theirs/msg/A")->fields[0].nested->name, "theirs/msg/Header");
}

/* TYP-3 */
static void derived_types_are_found_by_name_and_are_their_interfaces_parts(void **state)
{
    struct place *p = *state;
    make_types(p);
    const rclio_type *request = get(p, "example_interfaces/srv/AddTwoInts_Request");
    const rclio_type *service = get(p, "example_interfaces/srv/AddTwoInts");
    assert_ptr_equal(service->parts[RCLIO_PART_REQUEST], request);
    assert_ptr_equal(service->parts[RCLIO_PART_EVENT], get(p, "example_interfaces/srv/AddTwoInts_Event"));
    const rclio_type *action = get(p, "example_interfaces/action/Fibonacci");
    assert_ptr_equal(action->parts[RCLIO_PART_FEEDBACK_MESSAGE], get(p, "example_interfaces/action/Fibonacci_FeedbackMessage"));
    assert_ptr_equal(action->parts[RCLIO_PART_SEND_GOAL]->parts[RCLIO_PART_REQUEST],
                     get(p, "example_interfaces/action/Fibonacci_SendGoal_Request"));
    assert_int_equal(action->parts[RCLIO_PART_GET_RESULT]->kind, RCLIO_SERVICE);
}

static void paths_and_sources_are_given_for_derived_names_too(void **state)
{
    struct place *p = *state;
    char wanted[256];
    write_file(p, "one/share/mine/srv/S.srv", "# why\nint32 a\n---\n");
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    make_types(p);
    char *path = rclio_types_path(p->types, "mine/srv/S_Request");
    snprintf(wanted, sizeof wanted, "%s/one/share/mine/srv/S.srv", p->root);
    assert_non_null(path);
    assert_string_equal(path, wanted);
    free(path);
    char *source = rclio_types_source(p->types, "mine/srv/S");
    assert_non_null(source);
    assert_string_equal(source, "# why\nint32 a\n---\n");
    free(source);
    assert_null(rclio_types_source(p->types, "mine/srv/Sx"));
    assert_int_equal(rclio_error_status(), RCLIO_NOT_FOUND);
}

static void interfaces_are_listed_by_kind_in_order(void **state)
{
    struct place *p = *state;
    write_file(p, "one/share/mine/msg/B.msg", "");
    write_file(p, "one/share/mine/msg/A.msg", "");
    write_file(p, "one/share/mine/msg/A.idl", "");
    write_file(p, "one/share/mine/msg/bad_name.msg", "");
    write_file(p, "one/share/mine/srv/S.srv", "---");
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    make_types(p);
    char **list = rclio_types_list(p->types, "mine", "msg");
    assert_non_null(list);
    assert_string_equal(list[0], "mine/msg/A");
    assert_string_equal(list[1], "mine/msg/B");
    assert_null(list[2]);
    rclio_names_free(list);
    list = rclio_types_list(p->types, "mine", "action");
    assert_non_null(list);
    assert_null(list[0]);
    rclio_names_free(list);
    assert_null(rclio_types_list(p->types, "min", "msg"));
    assert_int_equal(rclio_error_status(), RCLIO_NOT_FOUND);
    assert_string_equal(rclio_error(), "no package 'min' with interfaces (did you mean 'mine'?)");
    size_t count = 0;
    list = rclio_types_list(p->types, NULL, "action");
    while (list[count]) count++;
    rclio_names_free(list);
    assert_int_equal(count, 6); /* the own packages' */
}

static void what_is_not_a_readable_file_is_an_error(void **state)
{
    struct place *p = *state;
    char path[128];
    write_file(p, "one/share/mine/msg/Folder.msg/x", "");
    write_file(p, "one/share/mine/msg/Big.msg", "");
    snprintf(path, sizeof path, "%s/one/share/mine/msg/Big.msg", p->root);
    assert_int_equal(truncate(path, (1 << 20) + 1), 0);
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    make_types(p);
    expect_error(p, "mine/msg/Folder", RCLIO_SYSTEM, "cannot read @/one/share/mine/msg/Folder.msg: it is not a regular file");
    expect_error(p, "mine/msg/Big", RCLIO_LIMIT,
                 "@/one/share/mine/msg/Big.msg has 1048577 bytes: an interface definition may have 1048576");
}

static void *look_up_everything(void *arg)
{
    rclio_types *types = arg;
    static const char *const kinds[] = {"msg", "srv", "action"};
    size_t missing = 0;
    for (size_t kind = 0; kind < 3; kind++) {
        char **list = rclio_types_list(types, NULL, kinds[kind]);
        for (size_t i = 0; list && list[i]; i++) missing += !rclio_types_get(types, list[i]);
        missing += !list;
        rclio_names_free(list);
    }
    return missing ? arg : NULL;
}

static void threads_may_look_up_at_the_same_time(void **state)
{
    struct place *p = *state;
    pthread_t threads[4];
    make_types(p);
    for (size_t i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, look_up_everything, p->types), 0);
    for (size_t i = 0; i < 4; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
}

/* A warning may come from inside a look-up, so it must be allowed to look up. */
static void look_up_again(const char *line, void *arg)
{
    struct place *p = arg;
    on_warning(line, arg);
    assert_non_null(rclio_types_get(p->types, "std_msgs/msg/String"));
}

static void a_warning_may_call_back(void **state)
{
    struct place *p = *state;
    write_file(p, "one/share/std_msgs/msg/String.msg", "int32 a\n");
    set_path(p, "AMENT_PREFIX_PATH", "one", "one");
    p->types = rclio_types_new(look_up_again, p);
    assert_non_null(rclio_types_get(p->types, "std_msgs/msg/Int32"));
    assert_int_equal(p->warning_count, 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, make_place, drop_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(own_definitions_come_before_the_prefixes_and_these_before_source_folders),
        test(a_package_in_two_places_is_one_warning),
        test(one_folder_under_two_names_is_no_duplicate),
        test(duplicates_in_source_folders_are_told_and_the_first_by_name_is_used),
        test(source_folders_are_not_walked_for_a_type_that_is_elsewhere),
        test(a_walk_leaves_out_what_is_marked_hidden_or_without_a_manifest),
        test(a_wrong_name_is_told_the_nearest),
        test(a_name_that_is_none_is_refused),
        test(a_type_that_contains_itself_is_shown_the_way_round),
        test(an_error_in_a_nested_definition_names_that_file),
        test(nesting_has_a_limit),
        test(a_package_may_have_its_own_header),
        test(derived_types_are_found_by_name_and_are_their_interfaces_parts),
        test(paths_and_sources_are_given_for_derived_names_too),
        test(interfaces_are_listed_by_kind_in_order),
        test(what_is_not_a_readable_file_is_an_error),
        test(threads_may_look_up_at_the_same_time),
        test(a_warning_may_call_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
