"""Papers, responsibility matrix, the day of what is due. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, Literal, NotRequired, TypedDict

from web.client.call import Calls


class Tenant(TypedDict):
    """Owner of one log: the vendor itself (`house`) or a customer."""

    id: str
    kind: Literal["house", "customer"]
    name: str
    zone: str
    demo: bool
    opened: str


class Paper(TypedDict):
    """`dated` is a local day (``2026-11-22``), `file` a SHA-256 in hex."""

    kind: str
    reference: str
    dated: str
    file: NotRequired[str | None]


class Validity(TypedDict):
    """`until` is exclusive; None: until another one begins. `paper`: the appointment, of category 1."""

    category: Literal[1, 2]
    since: str
    until: NotRequired[str | None]
    paper: NotRequired[Paper | None]


class Filed(TypedDict):
    """A paper as it was filed: of a `person` where it is somebody's. `until` is its last local day."""

    id: str
    paper: Paper
    until: NotRequired[str | None]
    person: NotRequired[str | None]


class Matrix(TypedDict):
    """Who must do what: people of the customer, or the vendor by its tenant's id."""

    authorise: NotRequired[list[str]]
    supervise: NotRequired[list[str]]
    train: NotRequired[list[str]]
    credentials: NotRequired[list[str]]


class Subprocessor(TypedDict):
    """A company whose people work for the vendor. `place`: the country it works from (art. 28(4),
    44)."""

    id: str
    name: str
    place: str


class Announced(TypedDict):
    """A sub-processor as the customer was told of it; `notice` is the last day of the notice."""

    subprocessor: str
    authorisation: str
    notice: str
    answer: NotRequired[str | None]


class SubprocessorView(TypedDict):
    """`counts`: its people may work there today."""

    company: Subprocessor
    announced: Announced
    counts: bool


class Lack(TypedDict):
    """`code` is what the refusal says where it `blocks`; else it is told, and printed in the report."""

    code: Literal[
        "not_found",
        "not_allowed",
        "activity_not_approved",
        "not_same_day",
        "foreign_page",
        "wrong_address",
        "login_needed",
        "at_rest",
        "not_recognised",
        "browser_needed",
        "too_many_tries",
        "bad_input",
        "too_large",
        "setup_done",
        "invitation_spent",
        "titolare_admits",
        "still_appointed",
        "password_not_for_technicians",
        "passkey_missing",
        "passkey_removed",
        "authorisation_missing",
        "supervision_missing",
        "window_closed",
        "expired",
        "own_request",
        "envelope_invalid",
        "pins_differ",
        "policy_differs",
        "policy_forbids",
        "policy_missing",
        "replayed",
        "duplicate",
        "told_already",
        "host_differs",
        "host_unreachable",
        "host_not_enrolled",
        "enrolment_invalid",
        "log_unproven",
        "log_unavailable",
        "log_behind",
        "log_closed",
        "stop_unrecorded",
        "tool_missing",
        "port_missing",
        "environment_not_allowed",
        "channel_not_granted",
        "option_not_served",
        "desk_denied",
        "agent_refused",
        "demo_not_allowed",
        "wrong_state",
        "out_of_turn",
        "queue_empty",
        "session_ended",
        "session_paused",
        "recording_unavailable",
        "recording_erased",
        "recording_damaged",
        "month_not_ended",
        "month_ended",
        "in_session",
        "month_closed",
        "month_before_customer",
        "month_out_of_turn",
        "report_failed",
        "printing_busy",
        "report_erased",
        "erasure_held",
        "name_kept",
        "recipient_missing",
        "ads_delegation_missing",
        "delegation_expired",
        "appointment_ends",
        "appointment_missing",
        "dpa_missing",
        "matrix_missing",
        "confidentiality_missing",
        "training_missing",
        "subprocessor_not_listed",
        "evaluation_missing",
        "half_yearly_third",
        "dpia_missing",
        "school_not_in_service",
        "archives_delegation_missing",
        "study_open",
        "clean_up_uncounted",
        "invoice_data_missing",
        "with_reseller",
        "charge_not_accepted",
        "resale_rate_missing",
        "topics_missing",
        "provider_away",
        "identity_not_taken",
        "not_linked",
        "passkey_needed",
        "proof_needed",
    ]
    blocks: bool


class DutiesView(TypedDict):
    """`lacks` of the customer's own; `technicians` (whose papers are whole, of all) of the vendor's
    people.  `block` is the first local day on which what lacks blocks, `set_block` whether somebody
    chose it. `people` names whom a row of the matrix may name."""

    customer: Tenant
    today: str
    block: str
    set_block: bool
    category: Literal[1, 2]
    categories: list[Validity]
    filed: list[Filed]
    matrix: Matrix
    people: dict[str, str]
    vendor: str
    subprocessors: list[SubprocessorView]
    lacks: list[Lack]
    technicians: list[Any]


class Papers:
    """Papers, responsibility matrix, the day of what is due."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> DutiesView:
        """Papers of a customer, and what is lacking."""
        found: DutiesView = self._calls.json("GET", "/api/tenants/{tenant}/duties", at={"tenant": tenant})
        return found

    def file(
        self,
        *,
        tenant: str,
        kind: str,
        reference: str,
        dated: str,
        until: str | None = None,
        file: str | None = None,
        person: str | None = None,
    ) -> Filed:
        """File a paper."""
        found: Filed = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/papers",
            at={"tenant": tenant},
            body={
                "kind": kind,
                "reference": reference,
                "dated": dated,
                "until": until,
                "file": file,
                "person": person,
            },
        )
        return found

    def withdraw(self, *, tenant: str, filing: str) -> None:
        """A paper no longer counts."""
        self._calls.json(
            "DELETE", "/api/tenants/{tenant}/papers/{filing}", at={"tenant": tenant, "filing": filing}
        )

    def matrix(
        self,
        *,
        authorise: builtins.list[str],
        supervise: builtins.list[str],
        train: builtins.list[str],
        credentials: builtins.list[str],
    ) -> None:
        """Who authorises, supervises, trains, keeps credentials."""
        self._calls.json(
            "POST",
            "/api/matrix",
            body={"authorise": authorise, "supervise": supervise, "train": train, "credentials": credentials},
        )

    def day(self, *, block: str) -> None:
        """A duty was seen to today."""
        self._calls.json("POST", "/api/duties/day", body={"block": block})
