#!/usr/bin/python3
"""The HTTPS server over real sockets: python3 test_server.py SERVE [--slow]

SERVE is the program of serve.c. With --slow the tests that wait for a deadline run instead.
"""
import re
import resource
import signal
import socket
import ssl
import subprocess
import sys
import time
import unittest

SERVE = sys.argv.pop(1)
SLOW = "--slow" in sys.argv and not sys.argv.remove("--slow")

CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE

# the test of a thousand connections holds them all itself
resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
                                            resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

GET = "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Server(unittest.TestCase):
    def setUp(self):
        self.process = subprocess.Popen([SERVE], stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        self.open = []

    def tearDown(self):
        for connection in self.open:
            connection.close()
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(20), 0)
        self.process.stdout.close()

    def tcp(self, source="127.0.0.1"):
        raw = socket.create_connection(("127.0.0.1", self.port), 20, (source, 0))
        self.open.append(raw)
        return raw

    def tls(self, source="127.0.0.1"):
        connection = CONTEXT.wrap_socket(self.tcp(source), server_hostname="localhost")
        self.open.append(connection)
        return connection

    def answer(self, connection):
        """Status, head and body of one answer with a Content-Length."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            self.assertTrue(part, "closed within a head: %r" % data)
            data += part
        head, body = data.split(b"\r\n\r\n", 1)
        length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
        while len(body) < length:
            part = connection.recv(65536)
            self.assertTrue(part, "closed within a body")
            body += part
        self.assertEqual(len(body), length)
        return int(head.split()[1]), head.decode(), body

    def get(self, connection, path):
        connection.sendall(GET.format(path).encode())
        return self.answer(connection)

    def post(self, connection, path, body):
        connection.sendall(b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" %
                           (path.encode(), len(body)) + body)
        return self.answer(connection)

    def is_closed(self, connection):
        try:
            return connection.recv(1) == b""
        except OSError:
            return True

    def count(self):
        """Connections and requests told gone, as the server sees them."""
        with self.tls("127.0.0.9") as connection:
            return [int(n) for n in self.get(connection, "/count")[2].split()]

    def wait_for_gone(self, n):
        for _ in range(100):
            if self.count()[1] == n:
                return
            time.sleep(0.02)
        self.fail("the handler was not told")


class Quick(Server):
    def test_requests_follow_each_other_on_one_connection(self):
        connection = self.tls()
        for _ in range(3):
            status, head, body = self.get(connection, "/hello")
            self.assertEqual((status, body), (200, b"hello"))
            self.assertRegex(head, r"\r\nDate: \w{3}, \d\d \w{3} 20\d\d ")
        self.assertEqual(self.get(connection, "/late")[2], b"late")
        self.assertEqual(self.post(connection, "/echo", b"x" * 500000)[2], b"x" * 500000)
        self.assertEqual(self.get(connection, "/large")[2], bytes(4 << 20))

    def test_large_bodies_that_are_coming_are_bounded(self):
        head = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n"
        held = [self.tls("127.0.0.7") for _ in range(32)]
        for connection in held:
            connection.sendall(head + b"x")
        late = self.tls("127.0.0.7")
        late.sendall(head)
        self.assertEqual(self.answer(late)[0], 503)
        self.assertEqual(self.post(self.tls("127.0.0.7"), "/echo", b"x" * 60000)[0], 200)
        self.assertEqual(self.post(self.tls("127.0.0.8"), "/echo", b"x" * 500000)[0], 200)
        held[0].sendall(b"x" * 1048575)
        self.assertEqual(self.answer(held[0])[0], 200)
        self.assertEqual(self.post(self.tls("127.0.0.7"), "/echo", b"x" * 500000)[0], 200)

    def test_tls_is_1_2_or_later(self):
        self.assertIn(self.tls().version(), ("TLSv1.2", "TLSv1.3"))

    def test_pipelined_requests_are_answered_in_order(self):
        connection = self.tls()
        n = 200
        requests = b"".join(
            b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n%04d" % i for i in range(n))
        connection.sendall(requests + GET.format("/late").encode())
        data = b""
        while not data.endswith(b"late"):
            data += connection.recv(65536)
        bodies = re.findall(rb"Content-Length: 4\r\n\r\n(\d{4})", data)
        self.assertEqual([int(b) for b in bodies], list(range(n)))

    def test_a_body_above_the_limit_is_refused_and_the_answer_arrives(self):
        connection = self.tls()
        status, head, _ = self.post(connection, "/hello", b"x" * 300000)
        self.assertEqual(status, 413)
        self.assertIn("Content-Security-Policy", head)
        self.assertTrue(self.is_closed(connection))

    def test_smuggling_is_refused(self):
        connection = self.tls()
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nG")
        self.assertEqual(self.answer(connection)[0], 400)
        self.assertTrue(self.is_closed(connection))

    def test_plain_http_on_the_tls_port_is_closed(self):
        raw = self.tcp()
        raw.sendall(GET.format("/hello").encode())
        try:
            self.assertNotIn(b"HTTP", raw.recv(1000))
        except ConnectionResetError:
            pass
        self.assertTrue(self.is_closed(raw))

    def test_a_stream_arrives_event_by_event_and_its_end_is_noticed(self):
        connection = self.tls()
        connection.sendall(GET.format("/events").encode())
        data = b""
        while data.count(b"data: tick\n\n") < 5:
            data += connection.recv(1000)
        self.assertIn(b"Transfer-Encoding: chunked\r\n", data)
        connection.close()
        self.wait_for_gone(1)

    def test_a_handler_is_told_when_its_client_leaves(self):
        raw = self.tcp()
        connection = CONTEXT.wrap_socket(raw)
        connection.sendall(GET.format("/never").encode())
        time.sleep(0.1)
        raw = connection.detach()
        socket.socket(fileno=raw).close()
        self.wait_for_gone(1)

    def test_a_client_that_leaves_before_a_late_answer_harms_nobody(self):
        for _ in range(20):
            connection = self.tls()
            connection.sendall(GET.format("/late").encode())
            connection.close()
        time.sleep(0.2)
        self.assertEqual(self.get(self.tls(), "/late")[2], b"late")

    def test_a_half_closed_client_gets_its_answer(self):
        raw, incoming, outgoing = self.tcp(), ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = CONTEXT.wrap_bio(incoming, outgoing)

        def until_done(step):
            while True:
                try:
                    return step()
                except ssl.SSLWantReadError:
                    raw.sendall(outgoing.read())
                    incoming.write(raw.recv(65536))

        until_done(tls.do_handshake)
        tls.write(GET.format("/late").encode())
        with self.assertRaises(ssl.SSLWantReadError):
            tls.unwrap()  # our goodbye goes out with the request, theirs is not there yet
        raw.sendall(outgoing.read())
        raw.shutdown(socket.SHUT_WR)
        records = b""
        while part := raw.recv(65536):
            records += part
        self.assertGreater(len(records), 100)  # the tickets, the answer and the goodbye
        self.assertEqual(self.count(), [1, 0])

    def test_a_source_has_64_places_and_the_oldest_go(self):
        first = self.tls()
        second = self.tls()
        self.get(first, "/session")
        others = [self.tls() for _ in range(62)]
        self.assertEqual(self.count()[0], 65)
        newest = self.tls()
        self.assertEqual(self.get(newest, "/hello")[0], 200)
        self.assertTrue(self.is_closed(second))
        self.assertEqual(self.get(first, "/hello")[0], 200)
        self.assertEqual(self.get(others[0], "/hello")[0], 200)
        self.assertEqual(self.count()[0], 65)

    def test_a_thousand_idle_connections_lock_nobody_out(self):
        user = self.tls("127.0.0.2")
        self.get(user, "/session")
        hoard = [self.tcp("127.0.1.%d" % (1 + i % 20)) for i in range(1000)]
        self.assertEqual(self.get(user, "/hello")[0], 200)
        for source in ("127.0.0.3", "127.0.1.1"):
            self.assertEqual(self.get(self.tls(source), "/hello")[0], 200)
        self.assertLessEqual(self.count()[0], 512)
        self.assertEqual(self.get(user, "/hello")[0], 200)
        del hoard

    def test_a_new_certificate_serves_new_connections(self):
        old = self.tls()
        certificate = old.getpeercert(True)
        self.process.send_signal(signal.SIGHUP)
        time.sleep(0.2)
        self.assertNotEqual(self.tls().getpeercert(True), certificate)
        self.assertEqual(self.get(old, "/hello")[0], 200)

    def test_stopping_lets_answers_out_and_ends_streams(self):
        idle, late, events = self.tls(), self.tls(), self.tls()
        self.get(idle, "/hello")
        events.sendall(GET.format("/events").encode())
        events.recv(1000)
        late.sendall(GET.format("/late").encode())
        time.sleep(0.02)
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.answer(late)[2], b"late")
        self.assertTrue(self.is_closed(idle))
        data = b""
        while not self.is_closed(events):
            data += events.recv(1000)
        self.assertEqual(self.process.wait(5), 0)
        with self.assertRaises(OSError):
            self.tcp()

    def test_ipv6_is_served(self):
        connection = CONTEXT.wrap_socket(socket.create_connection(("::1", self.port), 20))
        self.open.append(connection)
        self.assertEqual(self.get(connection, "/hello")[0], 200)


class Slow(Server):
    """All deadlines at once, since each waits for its own."""

    def test_deadlines_hold_whatever_drips(self):
        start = time.monotonic()
        silent, handshaken, drip_head, drip_body = self.tcp(), self.tls(), self.tls(), self.tls()
        reader = self.tls()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.sendall(GET.format("/large").encode())
        drip_body.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        ended = {}
        waiting = {"silent": silent, "handshaken": handshaken, "head": drip_head, "body": drip_body}
        for connection in waiting.values():
            connection.settimeout(0.05)
        while waiting and time.monotonic() - start < 40:
            for name, connection in list(waiting.items()):
                try:
                    if name in ("head", "body"):
                        connection.send(b"G")
                    data = connection.recv(1000)
                except (TimeoutError, ssl.SSLWantReadError):
                    continue
                except OSError:
                    data = b""
                ended[name] = (time.monotonic() - start, data[:12])
                del waiting[name]
            time.sleep(0.5)
        for name, seconds, data in (("silent", 10, b""), ("handshaken", 10, b""),
                                    ("head", 10, b"HTTP/1.1 408"), ("body", 20, b"HTTP/1.1 408")):
            self.assertGreaterEqual(ended[name][0], seconds - 0.5, name)
            self.assertLess(ended[name][0], seconds + 2, name)
            self.assertEqual(ended[name][1], data, name)
        while time.monotonic() - start < 33:
            time.sleep(0.5)
        self.assertEqual(self.count()[0], 1)


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Slow if SLOW else Quick)
    sys.exit(not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful())
