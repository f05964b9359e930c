/* src/node/process/output.c: what processes write, passed on line by line (PN6).
 *
 *   SO1  A sink gets whole lines, so lines of two processes never mix; a line longer than LINE_LIMIT is passed on in pieces.
 *   SO2  The program never blocks in a write: what a sink does not take waits in `pending`, and beyond CONGESTED bytes the streams
 *        that end in it are not read until half of it is gone.
 *   SO3  A sink whose reader is gone drops what comes; no SIGPIPE.
 * Tests: tests/process/test_output.c. */
#include "base/error.h"
#include "node/process/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define LINE_LIMIT ((size_t)64 * 1024)
#define CONGESTED ((size_t)256 * 1024)
#define BYTES_PER_READ 8192
#define READS_PER_TURN 8 /* so that one that writes without end does not starve the others */

/* ---- sinks ---- */

static void sink_ready(watch *w)
{
    sink_flush(list_entry(w, sink, watch));
}

void sink_init(sink *s, rclio_processes *processes)
{
    *s = (sink){.watch = {.fd = -1, .ready = sink_ready}, .owner = processes};
    text_init(&s->pending);
}

rclio_status sink_open(sink *s, int fd)
{
    s->watch.fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1); /* the set knows a file by its number */
    if (s->watch.fd >= 0) return RCLIO_OK;
    return rclio_fail(RCLIO_SYSTEM, "no duplicate of file %d: %s", fd, strerror(errno));
}

void sink_fini(sink *s)
{
    loop_close_file(s->owner, &s->watch);
    text_fini(&s->pending);
}

static size_t sink_waiting(const sink *s)
{
    return s->pending.length - s->written;
}

void sink_append(sink *s, const char *bytes, size_t size)
{
    if (s->broken) return;
    text_append_bytes(&s->pending, bytes, size);
    if (!s->pending.failed) return;
    text_fini(&s->pending); /* no memory: what waits is lost, what comes has another chance */
    text_init(&s->pending);
    s->written = 0;
}

/* SO2 */
static bool takes_more(const sink *s)
{
    struct pollfd file = {.fd = s->watch.fd, .events = POLLOUT};
    return poll(&file, 1, 0) != 0; /* errors too: the write will tell */
}

/* SO3: as write(), without SIGPIPE. */
static ssize_t write_quietly(int fd, const char *bytes, size_t size)
{
    sigset_t pipe_signal, before, waiting;
    struct timespec at_once = {0};
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&waiting);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    ssize_t written = write(fd, bytes, size);
    int error = errno;
    if (written < 0 && error == EPIPE && !sigismember(&waiting, SIGPIPE)) sigtimedwait(&pipe_signal, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written;
}

static void resume_streams(rclio_processes *processes)
{
    list_each(link, &processes->processes) {
        process *p = list_entry(link, process, link);
        if (p->out.watch.fd >= 0) loop_watch(processes, &p->out.watch, EPOLLIN);
        if (p->err.watch.fd >= 0) loop_watch(processes, &p->err.watch, EPOLLIN);
    }
}

static void sink_done(sink *s)
{
    loop_unwatch(s->owner, &s->watch);
    text_clear(&s->pending);
    s->written = 0;
}

/* false: no more now. */
static bool sink_write(sink *s)
{
    size_t size = sink_waiting(s) < PIPE_BUF ? sink_waiting(s) : PIPE_BUF; /* what a pipe that is ready takes at once */
    ssize_t written = takes_more(s) ? write_quietly(s->watch.fd, s->pending.data + s->written, size) : 0;
    if (written > 0) s->written += (size_t)written;
    if (written > 0 || (written < 0 && errno == EINTR)) return true;
    if (written == 0 || errno == EAGAIN)
        loop_watch(s->owner, &s->watch, EPOLLOUT);
    else if (errno == ENOSPC)
        s->written = s->pending.length; /* lost, what comes later has another chance */
    else
        s->broken = true;
    return false;
}

void sink_flush(sink *s)
{
    bool was_congested = sink_waiting(s) >= CONGESTED / 2;
    while (sink_waiting(s) > 0 && sink_write(s)) continue;
    if (s->broken || sink_waiting(s) == 0) sink_done(s);
    if (was_congested && sink_waiting(s) < CONGESTED / 2) resume_streams(s->owner);
}

void sink_drain(sink *s, int timeout_ms)
{
    struct pollfd file = {.fd = s->watch.fd, .events = POLLOUT};
    sink_flush(s);
    while (sink_waiting(s) > 0 && poll(&file, 1, timeout_ms) > 0) sink_flush(s);
}

/* ---- streams ---- */

static void remember(stream *s)
{
    size_t length = s->line.length < LAST_LINE_SIZE ? s->line.length : LAST_LINE_SIZE;
    if (length == 0 || s->continued) return;
    text_clear(&s->last);
    text_append_bytes(&s->last, s->line.data, length);
}

/* Passes on what `line` holds: a whole line, or a piece of one that is too long. */
static void pass_on(stream *s, bool whole)
{
    if (s->process->owner->options.prefix_output && !s->continued) {
        sink_append(s->sink, "[", 1);
        sink_append(s->sink, s->process->name, strlen(s->process->name));
        sink_append(s->sink, "] ", 2);
    }
    sink_append(s->sink, s->line.data, s->line.length);
    if (whole) sink_append(s->sink, "\n", 1);
    remember(s);
    s->continued = !whole;
    text_clear(&s->line);
}

static void take(stream *s, const char *bytes, size_t size)
{
    while (size > 0) {
        const char *newline = memchr(bytes, '\n', size);
        size_t length = newline ? (size_t)(newline - bytes) : size;
        text_append_bytes(&s->line, bytes, length);
        if (s->line.failed) { /* no memory: this line is lost */
            text_fini(&s->line);
            text_init(&s->line);
        }
        if (newline) length++;
        if (newline || s->line.length >= LINE_LIMIT) pass_on(s, newline != NULL);
        bytes += length;
        size -= length;
    }
}

/* At most `reads` times. Closes it at its end. */
static void pump(stream *s, size_t reads)
{
    char bytes[BYTES_PER_READ];
    for (; reads > 0 && s->watch.fd >= 0; reads--) {
        ssize_t got = read(s->watch.fd, bytes, sizeof bytes);
        if (got > 0)
            take(s, bytes, (size_t)got);
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            loop_close_file(s->process->owner, &s->watch);
        else if (errno == EAGAIN)
            return;
    }
}

static void stream_ready(watch *w)
{
    stream *s = list_entry(w, stream, watch);
    if (sink_waiting(s->sink) >= CONGESTED) { /* SO2 */
        loop_unwatch(s->process->owner, w);
        return;
    }
    pump(s, READS_PER_TURN);
    sink_flush(s->sink);
}

void stream_init(stream *s, process *from, sink *to)
{
    *s = (stream){.watch = {.fd = -1, .ready = stream_ready}, .process = from, .sink = to};
    text_init(&s->line);
    text_init(&s->last);
}

void stream_close(stream *s)
{
    if (s->watch.fd >= 0) pump(s, (size_t)(1 << 20) / BYTES_PER_READ + 1); /* the most that a pipe holds */
    loop_close_file(s->process->owner, &s->watch);
    if (s->line.length > 0 || s->continued) pass_on(s, true);
}

void stream_fini(stream *s)
{
    loop_close_file(s->process->owner, &s->watch);
    text_fini(&s->line);
    text_fini(&s->last);
}
