/* tests/mw/rtps/sides.c: see sides.h. */
#include "sides.h"

#include "mw/user_data.h"

#include "base/thread.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const request_topic = "rq/addRequest", *const request_type = "example_interfaces::srv::dds_::AddTwoInts_Request_",
                  *const reply_topic = "rr/addReply", *const reply_type = "example_interfaces::srv::dds_::AddTwoInts_Response_";

static mutex logging = MUTEX_INITIALIZER;
static char last_line[512];
static int lines;

void log_note(void *arg, rclio_log_level level, const char *line)
{
    (void)arg;
    (void)level;
    mutex_lock(&logging);
    snprintf(last_line, sizeof last_line, "%s", line);
    lines++;
    mutex_unlock(&logging);
    wake_all(NULL);
}

int log_lines(void)
{
    mutex_lock(&logging);
    int count = lines;
    mutex_unlock(&logging);
    return count;
}

void log_last(char line[512])
{
    mutex_lock(&logging);
    memcpy(line, last_line, sizeof last_line);
    mutex_unlock(&logging);
}

void peer_tell(peer *p)
{
    assert_int_equal(write(p->input, "\n", 1), 1);
}

int sides_main(int argc, char **argv, int (*run)(void))
{
    ops = &mw_cyclone_ops;
    if (argc == 4 && strcmp(argv[1], "--peer") == 0) return peer_main(argv[3]);
    seam_begin();
    int failed = run();
    seam_end();
    return failed;
}

rtps *participant_open(const char *user_data)
{
    static const char *const addresses[] = {"127.0.0.1"};
    char why[RTPS_WHY_SIZE];
    const rtps_options options = {.domain_id = seam_domain(),
                                  .user_data = user_data,
                                  .addresses = addresses,
                                  .address_count = 1,
                                  .multicast = true,
                                  .user_data_find = user_data_find,
                                  .log = log_note};
    rtps *r = table->open(&options, why);
    if (!r) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    return r;
}

/* Every endpoint pair has an id of its own. */
static rtps_service service_of(const char *key, size_t depth, char data[64])
{
    static atomic_int ids;
    snprintf(data, 64, "%s=%d.%d;typehash=;", key, getpid(), atomic_fetch_add(&ids, 1));
    return (rtps_service){.service = "/add",
                          .request_topic = request_topic,
                          .request_type = request_type,
                          .reply_topic = reply_topic,
                          .reply_type = reply_type,
                          .request_user_data = data,
                          .reply_user_data = data,
                          .depth = depth,
                          .ready = WAKE,
                          .changed = WAKE};
}

rtps_requester *requester_told(rtps *r, size_t depth, atomic_int *changes)
{
    char data[64], why[RTPS_WHY_SIZE] = "";
    rtps_service service = service_of("clientid", depth, data);
    if (changes) service.changed = COUNT_IN(changes);
    rtps_requester *requester = table->requester_new(r, &service, why);
    if (requester) return requester;
    fprintf(stderr, "%s\n", why);
    abort();
}

rtps_requester *requester_of(rtps *r, size_t depth)
{
    return requester_told(r, depth, NULL);
}

rtps_replier *replier_of(rtps *r, size_t depth)
{
    return replier_told(r, depth, WAKE);
}

rtps_replier *replier_told(rtps *r, size_t depth, mw_callback ready)
{
    char data[64], why[RTPS_WHY_SIZE] = "";
    rtps_service service = service_of("serviceid", depth, data);
    service.ready = ready;
    rtps_replier *replier = table->replier_new(r, &service, why);
    if (replier) return replier;
    fprintf(stderr, "%s\n", why);
    abort();
}

static mw_buffer *message(size_t size, const int64_t *numbers, size_t count)
{
    mw_buffer *buffer = table->buffer_new(size);
    if (!buffer) abort();
    memset(buffer->data, 0, size);
    buffer->data[1] = 1; /* CDR-1 */
    memcpy(buffer->data + 4, numbers, count * sizeof *numbers);
    return buffer;
}

int64_t ask_sized(rtps_requester *requester, int64_t a, int64_t b, size_t size)
{
    int64_t sequence = 0;
    char why[RTPS_WHY_SIZE] = "";
    rclio_status status = table->requester_send(requester, message(size, (int64_t[]){a, b}, 2), &sequence, why);
    if (status || sequence <= 0) {
        fprintf(stderr, "%d %s\n", status, why);
        abort();
    }
    return sequence;
}

int64_t ask(rtps_requester *requester, int64_t a, int64_t b)
{
    return ask_sized(requester, a, b, 20);
}

bool try_hear(rtps_replier *replier, mw_request_id *id, int64_t *sum)
{
    mw_sample sample;
    int64_t terms[2];
    if (table->replier_take(replier, &sample, id) != RCLIO_OK) return false;
    if (sample.size < 4 + sample.offset + sizeof terms) abort();
    memcpy(terms, sample.data + 4 + sample.offset, sizeof terms);
    table->sample_return(&sample);
    *sum = terms[0] + terms[1];
    return true;
}

int64_t hear(rtps_replier *replier, mw_request_id *id)
{
    int64_t sum;
    WAIT_UNTIL(try_hear(replier, id, &sum));
    return sum;
}

rclio_status answer_sized(rtps_replier *replier, const mw_request_id *id, int64_t sum, size_t size)
{
    char why[RTPS_WHY_SIZE] = "";
    rclio_status status = table->replier_send(replier, id, message(size, &sum, 1), why);
    if (status && !*why) abort(); /* it says why */
    return status;
}

rclio_status answer(rtps_replier *replier, const mw_request_id *id, int64_t sum)
{
    return answer_sized(replier, id, sum, 12);
}

int64_t get(rtps_requester *requester, int64_t *sequence)
{
    mw_sample sample;
    int64_t sum;
    WAIT_UNTIL(table->requester_take(requester, &sample, sequence) == RCLIO_OK);
    if (sample.failure || sample.size < 4 + sample.offset + sizeof sum) abort();
    memcpy(&sum, sample.data + 4 + sample.offset, sizeof sum);
    table->sample_return(&sample);
    return sum;
}

rclio_status get_failure(rtps_requester *requester, int64_t *sequence, char text[256])
{
    mw_sample sample;
    WAIT_UNTIL(table->requester_take(requester, &sample, sequence) == RCLIO_OK);
    rclio_status failure = sample.failure;
    snprintf(text, 256, "%.*s", (int)sample.size, (const char *)sample.data);
    table->sample_return(&sample);
    return failure;
}

uint64_t oldest_server(rtps_requester *requester)
{
    uint64_t oldest, newest;
    table->requester_server_range(requester, &oldest, &newest);
    return oldest;
}

uint64_t newest_server(rtps_requester *requester)
{
    uint64_t oldest, newest;
    table->requester_server_range(requester, &oldest, &newest);
    return newest;
}

bool is_available(rtps_requester *requester)
{
    return oldest_server(requester) > 0;
}
