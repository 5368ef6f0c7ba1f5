"""The two that are measured, behind the same handles: Tocsin, and Postfix as a null client (what a
program hands to its sendmail goes to one relay).

  use(port, connections)   where mail goes from now on, over how many connections at the most
  hold(port, connections)  the same, but mail stays in the queue until release()
  fill(count)              puts so many mails into the queue
  sendmail                 the command that hands in
  memory()                 PSS of all processes in KiB
"""

import pathlib
import signal
import subprocess

from world.daemon import BUILD, Daemon
from world.net import free_port, listens, wait_until
from world.process import Process
from world.relay import make_postfix_folders

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


def children(pid):
    """The process and all below it."""
    found = [pid]
    for known in found:
        try:
            text = pathlib.Path(f"/proc/{known}/task/{known}/children").read_text()
        except OSError:
            continue
        found += map(int, text.split())
    return found


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

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = node.example
mydestination =
local_recipient_maps =
alias_maps =
biff = no
in_flow_delay = 0
relayhost = [127.0.0.1]:{port}
smtp_destination_concurrency_limit = {connections}
initial_destination_concurrency = {connections}
default_process_limit = 100
smtpd_client_connection_count_limit = 0
smtpd_relay_restrictions = permit_mynetworks, reject
defer_transports = {held}
"""

MASTER_CF = """\
127.0.0.1:{smtpd} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
relay unix - - n - - smtp
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    name = "Postfix"

    def __init__(self, folder):
        self._folder = folder
        self._settings = {"folder": folder, "port": 1, "connections": 1, "held": "smtp"}
        self._smtpd = free_port()
        make_postfix_folders(folder)
        self._configure()
        (folder / "postfix/master.cf").write_text(MASTER_CF.format(smtpd=self._smtpd))
        self.environment = {"MAIL_CONFIG": str(folder / "postfix")}
        self.sendmail = ["/usr/sbin/sendmail", "-f", SENDER, RECIPIENT]
        self._master = None

    def start(self):
        self._master = Process(["/usr/lib/postfix/sbin/master", "-d", "-c",
            self._folder / "postfix"], self._folder / "postfix.out", start_new_session=True)
        wait_until(lambda: listens("127.0.0.1", self._smtpd), what="Postfix")

    def close(self):
        if self._master is not None:
            self._master.stop()

    def use(self, port, connections):
        self._change(port=port, connections=connections, held="")

    def hold(self, port, connections):
        self._change(port=port, connections=connections, held="smtp")

    def release(self):
        self._change(held="")
        subprocess.run(["/usr/sbin/postqueue", "-c", self._folder / "postfix", "-f"], check=True)

    def fill(self, count):
        subprocess.run(["/usr/sbin/smtp-source", "-s", "8", "-m", str(count), "-l", str(SIZE),
            "-f", SENDER, "-t", RECIPIENT, f"127.0.0.1:{self._smtpd}"], check=True)
        deferred = self._folder / "queue/deferred"
        wait_until(lambda: sum(path.is_file() for path in deferred.rglob("*")) >= count, 120,
            "a full queue", pause=0.1)

    def memory(self):
        return sum(map(pss, children(self._master.pid)))

    def _change(self, **settings):
        """A reload gives a new queue manager."""
        before = self._manager()
        self._settings.update(settings)
        self._configure()
        self._master.signal(signal.SIGHUP)
        wait_until(lambda: self._manager() not in (None, before), 20, "a new queue manager")

    def _manager(self):
        for pid in children(self._master.pid):
            try:
                if pathlib.Path(f"/proc/{pid}/comm").read_text() == "qmgr\n":
                    return pid
            except OSError:
                pass
        return None

    def _configure(self):
        fresh = self._folder / "main.cf"
        fresh.write_text(MAIN_CF.format(**self._settings))
        fresh.rename(self._folder / "postfix/main.cf")
