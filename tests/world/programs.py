"""A machine on which our program is sendmail: a mount namespace of its own, in which /etc/tocsin and
/usr/sbin/sendmail are the daemon's under test. What the programs of Debian write to elsewhere (/run,
crontabs, package lists) is empty there and goes with it."""

import subprocess

SCRIPT = """set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
mkdir -p /etc/tocsin
cp "$TOCSIN_CONF" /etc/tocsin/tocsin.conf
mount --bind "$SENDMAIL" /usr/sbin/sendmail
unset TOCSIN_CONF SENDMAIL
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/spool/cron
mkdir /var/spool/cron/crontabs
rm -rf /etc/cron.d /etc/crontab
"""

# apt has no sources, so there is nothing to fetch and nothing to upgrade
NO_PACKAGES = """
for folder in /var/lib/apt/lists /var/cache/apt /var/lib/apticron; do
	[ ! -d "$folder" ] || mount -t tmpfs tmpfs "$folder"
done
mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
mkdir /etc/apt/sources.list.d
"""


def start(daemon, command, prepare=""):
    """Starts the command there after more lines of shell; the process is the command itself."""
    return subprocess.Popen(
        ["unshare", "-m", "sh", "-c", SCRIPT + prepare + '\nexec "$@"', "sh", *map(str, command)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/",
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TOCSIN_CONF": str(daemon.conf),
            "SENDMAIL": str(daemon.programs / "tocsin-sendmail"), "HOME": "/root"})


def run(daemon, command, prepare="", input=b"", seconds=60):
    """Runs it to its end, which must be 0; returns what it printed."""
    process = start(daemon, command, prepare)
    try:
        printed, _ = process.communicate(input, timeout=seconds)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert process.returncode == 0, printed.decode(errors="replace")
    return printed.decode(errors="replace")
