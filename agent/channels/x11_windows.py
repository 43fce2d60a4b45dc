"""Where windows lie whose program or title bears one of some words, and what of them is seen. Pure.

Bytes of a display in, rectangles out. The server tells of every move in the order in which it happened, so no
place where such a window was for a moment is missed; a place it has left stays covered for `LINGER_S`, because
a VNC server may show what it read there a while ago. What cannot be read counts as one of those windows.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.channels import x11_wire as x
from agent.channels.rectangles import Rect, around, seen
from agent.channels.x11_wire import Breach, Failed, Reply, Root, Said, Told

LINGER_S = 3.0  # x11vnc reads one row of 32 at a time, and now and then sleeps
MAX_WINDOWS = 4096
MAX_PIECES = 64  # of one window
MAX_PLACES = 512
DEPTH = 3  # below the root: a window manager's frame, a wrapper in it, the program's own window
OPACITY = b"_NET_WM_WINDOW_OPACITY"
ATOMS = (b"_NET_WM_NAME", OPACITY)
NOWHERE = Rect(0, 0, 0, 0)  # of which the place is not known yet
EVERYWHERE = Rect(0, 0, 1 << 16, 1 << 16)  # no screen of X11 is larger
_MOVES = frozenset({16, 17, 18, 19, 21, 22, 24, 26})  # events by which something else may be seen


@dataclass(slots=True, eq=False)
class _Window:
    id: int
    parent: int
    place: Rect
    mapped: bool = False
    own_way: bool = False  # override-redirect: a menu, a tip
    opaque: bool = False
    clear: bool = False  # has an opacity of its own
    shaped: bool = False
    transient: bool = False
    names: dict[int, bool] = field(default_factory=dict)  # of each, whether a word is in it
    left: int = 0  # answers that are still to come
    lost: bool = False  # one of them was that it cannot be read
    trail: list[Rect] = field(default_factory=list)  # where it was seen before it was read


class Windows:
    """Of one screen. Send `to_send`, feed what comes, ask `hidden` once what was asked for by `pause` is `told`.

    `words`: a window is covered whose class or title contains one of them, whatever its case; so are menus, tips
    and dialogs of the same client.
    """

    def __init__(self, root: Root, words: Sequence[str]) -> None:
        self._root = root
        self._words = tuple(word.casefold() for word in words)
        self._all: dict[int, _Window] = {}
        self._order: list[int] = []  # the root's children, the lowest first
        self._asked: deque[tuple[int, str, int]] = deque()
        self._serial = 0
        self._pauses = 0
        self._out = bytearray()
        self._held = bytearray()
        self._atoms: dict[int, bytes] = {x.CLASS: b"WM_CLASS", x.NAME: b"WM_NAME"}
        self._shape = self._shape_event = 0
        self._places: dict[Rect, float] = {}  # where one was seen, and when last
        self._too_many = False
        self._listed = False
        for place, name in enumerate(ATOMS):
            self._ask(x.atom(name), "atom", place)
        self._ask(x.extension(b"SHAPE"), "shape", 0)

    # ------------------------------------------------------------------------------- in and out

    def pause(self) -> None:
        """Ask for a sign that all is told that has happened so far."""
        self._pauses += 1
        self._ask(x.pause(), "pause", 0)

    def to_send(self) -> bytes:
        found, self._out = bytes(self._out), bytearray()
        return found

    @property
    def told(self) -> bool:
        """Every sign that was asked for has come."""
        return self._pauses == 0

    @property
    def settled(self) -> bool:
        """No window's name is on its way."""
        return self._listed and not any(one.left for one in self._all.values())

    def feed(self, data: bytes, at_s: float) -> None:
        """`Breach` where it is not of the protocol."""
        self._held += data
        for one in x.said(self._held):
            try:
                self._take(one, at_s)
            except (struct.error, IndexError) as wrong:
                raise Breach("an answer that breaks off") from wrong

    def hidden(self, at_s: float, since_s: float) -> tuple[Rect, ...]:
        """Where such a window may be in a picture that was asked for at `since_s` and has come by `at_s`."""
        if self._too_many or not self._listed:
            return (EVERYWHERE,)
        _, doubted = self._see(at_s)
        oldest = since_s - LINGER_S
        self._places = {place: last for place, last in self._places.items() if last >= oldest}
        now = set(self._places)
        for id in doubted:
            one = self._all[id]
            if one.mapped or one.left:
                now.update(self._seen(one) if one.place.width else (EVERYWHERE,))
        return tuple(sorted(now))

    def until(self) -> float | None:
        """When the first place can be shown again, should no window be there by then."""
        first = min(self._places.values(), default=None)
        return None if first is None else first + LINGER_S

    # ------------------------------------------------------------------------------------ asking

    def _ask(self, request: bytes, what: str, about: int, count: int = 1) -> None:
        self._serial = (self._serial + count) & 0xFFFF
        self._out += request
        self._asked.append((self._serial, what, about))

    def _watch(self, window: int) -> None:
        self._serial = (self._serial + 1) & 0xFFFF
        self._out += x.watch(window)

    def _examine(self, one: _Window) -> None:
        self._watch(one.id)
        self._ask(x.attributes(one.id), "attributes", one.id)
        self._ask(x.geometry(one.id), "geometry", one.id)
        one.left += 2
        if self._level(one) < DEPTH:
            self._ask(x.children(one.id), "children", one.id)
            one.left += 1
        for name in (*self._atoms, x.TRANSIENT):
            self._ask_text(one, name)
        if self._shape:
            self._ask(x.shape(self._shape, one.id), "form", one.id, count=2)
            one.left += 1

    def _ask_text(self, one: _Window, name: int) -> None:
        self._ask(x.text(one.id, name), f"text {name}", one.id)
        one.left += 1

    def _take(self, one: Said, at_s: float) -> None:
        if isinstance(one, Told):
            self._happened(one.code, one.data, at_s)
            return
        if not self._asked or self._asked[0][0] != one.serial:
            if isinstance(one, Reply):
                raise Breach("an answer to nothing that was asked")
            return  # to a request that has no answer: its window is no more
        _, what, about = self._asked.popleft()
        if what in ("atom", "shape", "pause", "list"):
            if isinstance(one, Failed):
                raise Breach("the display does not say what every display does")
            self._general(what, about, one.data)
            return
        window = self._all.get(about)
        if window is not None:
            window.left -= 1
            if isinstance(one, Failed):
                window.lost = True
            else:
                self._answered(window, what, one.data)

    def _general(self, what: str, about: int, data: bytes) -> None:
        if what == "pause":
            self._pauses -= 1
        elif what == "atom":
            self._atoms[int.from_bytes(data[8:12], "little")] = ATOMS[about]
        elif what == "shape":
            self._shape, self._shape_event = (data[9], data[10]) if data[8] else (0, 0)
            self._watch(self._root.id)
            self._ask(x.children(self._root.id), "list", self._root.id)
        else:
            self._listed = True
            known = _children(data)
            for child in known:
                self._add(child, self._root.id, NOWHERE)
            there = [child for child in known if child in self._order]
            self._order = there + [child for child in self._order if child not in there]

    def _answered(self, one: _Window, what: str, data: bytes) -> None:
        match what:
            case "attributes":
                one.opaque = data[12] == 1  # InputOutput
                one.mapped, one.own_way = data[26] != 0, data[27] == 1
            case "geometry":
                one.opaque = one.opaque and data[1] == self._root.depth
                one.place = _rect(*struct.unpack_from("<hhHHH", data, 12))
            case "children":
                for child in _children(data):
                    self._add(child, one.id, NOWHERE)
            case "form":
                one.shaped = data[8] != 0
            case _:
                self._text(one, int(what.removeprefix("text ")), data)

    def _text(self, one: _Window, name: int, data: bytes) -> None:
        there = int.from_bytes(data[8:12], "little") != 0
        if name == x.TRANSIENT:
            one.transient = there
        elif self._atoms[name] == OPACITY:
            one.clear = there
        elif int.from_bytes(data[12:16], "little"):  # longer than what is read of one
            one.lost = True
        else:
            raw = data[32:]
            text = f"{raw.decode(errors='replace')}\n{raw.decode('latin-1')}".casefold()
            one.names[name] = any(word in text for word in self._words)

    # ---------------------------------------------------------------------------- what has happened

    def _happened(self, code: int, data: bytes, at_s: float) -> None:
        event, about = struct.unpack_from("<II", data, 4)
        match code:
            case 16:  # CreateNotify
                self._add(about, event, _rect(*struct.unpack_from("<hhHHH", data, 12)))
            case 17:  # DestroyNotify
                self._drop(about, at_s)
            case 18 | 19:  # UnmapNotify, MapNotify
                if about in self._all:
                    self._all[about].mapped = code == 19
            case 21:  # ReparentNotify
                parent, left, top = struct.unpack_from("<Ihh", data, 12)
                self._moved_under(about, parent, left, top, at_s)
            case 22:  # ConfigureNotify
                self._configured(about, data)
            case 24 if about in self._all:  # GravityNotify
                left, top = struct.unpack_from("<hh", data, 12)
                self._all[about].place = self._all[about].place._replace(x=left, y=top)
            case 26 if about in self._order:  # CirculateNotify
                self._order.remove(about)
                self._order.insert(len(self._order) if data[16] == 0 else 0, about)
            case 28 if event in self._all and (about in self._atoms or about == x.TRANSIENT):
                self._ask_text(self._all[event], about)  # PropertyNotify: of this window, that property
            case self._shape_event if code and event in self._all and data[1] == 0:  # ShapeNotify
                self._all[event].shaped = data[20] != 0
        if code in _MOVES or code == self._shape_event:
            self._see(at_s)

    def _configured(self, id: int, data: bytes) -> None:
        one = self._all.get(id)
        if one is None:
            return
        (above,) = struct.unpack_from("<I", data, 12)
        one.place = _rect(*struct.unpack_from("<hhHHH", data, 16))
        if id in self._order:
            self._order.remove(id)
            self._order.insert(self._order.index(above) + 1 if above in self._order else 0, id)

    def _add(self, id: int, parent: int, place: Rect) -> None:
        if id in self._all or not self._near(parent):
            return
        if len(self._all) >= MAX_WINDOWS:
            self._too_many = True
            return
        one = self._all[id] = _Window(id, parent, place)
        if parent == self._root.id:
            self._order.append(id)
        self._examine(one)

    def _drop(self, id: int, at_s: float) -> None:
        one = self._all.get(id)
        if one is None:
            return
        if one.trail:
            bearing, doubted = self._judged()
            self._leave_trail(one, at_s, kept=id in bearing or id in doubted)
        del self._all[id]
        if id in self._order:
            self._order.remove(id)
        for child in [other.id for other in self._all.values() if other.parent == id]:
            self._drop(child, at_s)

    def _moved_under(self, id: int, parent: int, left: int, top: int, at_s: float) -> None:
        one = self._all.get(id)
        if one is None or not self._near(parent):
            self._drop(id, at_s)
            self._add(id, parent, NOWHERE)
            return
        if one.parent != parent:
            if one.parent == self._root.id:
                self._order.remove(id)
            if parent == self._root.id:
                self._order.append(id)
            one.parent = parent
        one.place = one.place._replace(x=left, y=top)

    # ------------------------------------------------------------------------------- what is seen

    def _near(self, parent: int) -> bool:
        """Whether windows in this one are looked at."""
        above = self._all.get(parent)
        return parent == self._root.id or (above is not None and self._level(above) < DEPTH)

    def _level(self, one: _Window) -> int:
        level = 1
        while one.parent in self._all and level <= DEPTH:
            one, level = self._all[one.parent], level + 1
        return level

    def _top(self, one: _Window) -> _Window:
        for _ in range(2 * DEPTH):  # one that was moved into others takes its own along
            one = self._all.get(one.parent, one)
        return one

    def _judged(self) -> tuple[set[int], set[int]]:
        """Top windows that bear a word, with what goes with them; and those of which something is unread."""
        named: list[_Window] = []
        loose: list[tuple[int, _Window]] = []  # what goes where its client's other windows go
        doubted: set[int] = set()
        for one in self._all.values():
            if any(one.names.values()):
                named.append(one)
            if one.transient or (one.own_way and one.parent == self._root.id):
                loose.append((self._owner(one), one))
            if one.left or one.lost:
                doubted.add(self._top(one).id)
        # A frame may bear its window's name as well, and its client is the window manager.
        frames = {one.parent for one in named}
        owners = {self._owner(one) for one in named if one.id not in frames}
        bearing = {self._top(one).id for one in named}
        return bearing | {self._top(one).id for owner, one in loose if owner in owners}, doubted

    def _owner(self, one: _Window) -> int:
        return one.id & ~self._root.owner_mask

    def _seen(self, top: _Window) -> Iterable[Rect]:
        if top.id not in self._order:
            return (EVERYWHERE,)
        above = (self._all[id] for id in self._order[self._order.index(top.id) + 1 :])
        return seen(top.place, [one.place for one in above if _hides(one)], MAX_PIECES)

    def _see(self, at_s: float) -> tuple[set[int], set[int]]:
        """Remember what is seen now of windows that bear a word, and of those that may."""
        bearing, doubted = self._judged()
        for id in self._order:
            one = self._all[id]
            if one.trail and id not in doubted:
                self._leave_trail(one, at_s, kept=id in bearing)
            if one.mapped and id in bearing:
                self._keep(self._seen(one), at_s)
            elif one.mapped and id in doubted and one.place.width:
                one.trail.append(one.place)
                one.trail = [around(one.trail)] if len(one.trail) > MAX_PIECES else one.trail
        return bearing, doubted

    def _keep(self, places: Iterable[Rect], at_s: float) -> None:
        for place in places:
            self._places[place] = at_s
        if len(self._places) > MAX_PLACES:
            self._places = {around(list(self._places)): at_s}

    def _leave_trail(self, one: _Window, at_s: float, *, kept: bool) -> None:
        """Where it was before it was read."""
        if kept:
            self._keep(one.trail, at_s)
        one.trail = []


def _hides(one: _Window) -> bool:
    """Nothing shines through."""
    return one.mapped and one.opaque and not (one.clear or one.shaped or one.left or one.lost)


def _rect(left: int, top: int, width: int, height: int, border: int) -> Rect:
    return Rect(left, top, width + 2 * border, height + 2 * border)


def _children(data: bytes) -> list[int]:
    count = int.from_bytes(data[16:18], "little")
    return list(struct.unpack_from(f"<{count}I", data, 32))
