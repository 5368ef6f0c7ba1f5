"""A network of a test's own: addresses that are public or of a single link, dead ends, and a name
server that changes its mind. Needs root."""

import contextlib
import ctypes
import ipaddress
import os
import pathlib
import socket
import struct
import subprocess
import threading

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

NAMES = """
printf 'nameserver 127.0.0.1\\noptions timeout:2 attempts:1\\n' > "$1"
mount --bind "$1" /etc/resolv.conf
shift
exec "$@"
"""


def run(*words):
    subprocess.run(words, check=True)


class Network:
    """Whatever is started inside the with statement is in it: sockets, threads, programs."""

    def __init__(self, *addresses):
        """`addresses` are this machine's, besides those of loopback."""
        self._addresses = addresses
        self._home = None

    def __enter__(self):
        self._home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        if LIBC.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "no network of its own")
        run("ip", "link", "set", "lo", "up")
        for address in self._addresses:
            run("ip", "address", "add", address, "dev", "lo",
                *(["nodad"] if ":" in address else []))
        return self

    def __exit__(self, *_):
        LIBC.setns(self._home, CLONE_NEWNET)
        os.close(self._home)

    def unheard(self):
        """How often somebody knocked in vain where nobody opens (DeadEnd)."""
        names, values = [line.split() for line
            in pathlib.Path("/proc/thread-self/net/netstat").read_text().splitlines()
            if line.startswith("TcpExt:")]
        return int(values[names.index("ListenOverflows")])


@contextlib.contextmanager
def network_of(pid):
    """Whatever is started inside the with statement is in the network of that process."""
    home, there = (os.open(f"/proc/{who}/ns/net", os.O_RDONLY) for who in ("thread-self", pid))
    try:
        if LIBC.setns(there, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "its network cannot be entered")
        yield
    finally:
        LIBC.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(there)


class DeadEnd:
    """An address and port where whoever connects is neither let in nor refused: the one place of its
    queue is taken."""

    def __init__(self, address, port=0):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, port), family=family, backlog=0)
        self.port = self._listener.getsockname()[1]
        self._taken = socket.create_connection((address, self.port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._taken.close()
        self._listener.close()


def names_from_here(folder):
    """A wrapper for programs whose name server is that of the network (Names)."""
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", NAMES, "sh",
        str(folder / "resolv.conf")]


NXDOMAIN, SERVFAIL, SILENCE = 3, 2, -1


class Names:
    """A name server on port 53 of loopback. `zone`: name to a list of what it leads to, one list of
    addresses for each look-up, the last for all later ones. `asked` are the questions, as
    (name, "A" or "AAAA"). `trouble` is said of every name while it is set: NXDOMAIN, SERVFAIL, or
    nothing at all."""

    TYPES = {1: ("A", 4), 28: ("AAAA", 6)}

    def __init__(self, zone):
        self._zone = zone
        self.asked = []
        self.trouble = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        """A datagram without a question ends the thread."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", 53))
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while True:
            question, peer = self._socket.recvfrom(4096)
            if not question:
                return
            answer = self._answer(question)
            if self.trouble != SILENCE:
                self._socket.sendto(answer, peer)

    def _answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode().lower())
            at += 1 + question[at]
        name, (kind,) = ".".join(labels), struct.unpack_from("!H", question, at + 1)
        label, version = self.TYPES.get(kind, ("other", 0))
        turn = self.asked.count((name, label))
        self.asked.append((name, label))
        if self.trouble is not None:
            return self._head(question, self.trouble, 0) + question[12:at + 5]
        lists = self._zone.get(name)
        found = [] if lists is None else [address for address
            in map(ipaddress.ip_address, lists[min(turn, len(lists) - 1)])
            if address.version == version]
        head = self._head(question, 0 if lists is not None else NXDOMAIN, len(found))
        rows = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(address.packed))
            + address.packed for address in found)
        return head + question[12:at + 5] + rows

    @staticmethod
    def _head(question, code, answers):
        return question[:2] + struct.pack("!HHHHH", 0x8180 | code & 15, 1, answers, 0, 0)
