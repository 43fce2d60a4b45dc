"""Live: whom the host believes, and its rules, changed by statements that no titolare signed."""

from __future__ import annotations

from dataclasses import replace

from agent.wire.frames import Frame, Pins, PinsHeld
from audit.approvers import Approvers
from audit.canonical import b64
from audit.passkey import Assertion
from audit.policy import Policy
from audit.signed import SignedStatement
from audit.statement import Statement
from broker.out.clock import SystemClock
from web.demo.attack.books import opened
from web.demo.attack.outcome import AGENT, Attempt, Happened, Ledger, Outcome, Refused, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.processes import Failed


async def all_pins(scene: Scene, ledger: Ledger) -> None:
    kept = opened(scene.kept.bundle.read_bytes())
    sets, rules = kept.statements("approvers.changed"), kept.statements("policy.changed")
    approvers, policy = Approvers.parse(sets[-1].statement), Policy.parse(rules[-1].statement)
    me = replace(
        approvers.approvers[0],
        person="p-00000000",
        credential=b64(scene.loot.pen.credential),
        public_key=scene.loot.pen.public_key,
        valid_from=SystemClock().now(),
    )
    wider = replace(
        approvers,
        number=approvers.number + 1,
        previous=approvers.digest.hex(),
        approvers=(*approvers.approvers, me),
    )
    fewer = replace(wider, approvers=tuple(one for one in approvers.approvers if one.role == "titolare"))
    looser = replace(
        policy, number=policy.number + 1, previous=policy.digest.hex(), longest_s=86_400, window_s=7 * 86_400
    )
    titolare = sets[-1].assertion
    plays = (
        ("approver_by_vendor", Words(
            "il ladro tra chi autorizza: elenco firmato con una chiave del fornitore",
            "the thief among the approvers: a list signed with a key of the vendor's"),
            Pins((_signed(scene, wider, None),), ())),
        ("approver_in_his_name", Words(
            "lo stesso elenco, firmato dal ladro in nome del titolare",
            "the same list, signed by the thief in the titolare's name"),
            Pins((_signed(scene, wider, titolare),), ())),
        ("approver_dropped", Words(
            "l’ADS tolto da chi autorizza: elenco firmato dal ladro in nome del titolare",
            "the ADS dropped from the approvers: a list signed by the thief in the titolare's name"),
            Pins((_signed(scene, fewer, titolare),), ())),
        ("policy_loosened_live", Words(
            "regole allentate, firmate dal ladro in nome del titolare",
            "rules loosened, signed by the thief in the titolare's name"),
            Pins((), (_signed(scene, looser, titolare),))),
        ("policy_replayed", Words(
            "le regole di prima, autentiche, rimandate dopo che il titolare le ha strette",
            "the earlier rules, genuine, sent again after the titolare has tightened them"),
            Pins((), (rules[0].to_value(),))),
    )  # fmt: skip
    for name, what, frame in plays:
        tell(ledger, Attempt(name, what), await _taken(scene, frame, (approvers.number, policy.number)))


def _signed(scene: Scene, new: Statement, in_the_name_of: Assertion | None) -> dict[str, object]:
    said = scene.loot.pen.assertion(new.digest)
    if in_the_name_of is not None:
        said = replace(said, credential=in_the_name_of.credential)
    value: dict[str, object] = SignedStatement(new.encode(), said).to_value()
    return value


async def _taken(scene: Scene, frame: Pins, before: tuple[int, int]) -> Outcome:
    """The host answers with the numbers of what it believes now."""
    since = await scene.hand.mark()
    await scene.hand.send(frame)

    def answer(one: Frame) -> bool:
        return isinstance(one, PinsHeld)

    found = await scene.hand.heard(since, answer)
    if not isinstance(found, PinsHeld):
        raise Failed("l’agente non ha risposto su ciò che crede")
    numbers = (found.approvers, found.policy)
    said = f"pins_held {found.approvers}/{found.policy}"
    return Refused(AGENT, said) if numbers == before else Happened(said)
