"""The operator's command: what it prints, what it ends with, who may."""

import json
import os
import pathlib
import subprocess

import pytest

from world.daemon import Daemon
from world.mail import send, wait_state
from world.relay import DOMAIN

ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def daemon(world_folder, programs):
    """One for all tests of this file: none of them leaves anything the others mind."""
    daemon = Daemon(world_folder / "tocsin-command", programs, node_name="node1.example.com")
    daemon.start()
    yield daemon
    daemon.stop()


def expect(done, status, *words):
    assert done.returncode == status, done.stdout + done.stderr
    for word in words:
        assert word in done.stderr
    return done


INTO_A_FULL_DISK = ("sh", "-c", 'exec "$@" >/dev/full', "sh")


# the command line

def test_without_a_command_it_lists_them(daemon):
    assert "queue list" in expect(daemon.tocsin(), 64).stderr
    assert "queue list" in expect(daemon.tocsin("--help"), 0).stdout


@pytest.mark.parametrize("command", ["status", "get", "set", "show", "email test", "queue list",
    "queue show", "queue retry", "preset list", "preset show", "preset apply", "admin add", "admin setup-link",
    "admin list", "admin password", "admin disable", "admin enable", "admin end-sessions",
    "admin remove", "oauth google-file", "oauth find-endpoints"])
def test_each_command_explains_itself(daemon, command):
    done = expect(daemon.tocsin(*command.split(), "--help"), 0)
    assert done.stdout.startswith(f"usage: tocsin {command}")


def test_a_group_shows_its_commands(daemon):
    for done in (expect(daemon.tocsin("help", "queue"), 0).stdout,
            expect(daemon.tocsin("queue", "--help"), 0).stdout,
            expect(daemon.tocsin("queue"), 64).stderr):
        assert "queue list" in done and "admin add" not in done
    expect(daemon.tocsin("help", "kueue"), 64, "there is no command")


@pytest.mark.parametrize("command", ["help", "status", "show --json", "queue list --json",
    "preset list", "token create lost --scope read"])
def test_output_that_cannot_be_written_is_told(daemon, command):
    expect(daemon.tocsin(*command.split(), wrapper=INTO_A_FULL_DISK), 74,
        "tocsin: not all of the output could be written: No space left on device")


@pytest.mark.parametrize("words, status", [("help", 0), ("show --json", 0), ("nothing", 64)])
def test_a_reader_that_has_gone_is_no_fault(daemon, words, status):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([daemon.programs / "tocsin", "-c", daemon.conf, *words.split()],
        stdout=write, stderr=subprocess.PIPE, check=False, restore_signals=False)
    os.close(write)
    assert done.returncode == status
    assert b"output" not in done.stderr


def test_a_command_that_says_nothing_needs_no_output(daemon):
    closed = ("sh", "-c", 'exec "$@" >&-', "sh")
    expect(daemon.run("tocsin-sendmail", "-q", wrapper=closed), 0)


def test_what_mailq_could_not_write_is_told(daemon):
    expect(daemon.run("tocsin-sendmail", "-bp", wrapper=INTO_A_FULL_DISK), 74,
        "tocsin-sendmail: not all of the output could be written")


@pytest.mark.parametrize("command", ["queue list", "alias list", "admin list", "token list",
    "preset list", "show", "show email"])
def test_every_list_comes_as_json(daemon, command):
    assert isinstance(json.loads(daemon.ok(*command.split(), "--json")), list)


def test_status_comes_as_json(daemon):
    status = json.loads(daemon.ok("status", "--json"))
    assert status["mail"] == "not_set_up" and status["sender_alive"] is True


def test_json_has_no_secret(daemon):
    daemon.ok("set", "email.password=@-", input="the secret itself")
    text = daemon.ok("show", "email", "--json")
    shown = {row["key"]: row for row in json.loads(text)}
    assert shown["email.password"] == {"key": "email.password", "set": True,
        "at": shown["email.password"]["at"], "by": "root (local)"}
    assert "the secret itself" not in text


COMPLETE = """source {file}
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_tocsin; printf '%s\\n' "${{COMPREPLY[@]}}" """


@pytest.mark.parametrize("words, expected", [
    ("stat", ["status"]),
    ("token ''", ["create", "list", "revoke"]),
    ("queue ret", ["retry"]),
    ("queue list --j", ["--json"]),
    ("queue list hel", ["held"]),
    ("set email.relay_p", ["email.relay_port="]),
    ("get site.", ["site.name", "site.host_name", "site.url"]),
    ("preset apply goo", ["google", "google-password"]),
    ("-c /etc/nothing show e", ["email"]),
    ("nothing of ours ''", []),
    ("queue list --s", ["--subject", "--since"]),
    ("queue list --since 2026-01-01 --s", ["--subject"]),
    ("queue list --to a@b f", ["failed"]),
    ("queue list failed ''", ["--json", "--to", "--from", "--subject", "--id", "--since", "--until",
        "--oldest-first", "--limit"]),
    ("diagnose --stage r", ["resolve", "rcpt"]),
    ("set email.auth =", ["none", "password", "oauth2"]),
    ("set email.auth = p", ["password"]),
    ("set site.name = x email.daily_notice = ''", ["yes", "no"]),
    ("email check email.encryption = s", ["starttls"]),
    ("token create ''", []),
    ("token create backup --scope ''", ["read", "send", "admin"]),
    ("token create backup --scope send,", ["send,read", "send,admin"]),
    ("preset apply google ''", ["--tenant"]),
    ("oauth f", ["find-endpoints", "forget-key"]),
    ("status --json ''", ["--check"]),
    ("restore --", ["--passphrase", "--yes"]),
    ("he", ["help"]),
    ("help qu", ["queue"]),
    ("alias set root c", ["contacts"]),
    ("alias set c", []),
])
def test_the_shell_completes(daemon, words, expected):
    assert completed(daemon, words) == expected


def completed(daemon, words):
    program = daemon.programs / "tocsin"
    file = pathlib.Path(__file__).parents[2] / "packaging/bash-completion/tocsin"
    done = subprocess.run(["bash", "-c", COMPLETE.format(file=file, words=f"{program} {words}")],
        check=True, capture_output=True, text=True)
    return done.stdout.split()


def test_the_shell_offers_the_mail_that_a_command_is_for(new_daemon, relay):
    node = new_daemon().start()
    node.use_relay(relay)
    accepted, failed = (send(node, f"{name}@{DOMAIN}") for name in ("anna", "reject"))
    wait_state(node, accepted, f"anna@{DOMAIN}", "accepted")
    wait_state(node, failed, f"reject@{DOMAIN}", "failed")
    node.set(email_relay_host="")
    waiting, held = send(node, f"anna@{DOMAIN}"), send(node, f"anna@{DOMAIN}")
    node.ok("queue", "hold", held)
    for verb, ids in (("show", {accepted, failed, waiting, held}), ("retry", {waiting, held}),
            ("delete", {waiting, held}), ("release", {held}), ("resend", {failed})):
        offered = set(completed(node, f"-c {node.conf} queue {verb} ''"))
        assert offered & {accepted, failed, waiting, held} == ids, verb


def test_the_shell_offers_the_accounts_that_a_command_is_for(new_daemon):
    node = new_daemon().start()
    for name in ("on", "off"):
        node.ok("admin", "add", name, "--password", "@-", input="a long enough pass phrase")
    node.ok("admin", "disable", "off")
    for verb, names in (("enable", ["off"]), ("disable", ["on"]), ("remove", ["off", "on"])):
        assert completed(node, f"-c {node.conf} admin {verb} ''") == names


def test_the_shell_completes_names_of_files(daemon, tmp_path):
    (tmp_path / "secret").touch()
    program = daemon.programs / "tocsin"
    file = pathlib.Path(__file__).parents[2] / "packaging/bash-completion/tocsin"
    for typed, expected in [(f"admin add anna --password @{tmp_path}/se", f"@{tmp_path}/secret"),
            (f"set email.password = @{tmp_path}/se", f"@{tmp_path}/secret")]:
        done = subprocess.run(["bash", "-c", COMPLETE.format(file=file,
            words=f"{program} {typed}")], check=True, capture_output=True, text=True)
        assert done.stdout.split() == [expected]


@pytest.mark.parametrize("typed, meant", [("statsu", "status"), ("queue lst", "queue list"),
    ("emial test", "email test")])
def test_a_slip_is_understood(daemon, typed, meant):
    expect(daemon.tocsin(*typed.split()), 64, f'did you mean "{meant}"')


@pytest.mark.parametrize("arguments", ["get", "get a b", "get site", "set", "set x", "status now",
    "queue show", "queue retry", "email test --too x", "admin add", "admin add anna",
    "admin add anna --password secret"])
def test_misuse_is_told(daemon, arguments):
    expect(daemon.tocsin(*arguments.split()), 64, "tocsin: ")


# presets

def test_a_preset_is_listed_shown_and_applied(daemon):
    assert "fastmail " in daemon.ok("preset", "list")
    shown = daemon.ok("preset", "show", "fastmail")
    assert "email.relay_host=smtp.fastmail.com" in shown
    assert "1. In Fastmail's settings" in shown
    assert "tocsin oauth verify" not in shown
    shown = daemon.ok("preset", "show", "microsoft365")
    assert '"This page" is Management > Email Configuration' in shown
    assert 'Verify is "tocsin oauth verify" here' in shown
    daemon.ok("set", "email.helo_name=mail.example.com")
    daemon.ok("preset", "apply", "fastmail")
    assert daemon.ok("get", "email.relay_host") == "smtp.fastmail.com\n"
    assert daemon.ok("get", "email.encryption") == "tls\n"
    assert daemon.ok("get", "email.helo_name") == "mail.example.com\n"


def test_a_tenant_goes_into_the_endpoints_of_a_preset(daemon):
    alone = ("setsid", "--wait")  # no terminal, so nobody is there to be asked
    done = daemon.tocsin("preset", "apply", "microsoft365", wrapper=alone)
    assert done.returncode == 0 and "--tenant" in done.stderr
    assert "/organizations/" in daemon.ok("get", "email.oauth_token_endpoint")
    daemon.ok("set", "email.oauth_flow=client")
    done = daemon.tocsin("preset", "apply", "microsoft365", "--tenant", "contoso.example")
    assert done.returncode == 0 and done.stderr == ""
    assert daemon.ok("get", "email.oauth_token_endpoint") == \
        "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token\n"
    assert daemon.ok("get", "email.oauth_scopes") == "https://outlook.office365.com/.default\n"
    assert daemon.ok("get", "email.oauth_tenant") == "contoso.example\n"
    daemon.ok("preset", "apply", "microsoft365-us")  # the one that is set
    assert "login.microsoftonline.us/contoso.example/" in daemon.ok("get",
        "email.oauth_auth_endpoint")
    expect(daemon.tocsin("preset", "apply", "google", "--tenant", "x"), 64, "no tenant")


@pytest.mark.parametrize("arguments", ["preset show", "preset show nobody", "preset apply nobody"])
def test_an_unknown_preset_is_told(daemon, arguments):
    expect(daemon.tocsin(*arguments.split()), 64, "preset list")


# settings

def test_settings_come_back(daemon):
    daemon.ok("set", "site.name=Rack 7", "site.host_name=Alerts.Example.COM.")
    assert daemon.ok("get", "site.name") == "Rack 7\n"
    assert daemon.ok("get", "site.host_name") == "alerts.example.com\n"
    assert daemon.ok("show", "site").splitlines()[:2] == [
        "site.name = Rack 7", "site.host_name = alerts.example.com"]


def test_each_bad_value_has_its_line_and_nothing_is_changed(daemon):
    before = daemon.ok("show")
    done = expect(daemon.tocsin("set", "site.name=Other", "email.relay_port=0",
        "email.from_address=nobody", "email.encryption=ssl"), 65)
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    for key in ("email.relay_port", "email.from_address", "email.encryption"):
        assert sum(line.startswith(f"tocsin: {key}: ") for line in lines) == 1
    assert daemon.ok("show") == before


def test_an_unknown_key_is_named(daemon):
    expect(daemon.tocsin("set", "email.relay=x"), 65, "email.relay")
    expect(daemon.tocsin("get", "email.relay"), 64, "email.relay")
    expect(daemon.tocsin("get", "relay"), 64, "relay: is no setting")
    expect(daemon.tocsin("get", "email"), 64, "use show")


@pytest.mark.parametrize("program, arguments, status", [
    ("tocsin", ["set", "site.name=@-"], 66), ("tocsin", ["diagnose"], 66),
    ("tocsin", ["alias", "import", "-"], 66), ("tocsin-sendmail", ["root"], 74)])
def test_a_closed_standard_input_is_named(daemon, program, arguments, status):
    options = [] if program == "tocsin-sendmail" else ["-c", daemon.conf]
    done = daemon.run(program, *options, *arguments, wrapper=("sh", "-c", 'exec "$@" <&-', "sh"))
    assert done.stderr.startswith(f"{program}: standard input: ")
    assert done.returncode == status


def test_a_file_of_aliases_that_is_too_long_is_no_misuse(daemon):
    expect(daemon.tocsin("alias", "import", "-", input="#" * 300_000), 65, "larger than 256 KB")
    many = "".join(f"name{i}: a@example.test\n" for i in range(501))
    expect(daemon.tocsin("alias", "import", "-", input=many), 65, "more than 500 aliases")


def test_secrets_are_read_from_elsewhere_and_never_shown(daemon, tmp_path):
    secret = "Tr0ub4dor&3 sesame"
    daemon.ok("set", "email.username=box", "email.password=@-", input=secret + "\n")
    file = tmp_path / "secret"
    file.write_text(secret)
    daemon.ok("set", f"email.password=@{file}")
    assert daemon.ok("get", "email.password") == "(set)\n"
    everything = daemon.ok("show") + daemon.ok("status") + daemon.output()
    assert "email.password = (set)" in everything
    assert secret not in everything


def test_a_secret_on_the_command_line_is_remarked(daemon):
    done = expect(daemon.tocsin("set", "email.password=seen by all"), 0, "email.password as @FILE")
    assert "seen by all" not in done.stderr
    assert expect(daemon.tocsin("set", "email.password="), 0).stderr == ""


def test_standard_input_is_one_value(daemon):
    expect(daemon.tocsin("set", "email.password=@-", "site.name=@-", input="x"), 64, "once")


def test_a_file_that_is_not_there_is_named(daemon):
    expect(daemon.tocsin("set", "email.password=@/nonexistent"), 66, "/nonexistent")


# accounts

def test_an_account_is_made_once(daemon):
    add = ("admin", "add", "anna", "--password", "@-")
    expect(daemon.tocsin(*add, input="short\n"), 65)
    expect(daemon.tocsin(*add, input="a long and unusual sentence\n"), 0)
    expect(daemon.tocsin(*add, input="a long and unusual sentence\n"), 65)


def test_a_setup_link_is_printed(daemon):
    done = daemon.tocsin("admin", "setup-link")
    assert done.returncode == 0
    assert done.stdout.startswith("https://localhost:") and done.stdout.count("\n") == 1
    assert "in place of localhost" in done.stderr and "token=" not in done.stderr


# the queue

def test_mail_that_waits_is_listed_and_shown(daemon):
    expect(daemon.sendmail("c@example.org", message="Subject: waits\x1b[2J\n\nx\n"), 0)
    listed = daemon.ok("queue", "list")
    assert "waits" in listed
    assert "\x1b" not in listed
    queue_id = listed.split()[0]
    shown = daemon.ok("queue", "show", queue_id)
    assert "c@example.org" in shown
    assert queue_id in daemon.ok("queue", "list", "all")
    expect(daemon.tocsin("queue", "retry", queue_id), 0)
    expect(daemon.tocsin("queue", "retry", "--all"), 0)


def test_what_is_not_there_is_told(daemon):
    expect(daemon.tocsin("queue", "show", "BBBBBBBBBBBB"), 66, "tocsin: ")
    expect(daemon.tocsin("queue", "retry", "BBBBBBBBBBBB"), 66, "tocsin: ")
    expect(daemon.tocsin("queue", "list", "sideways"), 64, "tocsin: ")


# who may

def test_others_may_see_the_status_and_nothing_else(daemon):
    if not ROOT:  # there is nobody else to be
        daemon.ok("status")
        return
    daemon.ok("status", user="nobody")
    for command in ("show", "get site.name", "set site.name=Mine", "queue list",
            "admin setup-link", "email test"):
        expect(daemon.tocsin(*command.split(), user="nobody"), 77, "You may not do this")


# the daemon is away

def test_a_daemon_that_is_down_is_told(new_daemon):
    daemon = new_daemon()
    expect(daemon.tocsin("status"), 69, "does not run")
    daemon.conf.write_text("state_dir = /tmp\nstat_dir = x\n")
    expect(daemon.tocsin("status"), 78, "line 2", "did you mean state_dir")
