/* bench/raw_cyclone.h: Cyclone DDS with nothing between: the peer that rclio's topics are measured against. Bytes in, bytes out; the
 * data-available listener writes an eventfd, the thread that polls it takes. One participant for each process. */
#ifndef BENCH_RAW_CYCLONE_H
#define BENCH_RAW_CYCLONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct raw_writer raw_writer;
typedef struct raw_reader raw_reader;

void raw_open(uint32_t domain);
void raw_close(void);
raw_writer *raw_writer_new(const char *topic, bool keep_all);
raw_reader *raw_reader_new(const char *topic, bool keep_all, int event_fd);
bool raw_write(raw_writer *writer, const void *bytes, size_t size);      /* CDR, header included */
ptrdiff_t raw_take(raw_reader *reader, void *bytes, size_t capacity);    /* -1: nothing there */
bool raw_is_matched(const raw_writer *writer, const raw_reader *reader); /* either may be NULL */

#endif
