# find_package(ondine CONFIG) defines ondine::ondine (shared) and ondine::ondine_static.
get_filename_component(_ondine_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(_ondine_lib "${_ondine_prefix}/lib")

if(NOT TARGET ondine::ondine)
  add_library(ondine::ondine SHARED IMPORTED)
  if(APPLE)
    set(_ondine_shared "${_ondine_lib}/libondine.dylib")
  else()
    set(_ondine_shared "${_ondine_lib}/libondine.so")
    set_target_properties(ondine::ondine PROPERTIES IMPORTED_SONAME "libondine.so.0")
  endif()
  set_target_properties(ondine::ondine PROPERTIES
    IMPORTED_LOCATION "${_ondine_shared}"
    INTERFACE_INCLUDE_DIRECTORIES "${_ondine_prefix}/include")

  find_package(Threads REQUIRED)
  add_library(ondine::ondine_static STATIC IMPORTED)
  set_target_properties(ondine::ondine_static PROPERTIES
    IMPORTED_LOCATION "${_ondine_lib}/libondine.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_ondine_prefix}/include"
    INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")
endif()
