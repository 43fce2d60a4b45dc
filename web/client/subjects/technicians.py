"""Technicians and whose employees they are. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, NotRequired, TypedDict

from web.client.call import Calls


class Subprocessor(TypedDict):
    """A company whose people work for the vendor. `place`: the country it works from (art. 28(4),
    44)."""

    id: str
    name: str
    place: str


class Paper(TypedDict):
    """`dated` is a local day (``2026-11-22``), `file` a SHA-256 in hex."""

    kind: str
    reference: str
    dated: str
    file: NotRequired[str | None]


class Filed(TypedDict):
    """A paper as it was filed: of a `person` where it is somebody's. `until` is its last local day."""

    id: str
    paper: Paper
    until: NotRequired[str | None]
    person: NotRequired[str | None]


class TechnicianView(TypedDict):
    """`lacks` are codes of what would be told or block at a customer's; `employer` None: the vendor
    itself."""

    id: str
    name: str
    employer: Subprocessor | None
    filed: list[Filed]
    lacks: list[
        Literal[
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
    ]


class Technicians:
    """Technicians and whose employees they are."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[TechnicianView]:
        """Technicians, their papers and employers."""
        found: builtins.list[TechnicianView] = self._calls.json("GET", "/api/technicians")
        return found

    def employer(self, *, person: str, subprocessor: str | None = None) -> None:
        """Whose employee he is."""
        self._calls.json(
            "POST",
            "/api/technicians/{person}/employer",
            at={"person": person},
            body={"subprocessor": subprocessor},
        )
