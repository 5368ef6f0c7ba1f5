"""What operators set by command: which values are taken, who may, and what programs read."""

import json
import pwd

import pytest

from world.relay import DOMAIN

EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, EX_NOPERM = 64, 65, 66, 69, 77


def fails(daemon, *arguments, status, words="", **options):
    done = daemon.tocsin(*arguments, **options)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert words in done.stderr and done.stderr.strip()


def test_settings_survive_a_restart(daemon):
    daemon.ok("set", "site.name=Ward 7")
    daemon.restart()
    assert daemon.ok("get", "site.name") == "Ward 7\n"


def test_value_from_a_file(daemon, certificates):
    daemon.ok("set", f"email.ca_certificate=@{certificates.authority.cert}")
    assert daemon.ok("get", "email.ca_certificate").strip() == \
        certificates.authority.cert.read_text().strip()


@pytest.mark.parametrize("pair", [
    "email.relay_port=0", "email.relay_port=65536", "email.relay_port=smtp",
    "email.relay_host=https://smtp.example.com", "email.relay_host=two words",
    "email.encryption=ssl", "email.from_address=nobody", "email.from_address=a@b\r\nBcc: c@d",
    "email.admin_contacts=" + " ".join(f"a{n}@example.test" for n in range(201)),
    "email.ca_certificate=garbage", "site.name=" + "x" * 10240,
])
def test_bad_value_names_the_setting(daemon, pair):
    fails(daemon, "set", pair, status=EX_DATAERR, words=pair.split("=")[0])


def test_200_contacts_are_taken_however_they_are_separated(daemon):
    separators = [" ", ", ", ";", "\n", " ;\t"]
    text = "".join(f"a{n}@{DOMAIN}{separators[n % 5]}" for n in range(200))
    daemon.ok("set", "email.admin_contacts=@-", input=text)
    assert daemon.ok("get", "email.admin_contacts").count("@") == 200


def test_user_who_started_it_may_command(new_daemon):
    daemon = new_daemon(user="nobody").start()
    daemon.ok("set", "site.name=Mine")
    assert daemon.ok("get", "site.name") == "Mine\n"


def test_group_may_command(daemon):
    user = pwd.getpwnam("nobody")
    done = daemon.run("tocsin", "-c", daemon.conf, "get", "site.name", wrapper=[
        "setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid),
        "--groups", "tocsin-admin"])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("password", ["", "short", "password", "1234567890"])
def test_weak_password_is_refused(daemon, password):
    fails(daemon, "admin", "add", "anna", "--password", "@-", status=EX_DATAERR, input=password)


def test_setup_link_prints_a_link_that_works(daemon):
    link = daemon.ok("admin", "setup-link").strip()
    assert link.startswith("https://") and "\n" not in link
    path = "/" + link.split("/", 3)[3]
    assert daemon.browser().get(path).status == 200


def test_queue_list_show_and_json(daemon):
    assert json.loads(daemon.ok("queue", "list", "--json")) == []
    daemon.sendmail(f"anna@{DOMAIN}", message="Subject: listed\n\n")
    (row,) = json.loads(daemon.ok("queue", "list", "--json"))
    assert row["subject"] == "listed"
    assert row["id"] in daemon.ok("queue", "list")
    assert "listed" in daemon.ok("queue", "show", row["id"])
    fails(daemon, "queue", "show", "NOSUCH", status=EX_NOINPUT, words="no message")
