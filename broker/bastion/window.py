"""How much of a technician's input waits in the broker: bounded, however fast he is and however slow the host.

asyncssh gives a whole new window as soon as it may deliver anything again, whatever it still holds. So a whole
window is taken at once before it has to wait, or what it holds grows by the difference each time.
"""

from __future__ import annotations

WINDOW_BYTES = 2 * 1024 * 1024  # of a channel, asyncssh's own
FULL_BYTES = 2 * WINDOW_BYTES  # then it waits
ROOM_BYTES = FULL_BYTES - WINDOW_BYTES  # until no more than this is left
