/* bench_cdr: encoding and decoding beside memcpy of the same bytes, in one run.
 *
 * Prints for sensor_msgs/msg/JointState with 7 joints and a 640x480 rgb8 sensor_msgs/msg/Image: nanoseconds and the ratio to
 * memcpy, as the best of several rounds. Encoding includes finding the size; decoding reuses the message, as a subscription does.
 */
#include "rclio/rclio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15 };

struct job {
    const rclio_codec *codec;
    void *message;
    uint8_t *bytes, *copy;
    size_t size;
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_cdr: %s: %s\n", what, rclio_error());
    exit(1);
}

static void do_copy(struct job *job)
{
    memcpy(job->copy, job->bytes, job->size);
    __asm__ volatile("" : : "r"(job->copy) : "memory"); /* the copy is used */
}

static void do_encode(struct job *job)
{
    size_t size = rclio_encoded_size(job->codec, job->message, 0);
    if (rclio_encode(job->codec, job->message, 0, job->bytes, size)) fail("encode");
}

static void do_decode(struct job *job)
{
    if (rclio_decode(job->codec, job->bytes, job->size, 0, job->message)) fail("decode");
}

/* Nanoseconds of one run, the best of ROUNDS. */
static double best(void (*run)(struct job *job), struct job *job, int count)
{
    double fastest = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = rclio_now_steady();
        for (int i = 0; i < count; i++) run(job);
        double each = (double)(rclio_now_steady() - start) / count;
        if (each < fastest) fastest = each;
    }
    return fastest;
}

static void measure(rclio_types *types, const char *name, const char *yaml, size_t data_size, int count)
{
    const rclio_type *type = rclio_types_get(types, name);
    void *message = type ? rclio_message_new(type) : NULL;
    rclio_codec *codec = type ? rclio_codec_new(type) : NULL;
    if (!message || !codec) fail(name);
    if (rclio_message_from_yaml(type, yaml, -1, message)) fail("content");
    if (data_size && rclio_field_resize(rclio_type_field(type, "data"), message, data_size)) fail("data");
    struct job job = {.codec = codec, .message = message};
    job.bytes = rclio_encode_new(codec, message, &job.size);
    job.copy = job.bytes ? malloc(job.size) : NULL;
    if (!job.copy) fail("memory");
    memset(job.copy, 0, job.size);
    double copy = best(do_copy, &job, count), encode = best(do_encode, &job, count), decode = best(do_decode, &job, count);
    printf("%-28s %8zu bytes   memcpy %9.1f ns   encode %9.1f ns  %6.2f   decode %9.1f ns  %6.2f\n", name, job.size, copy, encode,
           encode / copy, decode, decode / copy);
    free(job.bytes);
    free(job.copy);
    rclio_codec_destroy(codec);
    rclio_message_destroy(type, message);
}

int main(void)
{
    rclio_types *types = rclio_types_new(NULL, NULL);
    if (!types) fail("types");
    measure(types, "sensor_msgs/msg/JointState",
            "{header: {frame_id: base}, name: [joint_1, joint_2, joint_3, joint_4, joint_5, joint_6, joint_7],"
            " position: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], velocity: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]}",
            0, 200000);
    measure(types, "sensor_msgs/msg/Image", "{height: 480, width: 640, step: 1920, encoding: rgb8}", 640 * 480 * 3, 500);
    rclio_types_destroy(types);
    return 0;
}
