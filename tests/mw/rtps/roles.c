/* tests/mw/rtps/roles.c: the roles of the second process (sides.h). Each ends when its standard input does. */
#include "sides.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_bool input_ended;
static atomic_int lines_read; /* a line on standard input means: go on */

static void *watch_input(void *arg)
{
    char c;
    (void)arg;
    while (read(STDIN_FILENO, &c, 1) == 1) {
        if (c == '\n') atomic_fetch_add(&lines_read, 1);
        wake_all(NULL);
    }
    atomic_store(&input_ended, true);
    wake_all(NULL);
    return NULL;
}

static void say(const char *line)
{
    printf("%s\n", line);
    fflush(stdout);
}

/* ---- of this library ---- */

static void answer_all(rtps_replier *replier, size_t size)
{
    mw_request_id id;
    int64_t sum;
    while (try_hear(replier, &id, &sum)) answer_sized(replier, &id, sum, size);
}

/* Answers with messages of that size. */
static int rtps_server(rtps *r, size_t size)
{
    rtps_replier *replier = replier_of(r, 2000);
    say("serving");
    WAIT_UNTIL((answer_all(replier, size), atomic_load(&input_ended)));
    table->replier_destroy(replier);
    return 0;
}

static int rtps_silent_server(rtps *r)
{
    mw_request_id id;
    rtps_replier *replier = replier_of(r, 10);
    hear(replier, &id);
    say("request");
    WAIT_UNTIL(atomic_load(&input_ended));
    table->replier_destroy(replier);
    return 0;
}

/* Takes one reply and notes what ends its call, when it is the first that does: 'a' an answer, 'e' the error of a limit. */
static bool take_outcome(rtps_requester *requester, int64_t first, int calls, char *outcomes)
{
    mw_sample sample;
    int64_t sequence;
    if (table->requester_take(requester, &sample, &sequence) != RCLIO_OK) return false;
    if (sequence < first || sequence >= first + calls) abort();
    char *outcome = &outcomes[sequence - first];
    if (*outcome == '.') *outcome = sample.failure == RCLIO_OK ? 'a' : sample.failure == RCLIO_LIMIT ? 'e' : '?';
    table->sample_return(&sample);
    return true;
}

static bool told(int times)
{
    return atomic_load(&lines_read) >= times || atomic_load(&input_ended);
}

/* Asks so many times, then waits for a line, then takes replies until every call has ended, and says how each did. A patient one also
 * waits for a line after each call. */
static int rtps_asker(rtps *r, int calls, bool patient)
{
    rtps_requester *requester = requester_of(r, 2000);
    char outcomes[64] = "";
    int64_t first = 0;
    if (calls >= (int)sizeof outcomes) return 1;
    memset(outcomes, '.', (size_t)calls);
    WAIT_UNTIL(is_available(requester));
    for (int i = 0; i < calls; i++) {
        int64_t sequence = ask(requester, i, 1);
        if (i == 0) first = sequence;
        if (patient) WAIT_UNTIL(told(i + 1));
    }
    say("asked");
    WAIT_UNTIL(told(patient ? calls + 1 : 1));
    while (strchr(outcomes, '.') && !atomic_load(&input_ended))
        WAIT_UNTIL(take_outcome(requester, first, calls, outcomes) || atomic_load(&input_ended));
    say(outcomes);
    WAIT_UNTIL(atomic_load(&input_ended));
    table->requester_destroy(requester);
    return 0;
}

static int play_rtps(const char *role)
{
    bool is_stranger = strncmp(role, "rtps stranger", 13) == 0;
    rtps *r = participant_open(is_stranger ? STRANGER : NODE_MARKER);
    int result = 1;
    if (is_stranger) result = rtps_asker(r, 1, false);
    if (strcmp(role, "rtps server") == 0) result = rtps_server(r, 12);
    if (strcmp(role, "rtps large server") == 0) result = rtps_server(r, 1 << 20);
    if (strcmp(role, "rtps silent server") == 0) result = rtps_silent_server(r);
    if (strncmp(role, "rtps asker ", 11) == 0) result = rtps_asker(r, atoi(role + 11), false);
    if (strncmp(role, "rtps patient asker ", 19) == 0) result = rtps_asker(r, atoi(role + 19), true);
    table->close(r);
    return result;
}

/* ---- of Cyclone's dialect ---- */

static const rclio_qos services = {
    .reliability = RCLIO_RELIABLE, .durability = RCLIO_VOLATILE, .history = RCLIO_KEEP_LAST, .depth = 10};

static void cyclone_answer_all(mw_replier *replier)
{
    mw_sample sample;
    mw_request_id id;
    ops->replier_flush(replier);
    while (ops->replier_take(replier, &sample, &id) == RCLIO_OK) {
        int64_t terms[2], sum;
        memcpy(terms, sample.data + 4 + sample.offset, sizeof terms);
        ops->replier_return(replier, &sample);
        sum = terms[0] + terms[1];
        mw_buffer *buffer = ops->replier_buffer(replier, 4 + sizeof sum);
        if (!buffer) abort();
        memcpy(buffer->data, "\0\1\0\0", 4);
        memcpy(buffer->data + 4, &sum, sizeof sum);
        ops->replier_send(replier, &id, buffer);
    }
}

static int cyclone_server(side *s)
{
    mw_replier *replier = ops->replier_new(s->node, "/add", adder_type, &services, WAKE);
    if (!replier) return 1;
    say("serving");
    WAIT_UNTIL((cyclone_answer_all(replier), atomic_load(&input_ended)));
    ops->replier_destroy(replier);
    return 0;
}

static void cyclone_refuse_all(mw_replier *replier)
{
    mw_sample sample;
    mw_request_id id;
    while (ops->replier_take(replier, &sample, &id) == RCLIO_OK) {
        ops->replier_return(replier, &sample);
        if (ops->replier_refuse(replier, &id, RCLIO_BAD_STATE, "not now")) abort();
    }
    ops->replier_flush(replier);
}

static int cyclone_refuser(side *s)
{
    mw_replier *replier = ops->replier_new(s->node, "/add", adder_type, &services, WAKE);
    if (!replier) return 1;
    say("serving");
    WAIT_UNTIL((cyclone_refuse_all(replier), atomic_load(&input_ended)));
    ops->replier_destroy(replier);
    return 0;
}

static bool cyclone_first_call(side *s, int64_t number)
{
    int64_t terms[2] = {number, 1}, sequence, answered, sum = 0;
    mw_sample sample;
    mw_requester *requester = ops->requester_new(s->node, "/add", adder_type, &services, WAKE, WAKE);
    if (!requester) return false;
    WAIT_UNTIL(ops->requester_is_available(requester));
    mw_buffer *buffer = ops->requester_buffer(requester, 4 + sizeof terms);
    if (!buffer) return false;
    memcpy(buffer->data, "\0\1\0\0", 4);
    memcpy(buffer->data + 4, terms, sizeof terms);
    if (ops->requester_send(requester, buffer, &sequence)) return false;
    WAIT_UNTIL(ops->requester_take(requester, &sample, &answered) == RCLIO_OK);
    memcpy(&sum, sample.data + 4 + sample.offset, sizeof sum);
    ops->requester_return(requester, &sample);
    ops->requester_destroy(requester);
    return sum == number + 1 && answered == sequence;
}

/* Each call by a client that was just made: its reply is the first sample for its reader. */
static int cyclone_first_calls(side *s, int calls)
{
    for (int i = 0; i < calls; i++)
        if (!cyclone_first_call(s, i)) return 1;
    say("answered");
    WAIT_UNTIL(atomic_load(&input_ended));
    return 0;
}

static int play_cyclone(const char *role)
{
    side s = side_open("the_peer");
    int result = 1;
    if (strcmp(role, "cyclone server") == 0) result = cyclone_server(&s);
    if (strcmp(role, "cyclone refuser") == 0) result = cyclone_refuser(&s);
    if (strncmp(role, "cyclone first calls ", 20) == 0) result = cyclone_first_calls(&s, atoi(role + 20));
    side_close(&s);
    return result;
}

int peer_main(const char *role)
{
    pthread_t watcher;
    seam_begin();
    if (pthread_create(&watcher, NULL, watch_input, NULL)) abort();
    int result = strncmp(role, "rtps ", 5) == 0 ? play_rtps(role) : play_cyclone(role);
    pthread_join(watcher, NULL);
    seam_end();
    return result;
}
