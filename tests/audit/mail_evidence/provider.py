"""A made-up PEC provider: transport envelopes, receipts, envelopes around ordinary mail, and forged ones."""

from __future__ import annotations

import base64
from datetime import datetime
from functools import cache
from xml.sax.saxutils import escape

from audit.mail_evidence.known import Known, Registered
from tests.audit.mail_evidence.mails import ADS, KNOWN, SENT, TITOLARE, mail
from tests.audit.mail_evidence.signers import RSA_KEY, Party, cms_signed, party

PEC = "titolare@pec.studio.it"
MESSAGE_ID = "<m1@pec.studio.it>"
REGISTERED = Registered("p-titolare", "titolare", PEC, pec=True, fiscal_code=TITOLARE.fiscal_code)


@cache
def authority() -> Party:
    return party("Autorità del gestore di prova", authority=True)


@cache
def gestore() -> Party:
    return party("Gestore di prova", authority(), mail="posta-certificata@pec.gestore.it", key=RSA_KEY)


@cache
def known() -> Known:
    return Known(registered=(TITOLARE, ADS, REGISTERED), providers=(authority().der,), minimum=KNOWN.minimum)


def daticert(
    *,
    kind: str = "posta-certificata",
    sender: str = PEC,
    message_id: str = MESSAGE_ID,
    at: datetime = SENT,
    more: str = "",
    escaped: bool = True,
) -> bytes:
    shown = escape(message_id) if escaped else message_id
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<postacert tipo="{kind}" errore="nessuno"><intestazione>'
        f'<mittente>{sender}</mittente><destinatari tipo="certificato">assistenza@pec.fornitore.it</destinatari>'
        f"<risposte>{sender}</risposte><oggetto>[AUT-7K3M] si proceda</oggetto></intestazione><dati>"
        f'<gestore-emittente>Gestore di prova</gestore-emittente><data zona="+0000">'
        f"<giorno>{at.strftime('%d/%m/%Y')}</giorno><ora>{at.strftime('%H:%M:%S')}</ora></data>"
        f"<identificativo>opec1.1@pec.gestore.it</identificativo><msgid>{shown}</msgid>{more}</dati></postacert>\n"
    ).encode()


def original(
    author: str = f"Maria Rossi <{PEC}>", *, message_id: str = MESSAGE_ID, text: str = "Autorizzo.\r\n"
) -> bytes:
    return mail(author, message_id=message_id, body=text)


def inside(certified: bytes | None, message: bytes | None) -> bytes:
    """What a provider signs: text, daticert.xml, postacert.eml."""
    lines = [
        "Content-Type: multipart/mixed; boundary=dentro",
        "",
        "--dentro",
        "Content-Type: text/plain",
        "",
        "Messaggio PEC",
        "",
    ]
    if certified is not None:
        lines += [
            "--dentro", 'Content-Type: application/xml; name="daticert.xml"', "Content-Transfer-Encoding: base64",
            'Content-Disposition: inline; filename="daticert.xml"', "", base64.encodebytes(certified).decode().replace("\n", "\r\n"),
        ]  # fmt: skip
    found = "\r\n".join(lines).encode()
    if message is not None:
        found += b'\r\n--dentro\r\nContent-Type: message/rfc822; name="postacert.eml"\r\n\r\n' + message
    return found + b"\r\n--dentro--\r\n"


def wrapped(
    signed: bytes,
    signature: bytes | None,
    *,
    subject: str = "POSTA CERTIFICATA: si proceda",
    headers: str = "X-Trasporto: posta-certificata",
) -> bytes:
    """The outside of an envelope, perfect in every header, whoever signed it; or nobody."""
    head = (
        f'From: "Per conto di: {PEC}" <posta-certificata@pec.gestore.it>\r\nReply-To: {PEC}\r\n'
        f"To: assistenza@pec.fornitore.it\r\nSubject: {subject}\r\n{headers}\r\n"
        f"Date: {SENT.strftime('%a, %d %b %Y %H:%M:%S +0000')}\r\nMessage-ID: <opec1.1@pec.gestore.it>\r\n"
        f"MIME-Version: 1.0\r\n"
    )
    if signature is None:
        return head.encode() + signed
    outside = 'Content-Type: multipart/signed; protocol="application/x-pkcs7-signature"; micalg=sha-256; boundary="fuori"\r\n\r\n'
    tail = (
        "\r\n--fuori\r\nContent-Type: application/x-pkcs7-signature; name=smime.p7s\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(signature).decode().replace("\n", "\r\n")
        + "--fuori--\r\n"
    )
    return (head + outside + "--fuori\r\n").encode() + signed + tail.encode()


def envelope(
    certified: bytes | None = None,
    message: bytes | None = None,
    *,
    by: Party | None = None,
    at: datetime = SENT,
) -> bytes:
    """A transport envelope; without other words one that is good in every way."""
    signed = inside(
        certified if certified is not None else daticert(), message if message is not None else original()
    )
    return wrapped(signed, cms_signed(signed, by or gestore(), at, detached=True))


def receipt(kind: str = "avvenuta-consegna") -> bytes:
    signed = inside(
        daticert(
            kind=kind,
            sender="assistenza@pec.fornitore.it",
            more="<consegna>titolare@pec.studio.it</consegna>",
        ),
        None,
    )
    headers = f"X-Ricevuta: {kind}"
    return wrapped(
        signed,
        cms_signed(signed, gestore(), SENT, detached=True),
        subject="CONSEGNA: si proceda",
        headers=headers,
    )


def anomaly(message: bytes) -> bytes:
    """Ordinary mail that reached a certified box."""
    signed = inside(None, message)
    return wrapped(
        signed,
        cms_signed(signed, gestore(), SENT, detached=True),
        subject="ANOMALIA MESSAGGIO: si proceda",
        headers="X-Trasporto: errore",
    )
