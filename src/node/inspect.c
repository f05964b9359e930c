/* src/node/inspect.c: see inspect.h. The socket and its thread; what is answered is in inspect_answer.c. */
#include "node/inspect.h"

#include "base/error.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define GUESTS 8         /* at a time */
#define QUESTION_SIZE 32 /* the longest question and its newline */
#define NUMBERS 64       /* contexts of a process that are looked at */
#define PATIENCE_S 1     /* for who asks and does not read */
#define WATCHED (GUESTS + 2)

typedef struct guest {
    int fd; /* -1: nobody */
    bool traces;
    char question[QUESTION_SIZE];
    size_t length;
} guest;

struct inspect {
    rclio_context *context;
    int listener, wake;
    thread thread;
    guest guests[GUESTS];
};

/* ---- who asks ---- */

static bool is_allowed(int fd) /* IN3 */
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

static void welcome(inspect *server)
{
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    struct timeval patience = {.tv_sec = PATIENCE_S};
    if (fd < 0) return;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    for (size_t i = 0; i < GUESTS && is_allowed(fd); i++) {
        if (server->guests[i].fd >= 0) continue;
        server->guests[i] = (guest){.fd = fd};
        return;
    }
    close(fd);
}

static bool somebody_traces(const inspect *server)
{
    for (size_t i = 0; i < GUESTS; i++)
        if (server->guests[i].fd >= 0 && server->guests[i].traces) return true;
    return false;
}

static void part(inspect *server, guest *g)
{
    bool traced = g->traces;
    close(g->fd);
    *g = (guest){.fd = -1};
    if (traced && !somebody_traces(server)) inspect_trace(server->context, false); /* IN4 */
}

static bool send_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool answer(inspect *server, guest *g, const char *question)
{
    text out;
    text_init(&out);
    if (strcmp(question, "trace") == 0) {
        g->traces = true;
        inspect_trace(server->context, true); /* each time: others may have been made */
    }
    inspect_answer(server->context, question, &out);
    bool sent = !out.failed && send_all(g->fd, out.data, out.length);
    text_fini(&out);
    return sent;
}

/* Questions end in a newline. false: it has gone, or what it says is none. */
static bool hear(inspect *server, guest *g)
{
    ssize_t got = recv(g->fd, g->question + g->length, sizeof g->question - g->length, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) return false;
    g->length += (size_t)got;
    for (char *end; (end = memchr(g->question, '\n', g->length));) {
        *end = '\0';
        if (!answer(server, g, g->question)) return false;
        g->length -= (size_t)(end + 1 - g->question);
        memmove(g->question, end + 1, g->length);
    }
    return g->length < sizeof g->question;
}

/* ---- the thread ---- */

static void serve(void *arg)
{
    inspect *server = arg;
    for (;;) {
        struct pollfd watched[WATCHED] = {{.fd = server->wake, .events = POLLIN}, {.fd = server->listener, .events = POLLIN}};
        for (size_t i = 0; i < GUESTS; i++) watched[i + 2] = (struct pollfd){.fd = server->guests[i].fd, .events = POLLIN};
        if (poll(watched, WATCHED, -1) < 0 && errno != EINTR) return;
        if (watched[0].revents) return;
        if (watched[1].revents) welcome(server);
        for (size_t i = 0; i < GUESTS; i++)
            if (watched[i + 2].revents && !hear(server, &server->guests[i])) part(server, &server->guests[i]);
    }
}

/* IN1: the first number that is free; another context of this process may have one. */
static rclio_status listen_somewhere(inspect *server)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->listener < 0) return rclio_fail(RCLIO_SYSTEM, "no socket: %s", strerror(errno));
    for (int number = 0; number < NUMBERS; number++) {
        int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "rclio/%u/%ld/%d",
                              rclio_context_domain_id(server->context), (long)getpid(), number);
        socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
        if (bind(server->listener, (struct sockaddr *)&address, size) < 0) continue;
        return listen(server->listener, GUESTS) == 0 ? RCLIO_OK : rclio_fail(RCLIO_SYSTEM, "no listener: %s", strerror(errno));
    }
    return rclio_fail(RCLIO_SYSTEM, "no name for a socket: %s", strerror(errno));
}

static void inspect_free(inspect *server)
{
    if (!server) return;
    if (server->listener >= 0) close(server->listener);
    if (server->wake >= 0) close(server->wake);
    free(server);
}

static bool is_wanted(const rclio_context *context)
{
    const char *wish = getenv("RCLIO_INSPECT");
    return !context->options.no_inspection && !(wish && strcmp(wish, "0") == 0);
}

inspect *inspect_start(rclio_context *context)
{
    inspect *server = is_wanted(context) ? calloc(1, sizeof *server) : NULL;
    if (!server) return NULL;
    server->context = context;
    server->listener = -1;
    for (size_t i = 0; i < GUESTS; i++) server->guests[i].fd = -1;
    server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->wake >= 0 && listen_somewhere(server) == RCLIO_OK &&
        thread_start(&server->thread, "rclio-inspect", serve, server) == RCLIO_OK)
        return server;
    LOG_DEBUG(context->log, "rclio", "this process cannot be inspected: %s", rclio_error()); /* IN5 */
    rclio_error_clear();
    inspect_free(server);
    return NULL;
}

void inspect_stop(inspect *server)
{
    if (!server) return;
    if (eventfd_write(server->wake, 1) == 0) thread_join(&server->thread); /* cannot fail: it is written once */
    for (size_t i = 0; i < GUESTS; i++)
        if (server->guests[i].fd >= 0) part(server, &server->guests[i]);
    inspect_free(server);
}
