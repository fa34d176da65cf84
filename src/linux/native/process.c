/* A process by descriptor (pidfd_open(2)): unlike a number, it never comes to mean another one. */
#include "arguments.h"
#include "gatepair.h"
#include "watch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

static void process_exited(struct watch *watch)
{
	napi_value nothing;

	uv_poll_stop(&watch->poll); /* the descriptor stays readable: tell it once */
	watch->done = true;	    /* a signal would still reach it while it is a zombie */
	if (napi_get_undefined(watch->env, &nothing) == napi_ok)
		watch_call(watch, nothing);
	watch_close(watch);
}

napi_value process_open(napi_env env, napi_callback_info info)
{
	napi_value arguments[2];
	int32_t pid;

	if (!read_arguments(env, info, 2, arguments) || !read_int32(env, arguments[0], &pid) ||
	    !read_function(env, arguments[1]))
		return NULL;

	int fd = (int)syscall(SYS_pidfd_open, pid, 0); /* close-on-exec by itself */
	if (fd < 0) {
		throw_system_error(env, "pidfd_open", errno);
		return NULL;
	}
	return watch_open(env, fd, arguments[1], process_exited);
}

napi_value process_signal(napi_env env, napi_callback_info info)
{
	napi_value arguments[2];
	int32_t number;
	struct watch *watch;

	if (!read_arguments(env, info, 2, arguments) ||
	    (watch = watch_get(env, arguments[0], process_exited)) == NULL ||
	    !read_int32(env, arguments[1], &number))
		return NULL;
	if (watch->done || watch->fd < 0)
		return int32_value(env, -ESRCH); /* exited, or no longer watched */
	long result = syscall(SYS_pidfd_send_signal, watch->fd, number, NULL, 0);
	return int32_value(env, result < 0 ? -errno : 0);
}
