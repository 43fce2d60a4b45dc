"""What UltraVNC and TightVNC read, byte by byte: pure texts and values, so judged on every system."""

from __future__ import annotations

import configparser
from pathlib import Path, PureWindowsPath

import pytest

from agent.channels.vnc_secret import to_file
from agent.channels.vnc_server import Show
from agent.channels.vnc_windows import INI, ON_WINDOWS, TIGHT_KEY, tightvnc_values, ultravnc_ini

UNKNOWN = b"zyxwvuts"
ULTRA, TIGHT = ON_WINDOWS
EXPECTED_INI = """[UltraVNC]
passwd={passwd}
passwd2={passwd2}
[admin]
UseRegistry=0
LoopbackOnly=1
AllowLoopback=1
AllowLoopbackWithoutAuth=0
AuthRequired=1
ReverseAuthRequired=1
AuthHosts=
MSLogonRequired=0
NewMSLogon=0
RequireMSLogonIII=0
Secure=0
UseDSMPlugin=0
DSMPlugin=
UseIpv6=0
SocketConnect=1
HTTPConnect=0
EnableTLS=0
cloudEnabled=0
AutoPortSelect=0
HTTPPortNumber=0
XDMCPConnect=0
QuerySetting=2
QueryIfNoLogon=0
IdleTimeout=0
IdleInputTimeout=0
ConnectPriority=1
LocalInputsDisabled=0
AllowShutdown=0
AllowProperties=0
AllowInjection=0
AllowEditClients=0
AllowUserSettingsWithPassword=0
DisableTrayIcon=1
FileTransferEnabled=0
BlankMonitorEnabled=0
BlankInputsOnly=0
LockSetting=0
RemoveWallpaper=0
RemoveEffects=0
RemoveFontSmoothing=0
EnableWin8Helper=0
clearconsole=0
noscreensaver=0
rdpmode=0
DebugMode=0
DebugLevel=0
Avilog=0
service_commandline=
PortNumber=40123
InputsEnabled={inputs}
[poll]
EnableDriver=0
EnableHook=0
EnableVirtual=0
"""


def show(*, control: bool = True, secret: bytes = b"abcdefgh") -> Show:
    return Show(Path("s-1"), secret, 40123, control, clipboard=False)


def struct(secret: bytes) -> str:
    data = to_file(secret)
    return f"{data.hex().upper()}{sum(data) % 256:02X}"


@pytest.mark.parametrize("control", [True, False])
def test_the_file_of_ultravnc(control: bool) -> None:  # noqa: FBT001
    first, second = (b"abcdefgh", UNKNOWN) if control else (UNKNOWN, b"abcdefgh")
    wanted = EXPECTED_INI.format(passwd=struct(first), passwd2=struct(second), inputs=int(control))
    assert ultravnc_ini(show(control=control), UNKNOWN) == wanted.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("password", "stored"), [(b"123456", "494015F9A35E8B2245"), (b"password", "DBD83CFD727A145844")]
)
def test_a_password_is_spelt_as_ultravnc_itself_spells_it(password: bytes, stored: str) -> None:
    """As in published files of its own, eight bytes and their sum."""
    text = ultravnc_ini(show(secret=password.ljust(8, b"\0")), UNKNOWN).decode("ascii")
    assert f"\r\npasswd={stored}\r\n" in text


def test_an_ini_reader_finds_each_name_once() -> None:
    reader = configparser.ConfigParser(interpolation=None, strict=True)
    reader.read_string(ultravnc_ini(show(), UNKNOWN).decode("ascii"))
    assert reader["admin"]["portnumber"] == "40123"
    assert reader["admin"]["loopbackonly"] == "1"


def test_ultravnc_is_told_its_file_in_the_session_s_folder_before_it_runs() -> None:
    folder = PureWindowsPath(r"C:\ProgramData\Verbale\Agent\screens\s-1")
    told = ULTRA.command(Show(folder, b"abcdefgh", 40123, control=True, clipboard=True))  # type: ignore[arg-type]
    assert told == ("winvnc.exe", "-multi", "-config", str(folder / INI), "-run")
    assert ULTRA.lent is None


def test_each_session_s_file_has_another_unknown_password() -> None:
    one, two = (ULTRA.reads(show())[INI] for _ in range(2))
    assert one != two
    assert one.splitlines()[1] == two.splitlines()[1], "the session's own"


@pytest.mark.parametrize("control", [True, False])
def test_the_values_of_tightvnc(control: bool) -> None:  # noqa: FBT001
    found = [(one.name, one.value) for one in tightvnc_values(show(control=control), UNKNOWN)]
    assert found == [
        ("LoopbackOnly", 1),
        ("AllowLoopback", 1),
        ("AcceptRfbConnections", 1),
        ("AcceptHttpConnections", 0),
        ("UseVncAuthentication", 1),
        ("UseControlAuthentication", 1),
        ("RepeatControlAuthentication", 1),
        ("HttpPort", 0),
        ("ExtraPorts", ""),
        ("IpAccessControl", ""),
        ("QueryTimeout", 30),
        ("QueryAcceptOnTimeout", 0),
        ("AlwaysShared", 1),
        ("NeverShared", 0),
        ("DisconnectClients", 0),
        ("DisconnectAction", 0),
        ("IdleTimeout", 0),
        ("BlockLocalInput", 0),
        ("LocalInputPriority", 0),
        ("LocalInputPriorityTimeout", 3),
        ("EnableFileTransfers", 0),
        ("EnableUrlParams", 0),
        ("RemoveWallpaper", 0),
        ("UseMirrorDriver", 0),
        ("UseD3D", 1),
        ("GrabTransparentWindows", 1),
        ("PollingInterval", 1000),
        ("VideoClasses", ""),
        ("VideoRects", ""),
        ("VideoRecognitionInterval", 3000),
        ("ConnectToRdp", 0),
        ("LogLevel", 0),
        ("SaveLogToAllUsersPath", 0),
        ("RunControlInterface", 0),
        ("RfbPort", 40123),
        ("BlockRemoteInput", int(not control)),
        ("Password" if control else "PasswordViewOnly", to_file(b"abcdefgh")),
        ("ControlPassword", to_file(UNKNOWN)),
    ]


def test_tightvnc_reads_no_file_and_its_account_s_key() -> None:
    assert TIGHT.reads(show()) == {}
    assert TIGHT.command(show()) == ("tvnserver.exe", "-run")
    assert TIGHT.lent is not None
    assert TIGHT.lent.key == TIGHT_KEY == r"Software\TightVNC\Server"
    one, two = ({v.name: v.value for v in TIGHT.lent.values(show())} for _ in range(2))
    assert {name for name in one if one[name] != two[name]} == {"ControlPassword"}
