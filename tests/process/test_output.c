/* tests/process/test_output.c: what processes write comes out whole, line by line (PN6), whoever reads it, however slowly. */
#include "stage.h"

#include <poll.h>

typedef struct taken {
    int pipe[2]; /* in place of standard output */
    int before;
    char *text;
    size_t size, capacity;
} taken;

/* Standard output becomes a pipe, until the processes have been made. */
static void take_output(taken *t)
{
    *t = (taken){.before = dup(STDOUT_FILENO), .capacity = (size_t)4 << 20};
    assert_non_null(t->text = malloc(t->capacity));
    assert_int_equal(pipe(t->pipe), 0);
    fflush(stdout);
    dup2(t->pipe[1], STDOUT_FILENO);
    close(t->pipe[1]);
}

static void give_back(taken *t)
{
    dup2(t->before, STDOUT_FILENO);
    close(t->before);
}

static void read_some(taken *t)
{
    ssize_t got = read(t->pipe[0], t->text + t->size, t->capacity - 1 - t->size);
    if (got > 0) t->size += (size_t)got;
    t->text[t->size] = '\0';
}

/* Until all have ended and, as nobody else holds the pipe, all has been read. */
static void read_all(taken *t, stage *s)
{
    struct pollfd files[] = {{.fd = rclio_processes_fd(s->processes), .events = POLLIN}, {.fd = t->pipe[0], .events = POLLIN}};
    while (rclio_processes_dispatch(s->processes)) {
        poll(files, 2, -1);
        if (files[1].revents) read_some(t);
    }
    while (poll(&files[1], 1, 0) > 0 || rclio_processes_dispatch(s->processes)) {
        size_t before = t->size;
        read_some(t);
        rclio_processes_dispatch(s->processes); /* writes what waited for room */
        if (t->size == before) break;
    }
}

static void done(taken *t)
{
    close(t->pipe[0]);
    free(t->text);
}

static void run(taken *t, const char *const *scripts, bool prefix)
{
    static const char *const names[] = {"left", "right"};
    stage s;
    take_output(t);
    stage_open(&s, 0, NULL, &(rclio_processes_options){.prefix_output = prefix});
    give_back(t);
    for (size_t i = 0; scripts[i]; i++) stage_add_script(&s, names[i], scripts[i], NULL);
    stage_start(&s);
    read_all(t, &s);
    stage_close(&s);
}

static void lines_come_out_byte_for_byte_and_the_last_gets_its_newline(void **state)
{
    taken t;
    (void)state;
    run(&t, (const char *const[]){"printf 'a\\n\\n\\033[1mb\\377\\nend'", NULL}, false);
    assert_string_equal(t.text, "a\n\n\033[1mb\377\nend\n");
    done(&t);
}

static void a_prefix_names_the_node_once_a_line(void **state)
{
    taken t;
    (void)state;
    run(&t, (const char *const[]){"printf 'a\\nb'", NULL}, true);
    assert_string_equal(t.text, "[left] a\n[left] b\n");
    done(&t);
}

#define COUNTING(letter) \
    "i=0; while [ $i -lt 3000 ]; do echo " letter letter letter letter "${i}" letter letter letter "; i=$((i+1)); done"

static void lines_of_two_never_mix_and_keep_their_order(void **state)
{
    taken t;
    size_t next[2] = {0}, lines = 0;
    (void)state;
    run(&t, (const char *const[]){COUNTING("a"), COUNTING("b"), NULL}, false);
    for (char *line = strtok(t.text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        char expected[64], c = line[0];
        assert_true(c == 'a' || c == 'b');
        snprintf(expected, sizeof expected, "%c%c%c%c%zu%c%c%c", c, c, c, c, next[c - 'a']++, c, c, c);
        assert_string_equal(line, expected);
    }
    assert_int_equal(lines, 6000);
    done(&t);
}

/* SO1, SO2: far more than a pipe and all buffers hold, read only when a dispatch has nothing left to do. */
static void a_megabyte_without_a_newline_comes_out_whole(void **state)
{
    enum { SIZE = 2000000 };
    taken t;
    (void)state;
    run(&t, (const char *const[]){"head -c 2000000 /dev/zero | tr '\\0' x", NULL}, true);
    assert_int_equal(t.size, strlen("[left] ") + SIZE + 1);
    assert_int_equal(strspn(t.text + strlen("[left] "), "x"), SIZE);
    assert_string_equal(t.text + t.size - 2, "x\n");
    done(&t);
}

/* SO3 */
static void a_reader_that_has_gone_ends_nobody(void **state)
{
    taken t;
    stage s;
    (void)state;
    take_output(&t);
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    give_back(&t);
    close(t.pipe[0]);
    stage_add_script(&s, "worker", COUNTING("a") "; exit 7", NULL);
    stage_start(&s);
    assert_int_equal(stage_until(&s, 2)->exit_status, 7);
    stage_close(&s);
    free(t.text);
}

/* SO2: nobody reads; the writer is held up, the others are not, and a stop ends it. */
static void a_reader_that_does_not_read_holds_up_the_writer_alone(void **state)
{
    taken t;
    stage s;
    (void)state;
    take_output(&t);
    stage_open(&s, 0, NULL, &(rclio_processes_options){0});
    give_back(&t);
    stage_add_script(&s, "flood", "exec yes", NULL);
    stage_add_script(&s, "other", "exit 5", NULL);
    stage_start(&s);
    assert_int_equal(stage_until_change(&s, "other", RCLIO_PROCESS_EXITED, 0)->exit_status, 5);
    rclio_processes_stop(s.processes, SIGTERM);
    assert_int_equal(stage_until_change(&s, "flood", RCLIO_PROCESS_KILLED, 0)->signal_number, SIGTERM);
    stage_close(&s);
    done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_out_byte_for_byte_and_the_last_gets_its_newline),
        cmocka_unit_test(a_prefix_names_the_node_once_a_line),
        cmocka_unit_test(lines_of_two_never_mix_and_keep_their_order),
        cmocka_unit_test(a_megabyte_without_a_newline_comes_out_whole),
        cmocka_unit_test(a_reader_that_has_gone_ends_nobody),
        cmocka_unit_test(a_reader_that_does_not_read_holds_up_the_writer_alone),
    };
    return cmocka_run_group_tests(tests, stage_environment, NULL);
}
