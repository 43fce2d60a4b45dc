"""Who people are and what their role lets them do: one table, asked by every case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from audit.record import Actor
from broker.domain.refusal import Refused, Why

Role = Literal["technician", "owner", "titolare", "ads", "auditor"]
HOUSE_ROLES: frozenset[Role] = frozenset({"technician", "owner"})
APPROVING_ROLES: frozenset[Role] = frozenset({"titolare", "ads"})
CUSTOMER_ROLES: frozenset[Role] = APPROVING_ROLES | {"auditor"}  # who reads and checks, and does nothing else
ALL_ROLES: frozenset[Role] = HOUSE_ROLES | CUSTOMER_ROLES

LOGIN_LASTS = timedelta(hours=12)  # absolute: a working day, and nobody stays in overnight
INVITATION_LASTS = timedelta(hours=72)
MAX_APPOINTMENT = timedelta(days=365)  # agents refuse more than 366 (audit.pins)
MAX_CREDENTIALS = 16  # per person and kind: every one travels in each of his statements


@dataclass(frozen=True, slots=True)
class Person:
    """A person as admitted. House people live in the house tenant, approvers in their customer's.

    Who has left is not active any more, and has no address.
    """

    id: str
    tenant: str
    role: Role
    name: str
    function: str
    email: str
    active: bool
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """The caller. `terminal` is the source address, `method` how he logged in, `proved` when he last showed it."""

    person: str
    tenant: str
    role: Role
    name: str
    terminal: str
    method: str
    proved: datetime | None = None

    @property
    def actor(self) -> Actor:
        return Actor(self.person, self.role)

    @property
    def house(self) -> bool:
        """Whether he works for the vendor."""
        return self.role in HOUSE_ROLES


class Action(StrEnum):
    """What somebody may be allowed to do to something of a tenant."""

    OPEN_TENANT = "open_tenant"
    ADMIT_PERSON = "admit_person"
    INVITE = "invite"
    DISMISS = "dismiss"
    SEE_PEOPLE = "see_people"
    ADD_SSH_KEY = "add_ssh_key"
    SET_PASSWORD = "set_password"  # noqa: S105 - the name of a deed
    ADD_PASSKEY = "add_passkey"
    REGISTER_SIGNING_KEY = "register_signing_key"
    REGISTER_MANDATE_KEY = "register_mandate_key"
    CHANGE_APPROVERS = "change_approvers"
    CHANGE_POLICY = "change_policy"
    GIVE_WARRANT = "give_warrant"
    SEE_HOSTS = "see_hosts"
    PREPARE_HOST = "prepare_host"
    SIGN_ENROLMENT = "sign_enrolment"
    FETCH_ENROLMENT_FILE = "fetch_enrolment_file"
    REVOKE_HOST = "revoke_host"
    ASK = "ask"
    WITHDRAW = "withdraw"
    SEE_REQUESTS = "see_requests"
    SEE_QUEUE = "see_queue"
    SEE_INCIDENTS = "see_incidents"
    REPORT_INCIDENT = "report_incident"
    LOG_CALL = "log_call"
    WORK_INCIDENT = "work_incident"
    SEE_CONTRACT = "see_contract"
    AGREE_CONTRACT = "agree_contract"
    SET_TARIFF = "set_tariff"
    SEE_TARIFF = "see_tariff"
    TYPE_WORK = "type_work"
    SEE_HOURS = "see_hours"
    DRAFT_INVOICES = "draft_invoices"
    SEE_PRODUCTS = "see_products"
    KEEP_PRODUCTS = "keep_products"
    APPROVE = "approve"
    APPROVE_UNDER_MANDATE = "approve_under_mandate"
    REFUSE = "refuse"
    REVOKE_APPROVAL = "revoke_approval"
    ASK_CLARIFICATION = "ask_clarification"
    ANSWER_CLARIFICATION = "answer_clarification"
    SOLVE = "solve"
    SUPERVISE = "supervise"
    ACTIVATE = "activate"
    CLOSE_SESSION = "close_session"
    STOP_SESSION = "stop_session"
    WATCH = "watch"
    PAUSE = "pause"
    TALK = "talk"
    FLAG = "flag"
    READ_RECORDS = "read_records"
    SEE_RECORDINGS = "see_recordings"
    READ_RECORDING = "read_recording"
    ALLOW_PLAYBACK = "allow_playback"
    ASK_PLAYBACK = "ask_playback"
    END_PLAYBACK = "end_playback"
    ANSWER_PERSON = "answer_person"
    READ_REPORT = "read_report"
    AGREE_CADENCE = "agree_cadence"
    CONTEST = "contest"
    ANSWER_CONTEST = "answer_contest"
    SEE_CONTESTS = "see_contests"
    DECIDE_ERASURE = "decide_erasure"
    ERASE_NAME = "erase_name"
    HOLD_ERASURE = "hold_erasure"
    READ_LOG = "read_log"
    LET_MONITOR = "let_monitor"
    SET_CATEGORY = "set_category"
    SEE_DUTIES = "see_duties"
    FILE_PAPER = "file_paper"
    SET_MATRIX = "set_matrix"
    DATE_DUTIES = "date_duties"
    LIST_SUBPROCESSOR = "list_subprocessor"
    ANSWER_SUBPROCESSOR = "answer_subprocessor"
    SEE_POST = "see_post"
    HANDLE_MAIL = "handle_mail"
    SET_MAIL_RULES = "set_mail_rules"
    KNOW_SENDERS = "know_senders"
    HANDLE_LEADS = "handle_leads"
    APPOINT_ADMINISTRATOR = "appoint_administrator"
    CHANGE_NOTICE = "change_notice"
    SEE_ADMINISTRATORS = "see_administrators"
    READ_ACCESSES = "read_accesses"
    READ_OWN_ACCESSES = "read_own_accesses"
    COUNT_ACCESSES = "count_accesses"
    SEE_STAFF = "see_staff"
    SEE_PROGRAMS = "see_programs"
    PUBLISH_RELEASE = "publish_release"
    RECORD_VERSION = "record_version"
    RECEIVE_RELEASE = "receive_release"
    TEST_RELEASE = "test_release"
    DECIDE_ACCEPTANCE = "decide_acceptance"
    WORK_DEFECT = "work_defect"
    KEEP_BREACHES = "keep_breaches"
    SEE_BREACHES = "see_breaches"
    NOTE_RELAY = "note_relay"
    RECTIFY = "rectify"
    QUESTION = "question"
    SEE_DOSSIER = "see_dossier"
    VERIFY_YEAR = "verify_year"
    SEE_SAMPLE = "see_sample"
    ISSUE_DOCUMENT = "issue_document"
    ANSWER_RIGHT = "answer_right"
    LET_GO = "let_go"
    REVIEW_ACCOUNTS = "review_accounts"
    SEE_SCHOOL = "see_school"
    SEE_SCHOOLS = "see_schools"
    KEEP_SCHOOL = "keep_school"
    DELEGATE_ARCHIVES = "delegate_archives"
    INSTRUCT_CLEAN_UP = "instruct_clean_up"
    CLEAN_ARCHIVES = "clean_archives"
    KEEP_RESALE = "keep_resale"
    SEE_RESALE = "see_resale"
    SERVE_CUSTOMERS = "serve_customers"
    SEND_ON = "send_on"
    KEEP_CALENDAR = "keep_calendar"
    KEEP_PROVIDERS = "keep_providers"


_TECHNICIAN: frozenset[Role] = frozenset({"technician"})
_OWNER: frozenset[Role] = frozenset({"owner"})
_TITOLARE: frozenset[Role] = frozenset({"titolare"})
_APPROVERS = APPROVING_ROLES
_READERS = CUSTOMER_ROLES

MAY: dict[Action, frozenset[Role]] = {
    Action.OPEN_TENANT: _OWNER,
    Action.ADMIT_PERSON: _OWNER | _TITOLARE,
    Action.INVITE: _OWNER | _TITOLARE,
    Action.DISMISS: _OWNER | _TITOLARE,
    Action.SEE_PEOPLE: ALL_ROLES,
    Action.ADD_SSH_KEY: _TECHNICIAN,
    Action.SET_PASSWORD: ALL_ROLES - _TECHNICIAN,
    Action.ADD_PASSKEY: ALL_ROLES,
    # Nobody of the house can sign, save a technician whom a customer appoints for his mandates.
    Action.REGISTER_SIGNING_KEY: _APPROVERS,
    Action.REGISTER_MANDATE_KEY: _TECHNICIAN,
    Action.CHANGE_APPROVERS: _TITOLARE,
    Action.CHANGE_POLICY: _TITOLARE,
    Action.GIVE_WARRANT: _TITOLARE,
    Action.SEE_HOSTS: ALL_ROLES,
    Action.PREPARE_HOST: _OWNER | _TITOLARE,
    Action.SIGN_ENROLMENT: _TITOLARE,
    Action.FETCH_ENROLMENT_FILE: _OWNER | _TITOLARE,
    Action.REVOKE_HOST: _OWNER | _TITOLARE,
    Action.ASK: _TECHNICIAN,
    Action.WITHDRAW: _TECHNICIAN,
    Action.SEE_REQUESTS: ALL_ROLES,
    Action.SEE_QUEUE: HOUSE_ROLES | APPROVING_ROLES,
    Action.SEE_INCIDENTS: ALL_ROLES,
    Action.REPORT_INCIDENT: _APPROVERS | _TECHNICIAN,
    Action.LOG_CALL: HOUSE_ROLES,
    Action.WORK_INCIDENT: _TECHNICIAN,  # take it, set its severity, answer, close
    Action.SEE_CONTRACT: ALL_ROLES,
    Action.AGREE_CONTRACT: _OWNER,
    Action.SET_TARIFF: _OWNER,
    Action.SEE_TARIFF: _OWNER | _TITOLARE,
    Action.TYPE_WORK: _TECHNICIAN,
    Action.SEE_HOURS: _OWNER | _TITOLARE,  # per contract and row, never per person (L-43)
    Action.DRAFT_INVOICES: _OWNER,  # and whom they are made out to
    Action.SEE_PRODUCTS: ALL_ROLES,
    Action.KEEP_PRODUCTS: _OWNER,
    Action.APPROVE: _APPROVERS,
    Action.APPROVE_UNDER_MANDATE: _TECHNICIAN,
    Action.REFUSE: _APPROVERS,
    Action.REVOKE_APPROVAL: _APPROVERS,
    Action.ASK_CLARIFICATION: _APPROVERS,
    Action.ANSWER_CLARIFICATION: _TECHNICIAN,  # any of them, as with the incident
    Action.SOLVE: _APPROVERS,
    Action.SUPERVISE: _APPROVERS,
    Action.ACTIVATE: _TECHNICIAN,
    Action.CLOSE_SESSION: _TECHNICIAN,
    Action.STOP_SESSION: _APPROVERS,
    Action.WATCH: _READERS,  # the auditor looks on; who moderates may stop and sign (U-11 … U-17)
    Action.PAUSE: _APPROVERS | _TECHNICIAN,  # the technician his own session, and no pause of the customer’s
    Action.TALK: _APPROVERS | _TECHNICIAN,
    Action.FLAG: _APPROVERS,
    Action.READ_RECORDS: _READERS,
    Action.SEE_RECORDINGS: _OWNER | _READERS,
    Action.READ_RECORDING: _OWNER | _READERS,  # owner and ADS by somebody's leave (domain/playing.py, §3.5)
    Action.ALLOW_PLAYBACK: _TITOLARE,
    Action.ASK_PLAYBACK: _OWNER,
    Action.END_PLAYBACK: _OWNER | _TITOLARE,
    Action.ANSWER_PERSON: _TITOLARE,
    Action.READ_REPORT: _OWNER | _READERS,
    Action.AGREE_CADENCE: _OWNER | _TITOLARE,
    Action.CONTEST: _APPROVERS,
    Action.ANSWER_CONTEST: HOUSE_ROLES | _APPROVERS,
    Action.SEE_CONTESTS: ALL_ROLES,
    Action.DECIDE_ERASURE: _TITOLARE,
    Action.ERASE_NAME: _OWNER | _TITOLARE,
    Action.HOLD_ERASURE: _OWNER | _TITOLARE,
    Action.READ_LOG: _READERS,
    Action.LET_MONITOR: _TITOLARE,
    Action.SET_CATEGORY: _OWNER | _TITOLARE,
    Action.SEE_DUTIES: ALL_ROLES,
    Action.FILE_PAPER: _OWNER | _TITOLARE,
    Action.SET_MATRIX: _TITOLARE,
    Action.DATE_DUTIES: _TITOLARE,
    Action.LIST_SUBPROCESSOR: _OWNER,
    Action.ANSWER_SUBPROCESSOR: _TITOLARE,
    Action.SEE_POST: HOUSE_ROLES | APPROVING_ROLES,
    Action.HANDLE_MAIL: _TECHNICIAN,
    Action.SET_MAIL_RULES: _TITOLARE,
    Action.KNOW_SENDERS: _TITOLARE,
    Action.HANDLE_LEADS: _OWNER,
    Action.APPOINT_ADMINISTRATOR: _OWNER | _TITOLARE,
    Action.CHANGE_NOTICE: _TITOLARE,
    Action.SEE_ADMINISTRATORS: _OWNER | _READERS,
    Action.READ_ACCESSES: _READERS,
    Action.READ_OWN_ACCESSES: ALL_ROLES,  # §3.5: his own, and no more for who works for the vendor
    Action.COUNT_ACCESSES: _OWNER,
    Action.SEE_STAFF: _OWNER,
    Action.SEE_PROGRAMS: ALL_ROLES,
    Action.PUBLISH_RELEASE: _OWNER,
    Action.RECORD_VERSION: HOUSE_ROLES,
    Action.RECEIVE_RELEASE: HOUSE_ROLES | APPROVING_ROLES,  # each with what proves it
    Action.TEST_RELEASE: _APPROVERS,
    Action.DECIDE_ACCEPTANCE: _OWNER,
    Action.WORK_DEFECT: HOUSE_ROLES,
    Action.KEEP_BREACHES: _OWNER,
    Action.SEE_BREACHES: _OWNER | _TITOLARE | frozenset({"auditor"}),
    Action.NOTE_RELAY: _OWNER,
    Action.RECTIFY: _OWNER | _TITOLARE,
    Action.QUESTION: HOUSE_ROLES,
    Action.SEE_DOSSIER: _OWNER | _READERS,
    Action.VERIFY_YEAR: _TITOLARE,  # L-14: who checks is not who is checked
    Action.SEE_SAMPLE: _TITOLARE | frozenset[Role]({"auditor"}),
    Action.ISSUE_DOCUMENT: _OWNER | _TITOLARE,
    Action.ANSWER_RIGHT: _TITOLARE,
    Action.LET_GO: _OWNER | _TITOLARE,
    Action.REVIEW_ACCOUNTS: _OWNER | _TITOLARE,
    Action.SEE_SCHOOL: ALL_ROLES,
    Action.SEE_SCHOOLS: HOUSE_ROLES,
    Action.KEEP_SCHOOL: _OWNER,
    Action.DELEGATE_ARCHIVES: _TITOLARE,
    Action.INSTRUCT_CLEAN_UP: _TITOLARE,  # it erases personal data: his explicit word
    Action.CLEAN_ARCHIVES: _TECHNICIAN,
    Action.KEEP_RESALE: _OWNER,
    Action.SEE_RESALE: _OWNER | _APPROVERS,
    Action.SEND_ON: _OWNER | _APPROVERS,  # the owner what domain/webhook.py lets him see
    Action.KEEP_CALENDAR: ALL_ROLES,
    Action.KEEP_PROVIDERS: _OWNER | _TITOLARE,  # each his own people's: who enters one decides who comes in
    Action.SERVE_CUSTOMERS: _APPROVERS,  # of a reseller: his own customers' incidents (broker/cases/serve_customers.py)
}


def sees(who: Who, tenant: str) -> bool:
    """Whether that tenant exists for this person at all: his own, or any for the house."""
    return who.house or who.tenant == tenant


def require(who: Who, action: Action, tenant: str) -> None:
    """Return, or raise: another tenant's thing is not found, a role without the right not allowed."""
    if not sees(who, tenant):
        raise Refused(Why.NOT_FOUND)
    if who.role not in MAY[action]:
        raise Refused(Why.NOT_ALLOWED)


def admissible(who: Who, tenant_kind: str, role: Role, *, led: bool) -> None:
    """Whether `who` may bring in somebody of this role there. `led`: a titolare of the tenant can log in.

    The owner brings in his own people, and a customer's first ones; from then on, its titolare, who alone
    brings in an auditor.
    """
    wanted = HOUSE_ROLES if tenant_kind == "house" else CUSTOMER_ROLES
    if role not in wanted:
        raise Refused(Why.BAD_INPUT, field="role")
    lets_in(who, tenant_kind, led=led)
    if role == "auditor" and who.house:
        raise Refused(Why.BAD_INPUT, field="role")  # he plays recordings: nobody whom the vendor chose


def lets_in(who: Who, tenant_kind: str, *, led: bool) -> None:
    """Whether `who` may give somebody there a link to come in by: else the vendor could walk in himself."""
    if tenant_kind == "customer" and who.house and led:
        raise Refused(Why.TITOLARE_ADMITS)
