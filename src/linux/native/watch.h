/*
 * A descriptor that the event loop watches for JavaScript, and its life.
 *
 * JavaScript holds an external; libuv holds the poll handle. Either may let go first: the memory
 * goes when both have. An open watch lives until it is closed, even when JavaScript has dropped the
 * external, so that a callback that was asked for does not depend on the garbage collector. When
 * the environment ends, an asynchronous cleanup hook closes what is still open.
 *
 * close(2) itself is done by a thread of libuv's pool: for a packet socket it waits until no CPU
 * delivers to it any more (synchronize_net in the kernel), 16 ms where it was measured.
 */
#ifndef GATEPAIR_WATCH_H
#define GATEPAIR_WATCH_H

#include <node_api.h>
#include <stdbool.h>
#include <uv.h>

struct watch {
	uv_poll_t poll;
	uv_work_t closing;
	napi_env env;
	napi_ref callback;
	napi_async_context context;
	napi_async_cleanup_hook_handle cleanup_hook;
	/* Called in a handle scope when the descriptor is readable or in error. Also says what kind
	 * of watch this is. */
	void (*ready)(struct watch *watch);
	int fd;	    /* -1 once closed for JavaScript */
	int old_fd; /* what is left to close then */
	bool done; /* for the owner: the descriptor has told all that it had to */
	int holders;
};

/*
 * Takes over `fd` (it is closed in case of failure too) and answers the external, or throws and
 * answers NULL.
 */
napi_value watch_open(napi_env env, int fd, napi_value callback, void (*ready)(struct watch *));

/* The watch of an external, or a TypeError and NULL when it is not one of this kind. */
struct watch *watch_get(napi_env env, napi_value external, void (*ready)(struct watch *));

/* Calls back with one value; an exception goes to `uncaughtException`. May close the watch. */
void watch_call(struct watch *watch, napi_value argument);

/* Safe to call again. */
void watch_close(struct watch *watch);

#endif
