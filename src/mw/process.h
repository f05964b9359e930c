/* src/mw/process.h: which process a participant belongs to, as its USER_DATA tells the others (DIS-13).
 *
 *   PR1  A process is named by machine (boot id), pid namespace, pid and start time: a pid alone is used again.
 *   PR2  What comes from the network is read strictly: one way to write each process, or it is none.
 *   PR3  Where /proc does not tell who we are, nothing is announced and nobody is a neighbour: leases work as ever.
 * Threads: any; no state. */
#ifndef RCLIO_MW_PROCESS_H
#define RCLIO_MW_PROCESS_H

#include "rclio/api.h"

#include <sys/types.h>

typedef struct process_identity {
    uint8_t boot[16];
    uint64_t pid_namespace; /* its inode; 0: unknown (PR3) */
    pid_t pid;
    uint64_t start; /* clock ticks since boot */
} process_identity;

/* This process. false (PR3): `*self` names none. */
bool process_self(process_identity *self);

/* `before` and "process=...;" behind it, a string you free; `before` alone when `self` names none. NULL with the error set when memory
 * is short. */
char *process_user_data(const process_identity *self, const char *before);

/* PR2: the process that USER_DATA names. */
bool process_of_user_data(const void *bytes, size_t size, process_identity *found);

/* Another process, of the same machine and pid namespace: its pid means here what it means there. */
bool process_is_neighbour(const process_identity *self, const process_identity *other);

/* When the process that has this pid now was started. false: there is none, or it is hidden from us. */
bool process_start_time(pid_t pid, uint64_t *start);

#endif
