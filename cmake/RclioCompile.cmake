# How every target is compiled.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}") # an installed program finds its library wherever the prefix is
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

add_compile_definitions(_GNU_SOURCE)
# -fstack-clash-protection: a large frame must not step over the guard page of a task's stack.
# -fno-plt: a node sleeps between its events; each stub of a library call would be one more cache line to fetch again after that.
add_compile_options(-Wall -Wextra -Werror -Wshadow $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes> $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
                    -fno-omit-frame-pointer -fstack-clash-protection -fno-plt)
foreach(language C CXX)
  add_compile_options($<$<COMPILE_LANG_AND_ID:${language},Clang>:-Wthread-safety>)
endforeach()

# What the presets of the tests build with. Releases do without.
option(RCLIO_QUICK "Build in less time: generated code not optimised, lld where it is installed" OFF)
find_program(RCLIO_LLD ld.lld)
mark_as_advanced(RCLIO_LLD)
if(RCLIO_QUICK AND RCLIO_LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(RCLIO_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")
if(RCLIO_SANITIZE)
  add_compile_options(-fsanitize=${RCLIO_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RCLIO_SANITIZE})
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fno-sanitize=vptr>) # its runtime is missing in C programs
endif()
