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
