/*
 * The few things of Linux that neither Node nor a package gives us. Every function below is called
 * from JavaScript through the typed wrappers in src/linux; nothing here keeps global state, so the
 * addon can be loaded by several environments (threads) of one process.
 */
#ifndef GATEPAIR_H
#define GATEPAIR_H

#include <node_api.h>

/* bootTime(): number of milliseconds */
napi_value boot_time(napi_env env, napi_callback_info info);

/* sdNotify(socketPath, message): 0 or -errno */
napi_value sd_notify_send(napi_env env, napi_callback_info info);

/* openRawIpv6(interfaceIndex, protocol, group, filter, onPacket(packet | -errno)): handle; throws */
napi_value raw_ipv6_open(napi_env env, napi_callback_info info);

/* sendRawIpv6(handle, packet): 0 or -errno */
napi_value raw_ipv6_send(napi_env env, napi_callback_info info);

/* openPacketSocket(interfaceIndex, etherType, filter, onFrame(frame | -errno)): handle; throws */
napi_value packet_socket_open(napi_env env, napi_callback_info info);

/* filterFrames(handle, filter): 0 or -errno */
napi_value packet_socket_filter(napi_env env, napi_callback_info info);

/* sendFrame(handle, frame): 0 or -errno */
napi_value packet_socket_send(napi_env env, napi_callback_info info);

/* openProcess(pid, onExit()): handle; throws */
napi_value process_open(napi_env env, napi_callback_info info);

/* signalProcess(handle, signal): 0 or -errno */
napi_value process_signal(napi_env env, napi_callback_info info);

/* preventInheritance(): 0 or -errno; of the calling thread's scheduling, and of open descriptors */
napi_value prevent_inheritance(napi_env env, napi_callback_info info);

/* trimMemory(): nothing; malloc_trim(3) of all that the process does not use */
napi_value memory_trim(napi_env env, napi_callback_info info);

/* closeHandle(handle): nothing; closing twice is allowed */
napi_value handle_close(napi_env env, napi_callback_info info);

#endif
