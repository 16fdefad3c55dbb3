# SPDX-License-Identifier: GPL-2.0-only
#
# Compiler flags.  Only flags are added here; CFLAGS and LDFLAGS of the
# environment stay as they are (the contract of OSS-Fuzz).

# Two functions, because a fuzz target wants its checkers without sanitizers:
# mo_flags() for all of our code, mo_sanitize() on top.
function(mo_flags target)
  set_target_properties(${target} PROPERTIES
    C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS ON)
  # Code that may end up in a shared library is position independent; nobody
  # replaces our functions there, so that gcc may inline them.
  target_compile_options(${target} PRIVATE -fno-semantic-interposition
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    $<$<BOOL:${MO_WERROR}>:-Werror>)
  target_compile_definitions(${target} PRIVATE
    $<$<BOOL:${MO_OLDBUGS}>:MO_OLDBUGS>
    $<$<BOOL:${MO_EXTRA_COUNTERS}>:MO_EXTRA_COUNTERS>)
  if(MO_COVERAGE)
    target_compile_options(${target} PRIVATE -fprofile-instr-generate -fcoverage-mapping)
    target_link_options(${target} PUBLIC -fprofile-instr-generate)
  endif()
endfunction()

set(mo_sanitize_flags -fsanitize=${MO_SANITIZE} -fno-omit-frame-pointer)
if(MO_SANITIZE STREQUAL "memory")
  list(APPEND mo_sanitize_flags -fsanitize-memory-track-origins)
elseif(MO_SANITIZE MATCHES "undefined")
  list(APPEND mo_sanitize_flags -fno-sanitize-recover=undefined)
  # Four tests at each access through a pointer, which ASan and the processor
  # judge too; each is a branch, and was half of the counters of a target.
  if(NOT MO_SANITIZE_ACCESSES)
    list(APPEND mo_sanitize_flags
      -fno-sanitize=null,alignment,object-size,pointer-overflow)
  endif()
endif()

function(mo_sanitize target)
  if(NOT MO_SANITIZE STREQUAL "none")
    target_compile_options(${target} PRIVATE ${mo_sanitize_flags})
    target_link_options(${target} PUBLIC -fsanitize=${MO_SANITIZE})
  endif()
endfunction()

# What a fuzz target is compiled with and linked to.  trace-cmp is off because
# it costs the model a factor of two to three and finds it nothing; stack depth
# says nothing about a state machine.  Counters stand in basic blocks, not on
# edges: a third fewer, and nothing is found later (fuzz/README.md).
set(mo_engine_compile "")
set(mo_no_engine_compile "")
set(mo_no_engine_launcher "")
separate_arguments(mo_engine_link UNIX_COMMAND "${MO_FUZZING_ENGINE}")
if(MO_FUZZER AND NOT MO_FUZZING_ENGINE)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "MO_FUZZER needs clang, or a fuzzing engine in LIB_FUZZING_ENGINE; "
                        "this is ${CMAKE_C_COMPILER_ID}.  Try: cmake --preset fuzz")
  endif()
  set(mo_engine_compile -fsanitize=fuzzer-no-link
      -fsanitize-coverage=bb
      -fno-sanitize-coverage=trace-cmp,stack-depth,indirect-calls)
  set(mo_engine_link -fsanitize=fuzzer)
elseif(MO_FUZZER)
  # An archive of C++ objects, or -fsanitize=fuzzer: $CXX links both.
  enable_language(CXX)
  # The engine's flags came with CFLAGS: taken back where they do not belong.
  if(CMAKE_C_COMPILER_ID MATCHES "Clang")
    set(mo_no_engine_compile
      -fno-sanitize-coverage=edge,trace-pc-guard,inline-8bit-counters,pc-table,trace-cmp,indirect-calls,stack-depth)
  endif()
  # AFL++'s compiler adds its flags by itself; so it is told to be a plain one.
  if(CMAKE_C_COMPILER MATCHES "/afl-")
    set(mo_no_engine_launcher ${CMAKE_COMMAND} -E env AFL_NOOPT=1)
  endif()
endif()

# libbsd: queues, trees, strtonum().
find_path(MO_BSD_INCLUDE bsd/sys/queue.h REQUIRED)
add_library(mo_bsd INTERFACE)
if(MO_STATIC_LIBBSD)
  find_library(MO_BSD_A libbsd.a REQUIRED)
  find_library(MO_MD_A libmd.a REQUIRED)
  target_link_libraries(mo_bsd INTERFACE ${MO_BSD_A} ${MO_MD_A})
else()
  target_link_libraries(mo_bsd INTERFACE bsd)
endif()

# mo_program(name source...): an executable on top of the library
function(mo_program name)
  add_executable(${name} ${ARGN})
  mo_flags(${name})
  mo_sanitize(${name})
  target_link_libraries(${name} PRIVATE mo_common memoffline)
endfunction()

# mo_test(name command...): one test, of at most five minutes
function(mo_test name)
  add_test(NAME ${MO_TEST_PREFIX}${name} COMMAND ${ARGN} COMMAND_EXPAND_LISTS)
  set_tests_properties(${MO_TEST_PREFIX}${name} PROPERTIES
    TIMEOUT 300 SKIP_RETURN_CODE 4)
endfunction()
