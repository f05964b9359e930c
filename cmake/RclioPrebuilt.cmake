# RCLIO_PREBUILT: a build folder of this very tree whose libraries are taken instead of building them again, for the Python extension of a
# second Python (tests/python/setup).
add_library(rclio SHARED IMPORTED GLOBAL)
set_target_properties(rclio PROPERTIES IMPORTED_LOCATION ${RCLIO_PREBUILT}/lib/librclio.so.${PROJECT_VERSION} IMPORTED_SONAME librclio.so.0
  INTERFACE_INCLUDE_DIRECTORIES ${PROJECT_SOURCE_DIR}/include)
if(RCLIO_RTPS)
  add_library(rclio_rtps SHARED IMPORTED GLOBAL)
  set_target_properties(rclio_rtps PROPERTIES IMPORTED_LOCATION ${RCLIO_PREBUILT}/lib/librclio_rtps.so)
endif()
