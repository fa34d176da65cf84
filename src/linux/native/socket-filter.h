/* Programs of classic BPF from JavaScript, as instructions in a Uint8Array. */
#ifndef GATEPAIR_SOCKET_FILTER_H
#define GATEPAIR_SOCKET_FILTER_H

#include <linux/filter.h>
#include <node_api.h>
#include <stdbool.h>

/* Lends the program until control goes back to JavaScript; false with a TypeError pending. */
bool read_filter(napi_env env, napi_value value, struct sock_fprog *program);

/* 0 or -errno. The kernel has checked and copied the program when this returns. */
int attach_filter(int fd, const struct sock_fprog *program);

#endif
