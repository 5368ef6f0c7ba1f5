"""A proxy for HTTPS by CONNECT, as companies have it; it keeps what it was asked for."""

import select
import socket

from .hostile import ScriptedServer


class Proxy(ScriptedServer):
    """`refusal`: the status line and header lines by which every request is turned down. `names`:
    name to address, for names that only the proxy knows."""

    def __init__(self, refusal=None, names=None, **options):
        self.asked = []  # the lines of each request
        self._refusal = refusal
        self._names = names or {}
        super().__init__(self._play, **options)

    def _play(self, peer):
        lines = []
        while line := peer.line().decode():
            lines.append(line)
        self.asked.append(lines)
        if self._refusal is not None:
            peer.send(self._refusal + b"\r\nContent-Length: 0\r\n\r\n")
            return
        host, port = lines[0].split()[1].rsplit(":", 1)
        with socket.create_connection((self._names.get(host, host), int(port))) as onward:
            peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            relay(peer.socket, onward)


def relay(one, other):
    """Both ways, until either ends."""
    while True:
        for end in select.select([one, other], [], [], 30)[0] or [None]:
            data = end.recv(65536) if end is not None else b""
            if not data:
                return
            (other if end is one else one).sendall(data)
