"""Stores that earlier programs left behind, as they wrote them: this one goes on where they stopped.

Each is the text of one database with its key: an account, a token, an alias, a relay with a password,
mail that arrived, was refused, was put off and had not been tried when the program ended."""

import json
import pathlib
import re
import shutil
import sqlite3

import pytest

from world.api import call
from world.mail import queue_ids, retry_all
from world.net import wait_until
from world.relay import DOMAIN

STORES = sorted((pathlib.Path(__file__).parent / "data").glob("store-*.sql"))
ANNA, PASSWORD = f"anna@{DOMAIN}", "a long enough pass phrase"


class OldStore:
    def __init__(self, path, relay):
        self.text = path.read_text()
        self.key, self.token, self.time = (
            re.search(f"^-- {name} (.*)$", self.text, re.MULTILINE)[1]
            for name in ("key", "token", "time"))
        self.text = self.text.replace("{port}", str(relay.port("submission")))
        self.text = self.text.replace("{authority}", relay.authority.read_text())
        self.schema = int(path.stem.removeprefix("store-"))

    def put(self, folder):
        """In the place of the store there, with the same owner."""
        database, key = folder / "tocsin.db", folder / "store.key"
        owner = database.stat().st_uid, database.stat().st_gid
        for path in folder.glob("tocsin.db*"):
            path.unlink()
        with sqlite3.connect(database) as opened:
            opened.executescript(self.text)
        opened.close()
        key.write_bytes(bytes.fromhex(self.key))
        database.chmod(0o600)
        for path in (database, key):
            shutil.chown(path, *owner)


@pytest.fixture(params=STORES, ids=lambda path: path.stem)
def old(request, relay):
    return OldStore(request.param, relay)


@pytest.fixture
def upgraded(old, new_clocked, relay):
    """Started with it, an hour after the old program ended."""
    daemon = new_clocked(old.time)
    daemon.stop()
    old.put(daemon.state / "keeper")
    daemon.start()
    daemon.pass_time(3600)
    return daemon


def signs_in(daemon):
    browser = daemon.browser()
    browser.submit(browser.get("/login"), {"name": "anna", "password": PASSWORD})
    return browser.get("/login/status", follow=False).status == 200


def test_all_of_it_is_here(old, upgraded, relay):
    assert f"brought tocsin.db from schema {old.schema} to " in upgraded.output()
    assert signs_in(upgraded)
    assert call(upgraded.port, "GET", "/api/v1/status", token=old.token).status == 200
    assert f"root: {ANNA}" in upgraded.ok("alias", "list")
    assert upgraded.ok("get", "site.name") == "Nordkap\n"
    states = {row["subject"]: row["state"]
        for row in json.loads(upgraded.ok("queue", "list", "--json", "all"))}
    assert states["arrived"] == "accepted" and states["refused"] == "failed"
    assert states["put off"] in ("deferred", "held")
    refused = queue_ids(upgraded, "failed")[0]
    assert "rcpt 550: <reject@example.test>: Recipient address rejected" in upgraded.ok("queue", "show", refused)


def test_its_mail_leaves(upgraded, relay):
    retry_all(upgraded)
    wait_until(lambda: "waits" in [mail.message["Subject"] for mail in relay.mails()], 60,
        "the mail that had waited")
    (mail,) = [mail for mail in relay.mails() if mail.message["Subject"] == "waits"]
    assert mail.to == ANNA
