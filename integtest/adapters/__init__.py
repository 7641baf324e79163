"""The only I/O: sockets, files, subprocesses, engines."""
