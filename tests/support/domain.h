/* tests/support/domain.h: a DDS domain that no other test of this machine uses: 52 to 100, each behind a lock file that the kernel
 * releases when the process and its children have ended. The Python suites share the locks and use 2 to 51. From 102 on the ports
 * of a domain lie among those that the kernel gives to any socket. */
#ifndef TESTS_SUPPORT_DOMAIN_H
#define TESTS_SUPPORT_DOMAIN_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

enum { FIRST_TEST_DOMAIN = 52, TEST_DOMAINS = 49 };

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
