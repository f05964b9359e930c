/* tests/support/sanitized.h: how often a test does the same again. In build/dev as often as is promised; under a sanitizer, which looks at every
 * single time and takes up to twenty times as long for it, less often. */
#ifndef TESTS_SUPPORT_SANITIZED_H
#define TESTS_SUPPORT_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TIMES(promised, sanitized) (sanitized)
#else
#define TIMES(promised, sanitized) (promised)
#endif

#endif
