/* tests/support/sanitized.h: how often a test does the same again. In build/dev as often as is promised; under a sanitizer, which looks at every
 * single time and takes up to twenty times as long for it, less often. */
#ifndef TESTS_SUPPORT_SANITIZED_H
#define TESTS_SUPPORT_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true /* how long something takes says nothing then */
#else
#define IS_SANITIZED false
#endif
#define TIMES(promised, sanitized) (IS_SANITIZED ? (sanitized) : (promised))

#endif
