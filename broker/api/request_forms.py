"""Bodies that come in about requests and sessions: their form only; what is allowed, the cases judge."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from audit.errors import Malformed
from audit.forms import FOLDER
from audit.statement_parts import Activity, Channel, ChannelKind
from broker.api.forms import Id, Instant, PortForm
from broker.cases.ask import Draft
from broker.cases.close_session import Beside
from broker.domain.activity import MAX_APPS
from broker.domain.grants import MAX_ACTIVITIES, MAX_CHANNELS, Wish
from broker.domain.refusal import Refused, Why

Text = Field(default="", max_length=8000)  # the case says the real bound in a sentence of its own


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChannelForm(Form):
    kind: ChannelKind
    tool: str | None = Field(default=None, max_length=64)
    port: PortForm | None = None
    folder: str | None = Field(default=None, max_length=200)
    direction: Literal["from_host", "to_host", "both"] | None = None
    control: bool = False
    clipboard: bool = False

    def channel(self) -> Channel:
        if (self.kind == "tool") != (self.tool is not None):
            raise Refused(Why.BAD_INPUT, field="tool")
        if (self.kind == "forward") != (self.port is not None):
            raise Refused(Why.BAD_INPUT, field="port")
        if (self.control and self.kind != "desktop") or (self.clipboard and not self.control):
            raise Refused(Why.BAD_INPUT, field="channels")
        if self.folder is not None and not FOLDER.fits(self.folder):
            raise Refused(Why.BAD_INPUT, field="folder")
        try:
            return Channel(
                self.kind,
                self.tool,
                port=None if self.port is None else self.port.read(),
                folder=self.folder,
                direction=self.direction,
                control=self.control,
                clipboard=self.clipboard,
            )
        except Malformed as wrong:
            raise Refused(Why.BAD_INPUT, field="folder") from wrong


class ActivityForm(Form):
    code: str = Field(max_length=16)
    type: Literal["ASS", "FOR"] = "ASS"

    def activity(self) -> Activity:
        if self.code not in Activity.CODES:
            raise Refused(Why.BAD_INPUT, field="activities")
        return Activity(self.code, self.type)


class AskForm(Form):
    host: Id
    incident_text: str = Text
    reason: str = Text
    incident: str | None = Field(default=None, max_length=64)
    channels: list[ChannelForm] = Field(max_length=MAX_CHANNELS)
    activities: list[ActivityForm] = Field(max_length=MAX_ACTIVITIES)
    not_before: Instant | None = None
    not_after: Instant | None = None
    longest_s: int | None = Field(default=None, ge=1, le=366 * 86400)

    def draft(self) -> Draft:
        wish = Wish(
            tuple(c.channel() for c in self.channels),
            tuple(a.activity() for a in self.activities),
            self.not_before,
            self.not_after,
            self.longest_s,
        )
        return Draft(self.host, self.incident_text, self.reason, wish, self.incident or None)


class ApprovalForm(Form):
    """`demo_software` True: he will sign with the demo's software key though he has a real one too."""

    supervision: Literal["self", "named", "waived"]
    watcher: Id | None = None
    demo_software: bool | None = None


class CheckInForm(Form):
    """`page_key`: Ed25519, base64url; made by the page that will watch."""

    page_key: str = Field(max_length=64)
    demo_software: bool | None = None


class SignedStopForm(Form):
    demo_software: bool | None = None


class ReasonForm(Form):
    reason: str = Text


class MessageForm(Form):
    text: str = Text


class ProposalForm(Form):
    seconds: int = Field(ge=1, le=86_400)


class ExtensionForm(Form):
    reason: str = Text
    longest_s: int | None = Field(default=None, ge=1, le=86_400)


class ActivationForm(Form):
    """The browser's AuthenticationResponseJSON as it gave it."""

    answer: dict[str, Any]


class DeclarationForm(Form):
    """The same, with the state that came with the question."""

    state: str = Field(max_length=128)
    answer: dict[str, Any]


class BesideForm(Form):
    """What some codes ask for beside themselves. `people`: who was trained, one name a line."""

    target: str = Text
    change: str = Text
    other_data: bool = False
    apps: list[str] = Field(default_factory=list, max_length=MAX_APPS)
    topic: str = Text
    people: str = Field(default="", max_length=4000)

    def beside(self) -> Beside:
        return Beside(self.target, self.change, self.other_data, tuple(self.apps), self.topic, self.people)


class CloseForm(BesideForm):
    outcome: str = Field(max_length=16)
    activities: list[ActivityForm] = Field(max_length=MAX_ACTIVITIES)
    note: str = Text
