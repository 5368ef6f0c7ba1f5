"""Programs of Debian that mail, as they are: each calls sendmail, which is ours, and its mail must
arrive through a relay that takes one sender only."""

import os
import re
import shutil
import subprocess

import pytest

from world import programs
from world.daemon import BUILD
from world.net import wait_until
from world.relay import DOMAIN

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a mount namespace")

CONTACT = f"admin@{DOMAIN}"


@pytest.fixture
def machine(new_daemon, relay):
    daemon = new_daemon(node_name="node1.example.com")
    daemon.start()
    daemon.use_relay(relay, "submission")
    return daemon


def program(name):
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/share/smartmontools")
    assert path is not None, f"{name} is missing: packaging/packages.txt lists its package"
    return path


def assert_arrived(mail, subject, to=CONTACT, original="root@"):
    """Where the alias leads, from the account's address, so that the relay takes it. Where it came
    from is kept, and what there may be once is there once."""
    assert mail.to == to
    assert mail.message["Subject"].startswith(subject)
    assert mail.envelope_sender == f"tocsin@{DOMAIN}"
    assert f"<tocsin@{DOMAIN}>" in mail.message["From"]
    assert original in mail.message["X-Original-From"]
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        assert len(mail.message.get_all(name)) == 1, name


def body(mail):
    return mail.raw.split(b"\n\n", 1)[1]


def shell(machine, script, prepare="", input=b"", seconds=60):
    return programs.run(machine, ["sh", "-ec", script], prepare, input, seconds)


def test_cron_mails_what_jobs_print(machine, relay):
    machine.ok("alias", "set", "nobody", f"anna@{DOMAIN}")
    cron = programs.start(machine, [program("cron"), "-f"], prepare="""
cd /var/spool/cron/crontabs
echo '@reboot echo printed by a job of root' >root
printf 'MAILTO=postmaster@localhost\\n@reboot echo printed for the postmaster\\n' >daemon
printf '@reboot echo printed by a job of nobody\\n' >nobody
chown nobody nobody
chown daemon daemon
chmod 600 root nobody daemon
cd /
""")
    try:
        mails = relay.wait_for(3, seconds=60)
    finally:
        cron.terminate()
        cron.communicate(timeout=30)
    found = {mail.text.strip(): mail for mail in mails}
    assert found["printed by a job of root"].to == CONTACT
    assert found["printed for the postmaster"].to == CONTACT
    assert found["printed by a job of nobody"].to == f"anna@{DOMAIN}"
    for mail in mails:
        assert_arrived(mail, "Cron <", mail.to, "@node.example")


def test_at_mails_what_jobs_print(machine, relay):
    atd = programs.start(machine, ["sh", "-c", """
{ until [ -s /run/atd.pid ]; do sleep 0.05; done
echo 'echo printed by a job; echo .; echo to the end' | at now; } &
exec "$0" -f""", program("atd")], prepare="""
cd /var/spool/cron
mkdir -m 1770 atjobs atspool
touch atjobs/.SEQ
chown -R daemon:daemon atjobs atspool
cd /
""")
    try:
        mail, = relay.wait_for(1, seconds=60)
    finally:
        atd.terminate()
        atd.communicate(timeout=30)
    assert_arrived(mail, "Output from your job")
    assert body(mail) == b"printed by a job\n.\nto the end\n"


def test_mdadm_sends_its_test_mail(machine, relay):
    programs.run(machine, [program("mdadm"), "--monitor", "--test", "--oneshot", "/dev/md0",
        "--mail", "root"])
    mail, = relay.wait_for(1)
    assert_arrived(mail, "TestMessage event on /dev/md0")
    assert "Faithfully yours" in mail.text


def test_smartd_sends_its_test_mail(machine, relay):
    """As Debian's smartd.conf has it, with -M test."""
    disk = programs.make_disk(machine.folder)
    shell(machine, f"""
: >/run/disk
echo '/run/disk -d nvme -H -m root -M exec {program("smartd-runner")} -M test' >/run/smartd.conf
LD_PRELOAD={disk} {program("smartd")} -q onecheck -c /run/smartd.conf -A /run/ -s /run/""")
    mail, = relay.wait_for(1)
    assert_arrived(mail, "SMART error (EmailTest) detected on host: ")
    assert "TEST EMAIL from smartd for device: /run/disk\n\nDevice info:\nDisk of a test, S/N:S1" \
        in mail.text


def test_apticron_reports(machine, relay):
    programs.run(machine, [program("apticron")], prepare=programs.NO_PACKAGES + """
mkdir -p /etc/apticron
printf 'EMAIL="root"\\nNOTIFY_NO_UPDATES="1"\\n' >/etc/apticron/apticron.conf
""", seconds=120)
    mail, = relay.wait_for(1)
    assert_arrived(mail, "No updates for")


def test_unattended_upgrades_reports(machine, relay):
    programs.run(machine, [program("unattended-upgrade")], prepare=programs.NO_PACKAGES + """
printf 'Unattended-Upgrade::%s;\\n' 'Mail "root"' 'MailReport "always"' >/etc/apt/apt.conf.d/99mail
""", seconds=120)
    mail, = relay.wait_for(1)
    assert_arrived(mail, "unattended-upgrades result for ")
    assert mail.text.startswith("Unattended upgrade result: No packages found that can be upgraded")
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_logwatch_reports(machine, relay):
    shell(machine, f"{program('logwatch')} --output mail --mailto root --range all --service sudo",
        prepare="""
mount -t tmpfs tmpfs /var/log
for second in 1 2 3; do
	echo "Nov 30 08:00:0$second node1 sudo: anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/true"
done >/var/log/auth.log
""")
    mail, = relay.wait_for(1)
    assert_arrived(mail, "Logwatch for ")
    assert re.search(r"\n */bin/true +- +3 Time\(s\)", mail.text)


def test_fail2ban_tells_of_a_ban(machine, relay):
    shell(machine, r"""
fail2ban-server -f --logtarget=stdout &
until fail2ban-client ping; do sleep 0.1; done
fail2ban-client set door banip 192.0.2.1
fail2ban-client stop
wait""", prepare=r"""
mount -t tmpfs tmpfs /var/lib/fail2ban
mkdir /run/fail2ban
: >/run/door.log
rm -rf /etc/fail2ban/jail.d
printf '%s\n' [door] 'enabled = true' 'backend = polling' 'filter =' 'failregex = ^from <HOST>' \
	'logpath = /run/door.log' 'action = sendmail' >/etc/fail2ban/jail.conf
""", seconds=120)
    mails = relay.wait_for(3)
    for mail, subject in zip(mails, ("started on", "banned 192.0.2.1 from", "stopped on")):
        assert_arrived(mail, f"[Fail2Ban] door: {subject} ", original="Fail2Ban <fail2ban@")
    assert body(mails[1]) == b"Hi,\n\nThe IP 192.0.2.1 has just been banned by Fail2Ban after\n" \
        b"0 attempts against door.\n\nRegards,\n\nFail2Ban\n"


def test_sudo_tells_what_was_run(machine, relay):
    shell(machine, "setpriv --reuid nobody --regid nogroup --clear-groups sudo -n /bin/true",
        prepare="""
printf '%s\\n' 'Defaults mail_always' 'nobody ALL = (root) NOPASSWD: /bin/true' >/etc/sudoers.d/tell
""")
    mails = relay.wait_for(2)
    for mail in mails:
        assert_arrived(mail, "*** SECURITY information for ", original="nobody@")
    assert sorted(mail.text.strip().split("COMMAND=")[1] for mail in mails) \
        == ["/bin/true", "/bin/true ; EXIT=0"]


# what people and scripts mail by

TEXT = b"caf\xc3\xa9\n.\nFrom the end\n"  # 8-bit, a line that would end it, one that mbox would quote


def test_mail_and_mailq_are_at_home(machine, relay):
    printed = programs.run(machine, ["sh", "-c", "mail -s 'by hand' -c bert@$0 anna@$0 && mailq",
        DOMAIN], prepare="mount --bind /usr/sbin/sendmail /usr/bin/mailq\n", input=b"text\n")
    assert "@" + DOMAIN in printed or "Mail queue is empty" in printed
    mails = relay.wait_for(2)
    assert sorted(mail.to for mail in mails) == [f"anna@{DOMAIN}", f"bert@{DOMAIN}"]
    for mail in mails:
        assert_arrived(mail, "by hand", mail.to)
        assert body(mail) == b"text\n"


@pytest.mark.parametrize("name, options, end", [("s-nail", "-S sendwait", ""), ("mutt", "-n", "--")])
def test_mail_programs_with_an_attachment(machine, relay, name, options, end):
    """mutt puts the machine's own host name behind "root"."""
    shell(machine, f"""
export HOME=/run LC_ALL=C.UTF-8
printf 'x\\n.\\ny\\n' >/run/notes.txt
{program(name)} {options} -s 'by {name}' -a /run/notes.txt {end} root""", input=TEXT)
    mail, = relay.wait_for(1)
    assert_arrived(mail, f"by {name}")
    assert mail.text == TEXT.decode()
    attached, = mail.message.iter_attachments()
    assert attached.get_filename() == "notes.txt"
    assert attached.get_content() == "x\n.\ny\n"


def test_php_mails(machine, relay):
    shell(machine, """php -r 'exit(mail("root", "by PHP", stream_get_contents(STDIN),
["From" => "App <app@node.example>", "X-App" => "1"], "-fapp@node.example") ? 0 : 1);'""",
        input=b"one\ntwo\r\n.\nend")
    mail, = relay.wait_for(1)
    assert_arrived(mail, "by PHP", original="App <app@node.example>")
    assert body(mail) == b"one\ntwo\n.\nend\n"
    assert mail.message["X-App"] == "1"


def test_perl_mails(machine, relay):
    shell(machine, r"""perl -MMIME::Lite -e 'MIME::Lite->new(From => "anna\@node.example",
To => "root", Subject => "by Perl", Data => join("", <STDIN>))->send("sendmail") or die'""",
        input=TEXT)
    mail, = relay.wait_for(1)
    assert_arrived(mail, "by Perl", original="anna@node.example")
    assert body(mail) == TEXT


@pytest.mark.parametrize("by", ["--smtp-server=/usr/sbin/sendmail",
    "--sendmail-cmd='/usr/sbin/sendmail -f anna@node.example'"])
def test_git_sends_a_patch(machine, relay, by):
    shell(machine, f"""
export HOME=/run GIT_AUTHOR_NAME=Anna GIT_AUTHOR_EMAIL=anna@node.example
export GIT_COMMITTER_NAME=Anna GIT_COMMITTER_EMAIL=anna@node.example
mkdir /run/work
cd /run/work
git init -q
cat >file
git add file
git commit -q -m 'a change'
git format-patch --root -1 --stdout >/run/patch
git send-email --to root --from 'Anna <anna@node.example>' --confirm never {by} /run/patch""",
        input=TEXT)
    mail, = relay.wait_for(1)
    assert_arrived(mail, "[PATCH] a change", original="Anna <anna@node.example>")
    assert b"\n+caf\xc3\xa9\n+.\n+From the end\n-- \n" in body(mail)


def test_cron_mail_is_not_lost_while_the_daemon_is_down(machine, relay):
    machine.stop()
    cron = programs.start(machine, [program("cron"), "-f"], prepare="""
echo '@reboot echo printed meanwhile' >/var/spool/cron/crontabs/root
chmod 600 /var/spool/cron/crontabs/root
""")
    try:
        drop = machine.state / "drop"
        wait_until(lambda: [name for name in os.listdir(drop) if len(name) == 32], 60,
            "a file in the drop folder")
    finally:
        cron.terminate()
        cron.communicate(timeout=30)
    machine.start()
    mail, = relay.wait_for(1)
    assert (mail.to, mail.text.strip()) == (CONTACT, "printed meanwhile")


@pytest.mark.parametrize("name, more", [("tocsin", {"libjansson"}), ("tocsin-sendmail", set())])
def test_commands_load_no_library_that_they_do_not_need(name, more):
    """Loading each takes time, for every mail that the machine's programs hand in. tocsin reads
    Google's JSON files, too."""
    told = subprocess.run(["readelf", "-d", BUILD / name], capture_output=True, text=True,
        check=True).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(\w+)\.so", told))
    assert "libc" in needed
    assert needed - {"libasan", "libubsan", "libtsan"} <= {"libc", "libsodium", "libidn2"} | more
