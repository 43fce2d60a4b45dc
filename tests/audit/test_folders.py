"""Folders of a session's files: what a line covers, and what both verifiers say of a file that went over."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.channel_records import ChannelOpened, FileTransferred
from audit.commitment import Opening
from audit.errors import Malformed
from audit.folders import DIRECTIONS, FolderLine, allowed, read_folders
from audit.forms import FOLDER
from audit.policy import Policy
from audit.statement_parts import Channel
from tests.audit.people import POLICY
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import Twist, World

NAMES = st.lists(st.sampled_from(["srv", "srv2", "a b", "dati", "…"]), max_size=4)
FOLDERS = NAMES.map(lambda parts: "/" + "/".join(parts))
LINES = st.builds(FolderLine, FOLDERS, st.sampled_from(DIRECTIONS))
OPENED = Opening(bytes(32), {"path": "/srv/dati/listino.csv", "sha256": "ab" * 32})


@given(LINES, LINES)
def test_a_line_covers_what_is_below_it_and_goes_its_way(line: FolderLine, asked: FolderLine) -> None:
    below = posixpath.commonpath([line.folder, asked.folder]) == line.folder
    ways = {"from_host": {"from_host"}, "to_host": {"to_host"}, "both": {"from_host", "to_host"}}
    fits = ways[asked.direction] <= ways[line.direction]
    assert line.covers(asked) == (below and fits)
    assert allowed(asked, [FolderLine("/else", "both"), line]) == line.covers(asked)
    assert FolderLine.from_value(line.to_value()) == line


@given(st.text("/.a\n \u202e", max_size=12))
def test_a_folder_has_one_spelling(text: str) -> None:
    good = text.startswith("/") and posixpath.normpath(text) == text and text[:2] != "//"
    assert FOLDER.fits(text) == (good and text.isprintable())


@pytest.mark.parametrize("path", ["", "srv", "/srv/", "//srv", "/srv/../etc", "/./srv", "/" + "a" * 200])
def test_what_is_no_folder(path: str) -> None:
    assert not FOLDER.fits(path)


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "files"}, {"kind": "files", "folder": "/srv"}, {"kind": "files", "direction": "to_host"},
        {"kind": "terminal", "folder": "/srv", "direction": "to_host"}, {"kind": "terminal", "direction": "to_host"},
        {"kind": "files", "folder": "/srv", "direction": "sideways"},
        {"kind": "files", "folder": "srv", "direction": "to_host"},
    ],
)  # fmt: skip
def test_a_channel_for_files_names_folder_and_direction(value: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Channel.from_value(value)


@pytest.mark.parametrize(
    "names", [(), ("/b", "/a"), ("/a", "/a"), tuple(f"/{n:02}" for n in range(17))]
)  # fmt: skip
def test_folders_of_a_policy_are_few_in_order_and_none_twice(names: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        read_folders([FolderLine(name, "to_host").to_value() for name in names])


def test_a_policy_without_folders_keeps_its_bytes() -> None:
    assert b"folders" not in POLICY.encode()
    with_some = replace(POLICY, folders=(FolderLine("/srv", "both"),))
    assert Policy.parse(with_some.encode()) == with_some


# ------------------------------------------------------------------------------------ both verifiers


def world(channel: FolderLine, *rules: FolderLine) -> tuple[World, str]:
    """A session that runs with a channel for files open in it."""
    asked = Channel("files", folder=channel.folder, direction=channel.direction)
    w = World(
        Twist(
            policy=lambda p: replace(p, channels=(*p.channels, "files"), folders=rules),
            request=lambda r: replace(r, channels=(*r.channels, asked)),
        )
    )
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.told(ChannelOpened("c-1", "files", "ssh", "10.8.0.31", ""), session=session)
    return w, session


def tell(w: World, session: str, opening: Opening = OPENED, **changes: Any) -> World:
    told = FileTransferred("c-1", 1, "from_host", "whole", 0, 2048, OPENED.commitment, None, True, "")
    w.told(replace(told, **changes), session=session, opening=opening)
    return w


TAKEN = FolderLine("/srv/dati", "from_host")


def test_files_within_what_was_approved() -> None:
    w, session = world(TAKEN, FolderLine("/srv", "both"), FolderLine("/var", "to_host"))
    tell(w, session)
    tell(w, session, number=2, direction="to_host", result="refused", reason="direction", agrees=None)
    sound(judge(w))


@pytest.mark.parametrize(
    "rules",
    [
        (),
        (FolderLine("/srv", "to_host"),),
        (FolderLine("/srv/dat", "both"),),
        (FolderLine("/srv/dati/x", "both"),),
    ],
)
def test_a_folder_that_the_rules_do_not_allow(rules: tuple[FolderLine, ...]) -> None:
    w = World(
        Twist(
            policy=lambda p: replace(p, channels=(*p.channels, "files"), folders=rules),
            request=lambda r: replace(
                r, channels=(*r.channels, Channel("files", folder="/srv/dati", direction="from_host"))
            ),
        )
    )
    w.onboard()
    w.until(3, 10)
    w.approve(w.ask(1)[0])
    alone(judge(w), "UNAPPROVED", "policy_breach", what="folder")


def test_a_file_that_went_the_other_way() -> None:
    w, session = world(TAKEN, TAKEN)
    tell(w, session, direction="to_host")
    alone(judge(w), "UNAPPROVED", "channel_not_granted", kind="files to_host")


def test_a_file_whose_text_is_another() -> None:
    w, session = world(TAKEN, TAKEN)
    tell(w, session, Opening(bytes(32), {"path": "/srv/dati/altro", "sha256": "ab" * 32}))
    alone(judge(w), "ALTERED", "file_text_differs")


def test_a_file_that_the_two_ends_counted_differently() -> None:
    w, session = world(TAKEN, TAKEN)
    tell(w, session, agrees=False)
    alone(judge(w), "DISPUTED", "file_count_differs")


def test_a_file_of_a_channel_that_nobody_opened() -> None:
    w, session = world(TAKEN, TAKEN)
    tell(w, session, channel="c-9")
    alone(judge(w), "INCOMPLETE", "unknown_channel")
