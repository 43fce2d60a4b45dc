"""Addresses of the pages that sign. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class AppointmentForm(TypedDict):
    person: str
    until: str
    delegated: NotRequired[bool]


class ToolForm(TypedDict):
    id: str
    start: NotRequired[list[str]]
    watch: NotRequired[list[str]]
    stop_grace_s: int
    adapter: NotRequired[str | None]
    resident: NotRequired[bool]


class AccountForm(TypedDict):
    host: str
    name: str
    administrator: bool


class WitnessForm(TypedDict):
    url: str
    vkey: str


class RoleForm(TypedDict):
    role: Literal["titolare", "ads", "vendor_ads"]
    count: int


class GroundForm(TypedDict):
    kind: Literal["agreement", "authorisation", "no_employees"]
    reference: str
    day: str


class RecordingForm(TypedDict):
    """Both papers, or nothing is recorded (L-41)."""

    sessions: Literal["all", "administrator"]
    client: GroundForm
    vendor: GroundForm
    left_out: NotRequired[list[str]]


class FolderForm(TypedDict):
    folder: str
    direction: Literal["from_host", "to_host", "both"]


class PortForm(TypedDict):
    """A port of the customer's rules, word for word; whether they name it, the cases judge."""

    id: str
    host: str
    port: int


class PolicyForm(TypedDict):
    channels: list[Literal["terminal", "exec", "files", "forward", "desktop", "tool"]]
    tools: NotRequired[list[ToolForm]]
    accounts: NotRequired[list[AccountForm]]
    supervision: NotRequired[Literal["required", "waivable"]]
    desk: NotRequired[Literal["inform", "consent"]]
    offline: NotRequired[Literal["end", "continue"]]
    longest_s: NotRequired[int]
    window_s: NotRequired[int]
    approvals: NotRequired[int]
    witnesses: NotRequired[int]
    external: NotRequired[list[WitnessForm]]
    retention: NotRequired[dict[str, int]]
    recipient: NotRequired[str | None]
    roles: NotRequired[list[RoleForm]]
    recording: NotRequired[RecordingForm | None]
    folders: NotRequired[list[FolderForm]]
    ports: NotRequired[list[PortForm]]
    environment: NotRequired[list[str]]
    presets: NotRequired[list[Literal["nis2", "pci_dss"]]]


class WarrantForm(TypedDict):
    """A delegation or a mandate; `hosts` and `activities` empty: all of them."""

    kind: Literal["delegation", "mandate"]
    persons: list[str]
    hosts: NotRequired[list[str]]
    channels: list[Literal["terminal", "exec", "files", "forward", "desktop", "tool"]]
    activities: NotRequired[list[str]]
    administrator: NotRequired[bool]
    until: str
    own_requests: NotRequired[bool]


class ArchivesForm(TypedDict):
    """A delegation for a school's archives, to technicians of the vendor."""

    persons: list[str]
    until: str


class CleanUpForm(TypedDict):
    """An instruction: which archives of a school are cleaned."""

    clean_up: str
    archives: list[str]


class ToSign(TypedDict):
    """Nothing is signed by it."""

    # The signing page; a person opens it, reads and signs.
    url: str


class Signing:
    """Addresses of the pages that sign."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def post_signing_begin(
        self,
        *,
        purpose: Literal[
            "first-signing-key",
            "approvers",
            "policy",
            "enrolment",
            "approval",
            "erasure",
            "recovery",
            "warrant",
            "archives",
            "clean_up",
        ],
        demo_software: bool | None = None,
        appointments: list[AppointmentForm] | None = None,
        paper_key: str | None = None,
        by_paper: bool | None = None,
        policy: PolicyForm | None = None,
        warrant: WarrantForm | None = None,
        archives: ArchivesForm | None = None,
        clean_up: CleanUpForm | None = None,
        host: str | None = None,
        request: str | None = None,
        supervision: Literal["self", "named", "waived"] | None = None,
        watcher: str | None = None,
        reason: Literal["asked_by_person", "no_longer_needed"] | None = None,
    ) -> ToSign:
        """The address of the page that signs something."""
        found: ToSign = self._calls.json(
            "POST",
            "/api/signing/begin",
            body={
                "purpose": purpose,
                "demo_software": demo_software,
                "appointments": appointments,
                "paper_key": paper_key,
                "by_paper": by_paper,
                "policy": policy,
                "warrant": warrant,
                "archives": archives,
                "clean_up": clean_up,
                "host": host,
                "request": request,
                "supervision": supervision,
                "watcher": watcher,
                "reason": reason,
            },
        )
        return found
