"""Who has signed a request, and whose signature is still missing: by role where the rules ask for one."""

from __future__ import annotations

from datetime import datetime

from audit.approvers import ApproverRole
from broker.cases.see_requests import RequestView
from broker.domain.approving import lacking, line_of
from web.present import words
from web.present.reader import Pair, Reader

_SIGNATURES: dict[tuple[str, bool], Pair] = {
    ("titolare", True): ("una firma del titolare", "one signature of a titolare"),
    ("titolare", False): ("{n} firme di titolari", "{n} signatures of titolari"),
    ("ads", True): ("una firma di un ADS", "one signature of an ADS"),
    ("ads", False): ("{n} firme di ADS", "{n} signatures of ADS"),
    ("any", True): (
        "una firma di un’altra persona che può autorizzare",
        "one signature of another person who may authorise",
    ),
    ("any", False): (
        "{n} firme di altre persone che possono autorizzare",
        "{n} signatures of other people who may authorise",
    ),
}


def signed_as(view: RequestView, at: datetime) -> list[tuple[str, ApproverRole]]:
    """Whose signatures count at that instant, each with the role in which it does."""
    approvers = view.approvers
    if approvers is None:
        return []
    lines = [line_of(g.signed.credential, approvers, at) for g in view.given]
    return [(line.person, line.role) for line in lines if line is not None]


def so_far(view: RequestView, reader: Reader) -> str:
    """`Ha già firmato: …`, with names and roles."""
    names = [
        f"{words.name(view.names.get(person, '?'), reader)} ({words.coded(words.ROLES, role, reader)})"
        for person, role in signed_as(view, reader.now)
    ]
    who = words.both(names, reader) or reader.say("nessuno", "nobody")
    return reader.say(f"Ha già firmato: {who}.", f"Signed already: {who}.")


def missing(view: RequestView, reader: Reader) -> str:
    """What the rules still ask for: `una firma del titolare e una firma di un ADS`; empty where nothing."""
    if view.policy is None:
        return ""
    lack = lacking([role for _, role in signed_as(view, reader.now)], view.policy)
    counts: list[tuple[str, int]] = [*lack.roles, *([("any", lack.others)] if lack.others else [])]
    return words.both(
        [reader.say(*_SIGNATURES[role, count == 1]).format(n=count) for role, count in counts], reader
    )
