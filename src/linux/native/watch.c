#include "watch.h"

#include "arguments.h"
#include "gatepair.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Marks our externals, so that another addon's is refused instead of misread. */
static const napi_type_tag watch_tag = {0x7c1f2f0ab31d4e58, 0x9a4be2f0d6c35b17};

static void let_go(struct watch *watch)
{
	if (--watch->holders == 0)
		free(watch);
}

static void on_collected(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)hint;
	let_go(data);
}

/* Runs on a thread of the pool. */
static void close_descriptor(uv_work_t *work)
{
	struct watch *watch = work->data;

	close(watch->old_fd);
}

static void on_descriptor_closed(uv_work_t *work, int status)
{
	(void)status; /* nobody cancels it */
	struct watch *watch = work->data;

	if (watch->cleanup_hook != NULL)
		napi_remove_async_cleanup_hook(watch->cleanup_hook);
	let_go(watch);
}

static void on_poll_closed(uv_handle_t *handle)
{
	struct watch *watch = handle->data;

	watch->closing.data = watch;
	uv_queue_work(handle->loop, &watch->closing, close_descriptor, on_descriptor_closed);
}

static void on_environment_end(napi_async_cleanup_hook_handle hook, void *data)
{
	(void)hook; /* removed when all is closed: the environment waits for that */
	watch_close(data);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
	(void)events;
	struct watch *watch = handle->data;
	napi_handle_scope scope;

	if (napi_open_handle_scope(watch->env, &scope) != napi_ok)
		return;
	watch->ready(watch);
	napi_close_handle_scope(watch->env, scope);

	/* libuv stops polling after POLLERR, which a packet socket gives when its interface goes
	 * down. Reading has cleared the error. */
	if (status < 0 && watch->fd >= 0)
		uv_poll_start(&watch->poll, UV_READABLE, on_poll);
}

void watch_close(struct watch *watch)
{
	if (watch->fd < 0)
		return;
	if (watch->callback != NULL)
		napi_delete_reference(watch->env, watch->callback);
	if (watch->context != NULL)
		napi_async_destroy(watch->env, watch->context);
	uv_close((uv_handle_t *)&watch->poll, on_poll_closed);
	watch->old_fd = watch->fd;
	watch->fd = -1;
}

static int start_poll(struct watch *watch, int fd)
{
	uv_loop_t *loop;

	if (napi_get_uv_event_loop(watch->env, &loop) != napi_ok)
		return UV_EINVAL;
	int error = uv_poll_init(loop, &watch->poll, fd);
	if (error != 0)
		return error;
	watch->poll.data = watch;
	watch->holders++;
	watch->fd = fd;
	return uv_poll_start(&watch->poll, UV_READABLE, on_poll);
}

static bool keep_callback(struct watch *watch, napi_value callback)
{
	napi_env env = watch->env;
	napi_value name;

	return napi_create_string_utf8(env, "gatepair", NAPI_AUTO_LENGTH, &name) == napi_ok &&
	       napi_create_reference(env, callback, 1, &watch->callback) == napi_ok &&
	       napi_async_init(env, NULL, name, &watch->context) == napi_ok &&
	       napi_add_async_cleanup_hook(env, on_environment_end, watch, &watch->cleanup_hook) ==
		   napi_ok;
}

static napi_value create_external(napi_env env, struct watch *watch)
{
	napi_value external;

	if (napi_create_external(env, watch, on_collected, NULL, &external) != napi_ok)
		return NULL;
	watch->holders++;
	return napi_type_tag_object(env, external, &watch_tag) == napi_ok ? external : NULL;
}

napi_value watch_open(napi_env env, int fd, napi_value callback, void (*ready)(struct watch *))
{
	struct watch *watch = calloc(1, sizeof *watch);
	if (watch == NULL) {
		close(fd);
		throw_system_error(env, "calloc", ENOMEM);
		return NULL;
	}
	*watch = (struct watch){.env = env, .ready = ready, .fd = -1, .holders = 1};

	napi_value external = create_external(env, watch);
	int error = external == NULL ? UV_ENOMEM : start_poll(watch, fd);
	if (error == 0 && !keep_callback(watch, callback))
		error = UV_ENOMEM;
	if (error != 0) {
		if (watch->fd < 0)
			close(fd); /* the poll handle never had it */
		watch_close(watch);
		throw_system_error(env, "uv_poll", -error);
		external = NULL;
	}
	let_go(watch); /* our own hold, for the time of this function */
	return external;
}

struct watch *watch_get(napi_env env, napi_value external, void (*ready)(struct watch *))
{
	bool ours = false;
	void *data = NULL;

	if (napi_check_object_type_tag(env, external, &watch_tag, &ours) == napi_ok && ours)
		napi_get_value_external(env, external, &data);
	struct watch *watch = data;
	if (watch == NULL || (ready != NULL && watch->ready != ready)) {
		napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "expected a handle of this kind");
		return NULL;
	}
	return watch;
}

void watch_call(struct watch *watch, napi_value argument)
{
	napi_env env = watch->env;
	napi_value callback, receiver, exception;
	bool thrown = false;

	if (napi_get_reference_value(env, watch->callback, &callback) != napi_ok ||
	    napi_get_global(env, &receiver) != napi_ok)
		return;
	/* make_callback, not call_function: promises and nextTick run when the callback is done. */
	napi_make_callback(env, watch->context, receiver, callback, 1, &argument, NULL);
	if (napi_is_exception_pending(env, &thrown) == napi_ok && thrown &&
	    napi_get_and_clear_last_exception(env, &exception) == napi_ok)
		napi_fatal_exception(env, exception);
}

napi_value handle_close(napi_env env, napi_callback_info info)
{
	napi_value arguments[1];
	struct watch *watch;

	if (read_arguments(env, info, 1, arguments) &&
	    (watch = watch_get(env, arguments[0], NULL)) != NULL)
		watch_close(watch);
	return NULL;
}
