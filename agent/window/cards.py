"""The strip during a session, and the sentence after it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence

from agent.window import words
from agent.window.card import Card, Dialog
from agent.window.look import (
    BORDER,
    LINE_STRONG,
    OK,
    SURFACE,
    TEXT_2,
    WAIT,
    WAIT_TEXT,
    Look,
)
from agent.window.words import Run, Told

STEP = 20  # pixels an arrow key moves the strip by
WIDE, STRIP_TEXT = 500, 430
BESIDE_TEXT = 450  # what else the strip has, from edge to edge: on a small screen its text is what gives way


class After(Dialog):
    """After: how it ended, and what is left. `aside`: what may still be said of it."""

    def __init__(
        self,
        root: tk.Misc,
        look: Look,
        title: str,
        said: list[str],
        done: Callable[[], None],
        aside: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        super().__init__(root, look, title, done)
        for number, text in enumerate(line for line in said if line):
            sentence = look.sentence(
                self.body, size=15 if number else 18, width=WIDE, **({"colour": TEXT_2} if number else {})
            )
            sentence.say([Run(text)])
            sentence.pack(anchor="w", pady=(0, look.px(8)))
        acts = tk.Frame(self.body, background=SURFACE)
        acts.pack(anchor="w", pady=(look.px(8), 0))
        look.button(acts, look.say("done"), done).pack(side="left")
        for text, act in aside:
            look.button(acts, text, act).pack(side="left", padx=(look.px(12), 0))
        self.show()


class Strip(Card):
    """During: at the top of the screen, over everything; it moves and does not close. `aside`: its lesser acts."""

    def __init__(
        self,
        root: tk.Misc,
        look: Look,
        place: int,
        interrupt: Callable[[], None],
        key: str,
        aside: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        super().__init__(root, look)
        self.top.title(look.say("strip_title"))
        self.top.overrideredirect(boolean=True)
        self.top.protocol("WM_DELETE_WINDOW", lambda: None)
        self._place, self._placed = place, False
        self._edge = tk.Frame(self.top, background=LINE_STRONG)
        self._edge.pack(fill="both", expand=True)
        self._line = tk.Frame(self._edge, background=OK, height=BORDER)
        self._line.pack(fill="x")
        row = tk.Frame(self._edge, background=SURFACE, padx=look.px(14), pady=look.px(8))
        row.pack(fill="both", expand=True, padx=1, pady=(0, 1))
        self._row = row
        self._dot = look.dot(row)
        self._dot.pack(side="left", padx=(0, look.px(12)))
        texts = tk.Frame(row, background=SURFACE)
        texts.pack(side="left", fill="x", expand=True)
        wide = min(STRIP_TEXT, look.units(self.top.winfo_screenwidth()) - BESIDE_TEXT)
        self._said = look.sentence(texts, size=15, width=wide)
        self._said.pack(anchor="w")
        self._below = look.sentence(texts, size=13, width=wide, colour=TEXT_2)
        self._below.pack(anchor="w")
        self._using = look.sentence(texts, size=13, width=wide)
        side = tk.Frame(row, background=SURFACE)
        side.pack(side="left", padx=look.px(12))
        self._rec = tk.Frame(side, background=SURFACE)
        self._rec.pack(anchor="w")
        self._links = tk.Frame(side, background=SURFACE)
        self._links.pack(anchor="w", pady=(look.px(2), 0))
        for text, act in aside:
            look.link(self._links, text, act).pack(side="left", padx=(0, look.px(8)))
        self._rec_dot = look.dot(self._rec)
        self._rec_dot.pack(side="left", padx=(0, look.px(8)))
        self._rec_text = tk.Label(self._rec, background=SURFACE)
        self._rec_text.pack(side="left")
        stop = tk.Frame(row, background=SURFACE)
        stop.pack(side="right")
        self._stop = look.button(stop, look.say("interrupt"), interrupt, stop=True)
        self._stop.pack(fill="x")
        if key:
            tk.Label(stop, text=key, font=look.font(13), background=SURFACE, foreground=TEXT_2).pack()
        self._let_move(self.top)

    def update(self, told: Told, *, answers: bool) -> None:
        said, below = words.strip(told, answers=answers)
        self._said.say(said)
        self._below.say([Run(below)])
        self._show_using(words.using(told))
        paused, recorded = told.state == "paused", words.recorded(told)
        self.look.draw_dot(self._dot, hollow=paused)
        self._line.configure(background=LINE_STRONG if paused else OK)
        on = told.recording and not paused
        self._edge.configure(background=WAIT if on else LINE_STRONG)
        self._line.configure(background=WAIT if on else LINE_STRONG if paused else OK)
        edge = BORDER if on else 1
        self._row.pack_configure(padx=edge, pady=(0, edge))
        if recorded:
            self.look.draw_recording(self._rec_dot, on=told.recording)
            self._rec_text.configure(
                text=recorded,
                font=self.look.font(14, strong=on),
                foreground=WAIT_TEXT if on else TEXT_2,
            )
            self._rec.pack(anchor="w", before=self._links)
        else:
            self._rec.pack_forget()
        if not self._placed:
            self._put()
        self.raise_()

    def _show_using(self, text: str) -> None:
        """The strip grows by a line while something is open."""
        if text:
            self._using.say([Run(text)])
            self._using.pack(anchor="w")
        else:
            self._using.pack_forget()
        if self._placed:
            self.top.geometry("")  # as large as it needs to be, where it is

    def busy(self, text: str) -> None:
        """What came of *Interrompi*, while it is not over; empty: it may be pressed (again)."""
        self._stop.configure(text=text or self.look.say("interrupt"), state="disabled" if text else "normal")

    def _put(self) -> None:
        self.top.update_idletasks()
        wide, high = self.top.winfo_reqwidth(), self.top.winfo_reqheight()
        x = max(0, (self.top.winfo_screenwidth() - wide) // 2)
        self.top.geometry(f"+{x}+{self._place * (high + 4)}")
        self.top.deiconify()
        self._placed = True

    def _let_move(self, widget: tk.Misc) -> None:
        """By dragging it anywhere but on its button, or by the arrow keys once it has the focus."""
        if not isinstance(widget, tk.Button):
            widget.bind("<ButtonPress-1>", self._hold)
            widget.bind("<B1-Motion>", self._drag)
        for child in widget.winfo_children():
            self._let_move(child)
        if widget is self.top:
            self.top.bind("<Left>", lambda _event: self._move(-STEP, 0))
            self.top.bind("<Right>", lambda _event: self._move(STEP, 0))
            self.top.bind("<Up>", lambda _event: self._move(0, -STEP))
            self.top.bind("<Down>", lambda _event: self._move(0, STEP))

    def _hold(self, event: tk.Event[tk.Misc]) -> None:
        self._held = event.x_root - self.top.winfo_x(), event.y_root - self.top.winfo_y()
        self._stop.focus_force()

    def _drag(self, event: tk.Event[tk.Misc]) -> None:
        self._to(event.x_root - self._held[0], event.y_root - self._held[1])

    def _move(self, x: int, y: int) -> None:
        self._to(self.top.winfo_x() + x, self.top.winfo_y() + y)

    def _to(self, x: int, y: int) -> None:
        """All of it stays on the screen."""
        most_x = self.top.winfo_screenwidth() - self.top.winfo_width()
        most_y = self.top.winfo_screenheight() - self.top.winfo_height()
        self.top.geometry(f"+{max(0, min(x, most_x))}+{max(0, min(y, most_y))}")
