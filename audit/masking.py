"""Secrets out of a byte stream before anybody keeps or sees it, whatever way the stream is cut.

The stream is read in *lines*: what stands between newlines and jumps of the cursor. Colours and other
sequences that move nothing are looked through, and so is the wrap of a line that somebody edits: readline
writes a blank and a carriage return there, and the word goes on. A covered sign becomes as many ``█`` as it had columns.
At a prompt without echo every sign is covered.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from audit import secret_forms
from audit.secret_forms import KEY_BEGIN, KEY_END, PRIVATE_KEY

MAX_HELD_BYTES = 8 * 1024
MAX_KEY_SIGNS = 64 * 1024  # four times a 16,384-bit RSA key: a stray header must not hide the day
NO_ECHO = "no_echo"
_COVER = "█"
_LONGEST_JUMP = 96
_PART_BYTES = MAX_HELD_BYTES - _LONGEST_JUMP  # so that no jump is half seen where a long line is parted
_OVERLAP_BYTES = 512  # of a parted line, what its next part still sees

# Jumps end a line: elsewhere on the screen is not the next word. Window titles and other strings (OSC,
# DCS) hold text too, and are read as lines of their own.
_JUMP = re.compile(
    rb"[\n\x07\x0b\x0c]|(?<! )\r|\x1b\[[0-?]{0,64}[ -/]{0,8}[A-BE-FHJLMSTdf]|\x1b[\]PX^_\\DEMc78]"
)
# Inside a line: sequences and control signs that take no column.
_SILENT = r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b[ -/]{0,8}[0-~]|[\x00-\x08\x0e-\x1f\x7f]"
# The same in two passes: what has more than one byte by a search for its first, single signs by a table.
_LONG_JUMP = re.compile(rb"\r(?<! \r)|\x1b\[[0-?]{0,64}[ -/]{0,8}[A-BE-FHJLMSTdf]|\x1b[\]PX^_\\DEMc78]")
_LONG_SILENT = re.compile(rb" \r|\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b[ -/]{0,8}[0-~]")
_NEWLINES = bytes.maketrans(b"\x07\x0b\x0c", b"\n\n\n")
_SILENT_SIGNS = bytes({*range(0x09), *range(0x0E, 0x20), 0x7F})
_PIECE = re.compile(rf"(?P<silent>{_SILENT})|(?s:.)")
_SHOWN = b"\t\n" + bytes(set(range(0x20, 0x100)) - {0x7F})  # no jump but the newline, and no sequence
_BLOCK_BYTES = 4 * 1024  # of whole lines that are looked through at once,
_FEW_BYTES = 256  # and so few that each is read by itself
_HALF = re.compile(rb"(?:\x1b(?:\[[0-?]{0,64})?[ -/]{0,8}|[\xc0-\xff][\x80-\xbf]{0,2})\Z")


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


@dataclass(frozen=True, slots=True)
class _Text:
    """What a line shows. `places` has the piece of each sign."""

    signs: str
    places: list[int]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line taken apart. `offsets` has the byte offset of each piece and, last, of the end.

    Where an edited line wraps, the word may go on or end: `texts` has it both ways, joined first.
    """

    pieces: list[str]
    offsets: list[int]
    texts: tuple[_Text, ...]

    @classmethod
    def read(cls, data: bytes) -> _Line:
        pieces: list[str] = []
        offsets = [0]
        joined: list[int] = []
        apart: list[int] = []
        for m in _PIECE.finditer(data.decode("utf-8", "surrogateescape")):
            if m["silent"] is None and m[0] != "\r":
                joined.append(len(pieces))
                apart.append(len(pieces))
            elif m[0] == "\r" and joined:
                joined.pop()  # the blank before it
            pieces.append(m[0])
            offsets.append(offsets[-1] + len(m[0].encode("utf-8", "surrogateescape")))
        ways = (joined,) if len(joined) == len(apart) else (joined, apart)
        return cls(pieces, offsets, tuple(_Text("".join(pieces[p] for p in way), way) for way in ways))

    @property
    def joined(self) -> _Text:
        return self.texts[0]

    def undecided(self) -> int:
        """Byte offset from which on more text could turn what is there into a secret."""
        ends = []
        for text in self.texts:
            start = secret_forms.undecided(text.signs)
            ends.append(self.offsets[text.places[start]] if start < len(text.places) else self.offsets[-1])
        return min(ends)


def plain(data: bytes) -> bytes:
    """What is shown of it: a newline for each jump, and nothing of what takes no column."""
    jumped = _LONG_JUMP.sub(b"\n", data.translate(_NEWLINES))
    return _LONG_SILENT.sub(b"", jumped).translate(None, _SILENT_SIGNS)


class Masker:
    """Feed bytes, keep what comes out; after 200 ms of silence call `idle`, at the end `flush`.

    `counts` says how many secrets of each class were covered, never which.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._line = b""  # the current line, or of a long one what its next part needs
        self._done = 0  # bytes of `_line` already given out
        self._carry: int | None = None  # from this byte of `_line` on a secret goes on, up to a blank
        self._key: int | None = None  # signs covered since the header of a private key
        self._echo = True
        self._ready: list[bytes] = []

    def feed(self, data: bytes) -> bytes:
        line = self._line + data
        # A jump that began further back was whole by then, and has ended its line.
        first = max(len(self._line) - _LONGEST_JUMP, 0)
        end = line.rfind(b"\n") + 1
        if end:
            self._whole(line[:end], first)
            line, first = line[end:], 0
        self._jumps(line, first)
        while len(self._line) > MAX_HELD_BYTES:
            self._part()
        return self._take()

    def echo(self, on: bool) -> None:  # noqa: FBT001 - the one thing it says
        """At this place of the stream the terminal went into line mode without echo, or left it.

        For password prompts: a shell that edits its own line turns echo off too and is not meant.
        """
        self._end_line()
        if self._echo and not on:
            self.counts[NO_ECHO] += 1
        self._echo = on

    def idle(self) -> bytes:
        """Give out what cannot be the beginning of a secret."""
        self._release(self._line)
        return self._take()

    def flush(self) -> bytes:
        """The stream has ended: give out the rest."""
        self._end_line()
        return self._take()

    def _whole(self, lines: bytes, first: int) -> None:
        """Whole lines, the first of which may be under way; a block at a time."""
        at = 0
        while at < len(lines):
            cut = lines.find(b"\n", at + _BLOCK_BYTES) + 1 or len(lines)
            self._block(lines[at:cut], first)
            at, first = cut, 0

    def _block(self, lines: bytes, first: int) -> None:
        """What is harmless passes as it is; else it is halved until only lines that must be read are left."""
        cut = lines.find(b"\n", len(lines) // 2, -1) + 1 if len(lines) > _FEW_BYTES else 0
        if self._harmless(lines):
            self._ready.append(lines[self._done :])
            self._start()
        elif cut:
            self._block(lines[:cut], first)
            self._block(lines[cut:], 0)
        else:
            self._jumps(lines, first)

    def _jumps(self, line: bytes, first: int) -> None:
        """End a line at each jump from `first` on; the rest is under way."""
        at = 0
        for jump in _JUMP.finditer(line, first):
            self._line = line[at : jump.start()]
            self._end_line()
            self._ready.append(jump[0])
            at = jump.end()
        self._line = line[at:]

    def _harmless(self, data: bytes) -> bool:
        """Nothing to cover in whole lines, and no state to follow: they may pass as they are."""
        if not self._echo or self._key is not None or self._carry is not None:
            return False
        shown = data.replace(b"\r\n", b"\n")
        if shown.translate(None, _SHOWN):
            shown = plain(data)
        return secret_forms.harmless(shown)

    def _start(self) -> None:
        self._line, self._done, self._carry = b"", 0, None

    def _take(self) -> bytes:
        data = b"".join(self._ready)
        self._ready.clear()
        return data

    def _end_line(self) -> None:
        if self._harmless(self._line):
            self._ready.append(self._line[self._done :])
            self._start()
            return
        while len(self._line) > _PART_BYTES:
            self._part()
        line = _Line.read(self._line)
        covered, marks = self._judge(line)
        self._give(line, covered, marks, line.offsets[-1])
        self._follow_key(line.joined.signs)
        self._start()

    def _part(self) -> None:
        """Give out the beginning of a line too long to hold, and keep what the rest must still see."""
        line, covered, marks = self._release(self._line[:_PART_BYTES])
        if self._done < _PART_BYTES // 2:  # nearly all of it takes no column: no screen shows that
            self._give(line, covered, marks, line.offsets[-1])
        self._follow_key(line.joined.signs)
        last = line.joined.places[-1] if line.joined.places else -1
        # Of a key `_key` knows that it goes on, and where it ends.
        goes_on = self._key is None and last in covered and not line.pieces[last].isspace()
        keep = max(o for o in line.offsets if o <= self._done - _OVERLAP_BYTES)
        self._line = self._line[keep:]
        self._done -= keep
        self._carry = self._done if goes_on else None

    def _release(self, data: bytes) -> tuple[_Line, set[int], list[tuple[int, str]]]:
        half = _HALF.search(data)
        line = _Line.read(data[: half.start()] if half else data)
        covered, marks = self._judge(line)
        self._give(line, covered, marks, line.undecided())
        return line, covered, marks

    def _judge(self, line: _Line) -> tuple[set[int], list[tuple[int, str]]]:
        """Which pieces to cover, and at which a secret of which class begins."""
        covered: set[int] = set()
        marks: list[tuple[int, str]] = []
        signs, places = line.joined.signs, line.joined.places
        if not self._echo:
            covered.update(places)
            return covered, marks
        for start, end in self._key_parts(signs):
            covered.update(places[start:end])
        marks.extend((places[m.end() - 1], PRIVATE_KEY) for m in KEY_BEGIN.finditer(signs))
        if self._carry is not None:
            for sign, place in zip(signs, places, strict=True):
                if line.offsets[place] >= self._carry:
                    if sign.isspace():
                        break
                    covered.add(place)
        for text in line.texts:
            for span in secret_forms.find(text.signs):
                if text.places[span.start] not in covered:
                    marks.append((text.places[span.start], span.kind))
                covered.update(text.places[span.start : span.end])
        return covered, marks

    def _key_parts(self, text: str) -> list[tuple[int, int]]:
        """What stands between a private key's header and its foot, either of which may be elsewhere."""
        parts: list[tuple[int, int]] = []
        inside, at = self._key is not None, 0
        while True:
            m = (KEY_END if inside else KEY_BEGIN).search(text, at)
            if inside:
                parts.append((at, m.start() if m else len(text)))
            if not m:
                return parts
            inside, at = not inside, m.end()

    def _follow_key(self, text: str) -> None:
        parts = self._key_parts(text)
        ends = [m.end() for m in KEY_END.finditer(text)]
        begins = [m.end() for m in KEY_BEGIN.finditer(text)]
        inside = bool(parts) and parts[-1][1] == len(text) and (not ends or ends[-1] <= parts[-1][0])
        if not inside:
            self._key = None
            return
        fresh = bool(begins) and begins[-1] == parts[-1][0]
        so_far = 0 if fresh or self._key is None else self._key
        so_far += parts[-1][1] - parts[-1][0]
        self._key = so_far if so_far <= MAX_KEY_SIGNS else None

    def _give(self, line: _Line, covered: set[int], marks: list[tuple[int, str]], until: int) -> None:
        """Put out the pieces between what has been given and byte `until`."""
        if until <= self._done:
            return
        out: list[str] = []
        for piece, offset, text in zip(range(len(line.pieces)), line.offsets, line.pieces, strict=False):
            if self._done <= offset < until:
                hidden = piece in covered and not text.isspace()
                out.append(_COVER * _columns(text) if hidden else text)
        for start, kind in marks:
            if self._done <= line.offsets[start] < until:
                self.counts[kind] += 1
        self._ready.append("".join(out).encode("utf-8", "surrogateescape"))
        self._done = until
