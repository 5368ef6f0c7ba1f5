"""Refresh tokens that are good once: whatever dies around a renewal, and however full the disk is, a
new one is on the disk before it is used, and an older one is never shown again. The provider is a
real one that rotates them and ends a sign-in whose old token comes again.

Nobody can promise a sign-in whose new token was lost on the way (test_oauth_life has that); so while
roles are killed the provider keeps the one before good until the new one is shown, as many do.
"""

import os
import random
import time

import pytest

from world.daemon import ROLES
from world.disk import SmallDisk
from world.net import wait_until
from world.oauth import Person
from world.oauth_terminal import set_up, sign_in, status
from world.relay import DOMAIN

ROUNDS = 20 if os.environ.get("TOCSIN_LONG") else 1
MEGABYTES = 96
RENEWED = "oauth: the token was renewed"
UNWRITTEN = "oauth: a new token cannot be written yet"


def kept(node):
    return node.output().count(RENEWED)


def signed_in(node, provider, relay):
    """Somebody who presses buttons of a node that is signed in."""
    set_up(node, provider, relay)
    code, output = sign_in(node, provider)
    assert code == 0, output
    return Person(node)


def renew(person, provider):
    """Presses until a renewal is on the disk; the refresh token that came with it."""
    before = kept(person.daemon)

    def pressed():
        person.renew()
        return kept(person.daemon) > before
    wait_until(pressed, 40, "a renewal on the disk", pause=0.2)
    wait_until(lambda: status(person.daemon)["state"] == "good", 20, "all well")
    return provider.renewals()[-1]["issued"]


def refresh_tokens(provider):
    """All that were given out, oldest first."""
    return [line["issued"] for line in provider.requests() if line.get("issued")]


def shown(provider):
    """The turns in which those that were shown had been given out, in the order of showing."""
    given = refresh_tokens(provider)
    return [given.index(line["shown"]) for line in provider.renewals()]


def send(node, relay):
    relay.clear()
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    assert relay.wait_for(1, 60)


# ---- who dies ----

def everybody():
    """Each once; a new parent starts roles again without a pause, and no more than three."""
    roles = random.sample(ROLES, len(ROLES))
    return [*roles[:3], "parent", *roles[3:], "all"]


def moment(provider, before):
    """When the provider has done its work, or before that: a cut at once would meet one place."""
    if random.random() < 0.5:
        wait_until(lambda: len(provider.renewals()) > before, 20, "the renewal at the provider")
    time.sleep(random.uniform(0, 0.02))


def test_kills_around_a_rotation_end_no_sign_in(daemon, provider, token_relay):
    provider.control(overlap=True)
    person = signed_in(daemon, provider, token_relay)
    killed = []
    for whom in [whom for _ in range(ROUNDS) for whom in everybody()]:
        newest = renew(person, provider)
        durable = refresh_tokens(provider).index(newest)
        before = len(provider.renewals())
        wait_until(lambda: time.time() >= status(daemon)["renewed"] + 3, 20, "the button again")
        person.renew()
        moment(provider, before)
        daemon.crash(whom)
        killed.append(whom)
        daemon.wait_roles(30)
        renew(person, provider)
        assert all(turn >= durable for turn in shown(provider)[before:]), (killed, shown(provider))
    assert shown(provider) == sorted(shown(provider)), killed
    assert {line["status"] for line in provider.renewals()} == {200}, killed
    assert len(provider.requests(grant_type="authorization_code")) == 1
    send(daemon, token_relay)
    print(f"{len(killed)} crashes, {len(provider.renewals())} renewals")


# ---- a full disk ----

@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path / "disk", MEGABYTES)
    disk.path.chmod(0o755)
    yield disk
    disk.close()


@pytest.fixture(name="node")
def node_on_it(disk, new_daemon):
    return new_daemon(state_dir=disk.path / "state").start()


def fill(disk, node):
    disk.fill()
    wait_until(lambda: "FULL: no new mail is taken" in node.ok("status"), 20, "the full disk told")


def start_full(node):
    """As start(), which waits for health."""
    node.launch()
    wait_until(lambda: len(node.roles()) == 4 and node.tocsin("status").returncode == 0, 20,
        "the daemon back")


def fill_with_the_reserve(disk, node):
    """A start gives the reserve to the disk, where others take it."""
    node.stop()
    disk.fill()
    start_full(node)
    fill(disk, node)


def test_a_full_disk_has_room_for_a_new_token(disk, node, provider, token_relay):
    """The reserve is for that, too (docs/adr/0014)."""
    person = signed_in(node, provider, token_relay)
    fill(disk, node)
    newest = renew(person, provider)
    assert UNWRITTEN not in node.output()
    node.kill_all()
    start_full(node)
    renew(person, provider)
    assert provider.renewals()[-1]["shown"] == newest
    assert {line["status"] for line in provider.renewals()} == {200}
    disk.make_room()
    wait_until(node.healthy, 20, "health again")
    send(node, token_relay)


def test_a_token_without_any_room_waits_and_is_not_used(disk, node, provider, token_relay):
    person = signed_in(node, provider, token_relay)
    fill_with_the_reserve(disk, node)
    provider.control(token_bits=12000 * 8)  # more than the log has room for
    before = kept(node)
    wait_until(lambda: time.time() >= status(node)["renewed"] + 3, 20, "the button")
    person.renew()
    wait_until(lambda: UNWRITTEN in node.output(), 20, "the trouble told")
    now = status(node)
    assert "cannot be written to the disk" in now["advice"] and "make room" in now["advice"]
    assert now["usable"], "the token from before is good to its end"
    assert "cannot be written to the disk" in person.connection()
    person.renew()  # whoever presses again asks nobody
    assert kept(node) == before
    disk.make_room()
    wait_until(lambda: kept(node) > before, 20, "the token written")
    assert status(node)["advice"] == "" and node.output().count(UNWRITTEN) == 1
    assert [line["status"] for line in provider.renewals()] == [200]
    provider.control(token_bits=16000)
    newest = provider.renewals()[-1]["issued"]
    node.kill_all()
    node.start()
    renew(person, provider)
    assert provider.renewals()[1]["shown"] == newest
    assert {line["status"] for line in provider.renewals()} == {200}
    send(node, token_relay)
