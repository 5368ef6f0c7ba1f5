"""The real relay: Postfix, with Dovecot checking passwords, on private ports of loopback.

Domain example.test takes mail for any name into one Maildir; some names answer with a failure
(CANNED). Users and passwords: USERS; on ports with authentication a user may send only as
USER@example.test (553 otherwise). Messages above SIZE_LIMIT are refused (552).

With a provider Dovecot also takes access tokens, by XOAUTH2 and OAUTHBEARER, and asks the provider
about each one; the account of a token is a mailbox, USER@example.test.

Ports, by service and certificate:
  plain               no encryption, no authentication
  clear               no encryption, authentication offered
  few                 as plain, but no more than two connections of one client at a time
  submission CERT     STARTTLS required, authentication required
  smtps CERT          TLS from the first byte, authentication required
"""

import email
import email.policy
import grp
import os
import pwd
import shutil

from .net import free_port, listens, wait_until
from .process import Process

DOMAIN = "example.test"
USERS = {"tocsin": "correct horse", "other": "battery staple"}
SIZE_LIMIT = 1_000_000
ADDRESSES = ("127.0.0.1", "127.0.0.2", "::1")

PLAIN = ("plain", "clear", "few")  # without a certificate

CANNED = {
    "tempfail": "451 4.3.0 Temporary failure, try again",
    "greylist": "450 4.2.0 Greylisted, come back later",
    "full": "452 4.2.2 Mailbox full",
    "reject": "550 5.1.1 No such user here",
    "policy": "550 5.7.1 Refused by policy",
    "slow": "slowly",
}

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = loopback-only
inet_protocols = all
myhostname = relay.{domain}
mydestination =
mynetworks = 127.0.0.0/8 [::1]/128
alias_maps =
local_recipient_maps =
biff = no
in_flow_delay = 0
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
smtpd_client_connection_count_limit = 0
message_size_limit = {size_limit}
line_length_limit = 16384
smtputf8_enable = yes
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_mailbox_limit = 0
default_transport = error:not in this world
smtpd_relay_restrictions = reject_unauth_destination
smtpd_restriction_classes = slowly
slowly = sleep 8
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/canned
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/dovecot/postfix-auth
smtpd_sender_login_maps = texthash:{folder}/owners
smtpd_tls_security_level = none
smtpd_tls_auth_only = yes
smtpd_tls_session_cache_database =
smtpd_tls_received_header = yes
"""

MASTER_CF = """\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
tlsmgr unix - - n 1000? 1 tlsmgr
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""

OWNED = "-o smtpd_sasl_auth_enable=yes " \
    "-o smtpd_sender_restrictions=reject_sender_login_mismatch"
LOGIN = f"{OWNED} -o smtpd_client_restrictions=permit_sasl_authenticated,reject"

DOVECOT_CONF = """\
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot/state
log_path = {folder}/dovecot.log
protocols =
ssl = no
auth_mechanisms = plain login{token_mechanisms}
auth_cache_size = 0
auth_failure_delay = 0
{token_passdb}passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener postfix-auth {{
    mode = 0600
    user = postfix
  }}
}}
"""


TOKEN_PASSDB = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

OAUTH2_CONF = """\
introspection_mode = post
introspection_url = {introspection}
force_introspection = yes
username_attribute = sub
active_attribute = active
active_value = true
scope = smtp
tls_ca_cert_file = {authority}
"""


def make_postfix_folders(folder):
    """As postfix-script would, had it been asked: queue/, data/ and postfix/, for main.cf."""
    for name in ("queue", "queue/pid", "postfix"):
        (folder / name).mkdir(parents=True)
    postfix = pwd.getpwnam("postfix").pw_uid
    postdrop = grp.getgrnam("postdrop").gr_gid
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
            "private", "saved", "trace"):
        own(folder / "queue" / name, postfix, -1, 0o700)
    own(folder / "queue/public", postfix, postdrop, 0o710)
    own(folder / "queue/maildrop", postfix, postdrop, 0o730)
    own(folder / "data", postfix, -1, 0o700)


def own(path, uid, gid, mode):
    path.mkdir(exist_ok=True)
    os.chown(path, uid, gid)
    path.chmod(mode)


class Mail:
    """One delivery: `to` (its one recipient), `envelope_sender`, `message` (parsed), `raw`."""

    def __init__(self, raw):
        self.raw = raw
        self.message = email.message_from_bytes(raw, policy=email.policy.default)
        self.to = self.message["X-Original-To"] or self.message["Delivered-To"]
        self.envelope_sender = self.message["Return-Path"].strip("<>")

    @property
    def text(self):
        """The plain text of the body."""
        return self.message.get_body(("plain",)).get_content()


class Relay:
    def __init__(self, folder, certificates, introspection=None):
        """`introspection`: the URL, with the relay's name and password, that tells about tokens."""
        self.folder = folder
        self._introspection = introspection
        self.maildir = folder / "mail" / "all"
        self.authority = certificates.authority.cert
        self._certificates = {name: certificate for name, certificate
            in vars(certificates).items() if hasattr(certificate, "key")}
        self._ports = {}
        self._postfix = self._dovecot = None
        self._prepare()

    def port(self, service, certificate="good"):
        return self._ports[service if service in PLAIN else f"{service} {certificate}"]

    @property
    def running(self):
        return self._postfix is not None

    def start(self):
        if self._dovecot is None:
            self._dovecot = Process(["/usr/sbin/dovecot", "-F", "-c", self.folder / "dovecot.conf"],
                self.folder / "dovecot.out")
        self._postfix = Process(
            ["/usr/lib/postfix/sbin/master", "-d", "-c", self.folder / "postfix"],
            self.folder / "postfix.out", start_new_session=True)  # its end is its children's
        wait_until((self.folder / "dovecot" / "postfix-auth").exists, what="Dovecot's socket")
        for port in self._ports.values():
            wait_until(lambda port=port: listens(ADDRESSES[0], port), what="Postfix's ports")

    def stop(self):
        """An outage: nobody listens; what was accepted is kept."""
        if self._postfix is None:
            return
        self._postfix.stop()
        self._postfix = None
        for port in self._ports.values():  # its children hold them a moment longer
            wait_until(lambda port=port: not listens(ADDRESSES[0], port), what="Postfix's end")

    def close(self):
        self.stop()
        if self._dovecot is not None:
            self._dovecot.stop()

    def restart(self):
        self.stop()
        self.start()

    def mails(self):
        """What has been delivered, oldest first."""
        files = sorted((self.maildir / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [Mail(path.read_bytes()) for path in files]

    def wait_for(self, count, seconds=20):
        """Waits until at least `count` mails are there and returns all."""
        new = self.maildir / "new"
        wait_until(lambda: sum(1 for _ in new.glob("*")) >= count, seconds, f"{count} mails")
        return self.mails()

    def clear(self):
        for path in (self.maildir / "new").glob("*"):
            path.unlink()

    def log(self):
        path = self.folder / "mail.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _prepare(self):
        self._make_folders()
        nobody = pwd.getpwnam("nobody")
        names = {"folder": self.folder, "domain": DOMAIN, "size_limit": SIZE_LIMIT,
            "uid": nobody.pw_uid, "gid": nobody.pw_gid, "authority": self.authority,
            "introspection": self._introspection, "token_mechanisms": "", "token_passdb": ""}
        if self._introspection:
            names["token_mechanisms"] = " xoauth2 oauthbearer"
            names["token_passdb"] = TOKEN_PASSDB.format(**names)
            self._write("oauth2.conf", OAUTH2_CONF.format(**names))
        self._write("postfix/main.cf", MAIN_CF.format(**names))
        self._write("postfix/master.cf", MASTER_CF + "".join(self._services()))
        self._write("mailboxes", f"@{DOMAIN} all/\n")
        self._write("canned", "".join(f"{name}@{DOMAIN} {answer}\n"
            for name, answer in CANNED.items()))
        self._write("owners", "".join(f"{user}@{DOMAIN} {user}, {user}@{DOMAIN}\n"
            for user in USERS))
        self._write("users", "".join(f"{user}:{{PLAIN}}{password}::::::\n"
            for user, password in USERS.items()))
        shutil.chown(self.folder / "users", "dovecot")
        os.chmod(self.folder / "users", 0o400)
        self._write("dovecot.conf", DOVECOT_CONF.format(**names))

    def _make_folders(self):
        make_postfix_folders(self.folder)
        for name in ("dovecot", "mail"):
            (self.folder / name).mkdir()
        nobody = pwd.getpwnam("nobody")
        own(self.folder / "mail/all", nobody.pw_uid, nobody.pw_gid, 0o700)

    def _write(self, name, text):
        (self.folder / name).write_text(text)

    def _services(self):
        """Lines of master.cf for each port; the port is the same on all addresses."""
        yield self._service("plain", "")
        yield self._service("few", "-o smtpd_client_connection_count_limit=2 "
            "-o smtpd_client_event_limit_exceptions=")
        yield self._service("clear", f"-o smtpd_tls_auth_only=no {OWNED}")
        for name, certificate in self._certificates.items():
            chain = self.folder / f"chain-{name}.pem"
            chain.write_text(certificate.key.read_text() + certificate.cert.read_text())
            chain.chmod(0o600)
            tls = f"-o smtpd_tls_chain_files={chain} {LOGIN}"
            yield self._service(f"submission {name}", f"-o smtpd_tls_security_level=encrypt {tls}")
            yield self._service(f"smtps {name}", f"-o smtpd_tls_wrappermode=yes {tls}")

    def _service(self, label, options):
        port = free_port()
        while port in self._ports.values():
            port = free_port()
        self._ports[label] = port
        return "".join(
            f"{f'[{address}]' if ':' in address else address}:{port} inet n - n - - smtpd "
            f"-o syslog_name=postfix/{label.replace(' ', '-')} {options}\n"
            for address in ADDRESSES)
