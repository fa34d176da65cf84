/* Values in and out of JavaScript. The readers throw a TypeError and answer false. */
#ifndef GATEPAIR_ARGUMENTS_H
#define GATEPAIR_ARGUMENTS_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
bool read_int32(napi_env env, napi_value value, int32_t *result);
bool read_function(napi_env env, napi_value value);

/* Lends the bytes of a Uint8Array until control goes back to JavaScript. */
bool read_bytes(napi_env env, napi_value value, const void **bytes, size_t *length);

/*
 * Copies a string with a NUL at its end. A string that does not fit is no mistake of the caller's
 * program: the answer is true, and *length is `size` or more.
 */
bool read_string(napi_env env, napi_value value, char *buffer, size_t size, size_t *length);

napi_value int32_value(napi_env env, int32_t number);

/* Throws an Error with `code` ("EPERM"), `errno` and `syscall`; `error` is a positive errno. */
void throw_system_error(napi_env env, const char *syscall, int error);

#endif
