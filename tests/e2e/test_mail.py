"""Mails by a real SMTP server: to who must answer, to who asked; their links open nothing by themselves."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage

import httpx

from tests.e2e.kit import Demo, until


def mails(demo: Demo, request: str) -> list[EmailMessage]:
    found = []
    for path in sorted((demo.state / "mail").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        if body is not None and request in body.get_content():
            found.append(mail)
    return found


def to(demo: Demo, request: str, name: str) -> EmailMessage | None:
    return next((m for m in mails(demo, request) if f"{name}@esempio.invalid" in str(m["To"])), None)


async def test_a_request_is_told_to_the_ads_first_and_the_answer_to_the_titolare_too(demo: Demo) -> None:
    request = await demo.ask("exec")
    mail = await until(lambda: to(demo, request, "ads"), "a mail to the ADS")
    assert mail["Subject"]
    assert mail["Message-ID"]
    assert mail["Date"]
    assert to(demo, request, "titolare") is None, "S-33: he hears of it in half an hour, if it still waits"
    assert to(demo, request, "technician") is None, "he knows that he asked"
    await demo.approve(request)
    assert await until(lambda: to(demo, request, "titolare"), "a mail to the titolare")


async def test_the_answer_is_told_to_who_asked(demo: Demo) -> None:
    request = await demo.ask("exec")
    await demo.approve(request)
    assert await until(lambda: to(demo, request, "technician"), "a mail to the technician")


async def test_a_refusal_is_told_too(demo: Demo) -> None:
    request = await demo.ask("exec")
    async with demo.stage.logged_in("ads") as ads:
        await ads.post(f"/api/requests/{request}/refusal")
    assert await until(lambda: to(demo, request, "technician"), "a mail to the technician")


async def test_the_link_has_no_power_by_itself(demo: Demo) -> None:
    request = await demo.ask("exec")
    mail = await until(lambda: to(demo, request, "ads"), "a mail to the ADS")
    body = mail.get_body(("plain",))
    assert body is not None
    links = re.findall(r"https?://\S+", body.get_content())
    assert set(links) == {f"{demo.stage.origin}/richieste/{request}"}
    before = demo.size()
    async with httpx.AsyncClient(follow_redirects=False) as nobody:
        answer = await nobody.get(links[0], headers={"Accept": "text/html"})
        assert answer.status_code in {302, 303, 307}
        assert httpx.URL(answer.headers["location"]).path == "/entra"
        for path in ("approval/begin", "refusal", "revocation"):
            answer = await nobody.post(
                f"{demo.stage.origin}/api/requests/{request}/{path}", json={"supervision": "waived"}
            )
            assert answer.status_code in {401, 403}
    assert {leaf.record.KIND for leaf in demo.leaves(since=before)} <= {"access.denied"}
    async with demo.stage.logged_in("ads") as ads:
        assert (await ads.get(f"/api/requests/{request}"))["state"] == "awaiting_approval"
