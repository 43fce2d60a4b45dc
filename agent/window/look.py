"""Colours, sizes and the few shapes of the window: those of the pages (verbale.css), in light."""

from __future__ import annotations

import re
import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import font as fonts

from agent.language import Language
from agent.window.sentences import say
from agent.window.words import Run

SURFACE, PAPER, LINE, LINE_STRONG = "#ffffff", "#f3f5f2", "#d6dcd7", "#76827c"
TEXT, TEXT_2, TEXT_3 = "#141917", "#434e49", "#59655f"
STOP, STOP_HOVER, ON_STOP = "#b3211a", "#8c1711", "#ffffff"
OK, WAIT, WAIT_TEXT, FOCUS = "#1b7344", "#8f5200", "#764300", "#1d3f9e"
FACES = ("IBM Plex Sans", "Noto Sans", "DejaVu Sans", "Segoe UI")
BORDER = 3


class Look:
    """Sizes in pixels of a screen of 96 dots an inch; a denser screen gets more. `language`: of every word."""

    def __init__(self, root: tk.Misc, language: Language) -> None:
        self.language = language
        self._scale = min(3.0, max(1.0, root.winfo_fpixels("1i") / 96))
        there = set(fonts.families(root))
        self._face = next((face for face in FACES if face in there), "TkDefaultFont")

    def say(self, code: str, **facts: object) -> str:
        return say(code, self.language, **facts)

    def px(self, size: int) -> int:
        return round(size * self._scale)

    def units(self, pixels: int) -> int:
        """What `px` would make so many of."""
        return int(pixels / self._scale)

    def font(self, size: int, *, strong: bool = False) -> tuple[str, int, str]:
        return self._face, -self.px(size), "bold" if strong else "normal"

    def button(self, parent: tk.Misc, text: str, do: Callable[[], None], *, stop: bool = False) -> tk.Button:
        """At least 44 pixels high; Enter and the space bar press it."""
        found = tk.Button(
            parent, text=text, command=do, font=self.font(16, strong=stop), relief="flat", borderwidth=0,
            background=STOP if stop else SURFACE, foreground=ON_STOP if stop else TEXT,
            activebackground=STOP_HOVER if stop else PAPER, activeforeground=ON_STOP if stop else TEXT,
            highlightthickness=BORDER, highlightcolor=FOCUS, highlightbackground=STOP if stop else LINE_STRONG,
            padx=self.px(20), pady=self.px(9), takefocus=True,
        )  # fmt: skip
        for key in ("<Return>", "<KP_Enter>"):
            found.bind(key, lambda _event: found.invoke())
        return found

    def link(self, parent: tk.Misc, text: str, do: Callable[[], None]) -> tk.Button:
        """A lesser act, underlined; Enter and the space bar press it."""
        face, size, _ = self.font(14)
        found = tk.Button(
            parent, text=text, command=do, font=(face, size, "underline"), relief="flat", borderwidth=0,
            background=SURFACE, foreground=FOCUS, activebackground=PAPER, activeforeground=FOCUS,
            highlightthickness=2, highlightcolor=FOCUS, highlightbackground=SURFACE,
            padx=self.px(4), pady=self.px(4), takefocus=True,
        )  # fmt: skip
        for key in ("<Return>", "<KP_Enter>"):
            found.bind(key, lambda _event: found.invoke())
        return found

    def sentence(self, parent: tk.Misc, *, size: int, width: int, colour: str = TEXT) -> Sentence:
        return Sentence(parent, self, size=size, width=self.px(width), colour=colour)

    def dot(self, parent: tk.Misc) -> tk.Canvas:
        side = self.px(14)
        return tk.Canvas(parent, width=side, height=side, background=SURFACE, highlightthickness=0)

    def draw_dot(self, canvas: tk.Canvas, *, hollow: bool) -> None:
        """Full while somebody is connected, a ring in a pause: told apart without colour."""
        canvas.delete("all")
        edge, side = self.px(3), self.px(14)
        rim = TEXT_3 if hollow else OK
        canvas.create_oval(
            edge // 2 + 1, edge // 2 + 1, side - edge // 2 - 1, side - edge // 2 - 1,
            outline=rim, width=edge, fill="" if hollow else rim,
        )  # fmt: skip

    def draw_recording(self, canvas: tk.Canvas, *, on: bool) -> None:
        """A ring with a core while something is recorded, a ring struck through while not."""
        canvas.delete("all")
        side, colour = self.px(14), WAIT_TEXT if on else TEXT_2
        canvas.create_oval(1, 1, side - 2, side - 2, outline=colour, width=self.px(2))
        if on:
            canvas.create_oval(side * 0.3, side * 0.3, side * 0.7, side * 0.7, fill=colour, outline=colour)
        else:
            canvas.create_line(side * 0.2, side * 0.2, side * 0.8, side * 0.8, fill=colour, width=self.px(2))


class Sentence(tk.Canvas):
    """Words in lines, some of them bold. Drawn, so it is text and nothing else: no key, no link, no focus."""

    def __init__(self, parent: tk.Misc, look: Look, *, size: int, width: int, colour: str) -> None:
        super().__init__(parent, width=width, height=1, background=SURFACE, highlightthickness=0)
        self._fonts = {
            strong: fonts.Font(root=parent, font=look.font(size, strong=strong)) for strong in (False, True)
        }
        self._width, self._colour, self._said = width, colour, ""

    def say(self, runs: Sequence[Run], *, hang: int = 0) -> None:
        """Wrapped to the width, all lines but the first `hang` pixels in; what was said before is gone."""
        said = repr(runs)
        if said == self._said:
            return
        self._said = said
        self.delete("all")
        step = int(self._fonts[True].metrics("linespace") * 1.25)
        x = y = 0
        for run in runs:
            font = self._fonts[run.strong]
            for piece in re.findall(r"\s+|\S+", run.text):
                for part in self._parts(piece, font):
                    wide = font.measure(part)
                    if x + wide > self._width and x > hang and not part.isspace():
                        x, y = hang, y + step
                    if not (part.isspace() and x in (0, hang)):
                        self.create_text(x, y, text=part, anchor="nw", font=font, fill=self._colour)
                        x += wide
        self.configure(height=y + step)

    def _parts(self, word: str, font: fonts.Font) -> list[str]:
        """A word wider than the line is broken, so that nothing of it is out of sight."""
        if font.measure(word) <= self._width:
            return [word]
        size = max(1, len(word) * self._width // max(1, font.measure(word)))
        return [word[at : at + size] for at in range(0, len(word), size)]
