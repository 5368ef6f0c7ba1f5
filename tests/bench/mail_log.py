#!/usr/bin/python3
"""mail_log.py [MESSAGES] [--write FILE] - how fast the mail log's pages are with 100,000 messages.

Puts the messages straight into a store of its own, starts the daemon on it, loads the first page,
each filter and a message's page as a browser does (a connection each, over TLS), and prints the
median and the 95th percentile of each in milliseconds. The aim is 200 ms at the 95th percentile;
nothing is asserted. Needs root, and the programs in build/ (or TOCSIN_BUILD)."""

import argparse
import hashlib
import os
import pathlib
import random
import sqlite3
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from world import daemon as world

AIM_MS = 200
TURNS = 40
LOAD = os.getloadavg()
NAME, PASSWORD = "bench", "a long enough pass phrase"
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"
ACCEPTED, DEFERRED, FAILED, HELD = 3, 4, 5, 6
SUBJECTS = ("Cron <root@node> test -x /usr/sbin/anacron || run-parts /etc/cron.daily",
    "SMART error (CurrentPendingSector) detected on host: node", "Backup of volume {n} finished",
    "Weekly report {n}", "DegradedArray event on /dev/md0:node", "Invoice 2026-{n}")


def fill(path, count):
    """One message every 20 seconds up to now, as such a node would have it: nearly all accepted."""
    random.seed(2026)
    now = int(time.time())
    store = sqlite3.connect(path)
    with store:
        for number in range(1, count + 1):
            insert(store, number, now - (count - number) * 20, state_of(number, count))
    store.close()


def state_of(number, count):
    if number > count - 1000:
        return random.choice((DEFERRED, HELD))
    return FAILED if random.random() < 0.03 else ACCEPTED


def insert(store, number, at, state):
    waits, words = state in (DEFERRED, HELD), "Ok: queued as 4Zb2Kq1x"
    if state != ACCEPTED:
        words = "mailbox busy" if waits else "No such user here"
    content = b"Subject: x\r\n\r\nx\r\n"
    store.execute("INSERT INTO message (id, queue_id, submission, at, submitter, sender, header_from,"
        " subject, message_id, size, header_size, needs_8bitmime, needs_smtputf8, digest, n_open)"
        " VALUES (?, ?, ?, ?, 'uid 0 (local)', ?, ?, ?, ?, ?, 14, 0, 0, ?, 0)",
        (number, "".join(random.choices(ALPHABET, k=12)), f"0-{random.getrandbits(128):032x}", at,
            f"root@node-{number % 50}.example", f"root <root@node-{number % 50}.example>",
            SUBJECTS[number % len(SUBJECTS)].format(n=number),
            f"<{at}.{random.getrandbits(64):x}@node.example>", len(content),
            hashlib.blake2b(content, digest_size=32).digest()))
    if waits:
        store.execute("INSERT INTO content VALUES (?, ?)", (number * 1024, content))
    store.execute("INSERT INTO recipient (id, message, address, state, changed, next_try, attempts)"
        " VALUES (?, ?, ?, ?, ?, ?, 1)", (number, number,
            f"user{number % 3000}@example{number % 7}.com", state, at + 3,
            at + 86400 * 30 if state == DEFERRED else None))
    store.execute("INSERT INTO attempt (id, recipient, at, relay, took_ms, class, stage, reason, code,"
        " enhanced, words) VALUES (?, ?, ?, 'smtp.example.com:587', 80, ?, 'rcpt', 'reply', ?, '', ?)",
        (number, number, at + 3, "accepted" if state == ACCEPTED else "transient",
            250 if state == ACCEPTED else 450, words))
    store.execute("UPDATE recipient SET last = ?1 WHERE id = ?1", (number,))
    if waits:
        store.execute("UPDATE message SET n_open = 1 WHERE id = ?", (number,))


def addresses(path, count):
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    queue_id, message_id, at = store.execute("SELECT queue_id, message_id, at FROM message"
        " WHERE id = ?", (count // 2,)).fetchone()
    store.close()
    day = time.strftime("%Y-%m-%d", time.gmtime(at))
    lists = {f"list {name}": f"state={name}" for name in
        ("open", "queued", "deferred", "held", "failed", "accepted")}
    searches = {
        "to, common": "to=user7@", "to, rare": "to=user1234@example3", "to, none": "to=nobody",
        "from, common": "from=node-7", "from, none": "from=nobody", "subject, common": "subject=cron",
        "subject, rare": "subject=invoice+2026-1003", "subject, none": "subject=nothing+like+it",
        "queue ID": f"id={queue_id}", "Message-ID": f"id={message_id[1:-1]}",
        "one day": f"since={day}&until={day}", "accepted, none": "state=accepted&subject=nothing",
        "failed, to": "state=failed&to=user7", "open, subject": "state=open&subject=nothing",
        "to and subject, none": "to=user&subject=nothing", "in the middle": f"after={count // 2}",
        "oldest first": "order=oldest", "100 rows": "size=100",
    }
    pages = {"first page": "/login/queue", **{name: f"/login/queue?{query}"
        for name, query in {**lists, **searches}.items()}}
    return {**pages, "a message": f"/login/queue/{queue_id}"}


def sign_in(node):
    browser = node.browser()
    answer = browser.submit(browser.get("/login"), {"name": NAME, "password": PASSWORD})
    assert answer.status == 200, answer.text
    return browser


def measure(browser, address):
    took = []
    for _ in range(TURNS):
        begin = time.perf_counter()
        answer = browser.get(address)
        took.append((time.perf_counter() - begin) * 1000)
        assert answer.status == 200, f"{address}: {answer.status}"
    cuts = statistics.quantiles(took, n=20, method="inclusive")
    return cuts[9], cuts[18]


def table(rows, count, highest):
    """rows: (page, median, 95th)."""
    lines = ["| page of the mail log | median, ms | 95th of 100, ms |", "|---|---:|---:|"]
    lines += [f"| {page} | {middle:.1f} | {high:.1f} |" for page, middle, high in rows]
    verdict = "kept" if highest < AIM_MS else "MISSED"
    return "\n".join(lines) + (f"\n\n{count:,} messages, {TURNS} loads of each; the highest 95th is "
        f"{highest:.1f} ms, the aim {AIM_MS} ms: {verdict}. Load before: {LOAD[0]:.1f}.\n")


def measure_all(folder, count):
    node = world.Daemon(folder / "node", world.install(folder / "programs")).start()
    try:
        node.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
        node.stop()
        store = next(node.state.rglob("tocsin.db"))
        fill(store, count)
        node.start()
        browser = sign_in(node)
        rows = [(page, *measure(browser, address))
            for page, address in addresses(store, count).items()]
    finally:
        node.stop()
    return table(rows, count, max(high for _, _, high in rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("messages", type=int, nargs="?", default=100_000)
    parser.add_argument("--write", metavar="FILE", help="put the table into FILE, too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-", dir="/var/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        text = measure_all(folder, arguments.messages)
    print(text)
    if arguments.write:
        pathlib.Path(arguments.write).write_text(text)


if __name__ == "__main__":
    main()
