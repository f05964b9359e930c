/* tests/mw/rtps/test_participant.c: opening and closing, threads, where a participant is reached, what may be asked of an empty one. */
#include "sides.h"

#include "mw/user_data.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static void read_line(const char *path, char line[64])
{
    FILE *file = fopen(path, "r");
    line[0] = '\0';
    if (!file) return; /* the thread has ended */
    if (!fgets(line, 64, file)) line[0] = '\0';
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
}

/* Threads of this process; of those with that name, when there is one. */
static int threads(const char *name)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *it; (it = readdir(tasks));) {
        char path[300], line[64];
        if (it->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", it->d_name);
        read_line(path, line);
        if (!name || strcmp(line, name) == 0) count++;
    }
    closedir(tasks);
    return count;
}

static void closing_leaves_no_thread(void **state)
{
    (void)state;
    table->close(participant_open(NODE_MARKER)); /* what libraries keep for ever is there then */
    int before = threads(NULL);
    rtps *r = participant_open(NODE_MARKER);
    rtps_requester *requester = requester_of(r, 10);
    rtps_replier *replier = replier_of(r, 10);
    WAIT_UNTIL(is_available(requester));
    assert_int_equal(threads("rclio-rtps"), 1);
    table->requester_destroy(requester);
    table->replier_destroy(replier);
    table->close(r);
    assert_int_equal(threads(NULL), before);
}

static void several_are_open_at_once_and_one_after_another(void **state)
{
    (void)state;
    uint8_t first[RCLIO_GID_SIZE], second[RCLIO_GID_SIZE];
    for (int i = 0; i < 3; i++) {
        rtps *a = participant_open(NODE_MARKER), *b = participant_open(NODE_MARKER);
        table->gid(a, first);
        table->gid(b, second);
        assert_memory_equal(first, "\x01\x0f", 2);          /* GID-2 */
        assert_memory_equal(first + 12, "\0\0\x01\xc1", 4); /* GID-1 */
        assert_memory_not_equal(first, second, 12);
        table->close(i % 2 ? a : b);
        table->close(i % 2 ? b : a);
    }
}

static void it_says_where_it_is_reached(void **state)
{
    (void)state;
    rtps_locator locators[4];
    rtps *r = participant_open(NODE_MARKER);
    assert_true(table->locators(r, locators, 4) >= 1);
    assert_string_equal(locators[0].address, "127.0.0.1");
    assert_in_range(locators[0].port, 7400 + 250 * seam_domain(), 7400 + 250 * seam_domain() + 249);
    assert_true(table->locators(r, NULL, 0) >= 1);
    table->close(r);
}

static void it_finds_peers_without_multicast(void **state)
{
    (void)state;
    static const char *const addresses[] = {"127.0.0.1"}, *const peers[] = {"localhost", "no host"};
    char why[RTPS_WHY_SIZE], line[512];
    rtps_options options = {.domain_id = seam_domain(),
                            .user_data = NODE_MARKER,
                            .addresses = addresses,
                            .address_count = 1,
                            .peers = peers,
                            .peer_count = 2,
                            .user_data_find = user_data_find,
                            .log = log_note};
    rtps *a = table->open(&options, why), *b = table->open(&options, why);
    if (!a || !b) fail_msg("%s", why);
    log_last(line);
    assert_non_null(strstr(line, "'no host'"));
    rtps_requester *requester = requester_of(a, 10);
    rtps_replier *replier = replier_of(b, 10);
    WAIT_UNTIL(is_available(requester));
    table->requester_destroy(requester);
    table->replier_destroy(replier);
    table->close(a);
    table->close(b);
}

static void endpoints_are_made_and_destroyed_while_calls_run(void **state)
{
    (void)state;
    rtps *a = participant_open(NODE_MARKER), *b = participant_open(NODE_MARKER);
    rtps_replier *replier = replier_of(b, 100);
    for (int i = 0; i < 20; i++) {
        rtps_requester *requester = requester_of(a, 10);
        mw_request_id id;
        WAIT_UNTIL(is_available(requester));
        ask(requester, i, 1);
        int64_t sum = hear(replier, &id);
        table->requester_destroy(requester);
        answer(replier, &id, sum); /* gone already, or not yet */
    }
    table->replier_destroy(replier);
    table->close(a);
    table->close(b);
}

static void a_buffer_or_a_sample_may_be_dropped_unused(void **state)
{
    (void)state;
    mw_sample none = {0};
    assert_null(table->buffer_new(3)); /* not even a header */
    assert_null(table->buffer_new(SIZE_MAX));
    table->buffer_discard(table->buffer_new(4));
    table->sample_return(&none);
    assert_int_equal(table->version, RTPS_VERSION);
    assert_non_null(strstr(table->middleware, "Fast DDS 2."));
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closing_leaves_no_thread),
        cmocka_unit_test(several_are_open_at_once_and_one_after_another),
        cmocka_unit_test(it_says_where_it_is_reached),
        cmocka_unit_test(it_finds_peers_without_multicast),
        cmocka_unit_test(endpoints_are_made_and_destroyed_while_calls_run),
        cmocka_unit_test(a_buffer_or_a_sample_may_be_dropped_unused),
    };
    return cmocka_run_group_tests_name("participants on RTPS", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    return sides_main(argc, argv, run);
}
