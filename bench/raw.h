/* bench/raw.h: a middleware with nothing between: the peers that rclio is measured against. Bytes in, bytes out; what tells of new data writes
 * an eventfd, the thread that polls it takes. One participant for each process, on loopback. */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct raw_writer raw_writer;
typedef struct raw_reader raw_reader;

typedef struct raw_stack {
    const char *name;
    void (*open)(uint32_t domain);
    void (*close)(void);
    raw_writer *(*writer_new)(const char *topic, bool keep_all);
    raw_reader *(*reader_new)(const char *topic, bool keep_all, int event_fd);
    bool (*write)(raw_writer *writer, const void *bytes, size_t size);      /* CDR, header included */
    ptrdiff_t (*take)(raw_reader *reader, void *bytes, size_t capacity);    /* -1: nothing there */
    bool (*is_matched)(const raw_writer *writer, const raw_reader *reader); /* either may be NULL */
} raw_stack;

extern const raw_stack raw_cyclone; /* raw_cyclone.c */
extern const raw_stack raw_fast;    /* raw_fast.cpp: Fast DDS's RTPS layer */

#ifdef __cplusplus
}
#endif

#endif
