/*
 * One raw IPv6 socket for one protocol on one interface (raw(7), ipv6(7)). The kernel keeps the IPv6
 * header from raw sockets; it is put together again here from what recvmsg(2) says beside the packet.
 */
#include "arguments.h"
#include "gatepair.h"
#include "socket-filter.h"
#include "watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip6.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The largest VRRP message, 255 addresses, has 4088 bytes; what is longer arrives cut off. */
#define PAYLOAD_MAX 8192

/*
 * A flood must not keep the event loop from its timers: the rest waits for the next turn. But this is
 * more than the kernel stores (about 170): all that came while this host stood still is heard at once.
 */
#define PACKETS_PER_WAKE 256

/* Bounds what a flood can make the kernel store while the event loop is busy. */
#define RECEIVE_BUFFER (128 * 1024)

/* TC_PRIO_CONTROL: goes out before other traffic where the queue knows priorities (tc-prio(8)). */
#define CONTROL_PRIORITY 7

#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL 36
#endif
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

/* What came beside a packet; -1 and NULL for what did not. */
struct companions {
	int hop_limit;
	const struct in6_pktinfo *info;
};

static struct companions read_companions(struct msghdr *message)
{
	struct companions found = {.hop_limit = -1};

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level != IPPROTO_IPV6)
			continue;
		if (part->cmsg_type == IPV6_HOPLIMIT)
			memcpy(&found.hop_limit, CMSG_DATA(part), sizeof found.hop_limit);
		if (part->cmsg_type == IPV6_PKTINFO)
			found.info = (const struct in6_pktinfo *)CMSG_DATA(part);
	}
	return found;
}

static int protocol_of(int fd)
{
	int protocol = 0;
	socklen_t size = sizeof protocol;

	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
	return protocol;
}

/* Receives one packet behind `header` and fills that in. The length of both; 0: not for us; -errno. */
static ssize_t receive_packet(int fd, struct ip6_hdr *header)
{
	struct sockaddr_in6 source;
	struct iovec payload = {.iov_base = header + 1, .iov_len = PAYLOAD_MAX};
	char control[256] __attribute__((aligned(8)));
	struct msghdr message = {
	    .msg_name = &source,
	    .msg_namelen = sizeof source,
	    .msg_iov = &payload,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof control,
	};

	ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT);
	if (length < 0)
		return -errno;
	struct companions beside = read_companions(&message);
	if (beside.info == NULL || beside.hop_limit < 0)
		return 0; /* queued before these were asked for */
	memset(header, 0, sizeof *header);
	header->ip6_vfc = 6 << 4;
	header->ip6_plen = htons((uint16_t)length);
	header->ip6_nxt = (uint8_t)protocol_of(fd);
	header->ip6_hlim = (uint8_t)beside.hop_limit;
	header->ip6_src = source.sin6_addr;
	header->ip6_dst = beside.info->ipi6_addr;
	return (ssize_t)sizeof *header + length;
}

static void receive_packets(struct watch *watch)
{
	static _Thread_local struct {
		struct ip6_hdr header;
		char payload[PAYLOAD_MAX];
	} packet;

	for (int count = 0; count < PACKETS_PER_WAKE && watch->fd >= 0; count++) {
		ssize_t length = receive_packet(watch->fd, &packet.header);
		napi_value value = NULL;
		if (length == -EAGAIN || length == -EINTR)
			return;
		if (length < 0)
			value = int32_value(watch->env, (int32_t)length);
		else if (length > 0)
			napi_create_buffer_copy(watch->env, (size_t)length, &packet, NULL, &value);
		if (value != NULL)
			watch_call(watch, value);
	}
}

static int set_number(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value);
}

/* 0 or -errno. */
static int configure(int fd, int interface_index, const struct in6_addr *group,
		     const struct sock_fprog *filter)
{
	struct ipv6_mreq membership = {
	    .ipv6mr_multiaddr = *group,
	    .ipv6mr_interface = (unsigned int)interface_index,
	};
	int error = attach_filter(fd, filter);

	if (error != 0)
		return error;
	if (set_number(fd, SOL_SOCKET, SO_BINDTOIFINDEX, interface_index) < 0 ||
	    set_number(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER) < 0 ||
	    set_number(fd, SOL_SOCKET, SO_PRIORITY, CONTROL_PRIORITY) < 0 ||
	    set_number(fd, IPPROTO_IPV6, IPV6_HDRINCL, 1) < 0 ||
	    set_number(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0) < 0 ||
	    set_number(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) < 0 ||
	    set_number(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, interface_index) < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &membership, sizeof membership) < 0 ||
	    set_number(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) < 0 ||
	    /* The last: what was queued before may be from another interface, and is thrown away. */
	    set_number(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) < 0)
		return -errno;
	return 0;
}

napi_value raw_ipv6_open(napi_env env, napi_callback_info info)
{
	napi_value arguments[5];
	int32_t interface_index, protocol;
	const void *group;
	size_t group_length;
	struct sock_fprog filter;

	if (!read_arguments(env, info, 5, arguments) ||
	    !read_int32(env, arguments[0], &interface_index) ||
	    !read_int32(env, arguments[1], &protocol) ||
	    !read_bytes(env, arguments[2], &group, &group_length) ||
	    !read_filter(env, arguments[3], &filter) || !read_function(env, arguments[4]))
		return NULL;
	if (group_length != sizeof(struct in6_addr)) {
		napi_throw_type_error(env, "ERR_INVALID_ARG_VALUE", "expected an IPv6 address");
		return NULL;
	}

	int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	if (fd < 0) {
		throw_system_error(env, "socket(AF_INET6)", errno);
		return NULL;
	}
	int error = configure(fd, interface_index, group, &filter);
	if (error != 0) {
		close(fd);
		throw_system_error(env, "setsockopt", -error);
		return NULL;
	}
	return watch_open(env, fd, arguments[4], receive_packets);
}

napi_value raw_ipv6_send(napi_env env, napi_callback_info info)
{
	napi_value arguments[2];
	const void *packet;
	size_t length;
	struct watch *watch;

	if (!read_arguments(env, info, 2, arguments) ||
	    (watch = watch_get(env, arguments[0], receive_packets)) == NULL ||
	    !read_bytes(env, arguments[1], &packet, &length))
		return NULL;
	if (length < sizeof(struct ip6_hdr))
		return int32_value(env, -EINVAL);
	/* The interface is the one that the socket is bound to, also for link-local addresses. */
	struct sockaddr_in6 destination = {.sin6_family = AF_INET6};
	memcpy(&destination.sin6_addr, &((const struct ip6_hdr *)packet)->ip6_dst,
	       sizeof destination.sin6_addr);
	ssize_t sent = sendto(watch->fd, packet, length, MSG_DONTWAIT | MSG_NOSIGNAL,
			      (const struct sockaddr *)&destination, sizeof destination);
	return int32_value(env, sent < 0 ? -errno : 0); /* -EBADF once closed */
}
