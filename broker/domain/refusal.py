"""The one business exception: what was refused, why, and who can mend it.

A refusal is not a bug and not bad evidence: it is an answer. Codes are English and stable
(decisions §16); the sentences say what is wrong and who mends it, Italian first.
"""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """Every reason Verbale says no. The edge maps each to a status in `api/refusals.py`."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    ACTIVITY_NOT_APPROVED = "activity_not_approved"
    NOT_SAME_DAY = "not_same_day"
    FOREIGN_PAGE = "foreign_page"
    WRONG_ADDRESS = "wrong_address"
    LOGIN_NEEDED = "login_needed"
    AT_REST = "at_rest"
    NOT_RECOGNISED = "not_recognised"
    BROWSER_NEEDED = "browser_needed"
    TOO_MANY_TRIES = "too_many_tries"
    BAD_INPUT = "bad_input"
    TOO_LARGE = "too_large"
    SETUP_DONE = "setup_done"
    INVITATION_SPENT = "invitation_spent"
    TITOLARE_ADMITS = "titolare_admits"
    STILL_APPOINTED = "still_appointed"
    PASSWORD_NOT_FOR_TECHNICIANS = "password_not_for_technicians"  # noqa: S105 - a code, no secret
    PASSKEY_MISSING = "passkey_missing"
    PASSKEY_REMOVED = "passkey_removed"
    AUTHORISATION_MISSING = "authorisation_missing"
    SUPERVISION_MISSING = "supervision_missing"
    WINDOW_CLOSED = "window_closed"
    EXPIRED = "expired"
    OWN_REQUEST = "own_request"
    ENVELOPE_INVALID = "envelope_invalid"
    PINS_DIFFER = "pins_differ"
    POLICY_DIFFERS = "policy_differs"
    POLICY_FORBIDS = "policy_forbids"
    POLICY_MISSING = "policy_missing"
    REPLAYED = "replayed"
    DUPLICATE = "duplicate"
    TOLD_ALREADY = "told_already"
    HOST_DIFFERS = "host_differs"
    HOST_UNREACHABLE = "host_unreachable"
    HOST_NOT_ENROLLED = "host_not_enrolled"
    ENROLMENT_INVALID = "enrolment_invalid"
    LOG_UNPROVEN = "log_unproven"
    LOG_UNAVAILABLE = "log_unavailable"
    LOG_BEHIND = "log_behind"
    LOG_CLOSED = "log_closed"
    STOP_UNRECORDED = "stop_unrecorded"
    TOOL_MISSING = "tool_missing"
    PORT_MISSING = "port_missing"
    ENVIRONMENT_NOT_ALLOWED = "environment_not_allowed"
    CHANNEL_NOT_GRANTED = "channel_not_granted"
    OPTION_NOT_SERVED = "option_not_served"
    DESK_DENIED = "desk_denied"
    AGENT_REFUSED = "agent_refused"
    DEMO_NOT_ALLOWED = "demo_not_allowed"
    WRONG_STATE = "wrong_state"
    OUT_OF_TURN = "out_of_turn"
    QUEUE_EMPTY = "queue_empty"
    SESSION_ENDED = "session_ended"
    SESSION_PAUSED = "session_paused"
    RECORDING_UNAVAILABLE = "recording_unavailable"
    RECORDING_ERASED = "recording_erased"
    RECORDING_DAMAGED = "recording_damaged"
    MONTH_NOT_ENDED = "month_not_ended"
    MONTH_ENDED = "month_ended"
    IN_SESSION = "in_session"
    MONTH_CLOSED = "month_closed"
    MONTH_BEFORE_CUSTOMER = "month_before_customer"
    MONTH_OUT_OF_TURN = "month_out_of_turn"
    REPORT_FAILED = "report_failed"
    PRINTING_BUSY = "printing_busy"
    REPORT_ERASED = "report_erased"
    ERASURE_HELD = "erasure_held"
    NAME_KEPT = "name_kept"
    RECIPIENT_MISSING = "recipient_missing"
    ADS_DELEGATION_MISSING = "ads_delegation_missing"
    DELEGATION_EXPIRED = "delegation_expired"
    APPOINTMENT_ENDS = "appointment_ends"
    APPOINTMENT_MISSING = "appointment_missing"
    DPA_MISSING = "dpa_missing"
    MATRIX_MISSING = "matrix_missing"
    CONFIDENTIALITY_MISSING = "confidentiality_missing"
    TRAINING_MISSING = "training_missing"
    SUBPROCESSOR_NOT_LISTED = "subprocessor_not_listed"
    EVALUATION_MISSING = "evaluation_missing"
    HALF_YEARLY_THIRD = "half_yearly_third"
    DPIA_MISSING = "dpia_missing"
    SCHOOL_NOT_IN_SERVICE = "school_not_in_service"
    ARCHIVES_DELEGATION_MISSING = "archives_delegation_missing"
    STUDY_OPEN = "study_open"
    CLEAN_UP_UNCOUNTED = "clean_up_uncounted"
    INVOICE_DATA_MISSING = "invoice_data_missing"
    WITH_RESELLER = "with_reseller"
    CHARGE_NOT_ACCEPTED = "charge_not_accepted"
    RESALE_RATE_MISSING = "resale_rate_missing"
    TOPICS_MISSING = "topics_missing"
    PROVIDER_AWAY = "provider_away"
    IDENTITY_NOT_TAKEN = "identity_not_taken"
    NOT_LINKED = "not_linked"
    PASSKEY_NEEDED = "passkey_needed"
    PROOF_NEEDED = "proof_needed"


# The log takes nothing down now. What ends or shows a session must not wait for it.
LOG_STOPPED = frozenset({Why.LOG_UNAVAILABLE, Why.LOG_CLOSED, Why.LOG_BEHIND})

# An agent's noes to what does not fit what was signed: somebody made it, and the vendor owes an answer.
# The report's first page asks about the same ones (`out/report/lib.typ`).
FORGED_ORDER = frozenset({"signature_invalid", "pins_differ", "texts_differ", "log_forked"})


class Refused(Exception):
    """Business says no. `facts` fill the sentence and hold nothing secret."""

    def __init__(self, why: Why, **facts: str) -> None:
        super().__init__(why.value)
        self.why = why
        self.facts = facts
