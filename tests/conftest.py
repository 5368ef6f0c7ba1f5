"""The test world for pytest. Everything lives below one temporary folder that any user may enter,
on loopback and ports of its own; what was started ends with the test or the session."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from world.ca import Certificates
from world.clock import ClockedDaemon
from world.daemon import Daemon, install
from world.provider import RELAY_CLIENT, Provider
from world.relay import Relay

ROOT = pathlib.Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root():
    """The top of this checkout."""
    return ROOT


@pytest.fixture(scope="session")
def world_folder():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-world-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def certificates(world_folder):
    return Certificates(world_folder / "certificates")


@pytest.fixture(scope="session")
def running_relay(world_folder, certificates):
    relay = Relay(world_folder / "relay", certificates)
    try:
        relay.start()
        yield relay
    finally:
        relay.close()


@pytest.fixture
def relay(running_relay):
    """The real relay, running, with an empty Maildir."""
    if not running_relay.running:
        running_relay.start()
    running_relay.clear()
    return running_relay


@pytest.fixture(scope="session")
def running_provider(world_folder, certificates):
    provider = Provider(world_folder / "provider", certificates.good, certificates.authority.cert)
    try:
        yield provider.start()
    finally:
        provider.stop()


@pytest.fixture
def provider(running_provider):
    """The real OpenID provider, running, without faults."""
    running_provider.reset()
    if not running_provider.running:
        running_provider.start()
    return running_provider


@pytest.fixture(scope="session")
def running_token_relay(world_folder, certificates, running_provider):
    credentials = ":".join(RELAY_CLIENT)
    relay = Relay(world_folder / "token-relay", certificates, f"https://{credentials}@"
        f"{running_provider.host}:{running_provider.port}/token/introspection")
    try:
        relay.start()
        yield relay
    finally:
        relay.close()


@pytest.fixture
def token_relay(running_token_relay, provider):
    """A real relay that asks the provider about access tokens, with an empty Maildir."""
    if not running_token_relay.running:
        running_token_relay.start()
    running_token_relay.clear()
    return running_token_relay


@pytest.fixture(scope="session")
def programs(world_folder):
    """The programs where any user may run them; as root with the users that the roles drop to."""
    if os.geteuid() == 0:
        subprocess.run([ROOT / "packaging" / "make-users"], check=True)
    return install(world_folder / "bin")


def daemons(world_folder, programs, ended=lambda daemon: None):
    """Yields a function that makes a Daemon with a folder of its own, not started; then ends all."""
    made = []

    def make(**options):
        folder = pathlib.Path(tempfile.mkdtemp(dir=world_folder)) / "node"
        folder.parent.chmod(0o755)
        made.append(Daemon(folder, programs, **options))
        return made[-1]

    yield make
    for daemon in made:
        daemon.stop()
        ended(daemon)


@pytest.fixture
def new_daemon(world_folder, programs, request):
    """A function that makes a Daemon, ended with the test, and its log shown when the test fails."""
    yield from daemons(world_folder, programs, lambda daemon:
        request.node.add_report_section("teardown", "tocsind", daemon.output()))


@pytest.fixture(scope="module")
def new_lasting_daemon(world_folder, programs):
    """As new_daemon, for a node that all tests of a file use. Its log is theirs to show."""
    yield from daemons(world_folder, programs)


@pytest.fixture
def daemon(new_daemon):
    """A daemon that runs, without settings."""
    return new_daemon().start()


@pytest.fixture
def mailing(daemon, relay):
    """A running daemon that sends by the real relay, plain; admin@example.test is its contact."""
    daemon.use_relay(relay)
    return daemon


@pytest.fixture
def new_clocked(world_folder, programs, request):
    """make(time): a daemon whose keeper has a wall clock of its own."""
    made = []

    def make(time):
        folder = world_folder / f"clocked-{request.node.name[:40]}-{len(made)}"
        daemon = ClockedDaemon(folder / "node", programs)
        folder.chmod(0o755)
        made.append(daemon)
        daemon.start()  # it makes its folders
        daemon.set_clock(time)
        daemon.restart()
        return daemon

    yield make
    for daemon in made:
        daemon.stop()
        request.node.add_report_section("teardown", "tocsind", daemon.output())
