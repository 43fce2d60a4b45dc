"""Every kind of record: one frozen class each, one closed union, names, codes and labels.

The bodies hold pseudonyms, codes, counts and digests; names and texts are openings whose commitment is
the leaf's `sealed` (FORMAT.md §3). Labels on screens and the table in FORMAT.md come from here.
"""

from __future__ import annotations

from typing import get_args

from audit.administrator_records import AdministratorAppointed, AdministratorEnded, NoticeChanged
from audit.channel_records import (
    ChannelClosed,
    ChannelOpened,
    ChannelRefused,
    ClipboardCopied,
    CommandExecuted,
    FileTransferred,
    ToolSeen,
    ToolStarted,
    ToolStopped,
    ToolTold,
)
from audit.clarification_records import ClarificationRecord
from audit.declared_records import DeclaredRecord
from audit.duty_records import DutyRecord
from audit.erasure_records import ErasureDecided, ErasureExecuted, HoldLifted, HoldPlaced
from audit.estate_records import (
    ApproversAnnounced,
    ApproversChanged,
    ApproversObjected,
    DelegationGiven,
    HostBarred,
    HostEnrolled,
    HostPrepared,
    HostRevoked,
    MandateGiven,
    PolicyChanged,
    WarrantEnded,
)
from audit.incident_records import IncidentRecord
from audit.live_records import LiveRecord
from audit.log_records import (
    ClockStatus,
    HeadSent,
    HeadStamped,
    HostHeartbeat,
    HostSilent,
    KeyRotated,
    ListsMissing,
    LogGap,
    LogHeartbeat,
    LogRecovered,
    PeriodClosed,
    PeriodFigures,
    PeriodSnapshot,
    ReportIssued,
    SessionsListed,
    ShardOpened,
)
from audit.mail_record import MailReceived
from audit.paper_records import PaperRecord
from audit.person_records import (
    AccessDenied,
    CredentialAdded,
    CredentialRemoved,
    LoginEnded,
    LoginFailed,
    LoginSucceeded,
    PersonAdmitted,
    PersonInvited,
    PersonLeft,
    RecordRead,
    TenantOpened,
)
from audit.plug_records import PlugRecord
from audit.post_records import (
    LetterOverdue,
    LetterReceipted,
    LetterSent,
    MailBound,
    MailReported,
    MailRulesChanged,
    MailSenderChanged,
)
from audit.program_records import ProgramRecord
from audit.protection_records import ProtectionRecord
from audit.recording_records import (
    PlaybackAllowed,
    PlaybackAsked,
    PlaybackEnded,
    RecordingCheckpoint,
    RecordingClosed,
    RecordingOpened,
)
from audit.report_records import ReportRecord
from audit.request_records import (
    ApprovalGiven,
    ApprovalRefusalExplained,
    ApprovalRefused,
    ApprovalWithdrawn,
    GrantExpired,
    GrantIssued,
    GrantRevoked,
    RequestLapsed,
    RequestOpened,
    RequestSolved,
    RequestWithdrawn,
    SupervisionTaken,
)
from audit.resale_records import ResaleRecord
from audit.school_records import SchoolRecord
from audit.session_records import (
    DeskReported,
    SessionClosed,
    SessionEnded,
    SessionOpened,
    SessionPaused,
    SessionPresumedEnded,
    SessionRefused,
    SessionResumed,
    SessionStarted,
    StopExplained,
    StopOrdered,
    WatchJoined,
    WatchLeft,
)
from audit.signin_records import SigninRecord
from audit.work_records import WorkRecord

AnyRecord = (
    TenantOpened | PersonAdmitted | CredentialAdded | CredentialRemoved | PersonInvited | PersonLeft
    | LoginSucceeded | LoginFailed | LoginEnded | AccessDenied | RecordRead
    | ApproversChanged | PolicyChanged | DelegationGiven | MandateGiven | WarrantEnded
    | ApproversAnnounced | ApproversObjected
    | HostPrepared | HostEnrolled | HostRevoked | HostBarred
    | RequestOpened | RequestWithdrawn | RequestLapsed | ApprovalGiven | ApprovalRefused
    | ApprovalRefusalExplained | ApprovalWithdrawn | RequestSolved
    | GrantIssued | GrantRevoked | GrantExpired | SupervisionTaken
    | SessionOpened | SessionStarted | SessionRefused | SessionPaused | SessionResumed
    | SessionEnded | SessionPresumedEnded
    | SessionClosed | StopOrdered | StopExplained | DeskReported | WatchJoined | WatchLeft
    | ChannelOpened | ChannelRefused | ChannelClosed | CommandExecuted | FileTransferred | ClipboardCopied
    | ToolStarted | ToolStopped | ToolTold | ToolSeen
    | RecordingOpened | RecordingCheckpoint | RecordingClosed
    | PlaybackAsked | PlaybackAllowed | PlaybackEnded
    | HostHeartbeat | HostSilent | LogHeartbeat | LogGap | ClockStatus | HeadStamped | HeadSent
    | SessionsListed | ListsMissing
    | PeriodSnapshot | PeriodClosed | PeriodFigures | ReportIssued
    | ErasureDecided | ErasureExecuted | HoldPlaced | HoldLifted
    | KeyRotated | ShardOpened | LogRecovered
    | DeclaredRecord
    | IncidentRecord
    | ReportRecord
    | PaperRecord
    | ProgramRecord
    | MailReceived
    | LetterSent | LetterReceipted | LetterOverdue | MailBound | MailRulesChanged | MailReported
    | MailSenderChanged
    | AdministratorAppointed | AdministratorEnded | NoticeChanged
    | ProtectionRecord
    | WorkRecord
    | DutyRecord
    | SchoolRecord
    | ResaleRecord
    | PlugRecord
    | LiveRecord
    | SigninRecord
    | ClarificationRecord
)  # fmt: skip

KINDS: dict[str, type[AnyRecord]] = {kind.KIND: kind for kind in get_args(AnyRecord)}

# The field in which the host's agent itself commits to what is sealed beside the record.
COMMITTED = {
    CommandExecuted.KIND: "command", ToolStarted.KIND: "program", ToolTold.KIND: "peer", ToolSeen.KIND: "program",
    StopExplained.KIND: "text", DeskReported.KIND: "text",
}  # fmt: skip
