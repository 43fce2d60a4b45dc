"""Coming in, and what only a browser does. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from web.client.call import Calls, File


class SetupOpen(TypedDict):
    # The first run is still to come: afterwards this address is none.
    open: bool


class Invited(TypedDict):
    """`link` is shown to whoever invites, once: only its digest is kept."""

    person: str
    link: str
    expires: str


class PasskeyAsked(TypedDict):
    """`options` go to the browser's passkey call as they are, `state` comes back with its answer."""

    state: str
    options: dict[str, Any]


class Entered(TypedDict):
    """Who is in now, and where his work is. The token is in the cookie alone."""

    person: str
    name: str
    role: str
    tenant: str
    expires: str
    next: NotRequired[str]


class Rest(TypedDict):
    """`left_s`: whole seconds; 0 where it is locked and asks who is there."""

    person: str
    left_s: int


class CodeGiven(TypedDict):
    """`until`: when a login begun with it ends, which is when the browser's own does."""

    code: str
    expires: str
    until: str


class Next(TypedDict):
    """Done."""

    # The page on which it goes on, below the broker's address.
    next: str


class PasswordAsked(TypedDict):
    """The secret of the one-time codes, as text and as an address; shown until a code of it was
    right."""

    state: str
    secret: str
    address: str


class InvitationView(TypedDict):
    """What the invited person reads before anything happens."""

    person: str
    name: str
    function: str
    role: str
    organisation: str
    invited_by: str | None
    expires: str


class PasskeyAdded(TypedDict):
    # The passkey's own id, in base64url.
    credential: str


class AssertionForm(TypedDict):
    credential: str
    client_data: str
    authenticator_data: str
    signature: str


class Signed(TypedDict):
    """Kept, and recorded."""

    # The page on which it goes on, below the broker's address.
    next: str
    # The host whose enrolment was signed.
    host: NotRequired[str]
    # The code its agent is given; shown this once.
    code: NotRequired[str]


class PasskeyQuestion(TypedDict):
    """What a technician's passkey is to sign."""

    # Comes back with the answer.
    state: str
    # For the browser's passkey call, as WebAuthn has them.
    options: dict[str, Any]


class TableForm(TypedDict):
    """`text`: the file, decoded from UTF-8."""

    name: str
    text: str


class WrongCell(TypedDict):
    it: str
    en: str
    # As a spreadsheet numbers it: the heading is 1; 0: the file.
    row: int
    # Empty: all of the row.
    column: str
    code: str
    value: str


class TableOutcome(TypedDict):
    # The file's.
    name: str
    # Null: no table of ours.
    kind: Literal["customers", "people", "hosts", "contracts", "products"] | None
    # Rows that were made; in a dry run those that would be.
    made: int
    unchanged: int
    wrong: list[WrongCell]


class InvitationLink(TypedDict):
    """Of a person who was admitted: shown this once."""

    # The customer's code in the tables.
    customer: str
    name: str
    email: str
    link: str
    # In UTC, to the millisecond.
    expires: str


class Sentences(TypedDict):
    it: str
    en: str


class ImportAnswer(TypedDict):
    # False of a dry run, and where anything is wrong.
    done: bool
    tables: list[TableOutcome]
    links: list[InvitationLink]
    # What stopped it halfway; it may be repeated.
    stopped: Sentences | None


class Login:
    """Coming in, and what only a browser does."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def get_setup(self) -> SetupOpen:
        """Whether the first run is still to come."""
        found: SetupOpen = self._calls.json("GET", "/api/setup")
        return found

    def post_setup(self, *, secret: str, name: str, email: str, house: str) -> Invited:
        """The first run: the vendor's owner and house."""
        found: Invited = self._calls.json(
            "POST", "/api/setup", body={"secret": secret, "name": name, "email": email, "house": house}
        )
        return found

    def post_login_passkey_begin(self) -> PasskeyAsked:
        """Log in by passkey: what the browser is to sign."""
        found: PasskeyAsked = self._calls.json("POST", "/api/login/passkey/begin")
        return found

    def post_login_passkey_finish(
        self, *, state: str, answer: dict[str, Any], demo_software: bool | None = None
    ) -> Entered:
        """Log in by passkey: what it signed."""
        found: Entered = self._calls.json(
            "POST",
            "/api/login/passkey/finish",
            body={"state": state, "answer": answer, "demo_software": demo_software},
        )
        return found

    def post_login_password(self, *, email: str, password: str, code: str) -> Entered:
        """Log in by password and one-time code."""
        found: Entered = self._calls.json(
            "POST", "/api/login/password", body={"email": email, "password": password, "code": code}
        )
        return found

    def get_login_rest(self) -> Rest:
        """How long until the login is locked."""
        found: Rest = self._calls.json("GET", "/api/login/rest")
        return found

    def post_login_act(self) -> Rest:
        """The person is there."""
        found: Rest = self._calls.json("POST", "/api/login/act")
        return found

    def post_login_code_begin(self) -> CodeGiven:
        """A code for the command line, good once."""
        found: CodeGiven = self._calls.json("POST", "/api/login/code/begin")
        return found

    def post_login_code(self, *, code: str) -> Entered:
        """Log in by the code that a browser showed."""
        found: Entered = self._calls.json("POST", "/api/login/code", body={"code": code})
        return found

    def post_logout(self) -> Next:
        """End this login."""
        found: Next = self._calls.json("POST", "/api/logout")
        return found

    def post_password_begin(self) -> PasswordAsked:
        """A password and the secret of its one-time codes."""
        found: PasswordAsked = self._calls.json("POST", "/api/password/begin")
        return found

    def post_password_finish(self, *, state: str, password: str, code: str) -> Next:
        """The first code, which makes the password count."""
        found: Next = self._calls.json(
            "POST", "/api/password/finish", body={"state": state, "password": password, "code": code}
        )
        return found

    def post_login_prove(
        self, *, state: str, answer: dict[str, Any], demo_software: bool | None = None
    ) -> Next:
        """Show by passkey who is there, for an act that asks for it."""
        found: Next = self._calls.json(
            "POST",
            "/api/login/prove",
            body={"state": state, "answer": answer, "demo_software": demo_software},
        )
        return found

    def post_login_prove_password(self, *, password: str, code: str) -> Next:
        """The same by password and one-time code."""
        found: Next = self._calls.json(
            "POST", "/api/login/prove/password", body={"password": password, "code": code}
        )
        return found

    def get_invitations_token(self, *, token: str) -> InvitationView:
        """Whom an invitation is for."""
        found: InvitationView = self._calls.json("GET", "/api/invitations/{token}", at={"token": token})
        return found

    def post_invitations_token_passkey_begin(self, *, token: str) -> PasskeyAsked:
        """The first passkey of who was invited: what to make."""
        found: PasskeyAsked = self._calls.json(
            "POST", "/api/invitations/{token}/passkey/begin", at={"token": token}
        )
        return found

    def post_invitations_token_passkey_finish(
        self, *, token: str, state: str, answer: dict[str, Any], demo_software: bool | None = None
    ) -> Entered:
        """The first passkey of who was invited: what was made."""
        found: Entered = self._calls.json(
            "POST",
            "/api/invitations/{token}/passkey/finish",
            at={"token": token},
            body={"state": state, "answer": answer, "demo_software": demo_software},
        )
        return found

    def post_passkeys_begin(self) -> PasskeyAsked:
        """One more passkey: what to make."""
        found: PasskeyAsked = self._calls.json("POST", "/api/passkeys/begin")
        return found

    def post_passkeys_finish(
        self, *, state: str, answer: dict[str, Any], demo_software: bool | None = None
    ) -> PasskeyAdded:
        """One more passkey: what was made."""
        found: PasskeyAdded = self._calls.json(
            "POST",
            "/api/passkeys/finish",
            body={"state": state, "answer": answer, "demo_software": demo_software},
        )
        return found

    def post_signing_finish(
        self,
        *,
        state: str,
        cancelled: bool | None = None,
        assertion: AssertionForm | None = None,
        paper: str | None = None,
        credential: str | None = None,
        public_key: str | None = None,
        client_data: str | None = None,
        attestation_object: str | None = None,
    ) -> Signed:
        """What the signing page signed."""
        found: Signed = self._calls.json(
            "POST",
            "/api/signing/finish",
            body={
                "state": state,
                "cancelled": cancelled,
                "assertion": assertion,
                "paper": paper,
                "credential": credential,
                "public_key": public_key,
                "client_data": client_data,
                "attestation_object": attestation_object,
            },
        )
        return found

    def post_declared_declared_what_begin(
        self, *, declared: str, what: Literal["began", "ended"]
    ) -> PasskeyQuestion:
        """Begin or end a declared session: what to sign."""
        found: PasskeyQuestion = self._calls.json(
            "POST", "/api/declared/{declared}/{what}/begin", at={"declared": declared, "what": what}
        )
        return found

    def post_declared_declared_finish(self, *, declared: str, state: str, answer: dict[str, Any]) -> Next:
        """Begin or end a declared session: what was signed."""
        found: Next = self._calls.json(
            "POST",
            "/api/declared/{declared}/finish",
            at={"declared": declared},
            body={"state": state, "answer": answer},
        )
        return found

    def post_sessions_session_activation_finish(self, *, session: str, answer: dict[str, Any]) -> Next:
        """Begin a session: what the passkey signed."""
        found: Next = self._calls.json(
            "POST",
            "/api/sessions/{session}/activation/finish",
            at={"session": session},
            body={"answer": answer},
        )
        return found

    def post_imports(self, *, tables: list[TableForm], dry_run: bool | None = None) -> ImportAnswer:
        """Import tables: look first, or do it."""
        found: ImportAnswer = self._calls.json(
            "POST", "/api/imports", body={"tables": tables, "dry_run": dry_run}
        )
        return found

    def get_calendars_secret_ics(self, *, secret: str, en: bool | None = None) -> File:
        """A person's calendar, for whoever has its address."""
        return self._calls.file("GET", "/api/calendars/{secret}.ics", at={"secret": secret}, query={"en": en})
