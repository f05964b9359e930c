/* cli/inspection.c: see inspection.h. */
#include "inspection.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define NAMES "/proc/net/unix"
#define ANSWER_MAX (64u << 20)

static void inspected_fini(inspected *process)
{
    if (process->fd >= 0) close(process->fd);
    free(process->answer);
    *process = (inspected){.fd = -1};
}

static bool is_ours(int fd) /* IC2 */
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0 || geteuid() == 0);
}

static int connect_to(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = 1}; /* IC3 */
    size_t length = strlen(name);
    if (length >= sizeof address.sun_path - 1) return -1;
    memcpy(address.sun_path + 1, name, length);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    if (connect(fd, (struct sockaddr *)&address, size) == 0 && is_ours(fd)) return fd;
    close(fd);
    return -1;
}

static bool is_known(const inspection *i, long pid, int number)
{
    for (size_t at = 0; at < i->size; at++)
        if (i->data[at].pid == pid && i->data[at].number == number) return true;
    return false;
}

static int by_process(const void *a, const void *b)
{
    const inspected *left = a, *right = b;
    if (left->pid != right->pid) return left->pid < right->pid ? -1 : 1;
    return left->number - right->number;
}

/* A listening socket's name; false: out of memory. */
static bool consider(cli *c, inspection *i, const char *name)
{
    unsigned domain = 0;
    long pid = 0;
    int number = 0, end = 0;
    if (sscanf(name, "rclio/%u/%ld/%d%n", &domain, &pid, &number, &end) != 3 || name[end] != '\0') return true;
    if (domain != rclio_context_domain_id(c->context) || is_known(i, pid, number)) return true;
    int fd = connect_to(name);
    if (fd < 0) return true;
    inspected *data = realloc(i->data, (i->size + 1) * sizeof *data);
    if (!data) {
        close(fd);
        cli_error(c, "out of memory");
        return false;
    }
    i->data = data;
    data[i->size++] = (inspected){.fd = fd, .pid = pid, .number = number};
    return true;
}

bool inspection_find(cli *c, inspection *i)
{
    char line[512];
    bool good = true;
    FILE *names = cli_context(c) ? fopen(NAMES, "re") : NULL;
    if (!names && c->context) cli_error(c, "cannot read %s: %s", NAMES, strerror(errno));
    if (!names) return false;
    while (good && fgets(line, sizeof line, names)) {
        char *name = strstr(line, " @rclio/");
        if (!name) continue;
        name[strcspn(name, "\n")] = '\0';
        good = consider(c, i, name + 2); /* connections have the name too: they are known by then */
    }
    fclose(names);
    if (i->size) qsort(i->data, i->size, sizeof *i->data, by_process);
    return good;
}

/* What has come so far ends in the line "end". */
static bool is_complete(const char *text, size_t length)
{
    return length >= 4 && strcmp(text + length - 4, "end\n") == 0 && (length == 4 || text[length - 5] == '\n');
}

/* Until the line "end"; NULL: it did not come. */
static char *receive(int fd)
{
    char *text = NULL, part[4096];
    size_t size = 0;
    bool complete = false;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    while (!complete && size < ANSWER_MAX) {
        ssize_t got = recv(fd, part, sizeof part, 0);
        if (got < 0 && errno == EINTR && !cli_interrupted()) continue;
        if (got <= 0) break;
        fwrite(part, 1, (size_t)got, out);
        if (fflush(out) != 0) break;
        complete = is_complete(text, size);
    }
    if (fclose(out) == 0 && complete) return text;
    free(text);
    return NULL;
}

static bool send_question(int fd, const char *question)
{
    char line[32];
    int length = snprintf(line, sizeof line, "%s\n", question);
    return send(fd, line, (size_t)length, MSG_NOSIGNAL) == length;
}

void inspection_ask(inspection *i, const char *question)
{
    size_t kept = 0;
    for (size_t at = 0; at < i->size; at++) { /* all at once: they answer beside each other */
        inspected *process = &i->data[at];
        free(process->answer);
        process->answer = NULL;
        process->asked = send_question(process->fd, question);
    }
    for (size_t at = 0; at < i->size; at++) {
        inspected *process = &i->data[at];
        if (process->asked) process->answer = receive(process->fd);
        if (process->answer)
            i->data[kept++] = *process;
        else
            inspected_fini(process);
    }
    i->size = kept;
}

void inspection_drop(inspection *i)
{
    for (size_t at = 0; at < i->size; at++) inspected_fini(&i->data[at]);
    i->size = 0;
}

void inspection_close(inspection *i)
{
    inspection_drop(i);
    free(i->data);
    *i = (inspection){0};
}

/* What is not printable in a terminal would be taken for its commands. */
static void make_harmless(char *line)
{
    for (; *line; line++)
        if (((unsigned char)*line < ' ' && *line != '\t') || *line == 0x7f) *line = ' ';
}

static void read_line(char *line, inspection_line_fn *each, const inspected *process, void *arg)
{
    const char *words[INSPECTION_WORDS];
    size_t count = 0;
    make_harmless(line);
    for (char *word = line; word && count < INSPECTION_WORDS;) {
        char *tab = strchr(word, '\t');
        if (tab) *tab++ = '\0';
        words[count++] = word;
        word = tab;
    }
    for (size_t i = count; i < INSPECTION_WORDS; i++) words[i] = "";
    each(words, count, process, arg);
}

void inspection_read(const inspection *i, inspection_line_fn *each, void *arg)
{
    for (size_t at = 0; at < i->size; at++) {
        char *copy = i->data[at].answer ? strdup(i->data[at].answer) : NULL, *rest = copy;
        for (char *line; rest && (line = strsep(&rest, "\n"));)
            if (*line && strcmp(line, "end") != 0) read_line(line, each, &i->data[at], arg);
        free(copy);
    }
}

int inspection_no_node(cli *c, const char *node)
{
    const cli_remote remote = {.discovery = {.spin_time = 0.0 / 0.0}, .hidden = true};
    int status;
    char *found = cli_find_node(c, &remote, node, &status); /* else it has said what it found */
    if (!found) return status;
    cli_error(c, "'%s' is there, but in no process of this user on this computer that runs rclio: it cannot be asked", found);
    free(found);
    return CLI_FAILED;
}

void inspection_format_time(char *text, size_t size, double ns)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    size_t unit = 0;
    while (ns >= 999.5 && unit < 3) ns /= 1000, unit++;
    snprintf(text, size, unit && ns < 99.95 ? "%.1f %s" : "%.0f %s", ns, units[unit]);
}
