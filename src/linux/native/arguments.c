#include "arguments.h"

#include <uv.h>

static bool refuse(napi_env env, const char *expected)
{
	napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", expected);
	return false;
}

bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values)
{
	size_t given = count;

	if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok || given < count)
		return refuse(env, "too few arguments");
	return true;
}

bool read_int32(napi_env env, napi_value value, int32_t *result)
{
	if (napi_get_value_int32(env, value, result) != napi_ok)
		return refuse(env, "expected a number");
	return true;
}

bool read_function(napi_env env, napi_value value)
{
	napi_valuetype type;

	if (napi_typeof(env, value, &type) != napi_ok || type != napi_function)
		return refuse(env, "expected a function");
	return true;
}

bool read_bytes(napi_env env, napi_value value, const void **bytes, size_t *length)
{
	napi_typedarray_type type;
	void *data;
	bool is_typedarray = false;

	if (napi_is_typedarray(env, value, &is_typedarray) != napi_ok || !is_typedarray ||
	    napi_get_typedarray_info(env, value, &type, length, &data, NULL, NULL) != napi_ok ||
	    type != napi_uint8_array)
		return refuse(env, "expected a Uint8Array");
	*bytes = data;
	return true;
}

bool read_string(napi_env env, napi_value value, char *buffer, size_t size, size_t *length)
{
	size_t copied;

	if (napi_get_value_string_utf8(env, value, NULL, 0, length) != napi_ok ||
	    napi_get_value_string_utf8(env, value, buffer, size, &copied) != napi_ok)
		return refuse(env, "expected a string");
	return true;
}

napi_value int32_value(napi_env env, int32_t number)
{
	napi_value value = NULL;

	napi_create_int32(env, number, &value);
	return value;
}

static napi_value string_value(napi_env env, const char *text)
{
	napi_value value = NULL;

	napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
	return value;
}

void throw_system_error(napi_env env, const char *syscall, int error)
{
	napi_value code = string_value(env, uv_err_name(-error));
	napi_value message = string_value(env, uv_strerror(-error));
	napi_value exception;

	if (napi_create_error(env, code, message, &exception) == napi_ok &&
	    napi_set_named_property(env, exception, "errno", int32_value(env, -error)) == napi_ok &&
	    napi_set_named_property(env, exception, "syscall", string_value(env, syscall)) == napi_ok)
		napi_throw(env, exception);
}
