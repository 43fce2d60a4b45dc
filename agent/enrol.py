"""Enrolment of this host: check the file, make the keys, tell the broker, pin what the titolare signed."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent import own_list
from agent.pins_store import (
    Enrolled,
    HostKeys,
    load_enrolled,
    load_keys,
    machine_digest,
    make_state_dir,
    revoked_at,
    save_enrolled,
    save_keys,
    write_file,
)
from agent.route import NotAllowed, ProxyNotUsable, Route, check_broker, proxy_to
from agent.sentences import FAILED, MISUSE, BrokerRefused, Failure, shown
from agent.settings import Settings
from agent.spool import Spool
from agent.system.here import accounts
from agent.wire.refusals import Sentence
from audit import instant, pins
from audit.enrolment import Enrolment
from audit.errors import BadSignature, Malformed
from audit.fingerprint import parse_root
from audit.host_note import HostNote, claimed
from audit.pins import Pins
from audit.signed import MAX_FILE_BYTES, EnrolmentFile

ENROL_PATH = "/agent/enrol"
POST_S = 20.0
MAX_ANSWER_BYTES = 64 * 1024
PENDING_FILE = "enrolling.note"  # survives a lost answer, so that the same note can be posted again


@dataclass(frozen=True, slots=True)
class LocalUser:
    """Who runs the command. Root can become the account of the policy, others cannot."""

    name: str
    is_root: bool


Post = Callable[[Route, str, dict[str, str]], tuple[int, Any]]
"""(route, path, JSON) -> (status, JSON of the answer)."""


def read_file(path: Path, at: datetime) -> tuple[EnrolmentFile, Pins]:
    """The enrolment file, its whole chain of signatures checked."""
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_FILE_BYTES + 1)
    except OSError as wrong:
        raise Failure("file_unreadable", MISUSE, path=path) from wrong
    try:
        file = EnrolmentFile.parse(data)
        enrolment = Enrolment.parse(file.enrolment.statement)
    except Malformed as wrong:
        raise Failure("file_invalid", path=path) from wrong
    if not enrolment.issued - pins.CLOCK_SKEW <= at < enrolment.expires:
        raise Failure("file_expired", expires=instant.to_text(enrolment.expires))
    try:
        return file, pins.check_chain(file, at)
    except (BadSignature, Malformed) as wrong:
        raise Failure("chain_invalid") from wrong


def confirmed(enrolment: Enrolment, typed: str | None) -> bool:
    """Whether somebody typed this enrolment's root; a wrong one stops everything."""
    if typed is None or not typed.strip():
        return False
    try:
        root = parse_root(typed)
    except Malformed as wrong:
        raise Failure("root_mistyped", MISUSE) from wrong
    if not hmac.compare_digest(root, enrolment.digest[:16]):
        raise Failure("root_differs")
    return True


def check_account(held: Pins, user: LocalUser) -> None:
    """A session must be able to run as the account the policy names, and as no other."""
    account = held.policy.account_of(held.enrolment.host)
    if account is None:
        raise Failure("account_not_named")
    if not user.is_root and account.name != user.name:
        raise Failure("account_not_mine", account=account.name, user=user.name)
    if accounts.find(account.name) is None:
        raise Failure("account_unknown", account=account.name)


def check_code(enrolment: Enrolment, typed: str | None) -> str:
    """The code as its digest was taken; blanks, dashes and letter case don't matter to people."""
    if typed is None:
        raise Failure("code_missing", MISUSE)
    signs = "".join(c for c in typed if c not in " -\t\r\n").upper()
    for code in (typed, "-".join(signs[i : i + 4] for i in range(0, len(signs), 4))):
        if hmac.compare_digest(hashlib.sha256(code.encode()).hexdigest(), enrolment.code):
            return code
    raise Failure("code_wrong")


def enrol(
    settings: Settings,
    file: EnrolmentFile,
    held: Pins,
    *,
    is_confirmed: bool,
    code: str | None,
    user: LocalUser,
    at: datetime,
    chance: bytes,
    post: Post,
) -> Enrolled:
    """Everything after the checks of `read_file` and `confirmed`. `chance`: 96 random bytes.

    The broker's answer may be lost: the keys and the note are on disk before it is asked, and the
    same note is posted when the command is repeated.
    """
    route = route_of(settings, held.enrolment)
    code = check_code(held.enrolment, code or file.code)
    check_account(held, user)
    _prepare(settings.state_dir)
    keys = load_keys(settings.state_dir)
    if keys is None:
        keys = HostKeys.make(chance)
        save_keys(settings.state_dir, keys)
    note = _note(settings.state_dir, held.enrolment, keys, is_confirmed=is_confirmed, at=at)
    status, answer = post(route, ENROL_PATH, {"note": note, "code": code})
    _accepted(route.broker, status, answer)
    spool = Spool(settings.state_dir / "spool.log")
    try:
        if spool.next_n == 0:
            spool.start_after(0)
    finally:
        spool.close()
    own_list.begin(settings.state_dir, claimed(note.encode()).time)
    enrolled = Enrolled(held, is_confirmed, machine_digest(settings.machine_id), at)
    save_enrolled(settings.state_dir, enrolled)
    (settings.state_dir / PENDING_FILE).unlink(missing_ok=True)
    return enrolled


def route_of(settings: Settings, enrolment: Enrolment) -> Route:
    """The way to the broker, or a `Failure` that says which setting must be put right first."""
    try:
        check_broker(enrolment.broker)
        proxy = proxy_to(enrolment.broker, settings.proxy)
    except NotAllowed as wrong:
        raise Failure("broker_not_allowed", broker=enrolment.broker) from wrong
    except ProxyNotUsable as wrong:
        raise Failure("proxy_not_usable", MISUSE, proxy=shown(wrong.shown)) from wrong
    route = Route(enrolment.broker, proxy, settings.ca_file)
    try:
        route.tls()
    except OSError as wrong:  # not there, not ours to read, or no certificate in it
        raise Failure("ca_file_not_usable", MISUSE, path=settings.ca_file) from wrong
    return route


def _prepare(state_dir: Path) -> None:
    try:
        make_state_dir(state_dir)
    except OSError as wrong:
        raise Failure("state_not_allowed", MISUSE, state=state_dir) from wrong
    when = revoked_at(state_dir)
    if when is not None:
        raise Failure("revoked", at=instant.to_text(when), state=state_dir)
    if load_enrolled(state_dir) is not None:
        raise Failure("already_enrolled", state=state_dir)


def _note(state_dir: Path, enrolment: Enrolment, keys: HostKeys, *, is_confirmed: bool, at: datetime) -> str:
    """The signed `host.enrolled`, number 0 of this host; the one from an earlier try if it says the same."""
    body = {
        "agent_key": keys.identity.public.text,
        "witness_key": keys.witness.public.text,
        "recorder_key": keys.recorder.public.text,
        "statement": enrolment.digest.hex(),
        "confirmed": is_confirmed,
    }
    path = state_dir / PENDING_FILE
    if path.exists():
        earlier = path.read_bytes()
        try:
            if claimed(earlier).body == body:
                return earlier.decode()
        except Malformed:
            pass  # torn by a crash; write it anew
    note = HostNote(enrolment.tenant, enrolment.host, 0, at, "host.enrolled", None, body)
    data = note.sign(keys.identity, enrolment.log_origin)
    write_file(path, data)
    return data.decode()


def _accepted(broker: str, status: int, answer: Any) -> None:
    match answer:
        case {"acked": 0} if status == http.client.CREATED:
            return
        case {"code": str(code), "it": str(it), "en": str(en)} if status >= http.client.BAD_REQUEST:
            raise BrokerRefused(code, Sentence(it, en))
        case _:
            raise Failure("broker_confused", broker=broker, status=status)


# ------------------------------------------------------------------------------------ over HTTP


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """The one-time code goes to the pinned address and to no other."""


def post_json(route: Route, path: str, body: dict[str, str]) -> tuple[int, Any]:
    """POST with the standard library: TLS verified, by the route's proxy and no other."""
    proxies = {} if route.proxy is None else {"http": route.proxy, "https": route.proxy}
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect(), urllib.request.ProxyHandler(proxies)]
    if not route.plain:
        handlers.append(urllib.request.HTTPSHandler(context=route.tls()))
    opener = urllib.request.build_opener(*handlers)
    request = urllib.request.Request(  # noqa: S310 - `check_broker` let only http(s) through
        route.broker.rstrip("/") + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        method="POST",
    )
    try:
        with opener.open(request, timeout=POST_S) as answer:
            return answer.status, _json(answer.read(MAX_ANSWER_BYTES))
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, _json(refused.read(MAX_ANSWER_BYTES))
    except (OSError, http.client.HTTPException) as wrong:
        reason = wrong.reason if isinstance(wrong, urllib.error.URLError) else wrong
        if isinstance(reason, ssl.SSLCertVerificationError):
            raise Failure("broker_untrusted", FAILED, broker=route.broker) from wrong
        raise Failure("broker_unreachable", FAILED, broker=route.broker, why=reason) from wrong


def _json(data: bytes) -> Any:
    """None for anything that is not JSON; the caller's match refuses it."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
