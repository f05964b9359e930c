# The libraries that rclio stands on; scripts/setup installs them.
find_package(Threads REQUIRED)
find_package(CycloneDDS REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET yaml-0.1)

# Static: the shared one's soname carries the Boost release, and it needs libstdc++ (docs/async.md).
find_library(BOOST_CONTEXT_LIBRARY NAMES libboost_context.a)
if(NOT BOOST_CONTEXT_LIBRARY)
  message(FATAL_ERROR "libboost_context.a not found: run scripts/setup, or install libboost-context-dev")
endif()

# Its C ABI is used as it has been since 1.61. One built for shadow stacks expects more arguments: the check passes rubbish there.
include(CheckCSourceRuns)
if(NOT CMAKE_CROSSCOMPILING)
  set(CMAKE_REQUIRED_LIBRARIES ${BOOST_CONTEXT_LIBRARY})
  check_c_source_runs("
    typedef struct { void *context; void *data; } transfer;
    transfer jump_fcontext(void *to, void *data, void *rubbish, void *more);
    void *make_fcontext(void *high, unsigned long size, void (*entry)(transfer), void *rubbish);
    static char stack[65536];
    static int entered;
    static void entry(transfer from) { entered = *(int *)from.data; jump_fcontext(from.context, 0, (void *)8, (void *)8); }
    int main(void) {
      int number = 7;
      jump_fcontext(make_fcontext(stack + sizeof stack, sizeof stack, entry, (void *)8), &number, (void *)8, (void *)8);
      return entered != 7;
    }" RCLIO_BOOST_CONTEXT_WORKS)
  unset(CMAKE_REQUIRED_LIBRARIES)
  if(NOT RCLIO_BOOST_CONTEXT_WORKS)
    message(FATAL_ERROR "${BOOST_CONTEXT_LIBRARY} does not switch stacks: is it built for shadow stacks? docs/async.md")
  endif()
endif()
