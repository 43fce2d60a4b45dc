"""To the signing page and back, over HTTP."""

from __future__ import annotations

from typing import assert_never, cast

from fastapi import APIRouter

from broker.api.answers import Signed, ToSign
from broker.api.forms import SigningAnswerForm, SigningForm
from broker.api.who import Caller, PartsOf
from broker.cases.begin_approval import begin_approval
from broker.cases.change_approvers import begin_approvers
from broker.cases.change_policy import begin_policy
from broker.cases.decide_erasure import begin_erasure
from broker.cases.delegate_archives import begin_delegation
from broker.cases.finish_signing import finish_signing
from broker.cases.give_warrant import begin_warrant
from broker.cases.instruct_clean_up import begin_instruction
from broker.cases.register_signing_key import begin_signing_key
from broker.cases.sign_enrolment import begin_enrolment
from broker.cases.sign_recovery import begin_recovery
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts

router = APIRouter()


@router.post("/api/signing/begin")
async def begin(form: SigningForm, who: Caller, parts: PartsOf) -> ToSign:
    return {"url": await _address(parts, who, form)}


@router.post("/api/signing/finish")
async def finish(form: SigningAnswerForm, who: Caller, parts: PartsOf) -> Signed:
    done = await finish_signing(parts, who, form.state, form.read(), paper=form.read_paper())
    return cast(Signed, {"next": done.next, **done.shown_once})


async def _address(parts: Parts, who: Who, form: SigningForm) -> str:
    match form.purpose:
        case "first-signing-key":
            return await begin_signing_key(parts, who, demo_software=bool(form.demo_software))
        case "approvers":
            wanted = [one.read() for one in form.appointments]
            return await begin_approvers(parts, who, wanted, paper_key=form.paper_key, by_paper=form.by_paper)
        case "policy" if form.policy is not None:
            return await begin_policy(parts, who, form.policy.read())
        case "enrolment" if form.host is not None:
            return await begin_enrolment(parts, who, form.host)
        case "approval" if form.request is not None and form.supervision is not None:
            return await begin_approval(
                parts,
                who,
                form.request,
                supervision=form.supervision,
                watcher=form.watcher,
                demo_software=form.demo_software,
            )
        case "erasure" if form.request is not None and form.reason is not None:
            return await begin_erasure(parts, who, form.request, reason=form.reason)
        case "recovery":
            return await begin_recovery(parts, who)
        case "warrant" if form.warrant is not None:
            draft = form.warrant.read()
            return await begin_warrant(parts, who, draft, demo_software=form.demo_software)
        case "archives" if form.archives is not None:
            said = form.archives
            return await begin_delegation(
                parts, who, said.persons, said.until, demo_software=form.demo_software
            )
        case "clean_up" if form.clean_up is not None:
            told = form.clean_up
            return await begin_instruction(
                parts, who, told.clean_up, told.archives, demo_software=form.demo_software
            )
        case "policy" | "enrolment" | "approval" | "erasure" | "warrant" | "archives" | "clean_up":
            raise Refused(Why.BAD_INPUT, field=form.purpose)
        case _:
            assert_never(form.purpose)
