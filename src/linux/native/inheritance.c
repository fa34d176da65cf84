/*
 * Real-time scheduling is for Advertisements, and descriptors are for us: what we start gets neither,
 * whoever started us, and whatever a package forgot.
 */
#include "arguments.h"
#include "gatepair.h"

#include <errno.h>
#include <linux/close_range.h>
#include <sched.h>
#include <unistd.h>

/* sched(7) */
static int reset_scheduling_on_fork(void)
{
	struct sched_param parameters;
	int policy = sched_getscheduler(0);

	if (policy < 0)
		return -errno;
	if (policy != SCHED_FIFO && policy != SCHED_RR)
		return 0; /* nothing to inherit, or the flag is there already */
	if (sched_getparam(0, &parameters) < 0 ||
	    sched_setscheduler(0, policy | SCHED_RESET_ON_FORK, &parameters) < 0)
		return -errno;
	return 0;
}

/* close_range(2): nothing is closed now */
static int close_descriptors_on_exec(void)
{
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return -errno;
	return 0;
}

napi_value prevent_inheritance(napi_env env, napi_callback_info info)
{
	(void)info;
	int scheduling = reset_scheduling_on_fork();
	int descriptors = close_descriptors_on_exec();

	return int32_value(env, scheduling != 0 ? scheduling : descriptors);
}
