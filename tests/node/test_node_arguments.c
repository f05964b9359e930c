/* tests/node/test_node_arguments.c: a node's own arguments, above those of the command line (ARG-5). What upstream's rclpy makes of the same
 * words was measured. */
#include "../support/harness.h"

#define WORDS(...) ((char *const[]){"--ros-args", __VA_ARGS__, NULL})

typedef struct named {
    rclio_context *context;
    rclio_node *node;
} named;

static int count_words(char *const *words)
{
    int count = 0;
    while (words && words[count]) count++;
    return count;
}

/* A node "x" of a process with rules and parameters. */
static named named_new(char *const *own, bool ignores_global)
{
    static char *const process[] = {"p",  "--ros-args", "-r", "chatter:=/global", "-r", "__node:=globalname", "-p", "x:=1",
                                    "-p", "y:=1",       NULL};
    rclio_context *context =
        rclio_init(count_words(process), process, &(rclio_context_options){.signals = RCLIO_SIGNALS_NONE, .no_rosout = true});
    assert_non_null(context);
    rclio_node_options options = {.arguments = own,
                                  .argument_count = count_words(own),
                                  .ignore_global_arguments = ignores_global,
                                  .automatically_declare_parameters = true,
                                  .allow_undeclared_parameters = true,
                                  .no_parameter_services = true,
                                  .no_type_description_service = true};
    return (named){context, rclio_node_new(context, "x", &options)};
}

static int64_t parameter_of(rclio_node *node, const char *name)
{
    int64_t value = 0;
    if (rclio_parameter_get_integer(node, name, &value) != RCLIO_OK) return 0;
    return value;
}

typedef struct expected {
    char *const *own;
    bool ignores_global;
    const char *name, *chatter, *other;
    int64_t x, y, z; /* parameters; 0: none */
} expected;

static void check(const expected *e)
{
    named n = named_new(e->own, e->ignores_global);
    if (!n.node) fail_msg("%s", rclio_error());
    char *chatter = rclio_node_resolve_topic(n.node, "chatter"), *other = rclio_node_resolve_service(n.node, "other");
    assert_string_equal(rclio_node_full_name(n.node), e->name);
    assert_string_equal(chatter, e->chatter);
    assert_string_equal(other, e->other);
    assert_int_equal(parameter_of(n.node, "x"), e->x);
    assert_int_equal(parameter_of(n.node, "y"), e->y);
    assert_int_equal(parameter_of(n.node, "z"), e->z);
    free(chatter);
    free(other);
    rclio_context_destroy(n.context);
}

static void a_nodes_own_arguments_stand_above_those_of_the_process(void **state) /* ARG-5 */
{
    (void)state;
    const expected cases[] = {
        {NULL, false, "/globalname", "/global", "/other", 1, 1, 0},
        {WORDS("-r", "chatter:=/local", "-r", "__ns:=/ns", "-p", "x:=2", "-p", "z:=3"), false, "/ns/globalname", "/local",
         "/ns/other", 2, 1, 3},
        {WORDS("-r", "__node:=localname", "-r", "other:=/o"), true, "/localname", "/chatter", "/o", 0, 0, 0},
        {WORDS("-r", "__node:=localname", "-p", "x:p:=9", "-p", "localname:x:=4"), false, "/localname", "/global", "/other", 4, 1,
         0},
        {WORDS("-r", "__name:=l2", "-p", "x:x:=5", "-p", "globalname:x:=4", "-p", "l2:x:=6"), false, "/l2", "/global", "/other",
         6, 1, 0},
        {WORDS("-r", "x:chatter:=/named", "-r", "x:__node:=renamed", "-r", "renamed:other:=/re"), false, "/renamed", "/global",
         "/re", 1, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check(&cases[i]);
}

static void words_outside_of_ros_args_are_no_failure_and_old_rules_work(void **state) /* ARG-1, ARG-2 */
{
    (void)state;
    char *const words[] = {"chatter:=/oldstyle", "--foo", NULL};
    const expected e = {words, false, "/globalname", "/oldstyle", "/other", 1, 1, 0};
    check(&e);
}

static void a_node_with_arguments_that_cannot_be_read_is_not_made(void **state)
{
    (void)state;
    const struct {
        char *const *own;
        const char *words;
    } cases[] = {
        {WORDS("--foo", "--bar"), "no node 'x': found unknown ROS arguments: '--foo', '--bar'"},
        {WORDS("-r"), "no node 'x': Failed to parse ROS arguments: Couldn't parse trailing -r flag. No remap rule found."},
        {WORDS("-r", "a"), "no node 'x': Failed to parse ROS arguments: Couldn't parse remap rule: '-r a'. Error: "},
        {WORDS("-p", "a"), "no node 'x': Failed to parse ROS arguments: Couldn't parse parameter override rule: '-p a'. Error: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        named n = named_new(cases[i].own, false);
        assert_null(n.node);
        assert_memory_equal(rclio_error(), cases[i].words, strlen(cases[i].words));
        rclio_context_destroy(n.context);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nodes_own_arguments_stand_above_those_of_the_process),
        cmocka_unit_test(words_outside_of_ros_args_are_no_failure_and_old_rules_work),
        cmocka_unit_test(a_node_with_arguments_that_cannot_be_read_is_not_made),
    };
    return cmocka_run_group_tests(tests, harness_environment, NULL);
}
