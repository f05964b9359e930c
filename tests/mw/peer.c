/* tests/mw/peer.c: the roles of the second process (seam.h, S2). Each serves until its standard input ends. */
#include "seam.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_bool input_ended;

static void *watch_input(void *arg)
{
    char c;
    (void)arg;
    while (read(STDIN_FILENO, &c, 1) == 1)
        ;
    atomic_store(&input_ended, true);
    wake_all(NULL);
    return NULL;
}

static void say(const char *line)
{
    printf("%s\n", line);
    fflush(stdout);
}

/* Sends every message of /ping back on /pong, as it is. */
static void serve_echo(mw_reader *reader, mw_writer *writer)
{
    mw_sample sample;
    while (ops->reader_take(reader, &sample) == RCLIO_OK) {
        mw_buffer *buffer = ops->writer_buffer(writer, sample.size);
        if (!buffer) abort();
        memcpy(buffer->data, sample.data, sample.size);
        if (ops->writer_write(writer, buffer, 0)) abort();
        ops->reader_return(reader, &sample);
    }
}

static int run_echo(side *s)
{
    rclio_qos qos = {.history = RCLIO_KEEP_ALL, .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE};
    mw_writer *writer = ops->writer_new(s->node, "/pong", string_type, &qos, WAKE);
    mw_reader *reader = ops->reader_new(s->node, "/ping", string_type, &qos, false, NULL, WAKE, WAKE);
    if (!writer || !reader) return 1;
    WAIT_UNTIL(ops->writer_matched(writer) > 0 && ops->reader_matched(reader) > 0);
    say("matched");
    WAIT_UNTIL((serve_echo(reader, writer), atomic_load(&input_ended)));
    ops->reader_destroy(reader);
    ops->writer_destroy(writer);
    return 0;
}

/* Adds, or with "silent" takes requests and never answers; says when one came. */
static bool serve_once(mw_replier *replier, bool silent)
{
    mw_sample sample;
    mw_request_id id;
    ops->replier_flush(replier);
    if (ops->replier_take(replier, &sample, &id) != RCLIO_OK) return false;
    int64_t terms[2], sum;
    memcpy(terms, sample.data + 4 + sample.offset, sizeof terms);
    ops->replier_return(replier, &sample);
    if (silent) {
        say("request");
        return true;
    }
    sum = terms[0] + terms[1];
    mw_buffer *buffer = ops->replier_buffer(replier, 4 + sizeof sum);
    if (!buffer) abort();
    memcpy(buffer->data, "\0\1\0\0", 4);
    memcpy(buffer->data + 4, &sum, sizeof sum);
    ops->replier_send(replier, &id, buffer);
    return true;
}

static void serve_all(mw_replier *replier, bool silent)
{
    while (serve_once(replier, silent))
        ;
}

static int run_server(side *s, bool silent)
{
    rclio_qos qos = RCLIO_QOS_SERVICES;
    mw_replier *replier = ops->replier_new(s->node, "/add", adder_type, &qos, WAKE);
    if (!replier) return 1;
    say("serving");
    WAIT_UNTIL((serve_all(replier, silent), atomic_load(&input_ended)));
    ops->replier_destroy(replier);
    return 0;
}

/* Asks once, and waits for an answer that the test does not send. */
static int run_client(side *s)
{
    rclio_qos qos = RCLIO_QOS_SERVICES;
    const int64_t terms[2] = {1, 2};
    int64_t sequence;
    mw_requester *requester = ops->requester_new(s->node, "/add", adder_type, &qos, WAKE, WAKE);
    if (!requester) return 1;
    WAIT_UNTIL(ops->requester_is_available(requester));
    mw_buffer *buffer = ops->requester_buffer(requester, 4 + sizeof terms);
    if (!buffer) return 1;
    memcpy(buffer->data, "\0\1\0\0", 4);
    memcpy(buffer->data + 4, terms, sizeof terms);
    if (ops->requester_send(requester, buffer, &sequence)) return 1;
    WAIT_UNTIL(atomic_load(&input_ended));
    ops->requester_destroy(requester);
    return 0;
}

/* Reads /flood, keep last 1, until the message that starts with 255 comes. */
static int run_flooded(side *s)
{
    rclio_qos qos = {.history = RCLIO_KEEP_LAST, .depth = 1, .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE};
    mw_sample sample;
    bool last = false;
    mw_reader *reader = ops->reader_new(s->node, "/flood", string_type, &qos, false, NULL, WAKE, WAKE);
    if (!reader) return 1;
    WAIT_UNTIL(ops->reader_matched(reader) > 0);
    say("matched");
    while (!last) {
        take_one(reader, &sample);
        last = sample.data[4] == 255;
        ops->reader_return(reader, &sample);
    }
    say("has the last");
    WAIT_UNTIL(atomic_load(&input_ended));
    ops->reader_destroy(reader);
    return 0;
}

#define COLLECTED 4000 /* as many as test_seam_topics.c sends */

/* Takes /quick until all have come, each once and in order: their number is the first of their bytes. */
static int run_collector(side *s)
{
    rclio_qos qos = {.history = RCLIO_KEEP_ALL, .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE};
    mw_sample sample;
    mw_reader *reader = ops->reader_new(s->node, "/quick", string_type, &qos, false, NULL, WAKE, WAKE);
    if (!reader) return 1;
    WAIT_UNTIL(ops->reader_matched(reader) > 0);
    say("matched");
    for (unsigned i = 0; i < COLLECTED; i++) {
        take_one(reader, &sample);
        if (!has_bytes(&sample, 16, i)) abort();
        ops->reader_return(reader, &sample);
    }
    say("has all");
    WAIT_UNTIL(atomic_load(&input_ended));
    ops->reader_destroy(reader);
    return 0;
}

/* A node and a reader of /known that are there until the end. */
static int run_listener(side *s)
{
    rclio_qos qos = RCLIO_QOS_DEFAULT;
    mw_reader *reader = ops->reader_new(s->node, "/known", string_type, &qos, false, NULL, WAKE, WAKE);
    if (!reader) return 1;
    say("listening");
    WAIT_UNTIL(atomic_load(&input_ended));
    ops->reader_destroy(reader);
    return 0;
}

int peer_main(const char *role)
{
    pthread_t watcher;
    seam_begin();
    side s = side_open("the_peer");
    if (pthread_create(&watcher, NULL, watch_input, NULL)) abort();
    int result = 1;
    if (strcmp(role, "echo") == 0) result = run_echo(&s);
    if (strcmp(role, "server") == 0) result = run_server(&s, false);
    if (strcmp(role, "silent server") == 0) result = run_server(&s, true);
    if (strcmp(role, "client") == 0) result = run_client(&s);
    if (strcmp(role, "flooded") == 0) result = run_flooded(&s);
    if (strcmp(role, "collector") == 0) result = run_collector(&s);
    if (strcmp(role, "listener") == 0) result = run_listener(&s);
    side_close(&s);
    pthread_join(watcher, NULL);
    seam_end();
    return result;
}
