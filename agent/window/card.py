"""What every window at the desk is: on top of the others, and, where it asks or tells, in the middle."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from agent.window.look import SURFACE, Look


class Card:
    """A window on top of the others. `visible`: the screen shows some of it."""

    def __init__(self, root: tk.Misc, look: Look) -> None:
        self.look = look
        self.top = tk.Toplevel(root, background=SURFACE)
        self.top.withdraw()
        self._covered = True
        self.top.bind("<Visibility>", self._seen)

    def _seen(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self.top:
            self._covered = str(event.state) == "VisibilityFullyObscured"

    @property
    def visible(self) -> bool:
        return bool(self.top.winfo_viewable()) and not self._covered

    def raise_(self) -> None:
        self.top.attributes("-topmost", True)
        self.top.lift()

    def close(self) -> None:
        self.top.destroy()


class Dialog(Card):
    """In the middle of the screen, with a title; closing it by whatever way is `dismiss`."""

    def __init__(self, root: tk.Misc, look: Look, title: str, dismiss: Callable[[], None]) -> None:
        super().__init__(root, look)
        self.top.title(title)
        self.top.resizable(width=False, height=False)
        self.top.protocol("WM_DELETE_WINDOW", dismiss)
        self.top.bind("<Escape>", lambda _event: dismiss())
        self.body = tk.Frame(self.top, background=SURFACE, padx=look.px(24), pady=look.px(24))
        self.body.pack(fill="both", expand=True)

    def show(self) -> None:
        self.top.update_idletasks()
        wide, high = self.top.winfo_reqwidth(), self.top.winfo_reqheight()
        x = (self.top.winfo_screenwidth() - wide) // 2
        y = (self.top.winfo_screenheight() - high) // 3
        self.top.geometry(f"+{max(0, x)}+{max(0, y)}")
        self.top.deiconify()
        self.raise_()
        self.top.focus_force()  # of the window, not of a button: Enter alone decides nothing
