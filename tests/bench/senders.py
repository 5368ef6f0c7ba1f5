"""The two that are measured, behind the same handles: Tocsin, and Postfix as a null client (what a
program hands to its sendmail goes to one relay).

  use(port, connections)   where mail goes from now on, over how many connections at the most
  hold(port, connections)  the same, but mail stays in the queue until release()
  fill(count)              puts so many mails into the queue
  sendmail                 the command that hands in
  memory()                 PSS of all processes in KiB
"""

import pathlib
import subprocess

from world.daemon import BUILD, Daemon
from world.net import wait_until
from world.null_client import NullClient
from world.process import children

SENDER, RECIPIENT = "bench@example.test", "anna@example.test"
SIZE = 4096


def message(subject, size=SIZE):
    text = f"From: {SENDER}\nTo: {RECIPIENT}\nSubject: {subject}\n\n"
    line = 70 * "x" + "\n"
    return text + line * ((size - len(text)) // len(line))


def pss(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("Pss:")))


# ---- Tocsin ----

class Tocsin:
    name = "Tocsin"

    def __init__(self, folder, programs):
        self._daemon = Daemon(folder, programs)
        self.environment = {"TOCSIN_CONF": str(self._daemon.conf)}
        self.sendmail = [str(programs / "tocsin-sendmail"), "-f", SENDER, RECIPIENT]

    def start(self):
        self._daemon.start()
        self._daemon.set(email_from_address=SENDER, email_encryption="none",
            email_rewrite_from="never", email_admin_contacts=RECIPIENT)

    def close(self):
        self._daemon.stop()

    def use(self, port, connections):
        self._daemon.set(email_relay_host="127.0.0.1", email_relay_port=port,
            email_max_connections=connections)

    def hold(self, port, connections):
        self._daemon.set(email_relay_host="", email_relay_port=port,
            email_max_connections=connections)

    def release(self):
        self._daemon.set(email_relay_host="127.0.0.1")

    def fill(self, count):
        subprocess.run([BUILD / "tests/bench/bench_fill", self._daemon.conf, str(count), "32", SENDER,
            RECIPIENT], input=message("fill").encode(), check=True)

    def memory(self):
        return sum(map(pss, children(self._daemon.pid)))


# ---- Postfix ----

class Postfix(NullClient):
    name = "Postfix"
    sendmail = ["/usr/sbin/sendmail", "-f", SENDER, RECIPIENT]

    def fill(self, count):
        subprocess.run(["/usr/sbin/smtp-source", "-s", "8", "-m", str(count), "-l", str(SIZE),
            "-f", SENDER, "-t", RECIPIENT, f"127.0.0.1:{self.smtpd}"], check=True)
        deferred = self.folder / "queue/deferred"
        wait_until(lambda: sum(path.is_file() for path in deferred.rglob("*")) >= count, 120,
            "a full queue", pause=0.1)

    def memory(self):
        return sum(map(pss, children(self.pid)))
