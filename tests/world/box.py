"""A machine in a box: systemd as init over a copy of this machine's files that lives in memory, with
a network of its own. Nothing that happens in it reaches the machine. Needs root, and a kernel that
lets systemd-nspawn work; a box that cannot be made is a failure."""

import os
import pathlib
import signal
import subprocess

from .daemon import as_user
from .disk import Mount
from .net import wait_until
from .network import network_of
from .process import Process

# would wait for a network or a person, or take what the package is to take
MASKED = ("systemd-firstboot.service", "systemd-networkd-wait-online.service",
    "NetworkManager-wait-online.service", "apt-daily.timer", "apt-daily-upgrade.timer",
    "man-db.timer", "fail2ban.service", "unattended-upgrades.service",
    "postfix.service", "dovecot.service", "exim4.service", "postgresql.service")
# nspawn of Debian 12 refuses them otherwise, where the machine itself has them
CALLS = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"


class Box:
    def __init__(self, folder):
        assert os.geteuid() == 0, "a box needs root"
        self._folder = folder
        self._memory = Mount(folder, "-t", "tmpfs", "-o", "size=2g,mode=755", "tocsin-box")
        self._files = None
        self._process = None
        self._init = None
        try:
            self._mount()
            self._boot()
        except BaseException:
            self.close()
            raise

    def _mount(self):
        upper, work, self.root = (self._folder / name for name in ("upper", "work", "root"))
        upper.mkdir()
        work.mkdir()
        self._files = Mount(self.root, "-t", "overlay", "-o",
            f"lowerdir=/,upperdir={upper},workdir={work}", "tocsin-box")
        (self.root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)  # services start here
        (self.root / "var/lib/man-db/auto-update").unlink(missing_ok=True)  # takes its time
        for unit in MASKED:
            link = self.root / "etc/systemd/system" / unit
            link.unlink(missing_ok=True)
            link.symlink_to("/dev/null")

    def _boot(self):
        self._process = Process(["setpriv", "--pdeathsig", "TERM", "systemd-nspawn", "--quiet",
            "--register=no", "--keep-unit",
            "--machine=tocsin-box", "--private-network", "--link-journal=no", "--console=pipe",
            f"--system-call-filter={CALLS}", "--boot", f"--directory={self.root}"],
            self._folder / "log")
        wait_until(self._has_booted, 60, "the box has booted")

    def _has_booted(self):
        assert self._process.running, f"systemd-nspawn: {self._process.output()}"
        children = f"/proc/{self._process.pid}/task/{self._process.pid}/children"
        pids = pathlib.Path(children).read_text().split()
        if not pids:
            return False
        self._init = pids[0]
        state = self.run("systemctl", "is-system-running").stdout.strip()
        return state in ("running", "degraded")

    def run(self, *command, input="", user=None, seconds=60):
        """Runs a command in the box, as root or as another user."""
        command = as_user(user, command)
        return subprocess.run(["nsenter", f"--target={self._init}", "--mount", "--uts", "--ipc",
            "--net", "--pid", "--", *map(str, command)], input=input, cwd="/",
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"})

    def ok(self, *command, **options):
        """The same; it must end with 0; returns what it printed."""
        done = self.run(*command, **options)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def network(self):
        """In a with statement: what is started there listens and connects in the box."""
        return network_of(self._init)

    def close(self):
        if self._process is not None and self._process.running:
            self._process.signal(signal.SIGTERM)  # nspawn asks the init to power off
            self._process.stop(30)
        for mount in (self._files, self._memory):
            if mount is not None:
                mount.close()
