/* The datagram of sd_notify(3). Node has no AF_UNIX datagram sockets. */
#include "arguments.h"
#include "gatepair.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* systemd reads at most a page (NOTIFY_BUFFER_MAX in its manager). */
#define MESSAGE_MAX 4096

static int send_datagram(const struct sockaddr_un *address, socklen_t size, const char *message,
			 size_t length)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;

	ssize_t sent =
	    sendto(fd, message, length, MSG_NOSIGNAL, (const struct sockaddr *)address, size);
	int result = sent < 0 ? -errno : 0;
	close(fd);
	return result;
}

napi_value sd_notify_send(napi_env env, napi_callback_info info)
{
	napi_value arguments[2];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char message[MESSAGE_MAX];
	size_t path_length, message_length;

	if (!read_arguments(env, info, 2, arguments) ||
	    !read_string(env, arguments[0], address.sun_path, sizeof address.sun_path, &path_length) ||
	    !read_string(env, arguments[1], message, sizeof message, &message_length))
		return NULL;
	if (path_length == 0)
		return int32_value(env, -EINVAL);
	if (path_length >= sizeof address.sun_path)
		return int32_value(env, -ENAMETOOLONG);
	if (message_length >= sizeof message)
		return int32_value(env, -EMSGSIZE);

	/* A name in the abstract namespace begins with NUL and ends with the address (unix(7)). */
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_length);
	return int32_value(env, send_datagram(&address, size, message, message_length));
}
