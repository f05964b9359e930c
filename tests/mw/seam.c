/* tests/mw/seam.c: see seam.h. */
#include "seam.h"

#include "support/domain.h"
#include "support/watchdog.h"

#include "base/thread.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
const mw_ops *ops;
const rclio_type *string_type, *other_type, *adder_type;
static rclio_types *types;

static mutex wake_lock = MUTEX_INITIALIZER;
static condition woken;
static unsigned wakes;
static const char *waiting_for, *waiting_file;
static int waiting_line;

static void bark(int signal_number)
{
    char line[512];
    (void)signal_number;
    int length = snprintf(line, sizeof line, "waited in vain: %s:%d: %s\n", waiting_file ? waiting_file : "?", waiting_line,
                          waiting_for ? waiting_for : "not waiting for an event");
    if (write(STDERR_FILENO, line, (size_t)length) < 0) _exit(3);
    abort();
}

uint32_t seam_domain(void)
{
    const char *given = getenv("ROS_DOMAIN_ID");
    return given && *given ? (uint32_t)strtoul(given, NULL, 0) : (uint32_t)test_domain_take();
}

void seam_begin(void)
{
    char domain[16];
    setenv("CYCLONEDDS_URI",
           "<CycloneDDS><Domain><General><Interfaces><NetworkInterface name=\"lo\" multicast=\"true\"/></Interfaces></General>"
           "</Domain></CycloneDDS>",
           0);
    snprintf(domain, sizeof domain, "%u", seam_domain()); /* the second process joins the same */
    setenv("ROS_DOMAIN_ID", domain, 1);
    signal(SIGALRM, bark);
    signal(SIGPIPE, SIG_IGN);
    alarm(WATCHDOG_SECONDS);
    if (condition_init(&woken)) abort();
    types = rclio_types_new(NULL, NULL);
    string_type = rclio_types_get(types, "std_msgs/msg/String");
    other_type = rclio_types_get(types, "std_msgs/msg/Int32");
    adder_type = rclio_types_get(types, "example_interfaces/srv/AddTwoInts");
    if (string_type && other_type && adder_type) return;
    fprintf(stderr, "no types: %s\n", rclio_error());
    abort();
}

void seam_end(void)
{
    rclio_types_destroy(types);
    condition_fini(&woken);
}

side side_open(const char *node_name)
{
    return side_open_with(node_name, 0);
}

side side_open_with(const char *node_name, int64_t write_timeout_ns)
{
    mw_options options = {.domain_id = seam_domain(), .enclave = "/", .write_timeout_ns = write_timeout_ns};
    alarm(WATCHDOG_SECONDS);
    side s = {.m = ops->open(&options)};
    if (!s.m) fail_msg("%s", rclio_error());
    s.graph = ops->graph_of(s.m);
    s.changes = graph_on_change(s.graph, WAKE);
    s.node = ops->node_new(s.m, node_name, "/");
    if (!s.node) fail_msg("%s", rclio_error());
    return s;
}

void side_close(side *s)
{
    graph_on_change_remove(s->graph, s->changes);
    ops->node_destroy(s->node);
    ops->close(s->m);
}

void wake_all(void *arg)
{
    if (arg) atomic_fetch_add((atomic_int *)arg, 1);
    mutex_lock(&wake_lock);
    wakes++;
    condition_signal_all(&woken);
    mutex_unlock(&wake_lock);
}

unsigned wake_count(void)
{
    mutex_lock(&wake_lock);
    unsigned count = wakes;
    mutex_unlock(&wake_lock);
    return count;
}

unsigned wait_begin(const char *what, const char *file, int line)
{
    waiting_for = what;
    waiting_file = file;
    waiting_line = line;
    alarm(WATCHDOG_SECONDS);
    return wake_count();
}

void wait_step(unsigned seen)
{
    mutex_lock(&wake_lock);
    while (wakes == seen) condition_wait(&woken, &wake_lock);
    mutex_unlock(&wake_lock);
}

void wait_end(void)
{
    waiting_for = NULL;
}

static uint8_t byte_at(size_t i, unsigned seed)
{
    return (uint8_t)(i * 31 + seed * 7 + (i >> 8));
}

void fill_bytes(mw_buffer *buffer, unsigned seed)
{
    memcpy(buffer->data, "\0\1\0\0", 4);
    for (size_t i = 4; i < buffer->size; i++) buffer->data[i] = byte_at(i, seed);
}

rclio_status send_bytes(mw_writer *writer, size_t size, unsigned seed)
{
    mw_buffer *buffer = ops->writer_buffer(writer, 4 + size);
    if (!buffer) return rclio_error_status();
    fill_bytes(buffer, seed);
    return ops->writer_write(writer, buffer, 0);
}

bool has_bytes(const mw_sample *sample, size_t size, unsigned seed)
{
    if (sample->size < 4 + size || sample->size > 4 + size + 3) return false; /* padded to a multiple of 4 */
    for (size_t i = 4; i < 4 + size; i++)
        if (sample->data[i] != byte_at(i, seed)) return false;
    return memcmp(sample->data, "\0\1\0\0", 4) == 0;
}

void take_one(mw_reader *reader, mw_sample *sample)
{
    rclio_status status;
    WAIT_UNTIL((status = ops->reader_take(reader, sample)) != RCLIO_EMPTY);
    assert_int_equal(status, RCLIO_OK);
}

peer peer_start(const char *role)
{
    int to[2], from[2];
    peer p = {0};
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    char *arguments[] = {"peer", "--peer", (char *)ops->name, (char *)role, NULL};
    assert_int_equal(posix_spawn(&p.pid, "/proc/self/exe", &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    p.input = to[1];
    p.says = fdopen(from[0], "r");
    return p;
}

void peer_expect(peer *p, const char *line)
{
    char read[256];
    alarm(WATCHDOG_SECONDS);
    waiting_for = line;
    if (!fgets(read, sizeof read, p->says)) fail_msg("the second process ended; it was to say '%s'", line);
    read[strcspn(read, "\n")] = '\0';
    assert_string_equal(read, line);
    waiting_for = NULL;
}

static void peer_forget(peer *p)
{
    if (p->input >= 0) close(p->input);
    fclose(p->says);
}

void peer_kill(peer *p)
{
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    peer_forget(p);
}

void peer_freeze(peer *p)
{
    int status;
    assert_int_equal(kill(p->pid, SIGSTOP), 0);
    assert_int_equal(waitpid(p->pid, &status, WUNTRACED), p->pid);
    assert_true(WIFSTOPPED(status));
}

void peer_stop(peer *p)
{
    int status;
    alarm(WATCHDOG_SECONDS);
    close(p->input);
    p->input = -1;
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    peer_forget(p);
}

int seam_main(int argc, char **argv, int (*run)(void))
{
    static const char *const implementations[] = {"rmw_cyclonedds_cpp", "rmw_fastrtps_cpp"};
    const char *only = getenv("RCLIO_MW");
    int failed = 0;
    if (argc == 4 && strcmp(argv[1], "--peer") == 0) {
        ops = mw_find(argv[2]);
        return ops ? peer_main(argv[3]) : 2;
    }
    seam_begin();
    for (size_t i = 0; i < sizeof implementations / sizeof *implementations; i++) {
        if (only && *only && strcmp(only, implementations[i]) != 0) continue;
        ops = mw_find(implementations[i]);
        printf("implementation: %s\n", implementations[i]);
        failed += run();
    }
    seam_end();
    return failed;
}
