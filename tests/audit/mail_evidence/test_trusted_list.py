"""A national trusted list as a file (C-18)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from audit.errors import Malformed
from audit.mail_evidence import trusted_list
from audit.mail_evidence.known import Service, TrustedList

NS = "http://uri.etsi.org/02231/v2#"
KIND, STATUS = (
    "http://uri.etsi.org/TrstSvc/Svctype/CA/QC",
    "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted",
)


def service(
    der: bytes, *, kind: str = KIND, status: str = STATUS, since: str = "2024-05-01T00:00:00Z"
) -> str:
    starting = f"<StatusStartingTime>{since}</StatusStartingTime>" if since else ""
    return (
        f"<TSPService><ServiceInformation><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier><ServiceDigitalIdentity>"
        f"<DigitalId><X509Certificate>{base64.b64encode(der).decode()}</X509Certificate></DigitalId></ServiceDigitalIdentity>"
        f"<ServiceStatus>{status}</ServiceStatus>{starting}</ServiceInformation></TSPService>"
    )


def listed(
    *services: str, issued: str = "2026-11-20T10:00:00Z", root: str = "TrustServiceStatusList"
) -> bytes:
    when = f"<ListIssueDateTime>{issued}</ListIssueDateTime>" if issued else ""
    return f'<{root} xmlns="{NS}"><SchemeInformation>{when}</SchemeInformation>{"".join(services)}</{root}>'.encode()


def test_c18_the_granted_services_that_issue_qualified_certificates() -> None:
    """C-18."""
    found = trusted_list.parse(
        listed(
            service(b"one"),
            service(b"two", kind=KIND + "/x"),
            service(b"three", status="withdrawn"),
            service(b"four", since=""),
        )
    )
    since = datetime(2024, 5, 1, tzinfo=UTC)
    assert found == TrustedList(datetime(2026, 11, 20, 10, tzinfo=UTC), (Service(b"one", since),))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<a/>", listed(issued=""), listed(root="Altro"), listed(issued="ieri"), listed(issued="2026-11-20T10:00:00"),
        listed(service(b"")), listed(service(b"x" * 20_000)), listed(service(b"one").replace("b25l", "*")), b'<!DOCTYPE a [<!ENTITY x "y">]><a/>',
        listed(*[service(b"x")] * 1001),
    ],
)  # fmt: skip
def test_what_is_no_list(data: bytes) -> None:
    with pytest.raises(Malformed):
        trusted_list.parse(data)


def test_a_list_has_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trusted_list, "MAX_BYTES", 10)
    with pytest.raises(Malformed):
        trusted_list.parse(listed())
