"""Two windows that the person at the desk opens himself: *Informativa*, and *Segnala*."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from agent.notice import MAX_LINE, plain
from agent.window.card import Dialog
from agent.window.look import BORDER, FOCUS, LINE_STRONG, PAPER, SURFACE, TEXT, TEXT_2, Look
from agent.window.words import Run

WIDE, HIGH = 72, 24  # signs and lines of the information, the rest by scrolling
LEAST_HIGH, BESIDE, LINE = 8, 180, 22  # lines; and pixels: around the text, and of a line
MAX_LINES = 200
MAX_REPORT = 300  # signs, as the agent keeps them


class Information(Dialog):
    """To be read, scrolled and closed. `text` as the agent gave it: titles end in a colon, lines begin with a dash."""

    def __init__(self, root: tk.Misc, look: Look, text: str, done: Callable[[], None]) -> None:
        super().__init__(root, look, look.say("inform"), done)
        box = tk.Frame(self.body, background=SURFACE)
        box.pack(fill="both", expand=True)
        fits = (self.top.winfo_screenheight() - look.px(BESIDE)) // look.px(LINE)
        high = max(LEAST_HIGH, min(HIGH, fits))
        self._text = tk.Text(
            box, width=WIDE, height=high, wrap="word", font=look.font(14), background=SURFACE, foreground=TEXT,
            relief="flat", borderwidth=0, highlightthickness=BORDER, highlightcolor=FOCUS,
            highlightbackground=LINE_STRONG, padx=look.px(12), pady=look.px(8), spacing3=look.px(4), cursor="arrow",
        )  # fmt: skip
        bar = tk.Scrollbar(box, command=self._text.yview)
        self._text.configure(yscrollcommand=bar.set)
        bar.pack(side="right", fill="y")
        self._text.pack(side="left", fill="both", expand=True)
        self._text.tag_configure("title", font=look.font(14, strong=True), spacing1=look.px(6))
        for number, line in enumerate(text.splitlines()[:MAX_LINES]):
            strong = number == 0 or line.endswith(":")
            said = plain(line.removeprefix("- "), 2 * MAX_LINE)
            self._text.insert("end", f"{said}\n", ("title",) if strong else ())
        self._text.configure(state="disabled")
        for key, units in (("<Down>", 1), ("<Up>", -1)):
            self.top.bind(key, lambda _event, by=units: self._text.yview_scroll(by, "units"))  # type: ignore[misc]
        for key, pages in (("<Next>", 1), ("<Prior>", -1)):
            self.top.bind(key, lambda _event, by=pages: self._text.yview_scroll(by, "pages"))  # type: ignore[misc]
        look.button(self.body, look.say("close"), done).pack(anchor="w", pady=(look.px(12), 0))
        self.show()


class ReportCard(Dialog):
    """One line, if he wants to write one; `send` gets it, and `answer` shows what came of it. `asked`: title,
    sentence, and the word on the button that sends."""

    def __init__(
        self,
        root: tk.Misc,
        look: Look,
        asked: tuple[str, str, str],
        send: Callable[[str], None],
        done: Callable[[], None],
    ) -> None:
        title, sentence, sends = asked
        super().__init__(root, look, title, done)
        self._send = send
        asks = look.sentence(self.body, size=16, width=460)
        asks.say([Run(sentence)])
        asks.pack(anchor="w")
        kept = (root.register(lambda text: len(text) <= MAX_REPORT), "%P")
        self._entry = tk.Entry(
            self.body, font=look.font(16), width=46, background=SURFACE, foreground=TEXT, relief="flat",
            highlightthickness=BORDER, highlightcolor=FOCUS, highlightbackground=LINE_STRONG, insertbackground=TEXT,
            readonlybackground=PAPER, borderwidth=self.look.px(6),
            validate="key", validatecommand=kept,
        )  # fmt: skip
        self._entry.pack(fill="x", pady=look.px(12))
        self._entry.bind("<Return>", lambda _event: self._give())
        acts = tk.Frame(self.body, background=SURFACE)
        acts.pack(fill="x")
        self._give_it = look.button(acts, sends, self._give)
        self._give_it.pack(side="left")
        self._leave = look.button(acts, look.say("leave"), done)
        self._leave.pack(side="left", padx=(look.px(12), 0))
        self._below = look.sentence(self.body, size=14, width=460, colour=TEXT_2)
        self._below.pack(anchor="w", pady=(look.px(12), 0))
        self.show()
        self._entry.focus_set()

    def answer(self, said: str, *, taken: bool) -> None:
        """`taken`: it stands in the log; otherwise it may be sent again."""
        self._below.say([Run(plain(said, 2 * MAX_LINE))])
        self._give_it.configure(state="disabled" if taken else "normal")
        self._entry.configure(state="readonly" if taken else "normal")
        if taken:
            self._leave.configure(text=self.look.say("close"))
            self._leave.focus_set()

    def _give(self) -> None:
        if str(self._give_it["state"]) == "normal":
            self._give_it.configure(state="disabled")
            self._entry.configure(state="readonly")
            self._below.say([Run("…")])
            self._send(self._entry.get())
