"""The drop folder seen from the relay: what was dropped arrives, once, and nothing else does."""

import os
import secrets
import shutil
import time

import pytest

from world.net import wait_until
from world.relay import DOMAIN

ANNA = f"anna@{DOMAIN}"


@pytest.fixture
def down(mailing):
    """A daemon with settings that is stopped."""
    mailing.stop()
    return mailing


def drop(daemon):
    return daemon.folder / "state" / "drop"


def files(daemon):
    return [path for path in drop(daemon).iterdir() if path.is_file()]


def test_folder_cannot_be_read_by_users(down):
    assert drop(down).stat().st_mode & 0o007 == 0
    assert drop(down).stat().st_mode & 0o070 == 0o030


def test_file_that_comes_while_the_daemon_runs_is_taken(down, relay):
    assert down.sendmail(ANNA, message="Subject: late\n\nx\n").returncode == 0
    (path,) = files(down)
    aside = drop(down).parent / path.name
    path.rename(aside)
    down.start()
    aside.rename(path)
    (mail,) = relay.wait_for(1)
    assert mail.message["Subject"] == "late"


def test_same_file_twice_is_one_mail(down, relay):
    """As after a crash between the commit and the end of the file."""
    assert down.sendmail(ANNA, message="Subject: once\n\nx\n").returncode == 0
    (path,) = files(down)
    kept = path.read_bytes()
    down.start()
    relay.wait_for(1)
    down.stop()
    path.write_bytes(kept)
    path.chmod(0o640)
    shutil.chown(path, "root", "tocsin-drop")
    down.start()
    wait_until(lambda: files(down) == [], what="the file taken")
    time.sleep(1)
    assert len(relay.mails()) == 1


def test_links_folders_and_pipes_are_not_followed(down, relay, world_folder):
    assert down.sendmail(ANNA, message="Subject: honest\n\nx\n").returncode == 0
    (path,) = files(down)
    secret = world_folder / "not-for-mail"
    secret.write_bytes(path.read_bytes().replace(b"honest", b"stolen"))
    secret.chmod(0o600)
    (drop(down) / secrets.token_hex(16)).symlink_to(secret)
    os.link(secret, drop(down) / secrets.token_hex(16))
    os.mkfifo(drop(down) / secrets.token_hex(16))
    (drop(down) / secrets.token_hex(16)).mkdir()
    down.start()
    relay.wait_for(1)
    time.sleep(1)
    assert [mail.message["Subject"] for mail in relay.mails()] == ["honest"]
    assert secret.exists()
    assert down.healthy()


def test_what_cannot_be_put_away_is_told_once_until_it_changes(mailing, relay):
    """Folders stay, for front may not move them. Mail makes it look again."""
    def told():
        return sum(f"{thing.name} is no mail" in line for line in mailing.output().splitlines())

    def look(subject):
        mailing.stop()
        assert mailing.sendmail(ANNA, message=f"Subject: {subject}\n\nx\n").returncode == 0
        (path,) = files(mailing)
        aside = mailing.state / path.name
        path.rename(aside)
        return aside, path

    mails = [look(f"look {number}") for number in range(4)]
    begin = mailing.start().output()
    thing = drop(mailing) / secrets.token_hex(16)
    thing.mkdir()
    for aside, path in mails[:3]:
        aside.rename(path)
        wait_until(lambda path=path: not path.exists(), what="the file taken")
    assert told() == 1, mailing.output()[len(begin):]
    thing.rename(mailing.state / "old")  # so that the new one is another
    thing.mkdir()
    aside, path = mails[3]
    aside.rename(path)
    wait_until(lambda: told() == 2, what="the new one told")
    relay.wait_for(4)


def test_full_promise_across_a_kill(down, relay):
    """Whatever the moment of the kill, a dropped mail is delivered and not lost."""
    for number in range(10):
        assert down.sendmail(ANNA, message=f"Subject: {number}\n\nx\n").returncode == 0
    down.launch()
    time.sleep(0.2)
    if down.running:
        down.kill_all()
    down.start()
    relay.wait_for(10, 60)
    assert {mail.message["Subject"] for mail in relay.mails()} == {str(n) for n in range(10)}
