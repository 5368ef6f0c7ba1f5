"""Postfix as a null client: what a program hands to its sendmail goes to one relay. The measure of
what ours does. Its sendmail is /usr/sbin/sendmail with `environment`, as root."""

import pathlib
import signal
import subprocess

from .net import free_port, listens, wait_until
from .process import Process, children
from .relay import make_postfix_folders

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


class NullClient:
    """A folder of its own. Without a port (of the relay, on loopback) nothing leaves before use()."""

    def __init__(self, folder, port=None, connections=1):
        self.folder = folder
        self._settings = {"folder": folder, "port": port or 1, "connections": connections,
            "held": "" if port else "smtp"}
        self.smtpd = free_port()
        make_postfix_folders(folder)
        self._configure()
        (folder / "postfix/master.cf").write_text(MASTER_CF.format(smtpd=self.smtpd))
        self.environment = {"MAIL_CONFIG": str(folder / "postfix")}
        self._master = None

    def start(self):
        self._master = Process(["/usr/lib/postfix/sbin/master", "-d", "-c",
            self.folder / "postfix"], self.folder / "postfix.out", start_new_session=True)
        wait_until(lambda: listens("127.0.0.1", self.smtpd), what="Postfix")

    def close(self):
        if self._master is not None:
            self._master.stop()

    @property
    def pid(self):
        return self._master.pid

    def use(self, port, connections):
        self._change(port=port, connections=connections, held="")

    def hold(self, port, connections):
        self._change(port=port, connections=connections, held="smtp")

    def release(self):
        self._change(held="")
        subprocess.run(["/usr/sbin/postqueue", "-c", self.folder / "postfix", "-f"], check=True)

    def _change(self, **settings):
        """A reload gives a new queue manager."""
        before = self._manager()
        self._settings.update(settings)
        self._configure()
        self._master.signal(signal.SIGHUP)
        wait_until(lambda: self._manager() not in (None, before), 20, "a new queue manager")

    def _manager(self):
        for pid in children(self.pid):
            try:
                if pathlib.Path(f"/proc/{pid}/comm").read_text() == "qmgr\n":
                    return pid
            except OSError:
                pass
        return None

    def _configure(self):
        fresh = self.folder / "main.cf"
        fresh.write_text(MAIN_CF.format(**self._settings))
        fresh.rename(self.folder / "postfix/main.cf")
