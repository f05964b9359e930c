/* src/mw/process_watch.h: sees at once when a process of this machine ends, and tells which participants it had.
 *
 *   PW1  A process is watched once however many participants it has; its pidfd is open while it has any.
 *   PW2  Only the very process is watched: its start time is read again after its pidfd is open, when its pid cannot be used anew.
 *   PW3  What cannot be watched is left to its lease without a word: no pidfd in this kernel, no descriptors left, /proc hides it, or it
 *        has ended already.
 *   PW4  There is a thread, "rclio-peers", from the first watched process until the end of the watch; no descriptor before.
 *   PW5  The end of a participant's process is told again for some seconds, also when the participant has been removed: what is done about
 *        it may be lost on its way, and what the process had sent before may arrive after it and bring the participant back.
 * Threads: any. `ended` runs on the thread of the watch, without a lock; when process_watch_destroy() returns it runs no more. */
#ifndef RCLIO_MW_PROCESS_WATCH_H
#define RCLIO_MW_PROCESS_WATCH_H

#include "mw/process.h"
#include "rclio/qos.h"

typedef struct process_watch process_watch;
typedef void process_ended_fn(void *arg, const uint8_t participant[RCLIO_GID_SIZE]);

/* fails  RCLIO_NO_MEMORY, RCLIO_SYSTEM */
process_watch *process_watch_new(process_ended_fn *ended, void *arg);
void process_watch_destroy(process_watch *watch); /* NULL is allowed */

/* The participant belongs to that process, a neighbour (process.h). Never blocks. A participant that was added before is moved. */
void process_watch_add(process_watch *watch, const uint8_t participant[RCLIO_GID_SIZE], const process_identity *process);
void process_watch_remove(process_watch *watch, const uint8_t participant[RCLIO_GID_SIZE]); /* PW5 goes on */

#endif
