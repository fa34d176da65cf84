#include "gatepair.h"

#include <time.h>

napi_value boot_time(napi_env env, napi_callback_info info)
{
	(void)info;
	struct timespec now;
	napi_value result = NULL;

	/* Cannot fail: the clock exists since Linux 2.6.39 and the address is valid. */
	clock_gettime(CLOCK_BOOTTIME, &now);
	napi_create_double(env, (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6, &result);
	return result;
}
