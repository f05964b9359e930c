# Installing, and finding the installed rclio: a CMake package, a pkg-config file, package.xml for the ament index.
include(CMakePackageConfigHelpers)

install(TARGETS rclio EXPORT rclioTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(RCLIO_RTPS)
  install(TARGETS rclio_rtps LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(TARGETS rclio-gen EXPORT rclioTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(RCLIO_PROGRAMS)
  install(TARGETS ros2 RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY include/rclio DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY interfaces DESTINATION ${CMAKE_INSTALL_DATADIR}/rclio)
install(FILES package.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/rclio)
install(FILES cmake/RclioGenerateInterfaces.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rclio)
install(EXPORT rclioTargets NAMESPACE rclio:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rclio)

configure_package_config_file(cmake/rclioConfig.cmake.in ${CMAKE_BINARY_DIR}/rclioConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rclio)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/rclioConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/rclioConfig.cmake ${CMAKE_BINARY_DIR}/rclioConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rclio)

# From the file itself: an installed tree may be moved.
file(RELATIVE_PATH RCLIO_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/rclio.pc.in ${CMAKE_BINARY_DIR}/rclio.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/rclio.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
