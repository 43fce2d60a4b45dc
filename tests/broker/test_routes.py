"""Role × route × tenant over HTTP, against the application as it is served."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from audit.canonical import unb64
from broker.api.who import COOKIE
from broker.app import build
from broker.cases.open_tenant import open_tenant
from broker.cases.setup import make_setup_secret
from broker.parts import Parts
from tests.broker.world import AgentKeys, Someone, World, enrolled_note, link_of, newcomer, ssh_line
from web.demo.authenticator import SoftwareAuthenticator

HOME = "http://localhost:8700"


@asynccontextmanager
async def browser(
    parts: Parts, someone: Someone | None = None, **headers: str
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build(parts), client=("192.0.2.10", 1))
    cookies = {} if someone is None else {COOKIE: someone.token}
    async with httpx.AsyncClient(
        transport=transport, base_url=HOME, cookies=cookies, headers={"origin": HOME, **headers}
    ) as client:
        yield client


WARRANT = {
    "kind": "delegation",
    "persons": ["p-00000000"],
    "channels": ["exec"],
    "until": "2026-11-30T00:00:00Z",
}
POLICY = {"channels": ["terminal"]}
# route, body, and the status for each role on its own (for the house: any) tenant.
ROUTES: list[tuple[str, str, dict[str, Any] | None, dict[str, int]]] = [
    ("GET", "/api/tenants", None, {"owner": 200, "technician": 200, "titolare": 200, "ads": 200}),
    ("POST", "/api/tenants", {"name": "Nuovo"}, {"owner": 201, "technician": 403, "titolare": 403, "ads": 403}),
    ("GET", "/api/people?tenant={tenant}", None, {"owner": 200, "technician": 200, "titolare": 200, "ads": 200}),
    (
        "POST",
        "/api/people",
        {"tenant": "{tenant}", "role": "ads", "name": "N", "function": "f", "email": "{role}@n.example"},
        {"owner": 403, "technician": 403, "titolare": 201, "ads": 403},
    ),
    (
        "POST",
        "/api/tenants/{tenant}/people/{ads}/invitation",
        {},
        {"owner": 403, "technician": 403, "titolare": 201, "ads": 403},
    ),
    ("GET", "/api/hosts?tenant={tenant}", None, {"owner": 200, "technician": 200, "titolare": 200, "ads": 200}),
    (
        "POST",
        "/api/hosts",
        {"tenant": "{tenant}", "label": "macchina di {role}", "place": "x"},
        {"owner": 201, "technician": 403, "titolare": 201, "ads": 403},
    ),
    (
        "GET",
        "/api/hosts/{host}/enrolment",
        None,
        {"owner": 200, "technician": 403, "titolare": 200, "ads": 403},
    ),
    ("POST", "/api/ssh-keys", {"key": ssh_line(b"route")}, {"owner": 403, "technician": 201, "titolare": 403, "ads": 403}),
    ("POST", "/api/passkeys/begin", {}, {"owner": 200, "technician": 200, "titolare": 200, "ads": 200}),
    ("POST", "/api/password/begin", {}, {"owner": 200, "technician": 403, "titolare": 200, "ads": 200}),
    (
        "POST",
        "/api/signing/begin",
        {"purpose": "first-signing-key"},
        {"owner": 403, "technician": 200, "titolare": 200, "ads": 200},
    ),
    (
        "POST",
        "/api/signing/begin",
        {"purpose": "warrant", "warrant": WARRANT},
        {"owner": 403, "technician": 403, "titolare": 422, "ads": 403},
    ),
    (
        "POST",
        "/api/signing/begin",
        {"purpose": "policy", "policy": POLICY},
        {"owner": 403, "technician": 403, "titolare": 200, "ads": 403},
    ),
    (
        "POST",
        "/api/signing/begin",
        {"purpose": "approvers", "appointments": [{"person": "{titolare}", "until": "2027-01-01T00:00:00Z"}]},
        {"owner": 403, "technician": 403, "titolare": 200, "ads": 403},
    ),
    (
        "POST",
        "/api/signing/begin",
        {"purpose": "enrolment", "host": "{host}"},
        {"owner": 403, "technician": 403, "titolare": 409, "ads": 403},
    ),
    (
        "POST",
        "/api/hosts/{host}/revocation",
        {"reason": "retired"},
        {"technician": 403, "ads": 403, "titolare": 204, "owner": 409},
    ),
]  # fmt: skip
# What names a tenant's own thing, asked by an approver of another: it does not exist.
FOREIGN = ("{tenant}", "{host}", "{ads}", "{titolare}")


def filled(value: Any, names: dict[str, str]) -> Any:
    text = json.dumps(value)
    for name, found in names.items():
        text = text.replace("{" + name + "}", found)
    return json.loads(text)


async def test_every_role_on_every_route(parts: Parts) -> None:
    world = await World.make(parts)
    names = {
        "tenant": world.tenant,
        "host": world.host.id,
        "ads": world.ads.id,
        "titolare": world.titolare.id,
    }
    for method, path, body, expected in ROUTES:
        async with browser(parts) as stranger:
            answer = await stranger.request(
                method, filled(path, names), json=filled(body, {**names, "role": "x"})
            )
            assert answer.status_code == 401, (method, path)
            assert answer.json()["code"] == "login_needed"
        for role, status in expected.items():
            async with browser(parts, getattr(world, role)) as client:
                told = filled(body, {**names, "role": role})
                answer = await client.request(method, filled(path, names), json=told)
            assert answer.status_code == status, (role, method, path, answer.text)
            if status >= 400:
                assert {"code", "it", "en"} <= set(answer.json())


async def test_another_customers_things_do_not_exist(parts: Parts) -> None:
    world = await World.make(parts)
    other = await open_tenant(parts, world.owner.who, name="Altro Albergo", details={})
    stranger = await newcomer(parts, world.owner, other.id, "titolare", "Tea Titolare")
    names = {
        "tenant": world.tenant,
        "host": world.host.id,
        "ads": world.ads.id,
        "titolare": world.titolare.id,
    }
    asked = 0
    async with browser(parts, stranger) as client:
        for method, path, body, _ in ROUTES:
            if not any(name in path or name in json.dumps(body) for name in FOREIGN):
                continue
            told = filled(body, {**names, "role": "x"})
            answer = await client.request(method, filled(path, names), json=told)
            assert answer.status_code == 404, (method, path, answer.text)
            asked += 1
        shown = (await client.get("/api/tenants")).json()
    assert asked == 9
    assert [one["id"] for one in shown] == [other.id]


@pytest.mark.parametrize(
    "path", ["/api/setup", "/api/setup/", "/api/setup/x", "/API/setup", "//api/setup", "/api/%73etup"]
)
async def test_set_up_is_gone_in_every_spelling(parts: Parts, path: str) -> None:
    secret = await make_setup_secret(parts)
    form = {"secret": secret, "name": "Olga", "email": "olga@alfa.example", "house": "Alfa"}
    async with browser(parts) as client:
        assert (await client.get("/api/setup")).json() == {"open": True}
        made = await client.post("/api/setup", json=form)
        assert made.status_code == 201
        assert made.json()["link"].startswith(f"{HOME}/invito/")
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            for body in (json.dumps(form), "{}", "{"):
                headers = {"content-type": "application/json"}
                answer = await client.request(method, HOME + path, content=body, headers=headers)
                assert answer.status_code == 404, (method, path, body)


async def test_login_by_passkey_sets_a_cookie_no_script_can_read(parts: Parts) -> None:
    world = await World.make(parts)
    async with browser(parts) as client:
        asked = (await client.post("/api/login/passkey/begin")).json()
        answer = world.titolare.login.authentication(unb64(asked["options"]["challenge"]))
        entered = await client.post(
            "/api/login/passkey/finish", json={"state": asked["state"], "answer": answer}
        )
        assert entered.json()["role"] == "titolare"
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert (await client.get("/api/tenants")).status_code == 200
        assert (await client.post("/api/logout")).json() == {"next": "/entra"}
        assert (await client.get("/api/tenants")).status_code == 401


async def test_a_page_from_elsewhere_changes_nothing(parts: Parts) -> None:
    world = await World.make(parts)
    async with browser(parts, world.owner, origin="http://evil.example") as client:
        answer = await client.post("/api/tenants", json={"name": "X"})
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_page")
    async with browser(parts, world.owner, origin="http://firma.localhost:8701") as client:
        assert (await client.post("/api/tenants", json={"name": "X"})).status_code == 403


async def test_a_bad_form_is_told_by_field_and_never_repeated(parts: Parts) -> None:
    async with browser(parts) as client:
        answer = await client.post(
            "/api/login/password", json={"email": "a@b.c", "password": "hunter2", "code": "x"}
        )
    assert answer.status_code == 422
    assert answer.json()["field"] == "code"
    assert "hunter2" not in answer.text


async def test_from_invitation_to_enrolled_host_over_http(parts: Parts) -> None:
    """The whole bootstrap as browser and agent do it, the signing page's answers included."""
    world = await World.make(parts)
    async with browser(parts, world.owner) as client:
        opened = (await client.post("/api/tenants", json={"name": "Bar Sport"})).json()
        person = {
            "tenant": opened["id"],
            "role": "titolare",
            "name": "Tea",
            "function": "t",
            "email": "t@bar.example",
        }
        invited = (await client.post("/api/people", json=person)).json()
    token = invited["link"].rpartition("/")[2]
    login = SoftwareAuthenticator(b"bar", parts.settings.login)
    signing = SoftwareAuthenticator(b"bar sign", parts.settings.signing)
    async with browser(parts) as client:
        assert (await client.get(f"/api/invitations/{token}")).json()["invited_by"] == "Olga Owner"
        asked = (await client.post(f"/api/invitations/{token}/passkey/begin")).json()
        answer = login.registration(unb64(asked["options"]["challenge"]))
        body = {"state": asked["state"], "answer": answer}
        entered = (await client.post(f"/api/invitations/{token}/passkey/finish", json=body)).json()
        page = Someone(parts, world.titolare.who, "", login, signing)

        async def sign(**wanted: Any) -> dict[str, str]:
            url = (await client.post("/api/signing/begin", json=wanted)).json()["url"]
            state, said = page.answer(url)
            if link_of(url)["op"] == "register":
                form = {"state": state, "credential": said.credential, "public_key": said.public_key,
                        "client_data": said.client_data, "attestation_object": said.attestation_object}  # fmt: skip
            else:
                form = {"state": state, "assertion": said.to_value()}
            done = await client.post("/api/signing/finish", json=form)
            assert done.status_code == 200, done.text
            return done.json()

        await sign(purpose="first-signing-key")
        until = "2027-06-01T00:00:00+02:00"
        await sign(purpose="approvers", appointments=[{"person": entered["person"], "until": until}])
        form = {"tenant": opened["id"], "label": "cassa", "place": "banco"}
        host = (await client.post("/api/hosts", json=form)).json()["id"]
        account = {"host": host, "name": "assistenza", "administrator": False}
        await sign(purpose="policy", policy={**POLICY, "accounts": [account]})
        done = await sign(purpose="enrolment", host=host)
        file = await client.get(f"/api/hosts/{host}/enrolment")
        assert file.headers["content-disposition"] == f'attachment; filename="{host}.iscrizione"'
        note = await enrolled_note(parts, opened["id"], host, AgentKeys.make(b"bar"))
    async with browser(parts, origin="") as agent:
        del agent.headers["origin"]
        wrong = await agent.post("/agent/enrol", json={"note": note.decode(), "code": "no"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "enrolment_invalid")
        good = await agent.post("/agent/enrol", json={"note": note.decode(), "code": done["code"]})
        assert (good.status_code, good.json()) == (201, {"acked": 0})
    async with browser(parts, world.owner) as client:
        [seen] = (await client.get(f"/api/hosts?tenant={opened['id']}")).json()
        assert (seen["state"], seen["confirmed"], seen["account"]) == ("enrolled", True, "assistenza")
        [person] = (await client.get(f"/api/people?tenant={opened['id']}")).json()
        assert person["appointed_until"] == "2027-05-31T22:00:00Z"


async def test_another_name_of_the_server_is_told_the_right_one(parts: Parts) -> None:
    async with browser(parts, host="127.0.0.1:8700") as client:
        answer = await client.post("/api/login/passkey/begin")
        assert (answer.status_code, answer.json()["code"]) == (421, "wrong_address")
        assert HOME in answer.json()["it"]


@pytest.mark.parametrize(
    "body", [b"\xff\xfe{", b"[" * 100_000, b"{"], ids=["no utf-8", "too deep", "cut off"]
)
async def test_a_body_nobody_can_read_is_a_slip_told_in_a_sentence(parts: Parts, body: bytes) -> None:
    async with browser(parts) as client:
        headers = {"content-type": "application/json"}
        answer = await client.post("/api/login/password", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    assert answer.json()["it"].endswith(".")


async def test_what_the_router_refuses_is_told_in_a_sentence_too(parts: Parts) -> None:
    async with browser(parts) as client:
        nothing = await client.get("/api/nothing")
        method = await client.put("/api/tenants")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")
    assert (method.status_code, method.json()["code"]) == (405, "not_found")


async def test_names_with_signs_that_no_name_has_lead_nowhere(parts: Parts) -> None:
    """On every database: PostgreSQL takes no NUL, which is the asker's slip and no outage."""
    world = await World.make(parts)
    async with browser(parts, world.owner) as client:
        for path in ("/api/requests/r%00", "/api/hosts/h%0a/enrolment", "/api/invitations/%00"):
            assert (await client.get(path)).status_code == 404, path
        assert (await client.get("/api/people?tenant=t%00")).status_code in (404, 422)
        email = {"email": "a\x00@b.example", "password": "x", "code": "123456"}
        assert (await client.post("/api/login/password", json=email)).json()["field"] == "email"


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2100-01-01T00:00:00Z"]
)
async def test_instants_outside_the_calendar_are_slips(parts: Parts, when: str) -> None:
    world = await World.make(parts)
    ask = {
        "host": world.host.id,
        "incident_text": "x",
        "channels": [{"kind": "terminal"}],
        "activities": [{"code": "GEST"}],
    }
    async with browser(parts, world.technician) as client:
        for field in ("not_before", "not_after"):
            answer = await client.post("/api/requests", json={**ask, field: when})
            assert (answer.status_code, answer.json()["field"]) == (422, field)
    async with browser(parts, world.titolare) as client:
        appointments = [{"person": world.ads.id, "until": when}]
        answer = await client.post(
            "/api/signing/begin", json={"purpose": "approvers", "appointments": appointments}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


async def test_the_name_of_a_host_out_of_use_is_free_again(parts: Parts) -> None:
    world = await World.make(parts)
    form = {"tenant": world.tenant, "label": world.host.label.upper(), "place": "banco"}
    async with browser(parts, world.titolare) as client:
        assert (await client.post("/api/hosts", json=form)).json()["code"] == "duplicate"
        await client.post(f"/api/hosts/{world.host.id}/revocation", json={"reason": "lost"})
        assert (await client.post("/api/hosts", json=form)).status_code == 201
