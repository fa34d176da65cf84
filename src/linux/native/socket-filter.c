/* SO_ATTACH_FILTER (socket(7)) wants a structure with a pointer, which JavaScript cannot make. */
#include "socket-filter.h"

#include "arguments.h"
#include "gatepair.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

bool read_filter(napi_env env, napi_value value, struct sock_fprog *program)
{
	const void *bytes;
	size_t length;

	if (!read_bytes(env, value, &bytes, &length))
		return false;
	if (length % sizeof(struct sock_filter) != 0 ||
	    length / sizeof(struct sock_filter) > BPF_MAXINSNS) {
		napi_throw_type_error(env, "ERR_INVALID_ARG_VALUE", "expected whole instructions");
		return false;
	}
	program->len = (unsigned short)(length / sizeof(struct sock_filter));
	program->filter = (struct sock_filter *)bytes;
	return true;
}

int attach_filter(int fd, const struct sock_fprog *program)
{
	int result = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, sizeof *program);

	return result < 0 ? -errno : 0;
}

/*
 * The instructions stand behind the structure in one buffer, whose bytes do not move: the pointer in
 * it is good for as long as JavaScript holds the buffer.
 */
napi_value socket_filter(napi_env env, napi_callback_info info)
{
	napi_value arguments[1], result;
	struct sock_fprog program;
	void *data;

	if (!read_arguments(env, info, 1, arguments) || !read_filter(env, arguments[0], &program))
		return NULL;
	size_t size = program.len * sizeof *program.filter;
	if (napi_create_buffer(env, sizeof program + size, &data, &result) != napi_ok)
		return NULL;
	memcpy((char *)data + sizeof program, program.filter, size);
	program.filter = (struct sock_filter *)((char *)data + sizeof program);
	memcpy(data, &program, sizeof program);
	return result;
}
