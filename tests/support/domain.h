/* tests/support/domain.h: a DDS domain that no other test of this machine uses: 181 to 229, each behind a lock file that the kernel
 * releases when the process and its children have ended. The Python suites share the locks and use 101 to 180. */
#ifndef TESTS_SUPPORT_DOMAIN_H
#define TESTS_SUPPORT_DOMAIN_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

enum { FIRST_TEST_DOMAIN = 181, TEST_DOMAINS = 49 };

/* The file stays open for the life of the process: that is the lock. 0 when none is free. */
static inline int test_domain_take(void)
{
    for (int step = 0; step < TEST_DOMAINS; step++) {
        int domain = FIRST_TEST_DOMAIN + (getpid() + step) % TEST_DOMAINS;
        char path[64];
        snprintf(path, sizeof path, "/tmp/rclio-test-domain-%d.lock", domain);
        int file = open(path, O_RDWR | O_CREAT, 0666);
        if (file < 0) continue;
        if (flock(file, LOCK_EX | LOCK_NB) == 0) return domain;
        close(file);
    }
    return 0;
}

#endif
