"""What tests of the mail path share: waiting for a message's end, reading `queue show`, looking for
secrets where none may be."""

import re

from .net import wait_until


def queue_ids(daemon, state="all"):
    """Queue ids, oldest first."""
    listed = daemon.ok("queue", "list", state)
    return re.findall(r"^([A-Z0-9]{12})  ", listed, re.MULTILINE)[::-1]


def recipients(daemon, queue_id):
    """{address: state} as `queue show` has it, "(possibly delivered)" included."""
    shown = daemon.ok("queue", "show", queue_id)
    return dict(re.findall(r"^  (\S+)\n    state     ([^,\n]+)", shown, re.MULTILINE))


def wait_state(daemon, queue_id, address, state, seconds=20):
    """Waits until the recipient's state begins so; returns what `queue show` prints."""
    wait_until(lambda: recipients(daemon, queue_id).get(address, "").startswith(state), seconds,
        f"{address} {state}", pause=0.1)
    return daemon.ok("queue", "show", queue_id)


def wait_status(daemon, words, seconds=20):
    """Waits until `tocsin status` says so; returns all it says."""
    wait_until(lambda: words in daemon.tocsin("status").stdout, seconds, f"status: {words}",
        pause=0.1)
    return daemon.tocsin("status").stdout


def send(daemon, *arguments, **options):
    """tocsin-sendmail, which must take the message; returns its queue id."""
    before = set(queue_ids(daemon))
    done = daemon.sendmail(*arguments, **options)
    assert done.returncode == 0, done.stderr
    new = [queue_id for queue_id in queue_ids(daemon) if queue_id not in before]
    assert len(new) == 1, new
    return new[0]


def all_that_is_shown(daemon):
    """Everything an operator can read: log, settings, status, queue, audit in the open."""
    shown = [daemon.output(), daemon.ok("show"), daemon.tocsin("status").stdout,
        daemon.ok("queue", "list", "all")]
    shown += [daemon.ok("queue", "show", queue_id) for queue_id in queue_ids(daemon)]
    return "\n".join(shown)


def files_with(folder, secret):
    """Files below a folder whose raw bytes hold the secret."""
    return [path for path in folder.rglob("*")
        if path.is_file() and secret.encode() in path.read_bytes()]


def subjects(mails):
    return sorted(mail.message["Subject"] for mail in mails)


def nothing_waits(daemon):
    return daemon.ok("queue", "list") == "nothing in the queue\n"


def retry_all(daemon):
    """Also what was possibly delivered: that is tried again only when it is named."""
    for queue_id in queue_ids(daemon, "deferred"):
        daemon.tocsin("queue", "retry", queue_id)


def wait_arrival(daemon, relay, wanted):
    """Waits for all that was taken, then for an empty queue; returns the subjects of all mail."""
    turns = [0]

    def all_there():
        turns[0] += 1
        if turns[0] % 5 == 0:  # what was possibly delivered would wait for minutes
            retry_all(daemon)
        return set(wanted) <= set(subjects(relay.mails())) and nothing_waits(daemon)

    wait_until(all_there, 90, "all that was taken", pause=0.3)
    return subjects(relay.mails())


def notices(relay, words):
    """Mails whose subject has these words."""
    return [mail for mail in relay.mails() if words in mail.message["Subject"]]


def wait_notices(relay, words, count, seconds=30):
    wait_until(lambda: len(notices(relay, words)) >= count, seconds, f"{count} of {words}")
    found = notices(relay, words)
    assert len(found) == count
    return found


def look_again(daemon, name="Ward"):
    """Saving a setting has the keeper look at its clock now and not within a minute."""
    daemon.ok("set", f"site.name={name}")
