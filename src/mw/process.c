/* src/mw/process.c: see process.h. Tests: tests/mw/test_process.c, fuzz/fuzz_process.c. */
#include "mw/process.h"

#include "base/text.h"
#include "mw/user_data.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define BOOT_DIGITS 32
#define STAT_SIZE 1024    /* the fields up to the start time */
#define STAT_START 22     /* the number of that field, counted from 1 */
#define STAT_AFTER_NAME 3 /* the first one after the name, which may hold anything */

/* As a string; false when there is nothing to read. */
static bool read_file(const char *path, char *content, size_t room)
{
    FILE *file = fopen(path, "re");
    if (!file) return false;
    size_t size = fread(content, 1, room - 1, file);
    content[size] = '\0';
    fclose(file);
    return size > 0;
}

/* The digits from `*at` on, which it leaves. false: none, a needless zero in front, or more than `limit`. */
static bool read_number(const char **at, const char *end, uint64_t limit, uint64_t *number)
{
    const char *begin = *at;
    *number = 0;
    for (; *at < end && **at >= '0' && **at <= '9'; ++*at) {
        uint64_t digit = (uint64_t)(**at - '0');
        if (*number > (limit - digit) / 10) return false;
        *number = *number * 10 + digit;
    }
    return *at > begin && (*begin != '0' || *at == begin + 1);
}

static bool read_dot(const char **at, const char *end)
{
    return *at < end && *(*at)++ == '.';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

static bool read_boot(const char **at, const char *end, uint8_t boot[16])
{
    if (end - *at < BOOT_DIGITS) return false;
    for (size_t i = 0; i < 16; i++, *at += 2) {
        int high = hex_digit((*at)[0]), low = hex_digit((*at)[1]);
        if (high < 0 || low < 0) return false;
        boot[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_boot_of_machine(uint8_t boot[16])
{
    char content[64], digits[BOOT_DIGITS + 1];
    size_t count = 0;
    if (!read_file(BOOT_ID, content, sizeof content)) return false;
    for (const char *at = content; *at && *at != '\n' && count < BOOT_DIGITS; at++)
        if (*at != '-') digits[count++] = *at;
    const char *at = digits;
    return read_boot(&at, digits + count, boot);
}

/* Of a line of /proc/<pid>/stat. */
static bool read_start(const char *line, uint64_t *start)
{
    const char *at = strrchr(line, ')');
    for (int field = STAT_AFTER_NAME - 1; at && field < STAT_START; field++) {
        at = strchr(at, ' ');
        if (at) at++;
    }
    return at && read_number(&at, at + strlen(at), UINT64_MAX, start);
}

bool process_start_time(pid_t pid, uint64_t *start)
{
    char path[64], line[STAT_SIZE];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    return read_file(path, line, sizeof line) && read_start(line, start);
}

bool process_self(process_identity *self)
{
    char line[STAT_SIZE];
    struct stat space;
    uint64_t pid;
    const char *at = line;
    *self = (process_identity){0};
    if (!read_file("/proc/self/stat", line, sizeof line) || stat("/proc/self/ns/pid", &space)) return false;
    if (!read_number(&at, line + strlen(line), INT_MAX, &pid) || (pid_t)pid != getpid())
        return false; /* another namespace's /proc */
    if (!read_boot_of_machine(self->boot) || !read_start(line, &self->start)) return false;
    self->pid = getpid();
    self->pid_namespace = space.st_ino;
    return true;
}

char *process_user_data(const process_identity *self, const char *before)
{
    char boot[BOOT_DIGITS + 1];
    if (!self->pid_namespace) return copy_string(before); /* PR3 */
    for (size_t i = 0; i < 16; i++) snprintf(boot + 2 * i, 3, "%02x", self->boot[i]);
    return copy_format("%sprocess=%s.%" PRIu64 ".%ld.%" PRIu64 ";", before, boot, self->pid_namespace, (long)self->pid,
                       self->start); /* DIS-13 */
}

bool process_of_user_data(const void *bytes, size_t size, process_identity *found)
{
    uint64_t pid = 0;
    size_t length = 0;
    const char *at = user_data_find(bytes, size, "process", &length); /* DIS-13 */
    if (!at) return false;
    const char *end = at + length;
    bool is_one = read_boot(&at, end, found->boot) && read_dot(&at, end) &&
                  read_number(&at, end, UINT64_MAX, &found->pid_namespace) && read_dot(&at, end) &&
                  read_number(&at, end, INT_MAX, &pid) && read_dot(&at, end) && read_number(&at, end, UINT64_MAX, &found->start);
    found->pid = (pid_t)pid;
    return is_one && at == end && found->pid_namespace > 0 && found->pid > 0;
}

bool process_is_neighbour(const process_identity *self, const process_identity *other)
{
    return self->pid_namespace > 0 && memcmp(self->boot, other->boot, sizeof self->boot) == 0 &&
           self->pid_namespace == other->pid_namespace && (self->pid != other->pid || self->start != other->start);
}
