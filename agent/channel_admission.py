"""Whether a session's channel may begin: by the grant, the request and the rules, as the host itself judged them. Pure."""

from __future__ import annotations

from agent.admitted import Admitted
from agent.events import ChannelAsked
from agent.wire.file_watch import is_served
from audit.recording_rules import RECORDED_CHANNELS, WATCHED
from audit.statement_parts import CHANNEL_KINDS, Channel


def granted_to(admitted: Admitted, asked: ChannelAsked) -> Channel | None:
    """The line of the grant that covers it, with all it allows; of files the first folder's."""
    lines = admitted.grant.channels
    return next((c for c in lines if (c.kind, c.tool) == (asked.kind, asked.params.tool)), None)


def why_not(admitted: Admitted, asked: ChannelAsked, *, has_screen: bool) -> str | None:
    """The refusal's code. `has_screen`: the technician has a desktop open."""
    if not _is_whole(asked):
        return "envelope_invalid"
    due = admitted.request.recording and asked.kind in RECORDED_CHANNELS and not asked.params.watch
    if due != (asked.params.recording_salt is not None):
        return "recording_differs"
    if not {name for name, _ in asked.params.env} <= set(admitted.policy.environment):
        return "environment_not_allowed"
    if asked.kind == "forward":
        return _why_no_port(admitted, asked.params.port)
    if granted_to(admitted, asked) is None:
        return "authorisation_missing"
    if asked.params.watch and not has_screen:
        return "desktop_not_open"
    if asked.params.files is not None and not is_served(asked.params.files):
        return "envelope_invalid"
    if asked.kind == "tool" and all(t.id != asked.params.tool for t in admitted.tools):
        return "tool_missing"
    return None


def _is_whole(asked: ChannelAsked) -> bool:
    """Each kind with what belongs to it, and no other."""
    params = asked.params
    own = {"tool": params.tool, "forward": params.port, "exec": params.command, "files": params.files}
    return (
        asked.kind in CHANNEL_KINDS
        and all((kind == asked.kind) == (value is not None) for kind, value in own.items())
        and (asked.kind != "exec" or params.command_salt is not None)
        and (not params.watch or asked.kind == "desktop")
        and params.watch == (params.via == WATCHED)
    )


def _why_no_port(admitted: Admitted, port: str | None) -> str | None:
    """Granted, and the rules lead where the technician and whoever signed read that it leads."""
    granted = [c.port for c in admitted.grant.channels if c.port is not None and c.port.id == port]
    if not granted:
        return "authorisation_missing"
    return None if granted[0] in admitted.policy.ports else "port_missing"
