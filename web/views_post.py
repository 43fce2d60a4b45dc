"""What the pages of the post need."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Badge, Fact, Notice, Option, Slip, State


@dataclass(frozen=True, slots=True)
class PostRow:
    """A mail or a letter in a list. All of `title` and `line` may be a stranger's words."""

    href: str
    title: str
    line: str
    when: str
    state: State
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class MailRules:
    least: tuple[Option, ...]
    save: Act


@dataclass(frozen=True, slots=True)
class SenderRow:
    """By what mail of one person is known; `number` is masked."""

    name: str
    line: str
    number: str
    change: Act


@dataclass(frozen=True, slots=True)
class Post:
    notices: tuple[Notice, ...]
    mails: tuple[PostRow, ...]
    letters: tuple[PostRow, ...]
    rules: MailRules | None
    senders: tuple[SenderRow, ...] = ()


@dataclass(frozen=True, slots=True)
class SenderForm:
    """The form by which the titolare says it; `number` is whole here, and nowhere else."""

    title: str
    email: str
    domain: str
    box: str
    number: str
    save: Act
    slip: Slip | None


@dataclass(frozen=True, slots=True)
class Binding:
    """The form by which a technician says which request the mail is about."""

    requests: tuple[Option, ...]
    bind: Act


@dataclass(frozen=True, slots=True)
class Reporting:
    """The form by which a technician opens the incident that the mail reports, its text to be put right."""

    text: str
    open: Act


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    name: str
    line: str
    state: State | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail that came. `text` and `facts` are a stranger's words, shown as text and nothing else."""

    title: str
    state: State
    reasons: tuple[str, ...]
    facts: tuple[Fact, ...]
    text_title: str
    text: str
    attachments: tuple[AttachmentRow, ...]
    acts: tuple[Act, ...]
    binding: Binding | None
    reporting: Reporting | None
