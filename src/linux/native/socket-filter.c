/* SO_ATTACH_FILTER (socket(7)) wants a structure with a pointer, which JavaScript cannot make. */
#include "socket-filter.h"

#include "arguments.h"

#include <errno.h>
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
