# rclio_generate_interfaces(<target> [PACKAGES package...] [FILES file...] [PACKAGE name] [PATH folder...] [LINK library...])
#
# Makes <target>, a static library with the C structs and descriptors of interface packages. Link a program with it, include
# "<package>/<msg|srv|action>/<name>.h", and say RCLIO_TYPE(<package>, <msg|srv|action>, <Name>).
#
#   PACKAGES  packages that rclio finds: its own (std_msgs, ...), those of AMENT_PREFIX_PATH and RCLIO_INTERFACE_PATH, those below PATH
#   FILES     your own .msg, .srv and .action files, relative to the current source folder: the interfaces of package PACKAGE
#   PACKAGE   what your own package is called; default: the project's name
#   PATH      folders with packages (a folder with package.xml and msg/, srv/ or action/), looked at after the ones above
#   LINK      what the library links with instead of rclio::rclio
#
# Packages that these use are added by themselves. What changes in a definition is generated and compiled again. The symbols are
# weak, so several such libraries with the same packages may meet in one program.
function(rclio_generate_interfaces target)
  cmake_parse_arguments(arg "" "PACKAGE" "PACKAGES;FILES;PATH;LINK" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "rclio_generate_interfaces(${target}): unknown argument '${arg_UNPARSED_ARGUMENTS}'; "
                        "known are PACKAGES, FILES, PACKAGE, PATH and LINK")
  endif()
  if(NOT arg_PACKAGES AND NOT arg_FILES)
    message(FATAL_ERROR "rclio_generate_interfaces(${target}): give PACKAGES or FILES")
  endif()
  if(NOT arg_PACKAGE)
    set(arg_PACKAGE ${PROJECT_NAME})
  endif()
  if(NOT arg_LINK)
    set(arg_LINK rclio::rclio)
  endif()

  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(options --output ${output} --source ${output}/${target}.c --depfile ${output}/${target}.d)
  set(definitions)
  foreach(folder IN LISTS arg_PATH)
    get_filename_component(folder ${folder} ABSOLUTE)
    list(APPEND options --path ${folder})
  endforeach()
  if(arg_FILES)
    list(APPEND options --package ${arg_PACKAGE})
  endif()
  foreach(file IN LISTS arg_FILES)
    get_filename_component(file ${file} ABSOLUTE)
    list(APPEND options --file ${file})
    list(APPEND definitions ${file})
  endforeach()

  add_custom_command(
    OUTPUT ${output}/${target}.c
    COMMAND rclio::rclio-gen ${options} ${arg_PACKAGES}
    DEPENDS rclio::rclio-gen ${definitions}
    DEPFILE ${output}/${target}.d
    COMMENT "Generating the interfaces of ${target}"
    VERBATIM)
  add_library(${target} STATIC ${output}/${target}.c)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON C_STANDARD 11 C_STANDARD_REQUIRED ON)
  target_compile_options(${target} PRIVATE -ffunction-sections -fdata-sections $<$<BOOL:${RCLIO_QUICK}>:-O0>)
  target_include_directories(${target} PUBLIC ${output})
  target_link_libraries(${target} PUBLIC ${arg_LINK})
endfunction()
