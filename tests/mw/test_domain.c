/* tests/mw/test_domain.c: joining a DDS domain, and what is said when that does not work: one sentence, and nothing on standard error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/graph.h"
#include "mw/mw.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOPBACK                                                              \
    "<CycloneDDS><Domain><General><Interfaces><NetworkInterface name=\"lo\" " \
    "multicast=\"true\"/></Interfaces></General></Domain></CycloneDDS>"
#define DOMAIN 29

static mw *try_open(uint32_t domain, mw_discovery_range range, const char *peers)
{
    mw_options options = {.domain_id = domain, .enclave = "/", .range = range, .static_peers = peers};
    return mw_cyclone_ops.open(&options);
}

/* Opens with that CYCLONEDDS_URI; returns what was written to standard error meanwhile. */
static const char *open_silently(const char *uri, uint32_t domain, mw **m)
{
    static char written[4096];
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    setenv("CYCLONEDDS_URI", uri, 1);
    dup2(fileno(file), STDERR_FILENO);
    *m = try_open(domain, MW_RANGE_SUBNET, NULL);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    written[fread(written, 1, sizeof written - 1, file)] = '\0';
    fclose(file);
    return written;
}

static void a_domain_beyond_232_is_refused_by_name(void **state) /* ENV-1 */
{
    (void)state;
    mw *m;
    assert_string_equal(open_silently(LOOPBACK, 233, &m), "");
    assert_null(m);
    assert_int_equal(rclio_error_status(), RCLIO_INVALID);
    assert_string_equal(rclio_error(), "ROS_DOMAIN_ID is 233: a domain is a number from 0 to 232");
    assert_string_equal(open_silently(LOOPBACK, 232, &m), "");
    assert_non_null(m);
    mw_cyclone_ops.close(m);
}

/* Threads of this process whose names begin so. */
static size_t threads_named(const char *beginning)
{
    size_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(tasks));) {
        char path[300], name[32] = "";
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        FILE *file = fopen(path, "r");
        if (!file) continue;
        if (fgets(name, sizeof name, file)) count += strncmp(name, beginning, strlen(beginning)) == 0;
        fclose(file);
    }
    closedir(tasks);
    return count;
}

static size_t receiving_with(const char *uri, bool few)
{
    size_t nameless = threads_named("test_mw_domain"); /* this one, and the thread sanitizer's */
    setenv("CYCLONEDDS_URI", uri, 1);
    mw *m = mw_cyclone_ops.open(&(mw_options){.domain_id = DOMAIN, .enclave = "/", .few_threads = few});
    assert_non_null(m);
    while (threads_named("test_mw_domain") > nameless) sched_yield(); /* until they have named themselves */
    size_t count = threads_named("recv");
    mw_cyclone_ops.close(m);
    return count;
}

static void one_thread_receives_if_that_is_asked_for_and_the_user_does_not_say_otherwise(void **state) /* DO2 */
{
    (void)state;
    assert_int_equal(receiving_with(LOOPBACK, false), 3);
    assert_int_equal(receiving_with(LOOPBACK, true), 1);
    assert_int_equal(receiving_with(LOOPBACK
                                    ",<CycloneDDS><Domain><Internal><MultipleReceiveThreads>true</MultipleReceiveThreads>"
                                    "</Internal></Domain></CycloneDDS>",
                                    true),
                     3);
}

static void a_broken_configuration_is_one_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *said;
    } cases[] = {
        {"<CycloneDDS><Domain><General><Bogus>1</Bogus></General></Domain></CycloneDDS>", "Bogus: unknown element"},
        {"<CycloneDDS><Domain", "parser error"},
        {"file:///nowhere.xml", "can't open configuration file"},
        {"<CycloneDDS><Domain><General><Interfaces><NetworkInterface "
         "name=\"eth99\"/></Interfaces></General></Domain></CycloneDDS>",
         "eth99: does not match an available interface"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mw *m;
        assert_string_equal(open_silently(cases[i].uri, DOMAIN, &m), "");
        assert_null(m);
        assert_non_null(strstr(rclio_error(), "domain 29 cannot be joined: "));
        assert_non_null(strstr(rclio_error(), cases[i].said));
        assert_non_null(strstr(rclio_error(), "check CYCLONEDDS_URI, which is '"));
        assert_null(strchr(rclio_error(), '\n'));
    }
}

static void every_range_joins(void **state) /* ENV-2 */
{
    (void)state;
    static const mw_discovery_range ranges[] = {MW_RANGE_SUBNET, MW_RANGE_LOCALHOST, MW_RANGE_OFF, MW_RANGE_SYSTEM_DEFAULT};
    setenv("CYCLONEDDS_URI", LOOPBACK, 1);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        mw *m = try_open(DOMAIN, ranges[i], "127.0.0.1;;a\"<&b");
        if (!m) fail_msg("%s", rclio_error());
        mw_cyclone_ops.close(m);
    }
}

static void the_users_configuration_comes_last(void **state) /* ENV-2 */
{
    (void)state;
    mw *m; /* ours says "auto" where the user says nonsense */
    open_silently("<CycloneDDS><Domain><General><Interfaces><NetworkInterface name=\"lo\"/></Interfaces></General><Discovery>"
                  "<ParticipantIndex>nonsense</ParticipantIndex></Discovery></Domain></CycloneDDS>",
                  DOMAIN, &m);
    assert_null(m);
    assert_non_null(strstr(rclio_error(), "nonsense"));
}

static void two_contexts_share_a_domain(void **state)
{
    (void)state;
    setenv("CYCLONEDDS_URI", LOOPBACK, 1);
    mw *first = try_open(DOMAIN, MW_RANGE_SUBNET, NULL), *second = try_open(DOMAIN, MW_RANGE_SUBNET, NULL);
    assert_non_null(first);
    assert_non_null(second);
    mw_cyclone_ops.close(first);
    mw_node *node = mw_cyclone_ops.node_new(second, "still_here", "/");
    assert_non_null(node);
    mw_cyclone_ops.node_destroy(node);
    mw_cyclone_ops.close(second);
    mw *third = try_open(DOMAIN, MW_RANGE_SUBNET, NULL); /* the domain ended in between */
    assert_non_null(third);
    mw_cyclone_ops.close(third);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_domain_beyond_232_is_refused_by_name),
        cmocka_unit_test(one_thread_receives_if_that_is_asked_for_and_the_user_does_not_say_otherwise),
        cmocka_unit_test(a_broken_configuration_is_one_sentence),
        cmocka_unit_test(every_range_joins),
        cmocka_unit_test(the_users_configuration_comes_last),
        cmocka_unit_test(two_contexts_share_a_domain),
    };
    alarm(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
