/* src/base/log_file.c: see log_file.h. Each record is one write(): what was logged before a crash is in the file.
 * Tests: tests/base/test_log.c. */
#include "base/log_file.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log_format.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct log_file {
    char *prefix;
    char *path;
    int file;    /* -1: not open */
    bool failed; /* LF2 */
    log_format *format;
    text line; /* reused */
};

log_file *log_file_new(const char *prefix)
{
    const char *format = getenv("RCUTILS_CONSOLE_OUTPUT_FORMAT");
    log_file *f = calloc(1, sizeof *f);
    if (!f) return rclio_fail_null(RCLIO_NO_MEMORY, "out of memory for the log file");
    f->file = -1;
    text_init(&f->line);
    f->prefix = copy_string(prefix && *prefix ? prefix : program_invocation_short_name);
    f->format = log_format_parse(format && *format ? format : LOG_FORMAT_DEFAULT);
    if (f->prefix && f->format) return f;
    log_file_destroy(f);
    return NULL;
}

void log_file_destroy(log_file *f)
{
    if (!f) return;
    if (f->file >= 0) close(f->file);
    log_format_destroy(f->format);
    text_fini(&f->line);
    free(f->prefix);
    free(f->path);
    free(f);
}

static void give_up(log_file *f, const char *what, const char *cause)
{
    fprintf(stderr, "No log file: %s: %s. Logging goes on without it; ROS_LOG_DIR chooses another folder.\n", what, cause);
    f->failed = true;
    if (f->file >= 0) close(f->file);
    f->file = -1;
}

static char *below(const char *path, const char *rest) /* "~" is HOME */
{
    const char *home = getenv("HOME");
    bool from_home = path[0] == '~' && (path[1] == '/' || !path[1]) && home;
    return from_home ? copy_format("%s%s%s", home, path + 1, rest) : copy_format("%s%s", path, rest);
}

char *log_file_folder(void)
{
    const char *value = getenv("ROS_LOG_DIR");
    if (value && *value) return below(value, "");
    value = getenv("ROS_HOME");
    if (value && *value) return below(value, "/log");
    value = getenv("HOME");
    if (value && *value) return below(value, "/.ros/log");
    return rclio_fail_null(RCLIO_NOT_FOUND, "none of ROS_LOG_DIR, ROS_HOME and HOME is set");
}

static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int failed = mkdir(path, 0777);
        *slash = '/';
        if (failed && errno != EEXIST) return false;
    }
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

static void open_file(log_file *f) /* LF1 */
{
    char *path = log_file_folder();
    if (!path) {
        give_up(f, "no folder", rclio_error());
        return;
    }
    if (!make_folders(path)) {
        give_up(f, path, strerror(errno));
    } else if (!(f->path =
                     copy_format("%s/%s_%d_%" PRId64 ".log", path, f->prefix, (int)getpid(), clock_system_ns() / RCLIO_MS(1)))) {
        give_up(f, path, rclio_error());
    } else if ((f->file = open(f->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) < 0) {
        give_up(f, f->path, strerror(errno));
    }
    free(path);
}

static void write_line(log_file *f)
{
    const char *data = f->line.data;
    size_t left = f->line.length;
    while (left > 0) {
        ssize_t written = write(f->file, data, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            give_up(f, f->path, strerror(written < 0 ? errno : ENOSPC));
            return;
        }
        data += written;
        left -= (size_t)written;
    }
}

void log_file_sink(const log_record *record, void *arg)
{
    log_file *f = arg;
    int saved = errno;
    if (f->failed) return;
    if (f->file < 0) open_file(f);
    if (f->file >= 0) {
        text_clear(&f->line);
        log_format_record(f->format, record, &f->line);
        text_append_char(&f->line, '\n');
        write_line(f);
    }
    errno = saved;
}
