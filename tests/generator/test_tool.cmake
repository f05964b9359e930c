# tests/generator/test_tool.cmake: what rclio-gen says and writes; run by ctest with TOOL and WORK.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK}/in)

function(expect status pattern)
  execute_process(COMMAND ${TOOL} --output ${WORK}/out ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE text ERROR_VARIABLE text
    WORKING_DIRECTORY ${WORK})
  if(NOT result EQUAL status OR NOT text MATCHES "${pattern}")
    message(FATAL_ERROR "rclio-gen ${ARGN}\nended with ${result}, not ${status}, or did not say '${pattern}':\n${text}")
  endif()
endfunction()

# Headers have upstream's names; a package comes with those it uses.
expect(0 "^$" --source ${WORK}/out/a.c --depfile ${WORK}/out/a.d example_interfaces)
foreach(file example_interfaces/msg/u_int8_multi_array.h example_interfaces/msg/w_string.h example_interfaces/srv/add_two_ints.h
        example_interfaces/action/fibonacci.h unique_identifier_msgs/msg/uuid.h service_msgs/msg/service_event_info.h
        builtin_interfaces/interfaces.c a.c a.d)
  if(NOT EXISTS ${WORK}/out/${file})
    message(FATAL_ERROR "no ${file}")
  endif()
endforeach()
file(READ ${WORK}/out/a.d dependencies)
if(NOT dependencies MATCHES "^${WORK}/out/a.c:.*/UUID.msg")
  message(FATAL_ERROR "the depfile names not what was read: ${dependencies}")
endif()

# An error names the user's file, not the link to it.
file(WRITE ${WORK}/in/Bad.msg "int32 a\nint33 b\n")
expect(1 "in/Bad.msg:2:1: " --package mine --file in/Bad.msg)
file(WRITE ${WORK}/in/Bad.msg "int32 class\n")
expect(1 "field 'class' of mine/msg/Bad cannot be a member" --package mine --file in/Bad.msg)
expect(1 "cannot read 'in/None.msg'" --package mine --file in/None.msg)
file(WRITE ${WORK}/in/Bad.txt "")
expect(1 "must end in .msg, .srv or .action" --package mine --file in/Bad.txt)
expect(1 "nope_msgs" nope_msgs)
expect(2 "usage" --nope)
expect(2 "usage" --package mine)

# A definition that is no longer listed is no longer generated.
file(WRITE ${WORK}/in/One.msg "int32 one\n")
file(WRITE ${WORK}/in/Two.msg "One one\n")
expect(0 "^$" --package mine --file in/One.msg --file in/Two.msg)
expect(1 "One" --package mine --file in/Two.msg)

# A package of the same name that is found first is an error, not a surprise.
file(WRITE ${WORK}/in/String.msg "int32 mine\n")
expect(1 "would be hidden by" --package std_msgs --file in/String.msg)

# A whole package of one's own.
file(WRITE ${WORK}/ws/src/other/package.xml "<package format=\"3\"><name>other</name></package>")
file(WRITE ${WORK}/ws/src/other/msg/Own.msg "std_msgs/String[<=3] words\n")
expect(0 "^$" --path ${WORK}/ws other)
file(READ ${WORK}/out/other/msg/own.h header)
if(NOT header MATCHES "std_msgs__msg__String__Sequence words;")
  message(FATAL_ERROR "other/msg/own.h is wrong:\n${header}")
endif()
