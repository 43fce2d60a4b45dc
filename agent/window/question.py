"""Before: who asks to connect, all that may happen, and the two answers."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from datetime import datetime

from agent.window import words
from agent.window.card import Dialog
from agent.window.look import SURFACE, TEXT_2, Look, Sentence
from agent.window.words import Run, Told

ARMED_MS = 700  # what was typed or clicked for another window decides nothing here
WIDE = 560
FRAME = 64  # pixels that a window's frame and the desktop's own bar may take


class Question(Dialog):
    """Before: *Consenti collegamento* or *Non ora*; `decide` is called once. `inform` opens *Informativa*."""

    def __init__(
        self,
        root: tk.Misc,
        look: Look,
        told: Told,
        decide: Callable[[bool], None],
        inform: Callable[[], None],
    ) -> None:
        super().__init__(root, look, look.say("asked_title", who=words.text_of(told.who())), self._no)
        self._decide = decide
        self._armed = self._decided = False
        sentence = look.sentence(self.body, size=18, width=WIDE)
        sentence.say(words.question(told))
        sentence.pack(anchor="w")
        self._may = tk.Frame(self.body, background=SURFACE)
        self._may.pack(fill="x")
        self._lines: list[Sentence] = []
        self._list(told)
        acts = tk.Frame(self.body, background=SURFACE, pady=look.px(16))
        acts.pack(fill="x")
        self._buttons = [
            look.button(acts, look.say("allow"), lambda: self._say(allow=True)),
            look.button(acts, look.say("deny"), self._no),
        ]
        for column, button in enumerate(self._buttons):
            acts.columnconfigure(column, weight=1, uniform="same")
            gap = look.px(6)
            button.grid(row=0, column=column, sticky="nsew", padx=(gap * column, gap * (1 - column)))
        foot = tk.Frame(self.body, background=SURFACE)
        foot.pack(fill="x")
        look.link(foot, look.say("inform"), inform).pack(side="left")
        self._below = tk.Label(
            foot, font=look.font(14), background=SURFACE, foreground=TEXT_2, justify="right",
            wraplength=look.px(WIDE - 110), anchor="e",
        )  # fmt: skip
        self._below.pack(side="right")
        self._fit(told)
        self.show()
        self.top.after(ARMED_MS, self._arm)

    def _list(self, told: Told) -> None:
        """What may happen, line by line, in the words of whoever approved it; what the screen has no room for is
        counted, and stands in the notice."""
        title, lines = words.may(told)
        if not lines:
            return
        head = self.look.sentence(self._may, size=15, width=WIDE)
        head.say([Run(title, strong=True)])
        head.pack(anchor="w", pady=(self.look.px(12), 0))
        self._lines = [self._line(text) for text in lines]

    def _line(self, text: str) -> Sentence:
        line = self.look.sentence(self._may, size=15, width=WIDE)
        line.say([Run("•"), Run("  "), Run(text)], hang=self.look.px(20))
        line.pack(anchor="w")
        return line

    def _fit(self, told: Told) -> None:
        """So that both answers are on the screen, however small that is."""
        room = self.top.winfo_screenheight() - self.look.px(FRAME)
        while len(self._lines) > 1 and self._height() > room:
            for line in self._lines[-2:]:
                line.destroy()
            del self._lines[-2:]
            self._lines.append(self._line(words.more(len(told.may) - len(self._lines), told.language)))

    def _height(self) -> int:
        self.top.update_idletasks()
        return self.top.winfo_reqheight()

    def update(self, told: Told, now: datetime) -> None:
        if not self._decided:
            self._below.configure(text=words.countdown(told, now))

    def refuse(self, why: str) -> None:
        """The answer did not count: it is to be given again, or runs out."""
        self._decided = False
        self._below.configure(text=why)

    def _arm(self) -> None:
        self._armed = True

    def _no(self) -> None:
        self._say(allow=False)

    def _say(self, *, allow: bool) -> None:
        if self._armed and not self._decided:
            self._decided = True
            self._below.configure(text="…")
            self._decide(allow)
