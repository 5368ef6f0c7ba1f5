"""The Debian package: built, checked, and living in a machine with systemd as a user would have it."""

import subprocess

import pytest

from world.net import wait_until

ROLES = ("front", "keeper", "sender", "watcher")
PAGE = """import ssl, urllib.request
print(urllib.request.urlopen("https://localhost:8443/check_health", timeout=10,
    context=ssl._create_unverified_context()).status)"""


@pytest.fixture(scope="module")
def box(new_box, deb):
    box = new_box(deb)
    box.deb = f"/opt/{deb.name}"
    install(box)
    return box


def install(box):
    box.ok("apt-get", "install", "-q", "-y", box.deb, seconds=300)


def page_answers(box):
    return box.run("/usr/bin/python3", "-c", PAGE).stdout.strip() == "200"


def show(box, name):
    return box.ok("systemctl", "show", "--value", "--property", name, "tocsin").strip()


def submit(box, subject, user="nobody"):
    box.ok("/usr/sbin/sendmail", "root", input=f"Subject: {subject}\n\nHello.\n", user=user)


def queued(box, subject):
    return subject in box.ok("tocsin", "queue", "list")


# what was built

def test_lintian(package):
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning",
        *package.glob("*.changes")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    assert done.returncode == 0 and done.stdout == ""


def test_exposure_of_the_unit_is_as_it_says(root):
    """Tenths; the head of the unit names what is left."""
    unit = root / "packaging/systemd/tocsin.service"
    assert 'counts 2.0' in unit.read_text()
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager",
        "--threshold=20", unit], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    assert done.returncode == 0, done.stdout


# installed

def test_service_runs_with_all_guards(box):
    assert show(box, "ActiveState") == "active"
    assert show(box, "UnitFileState") == "enabled"
    assert page_answers(box)
    log = box.ok("journalctl", "--unit=tocsin", "--output=cat")
    for role in ROLES:
        (ready,) = [line for line in log.splitlines() if f"{role} is ready" in line]
        assert f"user tocsin-{role}" in ready and "landlock" in ready and "seccomp" in ready
        assert "chroot" not in ready  # the unit keeps the right back: Landlock does it
    assert not [line for line in log.splitlines() if " error: " in line or " warning: " in line]
    parent = box.ok("cat", f"/proc/{show(box, 'MainPID')}/status")
    assert "CapEff:\t00000000000000c0\n" in parent  # setgid, setuid


def test_users_rights_and_the_other_mail_server(box):
    for role in ROLES:
        assert ":/nonexistent:/usr/sbin/nologin" in box.ok("getent", "passwd", f"tocsin-{role}")
    box.ok("getent", "group", "tocsin-admin")
    assert box.ok("stat", "--format=%G %a", "/usr/bin/tocsin-sendmail") == "tocsin-drop 2755\n"
    assert box.run("dpkg-query", "-W", "postfix").stdout.split()[-1:] != ["installed"]
    assert "https://" in box.ok("tocsin", "admin", "setup-link")


def test_mail_is_taken_from_everybody_and_survives_a_restart(box):
    submit(box, "before the restart")
    box.ok("systemctl", "stop", "tocsin")
    submit(box, "while it was down")
    box.ok("systemctl", "start", "tocsin")
    wait_until(lambda: page_answers(box), 30, "the page")
    assert queued(box, "before the restart")
    wait_until(lambda: queued(box, "while it was down"), 30, "mail from the drop folder")
    box.ok("systemctl", "restart", "tocsin")
    assert queued(box, "before the restart") and queued(box, "while it was down")
    assert "nobody" in box.ok("mailq")
    box.ok("newaliases")
    assert page_answers(box)


def test_reload_keeps_the_process(box):
    parent = show(box, "MainPID")
    box.ok("systemctl", "reload", "tocsin")
    wait_until(lambda: "were read again" in box.ok("journalctl", "--unit=tocsin", "--output=cat"),
        30, "the reload")
    assert show(box, "MainPID") == parent


def test_watchdog_restarts_a_parent_that_hangs(box):
    folder = box.root / "etc/systemd/system/tocsin.service.d"
    box.ok("mkdir", folder.relative_to(box.root))
    box.ok("tee", f"/{folder.relative_to(box.root)}/quick.conf",
        input="[Service]\nWatchdogSec=3\nTimeoutAbortSec=1\n")
    box.ok("systemctl", "daemon-reload")
    box.ok("systemctl", "restart", "tocsin")
    submit(box, "before it hung")
    hung = show(box, "MainPID")
    box.ok("kill", "-STOP", hung)
    wait_until(lambda: show(box, "ActiveState") == "active" and show(box, "MainPID") != hung, 60,
        "a new parent")
    assert "Watchdog timeout" in box.ok("journalctl", "--unit=tocsin", "--output=cat")
    wait_until(lambda: page_answers(box), 30, "the page")
    assert queued(box, "before it hung")


def test_a_role_that_hangs_is_ended_without_the_right_to_kill(box):
    (hung,) = box.ok("pgrep", "--exact", "tocsin-sender").split()
    box.ok("kill", "-STOP", hung)
    wait_until(lambda: box.run("pgrep", "--exact", "tocsin-sender").stdout.split() not in ([],
        [hung]), 60, "another sender")
    assert "sender hangs" in box.ok("journalctl", "--unit=tocsin", "--output=cat")


def test_mistake_in_the_file_is_said_once_and_not_tried_again(box):
    good = box.ok("cat", "/etc/tocsin/tocsin.conf")
    box.ok("tee", "/etc/tocsin/tocsin.conf", input=good + "color = red\n")
    try:
        assert box.run("systemctl", "restart", "tocsin").returncode != 0
        assert show(box, "ActiveState") == "failed"
        assert "color" in box.ok("journalctl", "--unit=tocsin", "--lines=20", "--output=cat")
    finally:
        box.ok("tee", "/etc/tocsin/tocsin.conf", input=good)
        box.ok("systemctl", "restart", "tocsin")
    assert page_answers(box)


def test_upgrade_keeps_what_was_changed(box):
    box.ok("tee", "--append", "/etc/tocsin/tocsin.conf", input="log_level = debug\n")
    submit(box, "before the upgrade")
    before = show(box, "MainPID")
    box.ok("dpkg", "--install", box.deb, seconds=300)
    assert show(box, "MainPID") != before
    assert "log_level = debug" in box.ok("cat", "/etc/tocsin/tocsin.conf")
    assert queued(box, "before the upgrade")
    assert box.ok("stat", "--format=%G %a", "/usr/bin/tocsin-sendmail") == "tocsin-drop 2755\n"


def test_remove_keeps_the_state_and_purge_drops_it(box):
    submit(box, "before the removal")
    box.ok("apt-get", "remove", "-q", "-y", "tocsin", seconds=300)
    assert box.run("systemctl", "is-active", "tocsin").stdout.strip() != "active"
    for path in ("/var/lib/tocsin/keeper/store.key", "/etc/tocsin/tocsin.conf"):
        box.ok("test", "-e", path)
    assert box.run("test", "-e", "/usr/sbin/sendmail").returncode != 0
    install(box)
    assert queued(box, "before the removal")
    box.ok("apt-get", "purge", "-q", "-y", "tocsin", seconds=300)
    for path in ("/var/lib/tocsin", "/etc/tocsin", "/run/tocsin"):
        assert box.run("test", "-e", path).returncode != 0, path
    assert box.ok("dpkg-statoverride", "--list").count("tocsin") == 0
