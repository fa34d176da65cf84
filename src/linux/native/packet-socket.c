/* One AF_PACKET socket for one protocol on one interface (packet(7)). */
#include "arguments.h"
#include "gatepair.h"
#include "socket-filter.h"
#include "watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

/* Frames longer than this arrive cut off; ARP needs 42 bytes. */
#define FRAME_MAX 2048

/* A flood must not keep the event loop from its timers: the rest waits for the next turn. */
#define FRAMES_PER_WAKE 32

static napi_value frame_or_error(napi_env env, const void *frame, ssize_t length)
{
	napi_value value = NULL;

	if (length < 0)
		return int32_value(env, -errno);
	napi_create_buffer_copy(env, (size_t)length, frame, NULL, &value);
	return value;
}

static void receive_frames(struct watch *watch)
{
	char frame[FRAME_MAX];

	for (int count = 0; count < FRAMES_PER_WAKE && watch->fd >= 0; count++) {
		ssize_t length = recv(watch->fd, frame, sizeof frame, MSG_DONTWAIT);
		if (length < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		napi_value value = frame_or_error(watch->env, frame, length);
		if (value != NULL)
			watch_call(watch, value);
	}
}

/*
 * The protocol is named in bind(2) and not in socket(2): with 0 there, no frame of another interface
 * can get in between the two calls (packet(7)). Nor can one that the filter drops.
 */
static int open_bound(int interface_index, int ether_type, const struct sock_fprog *filter,
		      const char **syscall)
{
	const struct sockaddr_ll address = {
	    .sll_family = AF_PACKET,
	    .sll_protocol = htons((uint16_t)ether_type),
	    .sll_ifindex = interface_index,
	};

	*syscall = "socket(AF_PACKET)";
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	*syscall = "setsockopt(SO_ATTACH_FILTER)";
	int error = attach_filter(fd, filter);
	if (error == 0) {
		*syscall = "bind(AF_PACKET)";
		if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0)
			return fd;
		error = -errno;
	}
	close(fd);
	return error;
}

napi_value packet_socket_open(napi_env env, napi_callback_info info)
{
	napi_value arguments[4];
	int32_t interface_index, ether_type;
	struct sock_fprog filter;
	const char *syscall;

	if (!read_arguments(env, info, 4, arguments) ||
	    !read_int32(env, arguments[0], &interface_index) ||
	    !read_int32(env, arguments[1], &ether_type) ||
	    !read_filter(env, arguments[2], &filter) || !read_function(env, arguments[3]))
		return NULL;

	int fd = open_bound(interface_index, ether_type, &filter, &syscall);
	if (fd < 0) {
		throw_system_error(env, syscall, -fd);
		return NULL;
	}
	return watch_open(env, fd, arguments[3], receive_frames);
}

napi_value packet_socket_filter(napi_env env, napi_callback_info info)
{
	napi_value arguments[2];
	struct sock_fprog filter;
	struct watch *watch;

	if (!read_arguments(env, info, 2, arguments) ||
	    (watch = watch_get(env, arguments[0], receive_frames)) == NULL ||
	    !read_filter(env, arguments[1], &filter))
		return NULL;
	return int32_value(env, attach_filter(watch->fd, &filter)); /* -EBADF once closed */
}

napi_value packet_socket_send(napi_env env, napi_callback_info info)
{
	napi_value arguments[2];
	const void *frame;
	size_t length;
	struct watch *watch;

	if (!read_arguments(env, info, 2, arguments) ||
	    (watch = watch_get(env, arguments[0], receive_frames)) == NULL ||
	    !read_bytes(env, arguments[1], &frame, &length))
		return NULL;
	ssize_t sent = send(watch->fd, frame, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	return int32_value(env, sent < 0 ? -errno : 0); /* -EBADF once closed */
}
