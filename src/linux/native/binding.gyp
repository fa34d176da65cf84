{
  "targets": [
    {
      "target_name": "gatepair",
      "sources": [
        "gatepair.c",
        "arguments.c",
        "boot-time.c",
        "inheritance.c",
        "memory.c",
        "packet-socket.c",
        "process.c",
        "raw-ipv6.c",
        "sd-notify.c",
        "socket-filter.c",
        "watch.c"
      ],
      "cflags": ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"],
      "defines": ["NAPI_VERSION=9", "_GNU_SOURCE"]
    }
  ]
}
