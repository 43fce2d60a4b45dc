"""The program that shows: one look at the agent's files four times a second, until nothing is left to show."""

from __future__ import annotations

import contextlib
import tkinter as tk
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from agent.desk_words import DESK
from agent.language import Language
from agent.notice import plain
from agent.system.here import seats
from agent.system.seats import KEY_NAME
from agent.window.calls import Calls
from agent.window.cards import After, Strip
from agent.window.keeper import DONE, NO_SCREEN, NOT_NEEDED
from agent.window.look import Look
from agent.window.notes import Information, ReportCard
from agent.window.question import Question
from agent.window.words import MAX_FILE_BYTES, Told

LOOK_MS = 250
AGENT_EVERY = 12  # looks: how often the agent is asked whether it is there
AFTER_MS = 120_000  # the last sentence leaves by itself, for whoever was not there
MAX_CARDS = 8
# What the agent answers when it is done, by which a card knows; of an agent of before it is Italian.
_STOPPED = (DESK["interrupted"].it, DESK["interrupted"].en)
_KEPT = frozenset(text for one in ("reported", "explained") for text in (DESK[one].it, DESK[one].en))


def run(state_dir: Path, language: Language) -> int:
    """The exit code; `NOT_NEEDED` where another window of this person shows already."""
    with seats.only_one(state_dir) as mine:
        if not mine:
            return NOT_NEEDED
        try:
            root = tk.Tk(className="Verbale")
        except tk.TclError:
            return NO_SCREEN
        root.withdraw()
        Shown(root, state_dir, language).look()
        root.mainloop()
    return DONE


class Shown:
    """What is on the screen now, of every session."""

    def __init__(self, root: tk.Tk, state_dir: Path, language: Language) -> None:
        self._root = root
        self._folder = state_dir / "desk"
        self._look = Look(root, language)
        self._calls = Calls(state_dir, language)
        self._hotkey = seats.key()
        self._questions: dict[str, Question] = {}
        self._strips: dict[str, Strip] = {}
        self._afters: list[After] = []
        self._notes: dict[str, Information | ReportCard] = {}  # opened by the person, by what they are of
        self._asking: set[str] = set()  # answers that are on their way to the screen
        self._told: set[str] = set()  # sessions whose words the agent knows to be shown
        self._telling: set[str] = set()
        self._denied: set[str] = set()
        self._interrupted: set[str] = set()
        self._answers = True
        self._looks = 0

    def look(self) -> None:
        self._calls.due()
        found = self._read()
        for told in found.values():
            (self._ask if told.state == "asking" else self._strip)(told)
            self._acknowledge(told)
        for session in [*self._questions, *self._strips]:
            if session not in found:
                self._gone(session)
        if self._hotkey.was_pressed():
            for session in self._strips:
                self._interrupt(session)
        if self._looks % AGENT_EVERY == 0:
            self._calls.is_there(self._heard)
        self._looks += 1
        if found or self._questions or self._strips or self._afters or self._asking or self._notes:
            self._root.after(LOOK_MS, self.look)
        else:
            self._root.destroy()

    def _heard(self, there: bool) -> None:  # noqa: FBT001 - an answer
        self._answers = there

    def _read(self) -> dict[str, Told]:
        found: dict[str, Told] = {}
        with contextlib.suppress(OSError):
            for file in sorted(self._folder.glob("*.json"))[:MAX_CARDS]:
                with contextlib.suppress(OSError, ValueError), file.open("rb") as opened:
                    told = Told.read(opened.read(MAX_FILE_BYTES + 1), self._look.language)
                    if told.session == file.stem:
                        found[told.session] = told
        return found

    def _acknowledge(self, told: Told) -> None:
        """Once, and only for words that somebody can see: not on a locked screen, not under another window."""
        card = self._questions.get(told.session) or self._strips.get(told.session)
        if told.session in self._told | self._telling or card is None or not card.visible:
            return
        self._telling.add(told.session)
        self._calls.aside(seats.is_locked, partial(self._unlocked, told.session))

    def _unlocked(self, session: str, locked: bool) -> None:  # noqa: FBT001 - an answer
        if locked:
            self._telling.discard(session)
        else:
            self._calls.shown(session, partial(self._noted, session))

    def _noted(self, session: str, done: bool) -> None:  # noqa: FBT001 - an answer
        self._telling.discard(session)
        if done:
            self._told.add(session)

    # before

    def _ask(self, told: Told) -> None:
        found = self._questions.get(told.session)
        if found is None:
            decide, inform = partial(self._decide, told.session), partial(self._inform, told.session)
            found = Question(self._root, self._look, told, decide, inform)
            self._questions[told.session] = found
        found.update(told, datetime.now(UTC))

    def _decide(self, session: str, allow: bool) -> None:  # noqa: FBT001 - an answer
        if not allow:
            self._denied.add(session)
            self._calls.answer(session, allow=False, then=lambda _said: None)
            return
        self._calls.aside(seats.is_locked, partial(self._allow, session))

    def _allow(self, session: str, locked: bool) -> None:  # noqa: FBT001 - an answer
        if locked:
            self._refuse(session, self._look.say("locked"))
        else:
            self._calls.answer(session, allow=True, then=partial(self._refuse, session))

    def _refuse(self, session: str, said: str) -> None:
        found = self._questions.get(session)
        if found is not None:
            found.refuse(plain(said))

    # during

    def _strip(self, told: Told) -> None:
        question = self._questions.pop(told.session, None)
        if question is not None:
            question.close()
        found = self._strips.get(told.session)
        if found is None:
            key = KEY_NAME if self._hotkey.grabbed else ""
            stop = partial(self._interrupt, told.session)
            aside = (
                (self._look.say("inform"), partial(self._inform, told.session)),
                (self._look.say("report"), partial(self._report, told.session)),
            )
            found = Strip(self._root, self._look, len(self._strips), stop, key, aside)
            self._strips[told.session] = found
        found.update(told, answers=self._answers)

    def _interrupt(self, session: str) -> None:
        self._strips[session].busy(self._look.say("interrupting"))
        self._interrupted.add(session)
        self._calls.interrupt(session, partial(self._obeyed, session))

    def _obeyed(self, session: str, said: str) -> None:
        """Its strip goes when the agent's file does; until then the order may be repeated."""
        strip = self._strips.get(session)
        if strip is not None:
            strip.busy("")
            if not said.startswith(_STOPPED):
                self._after(session, self._look.say("not_yet_title"), [said])

    # after

    def _gone(self, session: str) -> None:
        for cards in (self._questions, self._strips):
            card = cards.pop(session, None)
            if card is not None:
                card.close()
        self._told.discard(session)
        if session not in self._denied:
            self._asking.add(session)
            self._calls.ended(session, partial(self._ended, session))

    def _ended(self, session: str, said: str) -> None:
        self._asking.discard(session)
        lines = said.removeprefix("Verbale: ").splitlines()
        first = (lines[0][:1].upper() + lines[0][1:]) if lines else self._look.say("ended")
        rest = [] if self._strips else [self._look.say("nobody_left")]
        if len(lines) > 1:
            rest = lines[1:]  # what could not be ended, and then nothing is said of everybody being gone
        if session in self._interrupted:
            lines = [self._look.say("by_you", first=first), *rest]
            self._after(session, self._look.say("interrupted_title"), lines, explain=True)
        else:
            self._after(session, self._look.say("ended_title"), [first, *rest])

    def _after(self, session: str, title: str, said: list[str], *, explain: bool = False) -> None:
        found: list[After] = []

        def done() -> None:
            if found[0] in self._afters:
                self._afters.remove(found[0])
                found[0].close()

        aside = [(self._look.say("report_something"), partial(self._report, session))]
        if explain:
            aside.insert(0, (self._look.say("explain"), partial(self._explain, session)))
        found.append(After(self._root, self._look, title, [plain(one) for one in said], done, aside))
        self._afters.append(found[0])
        self._root.after(AFTER_MS, done)

    # what the person opens himself

    def _inform(self, session: str) -> None:
        if f"i {session}" not in self._notes:
            self._calls.information(session, partial(self._informed, f"i {session}"))

    def _informed(self, note: str, text: str) -> None:
        if note not in self._notes:
            self._notes[note] = Information(self._root, self._look, text, partial(self._shut, note))

    def _report(self, session: str) -> None:
        asked = self._asked("report_something", "report_asks", "report_sends")
        self._write(f"r {session}", asked, partial(self._calls.report, session))

    def _explain(self, session: str) -> None:
        asked = self._asked("why_title", "why_asks", "why_sends")
        self._write(f"e {session}", asked, partial(self._calls.explain, session))

    def _asked(self, title: str, sentence: str, sends: str) -> tuple[str, str, str]:
        return self._look.say(title), self._look.say(sentence), self._look.say(sends)

    def _write(
        self, note: str, asked: tuple[str, str, str], call: Callable[[str, Callable[[str], None]], None]
    ) -> None:
        if note in self._notes:
            self._notes[note].raise_()
            return

        def send(text: str) -> None:
            call(text, partial(self._written, note))

        self._notes[note] = ReportCard(self._root, self._look, asked, send, partial(self._shut, note))

    def _written(self, note: str, said: str) -> None:
        card = self._notes.get(note)
        if isinstance(card, ReportCard):
            card.answer(said, taken=said in _KEPT)

    def _shut(self, note: str) -> None:
        card = self._notes.pop(note, None)
        if card is not None:
            card.close()
