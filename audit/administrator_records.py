"""Records of who is appointed system administrator, and of how the people at work are told (requirements L-01…L-05).

An appointment opens nothing: who may sign an approval says the approver set. It is for the register and for
whoever asks whether a technician works as administrator or helps now and then.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Activity, Code, Day, Id
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class AdministratorAppointed(Record):
    """One natural person, appointed by the actor. `first` and `last` are local days, both counted.

    `areas` are codes without type, `hosts` none for all of the customer's. The opening holds `function`,
    `evaluation` of experience, ability and reliability, and `evaluated_by`, who wrote it on day `evaluated`.
    """

    KIND, CODE = "administrator.appointed", "R470"
    IT, EN = "Amministratore di sistema nominato", "Administrator appointed"
    RETAIN = "authorisation"
    SEALED = "must"
    appointment: Id
    person: Id
    areas: tuple[Activity, ...]
    hosts: tuple[Id, ...]
    first: Day
    last: Day
    evaluated: Day


@dataclass(frozen=True, slots=True, repr=False)
class AdministratorEnded(Record):
    """Before its last day; from this record's time on it counts no more."""

    KIND, CODE = "administrator.ended", "R471"
    IT, EN = "Nomina di amministratore finita prima", "Administrator’s appointment ended"
    RETAIN = "authorisation"
    appointment: Id
    person: Id
    reason: Code  # revoked | left | changed


@dataclass(frozen=True, slots=True, repr=False)
class NoticeChanged(Record):
    """What the notice for the people at work says of the administrators from here on (L-04)."""

    KIND, CODE = "administrators.notice", "R472"
    IT, EN = "Avviso sugli amministratori cambiato", "Administrators’ notice changed"
    RETAIN = "authorisation"
    shows: Code  # nothing | functions | names
