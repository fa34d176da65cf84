#include "gatepair.h"

#define FUNCTION(name, implementation)                                                             \
	{ name, NULL, implementation, NULL, NULL, NULL, napi_enumerable, NULL }

NAPI_MODULE_INIT()
{
	const napi_property_descriptor functions[] = {
		FUNCTION("bootTime", boot_time),
		FUNCTION("sdNotify", sd_notify_send),
		FUNCTION("openRawIpv6", raw_ipv6_open),
		FUNCTION("sendRawIpv6", raw_ipv6_send),
		FUNCTION("openPacketSocket", packet_socket_open),
		FUNCTION("filterFrames", packet_socket_filter),
		FUNCTION("sendFrame", packet_socket_send),
		FUNCTION("openProcess", process_open),
		FUNCTION("signalProcess", process_signal),
		FUNCTION("preventInheritance", prevent_inheritance),
		FUNCTION("trimMemory", memory_trim),
		FUNCTION("closeHandle", handle_close),
	};
	const size_t count = sizeof functions / sizeof functions[0];

	if (napi_define_properties(env, exports, count, functions) != napi_ok)
		return NULL; /* the exception is already pending */
	return exports;
}
