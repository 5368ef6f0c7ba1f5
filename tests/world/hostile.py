"""An SMTP server that plays any dialogue byte for byte: each connection is given to a script, a
function of a Peer. `polite()` makes a script that behaves except where told otherwise.
"""

import functools
import re
import socket
import ssl
import struct
import threading
import time


class Gone(Exception):
    """The client has gone; the script ends."""


class Peer:
    """The server's side of one connection."""

    def __init__(self, connection):
        self._socket = connection
        self._pending = b""
        self.lines = []  # what the client said, line by line, without line ends
        self.bodies = []  # what the client sent after 354, dots undone
        self.tls = isinstance(connection, ssl.SSLSocket)

    @property
    def socket(self):
        return self._socket

    def send(self, data):
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Gone from error

    def drip(self, data, pause):
        """One byte at a time."""
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(pause)

    def line(self):
        """The next line of the client, without its line end."""
        while b"\n" not in self._pending:
            try:
                more = self._socket.recv(65536)
            except OSError as error:
                raise Gone from error
            if not more:
                raise Gone
            self._pending += more
        line, self._pending = self._pending.split(b"\n", 1)
        line = line.removesuffix(b"\r")
        self.lines.append(line)
        return line

    def take(self, count):
        """So many octets."""
        while len(self._pending) < count:
            self._pending += self.read()
        data, self._pending = self._pending[:count], self._pending[count:]
        return data

    def body(self):
        """Reads to the dot; returns and keeps what came before it."""
        lines = []
        while (line := self.line()) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
        self.bodies.append(b"".join(line + b"\r\n" for line in lines))
        return self.bodies[-1]

    def start_tls(self, certificate, **options):
        context = server_context(certificate, **options)
        self._pending = b""
        try:
            self._socket = context.wrap_socket(self._socket, server_side=True)
        except OSError as error:
            raise Gone from error
        self.tls = True

    def read(self):
        """Whatever the client sends next, at least an octet."""
        try:
            data = self._socket.recv(65536)
        except OSError as error:
            raise Gone from error
        if not data:
            raise Gone
        return data

    def silence(self, seconds):
        """Says nothing, until the client goes or the time is over."""
        self._socket.settimeout(seconds)
        try:
            while self._socket.recv(65536):
                pass
        except OSError:
            pass
        self._socket.settimeout(30)

    def half_close(self):
        self._socket.shutdown(socket.SHUT_WR)

    def goodbye(self):
        """The end as TLS has it, with close_notify."""
        try:
            self._socket.unwrap()
        except OSError:
            pass

    def reset(self):
        """RST instead of FIN."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()
        raise Gone

    def drop(self):
        """Ends the connection, also when another thread reads from it."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self):
        self._socket.close()


@functools.lru_cache(maxsize=50)  # a chain of thousands takes a while to read
def server_context(certificate, maximum=None, security=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if security is not None:  # a certificate that OpenSSL itself would not serve
        context.set_ciphers(f"ALL:@SECLEVEL={security}")
    context.load_cert_chain(certificate.cert, certificate.key)
    if maximum is not None:  # an old server
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = maximum
    return context


class ScriptedServer:
    """Listens on loopback and plays `script` on every connection; `tls` is a Certificate for a
    server that speaks TLS from the first byte. Use it in a with statement."""

    def __init__(self, script, tls=None, address="127.0.0.1", port=0):
        self._script = script
        self._context = server_context(tls) if tls else None
        self._listener = socket.create_server((address, port),
            family=socket.AF_INET6 if ":" in address else socket.AF_INET)
        self.host = address
        self.port = self._listener.getsockname()[1]
        self.peers = []
        self.faults = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self.peers:
            peer.close()
        assert not self.faults, self.faults

    @property
    def lines(self):
        """Everything that clients have said, in order of connection."""
        return [line for peer in self.peers for line in peer.lines]

    @property
    def bodies(self):
        return [body for peer in self.peers for body in peer.bodies]

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(30)
        peer = None
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            peer = Peer(connection)
            self.peers.append(peer)
            self._script(peer)
        except (Gone, OSError):
            pass
        except Exception as error:  # a mistake in the script must fail the test
            self.faults.append(error)
        finally:
            (peer or connection).close()


def polite(certificate=None, capabilities=("8BITMIME", "SMTPUTF8"), **answers):
    """A script of a server that behaves, with TLS after STARTTLS when there is a certificate.

    An answer replaces one of its own: greeting, ehlo, starttls, auth, mail, rcpt, data, dot, rset,
    quit. It is the bytes to send, or a function of the peer and the client's line that returns
    them (None: nothing more to send).
    """

    def ehlo(peer, line):
        offered = list(capabilities)
        if certificate and not peer.tls:
            offered.append("STARTTLS")
        lines = ["hostile.example", *offered]
        return "".join(f"250{' ' if text is lines[-1] else '-'}{text}\r\n"
            for text in lines).encode()

    script = {
        "greeting": b"220 hostile.example ESMTP\r\n",
        "ehlo": ehlo,
        "starttls": b"220 2.0.0 Ready\r\n",
        "auth": b"235 2.7.0 Accepted\r\n",
        "mail": b"250 2.1.0 Ok\r\n",
        "rcpt": b"250 2.1.5 Ok\r\n",
        "data": b"354 Go on\r\n",
        "dot": b"250 2.0.0 Ok: queued as HOSTILE1\r\n",
        "rset": b"250 2.0.0 Ok\r\n",
        "quit": b"221 2.0.0 Bye\r\n",
        **answers,
    }

    def answer(peer, verb, line):
        given = script[verb]
        if callable(given):
            given = given(peer, line)
        if given is not None:
            peer.send(given)
        return given or b""

    def play(peer):
        answer(peer, "greeting", b"")
        while True:
            line = peer.line()
            verb = re.match(rb"[A-Za-z]*", line)[0].decode().lower()
            if verb not in script:
                peer.send(b"500 5.5.1 What\r\n")
                continue
            said = answer(peer, verb, line)
            if verb == "starttls" and certificate and said.startswith(b"220"):
                peer.start_tls(certificate)
            if verb == "data" and said.startswith(b"354"):
                peer.body()
                answer(peer, "dot", b".")
            if verb == "quit":
                return

    return play
