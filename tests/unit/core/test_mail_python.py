"""Python's email package (policy default) reads back what core writes.

mail_print does the writing. Inputs are drawn from a generator with a fixed seed, so every run sees
the same ones.
"""

import html.parser
import random
import subprocess
import sys
import unittest
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

PROGRAM = sys.argv.pop(1)
PLAIN = "abcdefghij KLMNO 0123456789 .,:;()<>[]@!?'\"\\-_=&%"
LETTERS = "äöüßéñ€ Ελλάδα 日本語 🔔🎉 "


def run(*arguments, stdin=b"", code=0):
    done = subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True)
    assert done.returncode == code, (done.returncode, done.stderr, stdin)
    return done.stdout, done.stderr.decode()


def some_text(draw, length, alphabet=PLAIN + LETTERS):
    return "".join(draw.choice(alphabet) for _ in range(draw.randint(1, length)))


def words(text):
    return text.split()


class TextOf(html.parser.HTMLParser):
    """The words of an HTML document without its style sheet and title."""

    def __init__(self, document):
        super().__init__(convert_charrefs=True)
        self.words, self.skip = [], False
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.skip = tag in ("style", "title")

    def handle_endtag(self, tag):
        self.skip = False

    def handle_data(self, data):
        if not self.skip:
            self.words += words(data)


class Reading(unittest.TestCase):
    def canonical(self, message, longest=998):
        self.assertTrue(message.endswith(b"\r\n"))
        self.assertNotIn(b"\0", message)
        for line in message.split(b"\r\n"):
            self.assertLessEqual(len(line), longest)
            self.assertNotIn(b"\r", line)
            self.assertNotIn(b"\n", line)

    def parse(self, message):
        message = message.replace(b"\r\n", b"\n")
        parsed = message_from_bytes(message, policy=policy.default)
        for part in parsed.walk():
            self.assertEqual(part.defects, [])
            for name, value in part.items():
                self.assertEqual(value.defects, (), (name, message))
        return parsed

    def display_name(self, message, field):
        """Not by policy default, which puts a space between two encoded words of a name."""
        value = message_from_bytes(message.replace(b"\r\n", b"\n"))[field]
        return str(make_header(decode_header(parseaddr(value)[0])))

    def compose(self, name, subject, parts):
        fields = [name, subject]
        for kind, label, text in parts:
            fields += [str(kind), label, text]
        out, _ = run("compose", stdin="\0".join(fields + [""]).encode())
        self.canonical(out, 78)
        return self.parse(out), out

    def test_the_test_mail(self):
        out, _ = run("test_mail")
        self.canonical(out, 78)
        mail = self.parse(out)
        self.assertEqual(mail["subject"], "[Büro 🔔] Test mail from web1.example.com")
        self.assertEqual(mail["from"].addresses[0].display_name, "Büro 🔔")
        self.assertEqual(mail["from"].addresses[0].addr_spec, "alerts@example.com")
        self.assertEqual([a.addr_spec for a in mail["to"].addresses],
                         ["admin@example.com", "ops@example.com"])
        self.assertEqual(mail["date"].datetime.isoformat(), "2026-03-17T14:02:05+01:00")
        self.assertEqual(mail["auto-submitted"], "auto-generated")
        self.assertEqual(mail.get_content_type(), "multipart/alternative")
        plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
        self.assertIn("If you read this, alert mail from web1.example.com reaches you.\n",
                      plain.get_content())
        self.assertIn("Site:         Büro 🔔\n", plain.get_content())
        self.assertIn("<td>Büro 🔔</td>", rich.get_content())

    def test_any_subject_and_name(self):
        draw = random.Random(1)
        for _ in range(150):
            name, subject = some_text(draw, 60).strip(), some_text(draw, 200).strip()
            mail, out = self.compose(name, subject, [(0, "", "x")])
            self.assertEqual(str(mail["subject"]), subject)
            self.assertEqual(self.display_name(out, "from"), name)

    def test_any_body_in_both_parts(self):
        draw = random.Random(2)
        for _ in range(60):
            parts = [(draw.randint(0, 4), some_text(draw, 30, "abc äß🔔"), some_text(draw, 300))
                     for _ in range(draw.randint(1, 8))]
            mail, _ = self.compose("Tocsin", "Subject", parts)
            expected = words("Subject")
            for kind, label, text in parts:
                expected += words(label) * (kind == 3) + words(text)
            rich = TextOf(mail.get_body(("html",)).get_content())
            self.assertEqual(rich.words, expected)
            plain = mail.get_body(("plain",)).get_content()
            self.assertEqual("".join(c for c in plain if c not in " \r\n:-"),
                             "".join(c for c in "".join(expected[1:]) if c not in ":-"))

    def test_control_characters_do_not_pass(self):
        run("compose", stdin=b"name\0a\r\nBcc: x@y.org\0" + b"0\0\0x\0", code=1)
        run("compose", stdin=b"na\nme\0a\0" + b"0\0\0x\0", code=1)
        mail, _ = self.compose("n", "s", [(0, "", "a\x1b[2Jb\x00"[:6])])
        self.assertIn("a\ufffd[2Jb", mail.get_body(("plain",)).get_content())

    def leaves(self, mail):
        def content(part):
            value = part.get_content()
            return value.replace("\r\n", "\n") if isinstance(value, str) else value

        return [(part.get_content_type(), content(part)) for part in mail.walk()
                if not part.is_multipart()]

    def some_message(self, draw, longest):
        """A message as a local program sends it: 8-bit, LF, parts within parts."""
        text = "\n".join(some_text(draw, longest) for _ in range(draw.randint(1, 6))) + "\n"
        mail = EmailMessage(policy=policy.default.clone(cte_type="8bit", max_line_length=900))
        mail["From"] = "Jürg Müller <jm@example.com>"
        mail["Subject"] = some_text(draw, 100).strip()
        mail.set_content(text, cte="8bit")
        if draw.random() < 0.6:
            mail.add_alternative("<p>" + some_text(draw, longest) + "</p>\n", subtype="html",
                                 cte="8bit")
        if draw.random() < 0.4:
            mail.add_attachment(bytes(draw.randrange(256) for _ in range(100)), "application",
                                "octet-stream", filename="daten.bin")
        if draw.random() < 0.3:
            inner = EmailMessage(policy=mail.policy)
            inner["Subject"] = "inner"
            inner.set_content("grün\n" + some_text(draw, longest) + "\n", cte="8bit")
            mail.add_attachment(inner)
        return mail.as_bytes()

    def test_downgraded_messages_say_the_same(self):
        draw = random.Random(3)
        for _ in range(60):
            raw = self.some_message(draw, 200)
            before = self.parse(raw)
            for action in ("normalise", "downgrade"):
                out, _ = run(action, stdin=raw)
                self.canonical(out)
                after = self.parse(out)
                self.assertEqual(self.leaves(after), self.leaves(before))
                self.assertEqual(after["subject"], before["subject"])
            self.assertTrue(out.isascii())

    def test_long_lines_arrive_whole(self):
        draw = random.Random(4)
        for _ in range(20):
            raw = self.some_message(draw, 3000)
            before = self.parse(raw)
            out, _ = run("normalise", stdin=raw)
            self.canonical(out)
            self.assertEqual(self.leaves(self.parse(out)), self.leaves(before))

    def test_cron_through_sendmail_and_rewriting(self):
        raw = ("From: root (Cron Daemon)\nTo: root\nBcc: geheim@example.org\nSubject: Cron <root@web1>"
               " df\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
               "Content-Transfer-Encoding: 8bit\n\nPlatte zu 91 % voll: größer\n").encode()
        out, envelope = run("submit", stdin=raw)
        self.assertEqual(envelope.splitlines(), ["anna@example.com", "root", "geheim@example.org"])
        self.assertNotIn(b"geheim", out)
        mail = self.parse(out)
        self.assertEqual(mail["to"].addresses[0].addr_spec, "root@example.com")
        self.assertEqual(mail["date"].datetime.isoformat(), "2026-03-17T14:02:05+01:00")
        self.assertTrue(mail["message-id"].endswith("@web1.example.com>"))
        self.assertEqual(mail.get_content(), "Platte zu 91 % voll: größer\n")
        out, _ = run("rewrite", stdin=out)
        self.canonical(out)
        mail = self.parse(out)
        self.assertEqual(mail["from"].addresses[0].display_name, "Cron Daemon")
        self.assertEqual(mail["from"].addresses[0].addr_spec, "alerts@example.com")
        self.assertEqual(mail["x-original-from"], "root@example.com (Cron Daemon)")

    def test_names_survive_rewriting(self):
        draw = random.Random(5)
        for _ in range(100):
            name = " ".join(words(some_text(draw, 80)))
            if draw.random() < 0.5:
                quoted = name.replace("\\", "\\\\").replace('"', '\\"')
                raw = f'From: "{quoted}" <anna@corp.example>\n\nx\n'.encode()
            else:
                mail = EmailMessage(policy=policy.default)
                mail["From"] = Address(name, "anna", "corp.example")
                raw = mail.as_bytes()
                # folding encoded words, Python sometimes loses a space
                name = self.display_name(raw, "from")
            out, _ = run("rewrite", stdin=raw)
            self.canonical(out)
            mail = self.parse(out)
            self.assertEqual(self.display_name(out, "from"), name)
            self.assertEqual(mail["from"].addresses[0].addr_spec, "alerts@example.com")
            self.assertEqual(self.display_name(out, "reply-to"), name)
            self.assertEqual(mail["reply-to"].addresses[0].addr_spec, "anna@corp.example")

    def test_arguments_become_recipients(self):
        out, envelope = run("submit", "bob@example.org", "Carl <carl@example.org>, root",
                            stdin=b"Subject: x\n\nhello\n")
        self.assertEqual(envelope.splitlines(),
                         ["anna@example.com", "bob@example.org", "carl@example.org", "root"])
        mail = self.parse(out)
        self.assertEqual(mail["from"].addresses[0].display_name, "Anna Müller")
        self.assertEqual(str(mail["to"]), "undisclosed-recipients:;")
        run("submit", "a b", stdin=b"\nx\n", code=2)
        run("submit", stdin=b"Subject: x\n\nx\n", code=1)

    def test_a_nul_arrives_encoded(self):
        out, _ = run("normalise", stdin=b"Subject: a\0b\n\ndone\0\n")
        self.canonical(out)
        mail = self.parse(out)
        self.assertEqual(mail["subject"], "a b")
        self.assertEqual(mail.get_payload(decode=True), b"done\0\n")


if __name__ == "__main__":
    unittest.main()
