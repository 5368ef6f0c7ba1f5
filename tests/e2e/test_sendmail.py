"""tocsin-sendmail as programs call it: what its exit status promises, and the drop folder."""

import os
import pwd
import shutil
import signal
import subprocess
import threading

import pytest

from world.net import wait_until

ROOT = os.geteuid() == 0
OTHER = "nobody" if ROOT else None  # a user without rights; without root there is only one


@pytest.fixture
def daemon(new_daemon):
    daemon = new_daemon(node_name="node1.example.com")
    daemon.start()
    return daemon


def queue(daemon):
    """{queue id: line} of all mail."""
    lines = daemon.ok("queue", "list", "all").splitlines()
    return {line.split()[0]: line for line in lines if line[:1].isalnum() and "queue" not in line
        and line != "no such mail"}


def drop_folder(daemon):
    return daemon.folder / "state" / "drop"


def dropped(daemon):
    return [name for name in os.listdir(drop_folder(daemon)) if name != "bad"]


def expect(done, status, *words):
    assert done.returncode == status, done.stderr
    for word in words:
        assert word in done.stderr
    return done


# the command line

@pytest.mark.parametrize("arguments, status, word", [
    ([], 64, "-t"),
    (["-bs"], 69, "-bs"),
    (["-bd"], 69, "tocsind"),
    (["-N", "sometimes", "root"], 64, "-N"),
    (["-Z", "root"], 64, "-Z"),
    (["-f"], 64, "-f"),
    (["-t"], 64, "recipient"),
    (["a b"], 65, "a b"),
    (["-f", "x y@z", "root"], 65, "x y@z"),
])
@pytest.mark.parametrize("up", [True, False])
def test_what_cannot_be_taken_is_refused_also_while_the_daemon_is_down(new_daemon, arguments,
        status, word, up):
    daemon = new_daemon()
    if up:
        daemon.start()
    else:
        drop_folder(daemon).mkdir(parents=True)
    expect(daemon.sendmail(*arguments), status, word)
    if not up:
        assert dropped(daemon) == []


def test_options_of_other_programs_change_nothing(daemon):
    expect(daemon.sendmail("-oem", "-odi", "-B8BITMIME", "-n", "-i", "-FCron Daemon", "--",
        "root"), 0)
    line, = queue(daemon).values()
    assert "Cron Daemon" in line


def test_a_message_above_the_limit_is_refused(daemon):
    expect(daemon.sendmail("root", message="a" * (32 * 1024 * 1024 + 1)), 65, "32 MiB")
    assert queue(daemon) == {}


def test_a_dot_ends_the_message_unless_told_not_to(daemon):
    message = "Subject: dots\n\none\n.\ntwo\n"
    expect(daemon.sendmail("root", message=message), 0)
    short, = queue(daemon)
    expect(daemon.sendmail("-i", "root", message=message), 0)
    long, = set(queue(daemon)) - {short}
    sizes = [int(daemon.ok("queue", "show", queue_id).split("octets")[0].split()[-1])
        for queue_id in (short, long)]
    assert sizes[1] - sizes[0] == len(".\r\ntwo\r\n")


# the queue and other names

def called_as(daemon, name, *arguments, **options):
    """The program by another name, as packages link it."""
    link = daemon.folder / name
    if not link.exists():
        link.symlink_to(daemon.programs / "tocsin-sendmail")
    return daemon.run(link, *arguments, **options)


def test_mailq_lists_what_waits(daemon):
    assert called_as(daemon, "mailq").stdout == "Mail queue is empty\n"
    expect(daemon.sendmail("-f", "", "x@example.org", "root"), 0)
    expect(daemon.sendmail("-f", "anna@example.org", "y@example.org"), 0)
    for done in (called_as(daemon, "mailq"), daemon.sendmail("-bp")):
        lines = expect(done, 0).stdout.splitlines()
        assert lines[0].startswith("-Queue ID-")
        assert lines[-1] == "-- 1 Kbytes in 2 Requests."
        for word in ("MAILER-DAEMON", "anna@example.org", " x@example.org", " y@example.org",
                " root", *queue(daemon)):
            assert word in done.stdout
    if ROOT:
        expect(called_as(daemon, "mailq", user=OTHER), 77)
    daemon.stop()
    expect(called_as(daemon, "mailq"), 69, "daemon")


def test_the_queue_is_run_and_there_are_no_aliases_to_build(daemon):
    expect(daemon.sendmail("root"), 0)
    expect(daemon.sendmail("-q"), 0)
    queue_id, = queue(daemon)
    expect(daemon.sendmail("-qI" + queue_id), 0)
    expect(daemon.sendmail("-qIABCDEFGHJKLM"), 66)
    assert "by itself" in expect(daemon.sendmail("-q30m"), 0).stdout
    for done in (called_as(daemon, "newaliases"), daemon.sendmail("-bi")):
        assert "tocsin alias" in expect(done, 0).stdout
    assert len(queue(daemon)) == 1


# who it is

def test_the_submitter_is_who_called(daemon):
    expect(daemon.sendmail("root", user=OTHER), 0)
    queue_id, = queue(daemon)
    uid = pwd.getpwnam(OTHER).pw_uid if OTHER else os.geteuid()
    shown = daemon.ok("queue", "show", queue_id)
    assert f"uid {uid}" in shown or (uid == 0 and "root" in shown)


# the drop folder

def test_while_the_daemon_is_down_the_drop_folder_takes_the_message(daemon):
    daemon.stop()
    for number in range(3):
        expect(daemon.sendmail("root", message=f"Subject: left {number}\n\nx\n"), 0)
    assert len(dropped(daemon)) == 3
    daemon.start()
    wait_until(lambda: dropped(daemon) == [], what="an empty drop folder")
    text = "\n".join(queue(daemon).values())
    assert len(queue(daemon)) == 3
    assert all(f"left {number}" in text for number in range(3))


def test_who_may_not_write_there_is_told(daemon):
    daemon.stop()
    folder = drop_folder(daemon)
    if not ROOT:
        folder.chmod(0o500)
    done = expect(daemon.sendmail("root", user=OTHER), 75, "does not answer", "Permission denied")
    assert done.stdout == ""
    folder.chmod(0o730)


def privately(command, conf):
    """The command with a copy of /etc in which there is a tocsin.conf, for a program that runs
    with the rights of its file and does not look into its environment."""
    script = ('mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w && mount -t overlay overlay '
        '-o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc && mkdir -p /etc/tocsin && '
        f'cp {conf} /etc/tocsin/tocsin.conf && exec "$@"')
    return ["unshare", "-m", "sh", "-c", script, "sh", *command]


def test_everybody_may_drop_by_the_programs_group(daemon):
    """Installed with the group tocsin-drop, as packages do. Only root can install so."""
    daemon.stop()
    if not ROOT:
        expect(daemon.sendmail("root"), 0)
        return
    program = daemon.folder / "sendmail"
    shutil.copy2(daemon.programs / "tocsin-sendmail", program)
    shutil.chown(program, group="tocsin-drop")
    program.chmod(0o2755)
    owner = pwd.getpwnam("nobody")
    done = subprocess.run(privately(["setpriv", "--reuid", "nobody", "--regid",
        str(owner.pw_gid), "--clear-groups", program, "root"], daemon.conf),
        input=b"Subject: by nobody\n\nx\n", capture_output=True, timeout=30, check=False,
        env={"PATH": os.environ["PATH"], "TOCSIN_CONF": "/nonexistent"})
    assert done.returncode == 0, done.stderr
    name, = dropped(daemon)
    status = (drop_folder(daemon) / name).stat()
    assert (status.st_uid, status.st_mode & 0o7777) == (owner.pw_uid, 0o640)
    daemon.start()
    wait_until(lambda: dropped(daemon) == [], what="an empty drop folder")
    queue_id, = queue(daemon)
    assert f"uid {owner.pw_uid}" in daemon.ok("queue", "show", queue_id)


def test_what_is_no_mail_goes_aside_and_holds_nothing_up(daemon):
    daemon.stop()
    folder = drop_folder(daemon)
    (folder / ("a" * 32)).symlink_to("/etc/passwd")
    os.mkfifo(folder / ("b" * 32))
    (folder / ("c" * 32)).write_bytes(b"no mail")
    (folder / "strange").write_bytes(b"")
    expect(daemon.sendmail("root", message="Subject: good\n\nx\n"), 0)
    daemon.start()
    wait_until(lambda: dropped(daemon) == [], what="an empty drop folder")
    aside = os.listdir(folder / "bad")
    assert any(name.startswith("strange-") for name in aside)
    assert any(name.startswith("c" * 32) for name in aside)
    line, = queue(daemon).values()
    assert "good" in line
    assert daemon.output().count("no mail that can be taken") == 4


# crashes

def test_a_keeper_that_dies_over_a_message_costs_nothing(daemon):
    keeper = daemon.roles()["keeper"]
    os.kill(keeper, signal.SIGSTOP)
    result = []
    thread = threading.Thread(target=lambda: result.append(daemon.sendmail("root")))
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()  # nothing is promised yet
    os.kill(keeper, signal.SIGKILL)
    thread.join(30)
    expect(result[0], 0)
    wait_until(lambda: dropped(daemon) == [], what="an empty drop folder")
    assert len(queue(daemon)) == 1


def test_a_message_whose_answer_was_lost_is_kept_once(daemon):
    """front dies when the message is with the keeper already; sendmail leaves it in the drop folder
    under the same name."""
    roles = daemon.roles()
    os.kill(roles["keeper"], signal.SIGSTOP)
    result = []
    thread = threading.Thread(target=lambda: result.append(
        daemon.sendmail("root", message="Subject: once\n\nx\n")))
    thread.start()
    thread.join(0.5)
    os.kill(roles["front"], signal.SIGKILL)
    thread.join(30)
    expect(result[0], 0)
    os.kill(roles["keeper"], signal.SIGCONT)
    wait_until(lambda: dropped(daemon) == [], what="an empty drop folder")
    assert len(queue(daemon)) == 1


def test_kill_9_of_all_loses_nothing_that_was_promised(daemon):
    promised = []

    def submit(number):
        for turn in range(20):
            subject = f"mail {number}.{turn} end"
            done = daemon.sendmail("root", message=f"Subject: {subject}\n\nx\n")
            if done.returncode == 0:
                promised.append(subject)

    threads = [threading.Thread(target=submit, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    threads[0].join(0.4)
    daemon.kill_all()
    threads[0].join(0.4)
    daemon.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: dropped(daemon) == [], what="an empty drop folder")
    text = "\n".join(queue(daemon).values())
    assert len(promised) >= 60
    assert [subject for subject in promised if text.count(subject) != 1] == []


def test_5000_recipients_by_the_command_line_and_by_the_header(daemon):
    many = [f"reader{number}@example.com" for number in range(5000)]
    expect(daemon.sendmail(*many), 0)
    expect(daemon.sendmail("-t", message="Bcc: " + ",\n ".join(many) + "\n\nHello.\n"), 0)
    assert daemon.ok("queue", "list", "all").count(" 0/5000 ") == 2
    more = [*many, "one-more@example.com"]
    expect(daemon.sendmail(*more), os.EX_USAGE, "send the message in parts")
    expect(daemon.sendmail("-t", message="Bcc: " + ",\n ".join(more) + "\n\nHello.\n"),
        os.EX_DATAERR, "send the message in parts")
    assert daemon.ok("queue", "list", "all").count(" 0/") == 2
