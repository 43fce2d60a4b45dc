"""A recording as asciicast v2, the file that players of terminal sessions read. For export only."""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence

from audit.quiet_output import QuietOutput
from audit.recording_segment import Event, Piece, size_of

_USUAL = (80, 24)


def asciicast(pieces: Sequence[Piece]) -> str:
    """Lines of JSON: a header, then output and changes of the window, in seconds since the first.

    What speaks to the player's terminal is left out (`quiet_output`). What is no UTF-8 shows as U+FFFD; a sign that a cut parted is put together. A command without a window had
    no terminal that ends lines as a player needs them, so that is done here.
    """
    start_ms = pieces[0].at_ms if pieces else 0
    sizes = [size_of(one) for one in pieces if one.event is Event.WINDOW]
    size = sizes[0] if sizes else _USUAL
    line_end = "\n" if sizes else "\r\n"
    header = {"version": 2, "width": size[0], "height": size[1], "timestamp": start_ms // 1000}
    lines = [json.dumps(header)]
    quiet = QuietOutput()
    signs = codecs.getincrementaldecoder("utf-8")("replace")
    for one in pieces:
        at_s = (one.at_ms - start_ms) / 1000
        if one.event is Event.WINDOW:
            cols, rows = size_of(one)
            lines.append(json.dumps([at_s, "r", f"{cols}x{rows}"]))
        else:
            lines.append(_output(at_s, quiet.feed(signs.decode(one.data)).replace("\n", line_end)))
    half = quiet.feed(signs.decode(b"", final=True))
    if half:
        lines.append(_output((pieces[-1].at_ms - start_ms) / 1000, half))
    return "\n".join(lines) + "\n"


def _output(at_s: float, text: str) -> str:
    return json.dumps([at_s, "o", text], ensure_ascii=False)
