"""The whole client. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from web.client.call import Calls
from web.client.subjects.accesses import Accesses
from web.client.subjects.administrators import Administrators
from web.client.subjects.breaches import Breaches
from web.client.subjects.calendar import Calendar
from web.client.subjects.category import Category
from web.client.subjects.contests import Contests
from web.client.subjects.contracts import Contracts
from web.client.subjects.declared import Declared
from web.client.subjects.defects import Defects
from web.client.subjects.holds import Holds
from web.client.subjects.hosts import Hosts
from web.client.subjects.incidents import Incidents
from web.client.subjects.invoices import Invoices
from web.client.subjects.leads import Leads
from web.client.subjects.log import Log
from web.client.subjects.login import Login
from web.client.subjects.logins import Logins
from web.client.subjects.papers import Papers
from web.client.subjects.passkeys import Passkeys
from web.client.subjects.people import People
from web.client.subjects.post import Post
from web.client.subjects.presets import Presets
from web.client.subjects.products import Products
from web.client.subjects.programs import Programs
from web.client.subjects.providers import Providers
from web.client.subjects.recordings import Recordings
from web.client.subjects.reports import Reports
from web.client.subjects.requests import Requests
from web.client.subjects.resellers import Resellers
from web.client.subjects.schools import Schools
from web.client.subjects.sessions import Sessions
from web.client.subjects.signing import Signing
from web.client.subjects.ssh_keys import SshKeys
from web.client.subjects.subprocessors import Subprocessors
from web.client.subjects.technicians import Technicians
from web.client.subjects.tenants import Tenants
from web.client.subjects.webhooks import Webhooks
from web.client.subjects.work import Work


class Client:
    """A person's, by `login` (the cookie that `verbale login` keeps), or a webhook's own, by its `secret`."""

    def __init__(self, origin: str, *, login: str = "", secret: str = "", **more: Any) -> None:
        self._calls = calls = Calls(origin, login=login, secret=secret, **more)
        self.accesses = Accesses(calls)
        self.administrators = Administrators(calls)
        self.breaches = Breaches(calls)
        self.calendar = Calendar(calls)
        self.category = Category(calls)
        self.contests = Contests(calls)
        self.contracts = Contracts(calls)
        self.declared = Declared(calls)
        self.defects = Defects(calls)
        self.holds = Holds(calls)
        self.hosts = Hosts(calls)
        self.incidents = Incidents(calls)
        self.invoices = Invoices(calls)
        self.leads = Leads(calls)
        self.log = Log(calls)
        self.login = Login(calls)
        self.logins = Logins(calls)
        self.papers = Papers(calls)
        self.passkeys = Passkeys(calls)
        self.people = People(calls)
        self.post = Post(calls)
        self.presets = Presets(calls)
        self.products = Products(calls)
        self.programs = Programs(calls)
        self.providers = Providers(calls)
        self.recordings = Recordings(calls)
        self.reports = Reports(calls)
        self.requests = Requests(calls)
        self.resellers = Resellers(calls)
        self.schools = Schools(calls)
        self.sessions = Sessions(calls)
        self.signing = Signing(calls)
        self.ssh_keys = SshKeys(calls)
        self.subprocessors = Subprocessors(calls)
        self.technicians = Technicians(calls)
        self.tenants = Tenants(calls)
        self.webhooks = Webhooks(calls)
        self.work = Work(calls)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._calls.close()
