"""Which worker runs what (xdist), also once a worker has died."""

from __future__ import annotations

from collections.abc import Sequence

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# Brokers, agents and browsers in full: they mostly wait, and so make three rows, of about the same length. In
# each one worker runs one test after the other.
STACKS = "tests/e2e/"
SECOND_ROW = frozenset(
    f"{STACKS}test_{name}.py"
    for name in (
        "browser",
        "desk_window",
        "desktop",
        "disks",
        "files",
        "lists",
        "mail",
        "month_report",
        "paper_key",
        "post",
        "silence",
        "stolen_broker",
        "tool",
        "warrants",
    )
)
# The rest that is long, and what looks at a terminal's every byte.
THIRD_ROW = (
    *(f"{STACKS}test_{name}.py::" for name in ("attack", "hands", "headless", "nothing_left", "packages", "ports", "recorded_screen")),
    "tests/agent/test_terminal.py::", "tests/agent/test_guardian.py::", "tests/agent/test_desk.py::",
)  # fmt: skip
ALONE = (STACKS, *THIRD_ROW)
# What takes a minute or more begins before the rest, so that nobody waits for it in the end.
LONG = tuple(
    f"tests/{name}.py::"
    for name in ("stories/test_erasure", "stories/test_months", "web/test_signing_site", "web/test_matrix")
)


class Rows(LoadScopeScheduling):
    """Each file goes to whichever worker is free, but for those that start whole stacks.

    By path and not by mark: with this pytest, xdist's own `loadgroup` no longer sees the groups. Whole files:
    what is made once for one is made once.

    xdist 3.8 gives back all that a dead worker ever had: what it had finished, at which the next one waits for
    ever, and the test it died of, which ends the next one too. Here the rest of its files runs elsewhere, and
    that test has failed.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if nodeid.startswith(THIRD_ROW):
            return "third row"
        if file in SECOND_ROW:
            return "second row"
        return STACKS if nodeid.startswith(STACKS) else file

    def remove_node(self, node: WorkerController) -> str | None:
        workload = self.assigned_work.pop(node)
        if self.collection is None:  # its successor collects in its place
            self.registered_collections.pop(node, None)
        died_of = next((one for unit in workload.values() for one, done in unit.items() if not done), None)
        if died_of is None:
            return None
        workload[self._split_scope(died_of)][died_of] = True
        for scope, unit in reversed(workload.items()):
            if not all(unit.values()):
                self.workqueue[scope] = unit
                self.workqueue.move_to_end(scope, last=False)  # it may be a long row
        for other in self.nodes:
            self._reschedule(other)
        return died_of

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        super().add_node_collection(node, collection)
        if node not in self.registered_collections:
            raise RuntimeError(f"{node.gateway.id} replaces a worker that died, and found other tests")

    def _reschedule(self, node: WorkerController) -> None:
        if node not in self.registered_collections:
            return  # it still collects
        super()._reschedule(node)
        # A worker begins a test once it knows the next one, or that there is none.
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            super()._reschedule(node)
