"""Token endpoints whose names lead astray: to one address when it is checked and to another when it
is used, to addresses that nobody may be led to, or to ones where nobody answers. In a network of the
test's own, with public addresses and a name server that lies, fails or is silent (t17, t18)."""

import contextlib
import json

import pytest

from world.hostile import ScriptedServer, polite
from world.net import wait_until
from world.network import (NXDOMAIN, SERVFAIL, SILENCE, DeadEnd, Names, Network,
    names_from_here)
from world.oauth import CALLBACK, Person, query_of, use_oauth
from world.token_endpoint import TokenEndpoint, granted, http

NAME = "token.example.com"
PUBLIC, PUBLIC_6, LOOPBACK = "203.0.113.7", "2001:db8::7", "127.0.0.1"
DEAD, DEAD_6 = "203.0.113.66", "2001:db8::66"
LINK_LOCAL, AMAZON, ALIBABA = "169.254.169.254", "fd00:ec2::254", "100.100.100.200"
ASKED_ONCE = [(NAME, "A"), (NAME, "AAAA")]
BELIEVED = 4  # TOKEN_DENIALS_MAX: so many refusals would end a sign-in


NOT_RENEWED = "oauth: the token was not renewed"


@pytest.fixture(scope="module")
def network():
    with Network(f"{PUBLIC}/32", f"{DEAD}/32", f"{PUBLIC_6}/128", f"{DEAD_6}/128",
            f"{LINK_LOCAL}/32", f"{AMAZON}/128", f"{ALIBABA}/32") as network:
        yield network


@pytest.fixture(scope="module")
def certificate(certificates):
    return certificates.authority.issue("token-endpoint", names=(NAME,), addresses=())


@pytest.fixture(scope="module")
def people(network, new_lasting_daemon, tmp_path_factory):
    """Somebody at a node that may use private addresses, "yes", and at one that may not, "no"."""
    found = {}
    for private in ("yes", "no"):
        node = new_lasting_daemon(private_endpoints=private)
        node.wrapper = names_from_here(tmp_path_factory.mktemp("names"))
        found[private] = Person(node.start())
    return found


@pytest.fixture
def place(people, certificates, certificate):
    """A function: (place, endpoints by address) for the addresses that are listened at, all on one
    port."""
    with contextlib.ExitStack() as stack:
        def make(*addresses, private):
            endpoints, port = {}, 0
            for address in addresses:
                if address in (DEAD, DEAD_6):
                    stack.enter_context(DeadEnd(address, port))
                    continue
                endpoints[address] = stack.enter_context(TokenEndpoint(certificate,
                    http(200, granted()), address=address, port=port))
                port = endpoints[address].port
            relay = stack.enter_context(ScriptedServer(polite(certificates.good,
                ["AUTH XOAUTH2"])))
            return Place(people[private], relay, certificates, port), endpoints
        yield make


class Place:
    """A node, and a relay that takes any token, as use_oauth() wants relays."""

    def __init__(self, person, relay, certificates, port):
        self.node, self._person, self._relay, self._port = person.daemon, person, relay, port
        self.authority = certificates.authority.cert

    def port(self, *_):
        return self._relay.port

    def attempt(self):
        """(heading, text) of a sign-in at NAME."""
        use_oauth(self.node, self, f"https://{NAME}:{self._port}/token")
        state = query_of(self._person.verify())["state"]
        self._person.come_back(f"{CALLBACK}?state={state}&code=c0de")
        return self._person.outcome()

    def signs_in(self):
        title, text = self.attempt()
        assert title == "Signed in", text

    def status(self):
        return json.loads(self.node.tocsin("oauth", "status", "--json").stdout)

    def does_not_renew(self, words):
        before = self.node.output().count(NOT_RENEWED)
        self._person.renew()
        wait_until(lambda: self.node.output().count(NOT_RENEWED) > before, 20, "a try")
        wait_until(lambda: self.status()["next_renewal"], 20, "what came of it")
        assert words in self.status()["problem"]

    def renews(self):
        self._person.renew()
        wait_until(lambda: self.status()["state"] == "good", 20, "a renewal")

    def is_refused(self):
        title, text = self.attempt()
        assert title == "The sign-in did not work", text
        assert f"{NAME} has only addresses " in text, text


# ---- t17 ----

@pytest.mark.parametrize("then", [[LOOPBACK], ["::1"], [LOOPBACK, PUBLIC], [LINK_LOCAL]], ids=str)
def test_a_name_is_looked_up_once_and_what_was_checked_is_used(place, then):
    listening = {PUBLIC, LOOPBACK, *then}
    there, endpoints = place(*sorted(listening), private="no")
    with Names({NAME: [[PUBLIC], then]}) as names:
        there.signs_in()
        assert sorted(names.asked) == ASKED_ONCE
    assert {address: len(endpoint.peers) for address, endpoint in endpoints.items()} == \
        {address: int(address == PUBLIC) for address in listening}


@pytest.mark.parametrize("to", [[LOOPBACK], ["::1"], ["::ffff:127.0.0.1"], ["10.0.0.1"],
    [LINK_LOCAL], [LOOPBACK, "192.168.1.1", "fd00::1"]], ids=str)
def test_a_name_for_inside_is_no_way_in(place, to):
    there, endpoints = place(LOOPBACK, "::1", LINK_LOCAL, private="no")
    with Names({NAME: [to]}):
        there.is_refused()
    assert all(endpoint.peers == [] for endpoint in endpoints.values())


def test_of_mixed_addresses_only_public_ones_are_used(place):
    there, endpoints = place(PUBLIC, LOOPBACK, "::1", LINK_LOCAL, private="no")
    with Names({NAME: [[LOOPBACK, "::1", LINK_LOCAL, PUBLIC]]}):
        there.signs_in()
    assert [len(endpoint.peers) for endpoint in endpoints.values()] == [1, 0, 0, 0]


@pytest.mark.parametrize("to", [LINK_LOCAL, AMAZON, ALIBABA])
def test_what_tells_a_clouds_secrets_is_never_asked(place, to):
    there, endpoints = place(to, private="yes")
    with Names({NAME: [[to]]}):
        there.is_refused()
    assert endpoints[to].peers == []


def test_a_renewal_is_checked_anew(place):
    """The name moved inside after somebody had signed in."""
    there, endpoints = place(PUBLIC, LOOPBACK, private="no")
    with Names({NAME: [[PUBLIC], [LOOPBACK]]}) as names:
        there.signs_in()
        there.does_not_renew("has only addresses of this machine")
        assert len(names.asked) == 4
    assert [len(endpoint.peers) for endpoint in endpoints.values()] == [1, 0]


# ---- t18 ----

@pytest.mark.parametrize("to", [[PUBLIC_6], [DEAD_6, PUBLIC], [DEAD, PUBLIC]], ids=str)
def test_an_address_that_is_dead_is_passed_by(place, network, to):
    there, endpoints = place(*reversed(to), private="no")
    before = network.unheard()
    with Names({NAME: [to]}):
        there.signs_in()
    assert [len(endpoint.requests) for endpoint in endpoints.values()] == [1]
    assert (network.unheard() > before) == (to[0] in (DEAD, DEAD_6))


def test_when_all_are_dead_it_is_told(place):
    there, _ = place(PUBLIC, DEAD, private="no")
    with Names({NAME: [[DEAD]]}):
        title, text = there.attempt()
    assert title == "The sign-in did not work" and f"{NAME} did not answer in time" in text, text


def test_a_name_that_is_nowhere_is_told(place):
    there, _ = place(PUBLIC, private="no")
    with Names({}):
        title, text = there.attempt()
    assert title == "The sign-in did not work" and f"{NAME} cannot be found" in text, text


@pytest.mark.parametrize("trouble", [NXDOMAIN, SERVFAIL, SILENCE],
    ids=["no such name", "failure", "silence"])
def test_no_trouble_with_names_ends_a_sign_in(place, trouble):
    """However often: the name of an endpoint that was there is looked up again and again."""
    there, endpoints = place(PUBLIC, private="no")
    begin = len(there.node.output())
    with Names({NAME: [[PUBLIC]]}) as names:
        there.signs_in()
        names.trouble = trouble
        for _ in range(BELIEVED + 1):
            there.does_not_renew(f"{NAME} cannot be found")
            now = there.status()
            assert (now["state"], now["usable"]) == ("failing", True)
        assert len(endpoints[PUBLIC].requests) == 1
        names.trouble = None
        there.renews()
    assert len(endpoints[PUBLIC].requests) == 2
    assert "sign-in needed" not in there.node.output()[begin:]
