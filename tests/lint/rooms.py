"""The table of rooms: which room may include which, and which libraries. docs/architecture.md
shows the same table; test_layers.py holds it against every #include in src.
"""

# room: the rooms it may include. A room may always include itself.
ROOMS = {
    "base": [],
    "core": ["base"],
    "json": ["base"],
    "smtp": ["base", "core", "json"],
    "http": ["base"],
    "oauth2": ["base", "http", "json"],
    "sys": ["base"],
    "wire": ["base", "core", "sys"],
    "store": ["base", "core", "sys"],
    "keep": ["base", "core", "wire", "store", "sys"],  # sys: clock, channels on the loop
    "submit": ["base", "core", "smtp", "wire", "sys"],
    "web": ["base", "core", "http", "json", "oauth2", "wire", "sys"],  # sys: the connection holder
    "delivery": ["base", "core", "smtp", "oauth2", "wire", "sys"],
    "cluster": ["base", "core", "wire", "sys"],
    "tools": ["base", "core", "http", "oauth2", "wire", "sys"],
    "daemon": ["base", "core", "smtp", "http", "json", "oauth2", "sys", "wire", "store", "keep", "submit",
        "web", "delivery", "cluster"],
}

# Headers without system calls: every room may include them.
PURE = {
    "assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "stdalign.h", "stdarg.h",
    "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "time.h",
    # numbers as names: user and process ids, text and bytes of internet addresses, exit codes
    "sys/types.h", "arpa/inet.h", "sysexits.h", "signal.h",
    # lists, as macros
    "sys/queue.h",
}

# header (or folder of headers, ending in "/"): the rooms that may include it.
LIBRARIES = {
    "sodium.h": {"base", "store", "keep"},
    "idn2.h": {"core"},
    "sqlite3.h": {"store"},
    "openssl/": {"sys"},
    "curl/": {"sys"},
    "jansson.h": {"json", "oauth2", "web"},
    "seccomp.h": {"sys"},
    "getopt.h": {"tools", "daemon"},
}

# Every other header is the system's, and only sys may include it; these files may, one by one.
EXCEPTIONS = {
    "base/log.c": {"unistd.h"},  # writes to standard error
    "wire/channel.c": {"unistd.h"},  # closes descriptors that came with a message
}
