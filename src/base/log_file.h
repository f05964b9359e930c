/* src/base/log_file.h: the file sink (LOG-5).
 *
 *   LF1  The folder and the file are made with the first record: a program that logs nothing leaves nothing.
 *   LF2  The first failure (no folder, no permission, disk full) is one line on standard error and the end of this sink; the other
 *        sinks go on.
 * Threads: log_file_sink under the log's lock; the rest one owner. */
#ifndef RCLIO_BASE_LOG_FILE_H
#define RCLIO_BASE_LOG_FILE_H

#include "base/log.h"

typedef struct log_file log_file;

/* <folder>/<prefix>_<pid>_<milliseconds>.log; folder: ROS_LOG_DIR, else $ROS_HOME/log, else ~/.ros/log.
 * prefix  copied; NULL: the program's name. fails RCLIO_NO_MEMORY */
log_file *log_file_new(const char *prefix);
void log_file_destroy(log_file *f); /* NULL is allowed */
log_sink_fn log_file_sink;          /* arg: the log_file */

char *log_file_folder(void); /* a string to free; NULL with the error set */

#endif
