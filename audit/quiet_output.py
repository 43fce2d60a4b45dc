"""A terminal's output without what is meant for the terminal and not for the eye (ECMA-48, xterm's ctlseqs).

A recording is a stranger's text that somebody plays in a terminal of his own. What asks that terminal for an
answer, which would be typed into his shell, what writes his clipboard, title or printer, or has it report keys
and mouse, is left out; what moves, colours and erases stays. Independent of how the text is cut.
"""

from __future__ import annotations

import re

_STRING = "[]PX^_]"  # OSC, DCS, SOS, PM, APC, after ESC
_C1_STRINGS = "\x90\x98\x9d\x9e\x9f"
_BEGINS = re.compile(f"\x1b{_STRING}|[{_C1_STRINGS}]|\x1b\\[|\x9b|\x1bZ|\x1b$|[\x05\x9a]")
_STRING_END = re.compile("[\x07\x9c]|\x1b\\\\|[\x18\x1a]|\x1b(?=[^\\\\])")
_CSI = re.compile(r"([0-?]*)([ -/]*)([@-~])")
_CSI_SO_FAR = re.compile(r"[0-?]*[ -/]*\Z")
MAX_CSI = 256  # no sequence that draws is longer; what is, is no sequence
_ASKS = frozenset("cnitxy")  # device attributes, status, media copy, window, parameters, checksum
_INPUT_MODES = frozenset({"9", "1000", "1001", "1002", "1003", "1004", "1005", "1006", "1007", "1015", "1016", "2004", "2031"})  # fmt: skip


class QuietOutput:
    """Of one channel. `feed` gives what may be shown of it by now."""

    def __init__(self) -> None:
        self._held = ""  # the beginning of a sequence that has not ended yet
        self._in_string = False

    def feed(self, text: str) -> str:
        text, self._held = self._held + text, ""
        shown: list[str] = []
        at = 0
        while at < len(text):
            if self._in_string:
                at = self._pass_string(text, at)
                continue
            found = _BEGINS.search(text, at)
            if found is None:
                shown.append(text[at:])
                break
            shown.append(text[at : found.start()])
            at = self._sequence(text, found, shown)
        return "".join(shown)

    def _sequence(self, text: str, found: re.Match[str], shown: list[str]) -> int:
        """Where to go on after what begins here."""
        begins = found[0]
        if begins == "\x1b":  # the text ends in it
            self._held = begins
            return len(text)
        if begins in {"\x1b[", "\x9b"}:
            return self._control(text, found, shown)
        self._in_string = begins[-1] in "]PX^_" + _C1_STRINGS
        return found.end()

    def _control(self, text: str, found: re.Match[str], shown: list[str]) -> int:
        whole = _CSI.match(text, found.end())
        if whole is not None and whole.end() - found.start() <= MAX_CSI:
            if not _speaks(*whole.groups()):
                shown.append(text[found.start() : whole.end()])
            return whole.end()
        if _CSI_SO_FAR.match(text, found.end()) and len(text) - found.start() <= MAX_CSI:
            self._held = text[found.start() :]
            return len(text)
        return found.end()  # broken off: what introduced it is left out, the rest is text

    def _pass_string(self, text: str, at: int) -> int:
        """Past the end of a string, or of what is here of it."""
        found = _STRING_END.search(text, at)
        if found is None:
            self._held = "\x1b" if text.endswith("\x1b") else ""
            return len(text)
        self._in_string = False
        return found.start() if found[0] == "\x1b" else found.end()


def _speaks(parameters: str, intermediates: str, final: str) -> bool:
    """Whether that control sequence is for the terminal itself."""
    private = parameters[:1] in {"<", "=", ">", "?"}
    if final in _ASKS or (final in "pqu" and (private or "$" in intermediates)):
        return True
    return final == "h" and private and not _INPUT_MODES.isdisjoint(parameters[1:].split(";"))
