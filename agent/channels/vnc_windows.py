"""The VNC servers of Windows, told what a session's is: texts and values as the programs read them. Pure.

UltraVNC reads one file, named on its command line, and so never sees or touches what is configured on the
machine. TightVNC reads the registry of whoever runs it and nothing else: its key is lent for the session.
Neither is started as a service, and a service of either that is installed stays as it is.
Neither has a word for the clipboard: the channel alone drops that.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from agent.channels import vnc_secret
from agent.channels.vnc_server import Lent, Show, VncServer
from agent.system.screens import Setting

INI = "ultravnc.ini"
TIGHT_KEY = r"Software\TightVNC\Server"

# What could widen what it shows, to whom or how, is off, and so is what outlives a server that is killed:
# wallpaper, effects, hooks in other programs. No icon, for its menu opens connections of its own.
_ULTRA_ADMIN: tuple[tuple[str, int | str], ...] = (
    ("UseRegistry", 0), ("LoopbackOnly", 1), ("AllowLoopback", 1), ("AllowLoopbackWithoutAuth", 0),
    ("AuthRequired", 1),
    ("ReverseAuthRequired", 1), ("AuthHosts", ""), ("MSLogonRequired", 0), ("NewMSLogon", 0),
    ("RequireMSLogonIII", 0), ("Secure", 0), ("UseDSMPlugin", 0), ("DSMPlugin", ""), ("UseIpv6", 0),
    ("SocketConnect", 1), ("HTTPConnect", 0), ("EnableTLS", 0), ("cloudEnabled", 0), ("AutoPortSelect", 0),
    ("HTTPPortNumber", 0), ("XDMCPConnect", 0), ("QuerySetting", 2), ("QueryIfNoLogon", 0),
    ("IdleTimeout", 0), ("IdleInputTimeout", 0), ("ConnectPriority", 1), ("LocalInputsDisabled", 0),
    ("AllowShutdown", 0), ("AllowProperties", 0), ("AllowInjection", 0), ("AllowEditClients", 0),
    ("AllowUserSettingsWithPassword", 0), ("DisableTrayIcon", 1), ("FileTransferEnabled", 0),
    ("BlankMonitorEnabled", 0), ("BlankInputsOnly", 0), ("LockSetting", 0), ("RemoveWallpaper", 0),
    ("RemoveEffects", 0), ("RemoveFontSmoothing", 0), ("EnableWin8Helper", 0), ("clearconsole", 0),
    ("noscreensaver", 0), ("rdpmode", 0), ("DebugMode", 0), ("DebugLevel", 0), ("Avilog", 0),
    ("service_commandline", ""),
)  # fmt: skip
_ULTRA_POLL = (("EnableDriver", 0), ("EnableHook", 0), ("EnableVirtual", 0))


def ultravnc_ini(show: Show, unknown: bytes) -> bytes:
    """UltraVNC's settings of one session. `unknown`: 8 bytes that nobody will ever say.

    Who knows the second password only looks. The first is never left empty: that would let everybody in.
    """
    first, second = (show.secret, unknown) if show.control else (unknown, show.secret)
    lines = [
        "[UltraVNC]", f"passwd={_struct(first)}", f"passwd2={_struct(second)}",
        "[admin]", *(f"{name}={value}" for name, value in _ULTRA_ADMIN),
        f"PortNumber={show.port}", f"InputsEnabled={int(show.control)}",
        "[poll]", *(f"{name}={value}" for name, value in _ULTRA_POLL),
    ]  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _struct(secret: bytes) -> str:
    """As WritePrivateProfileStruct spells bytes: in hexadecimal, and their sum behind them."""
    data = vnc_secret.to_file(secret)
    return (data + bytes((sum(data) & 0xFF,))).hex().upper()


def _ultravnc_files(show: Show) -> Mapping[str, bytes]:
    return {INI: ultravnc_ini(show, secrets.token_bytes(vnc_secret.SECRET_BYTES))}


# LoopbackOnly binds it to 127.0.0.1; its page for browsers would be on every address whatever that says.
# Whoever is on this machine may send it orders (share more, connect outwards) by a pipe: only with a password.
_TIGHT: tuple[tuple[str, int | str], ...] = (
    ("LoopbackOnly", 1), ("AllowLoopback", 1), ("AcceptRfbConnections", 1), ("AcceptHttpConnections", 0),
    ("UseVncAuthentication", 1), ("UseControlAuthentication", 1), ("RepeatControlAuthentication", 1),
    ("HttpPort", 0), ("ExtraPorts", ""), ("IpAccessControl", ""), ("QueryTimeout", 30),
    ("QueryAcceptOnTimeout", 0), ("AlwaysShared", 1), ("NeverShared", 0), ("DisconnectClients", 0),
    ("DisconnectAction", 0), ("IdleTimeout", 0), ("BlockLocalInput", 0), ("LocalInputPriority", 0),
    ("LocalInputPriorityTimeout", 3), ("EnableFileTransfers", 0), ("EnableUrlParams", 0),
    ("RemoveWallpaper", 0), ("UseMirrorDriver", 0), ("UseD3D", 1), ("GrabTransparentWindows", 1),
    ("PollingInterval", 1000), ("VideoClasses", ""), ("VideoRects", ""), ("VideoRecognitionInterval", 3000),
    ("ConnectToRdp", 0), ("LogLevel", 0), ("SaveLogToAllUsersPath", 0), ("RunControlInterface", 0),
)  # fmt: skip


def tightvnc_values(show: Show, unknown: bytes) -> tuple[Setting, ...]:
    """TightVNC's settings of one session: all it reads, so that none of the account's own is in force beside.

    Where the screen is only looked at, the secret is the password of those who only look, and there is no other.
    """
    word = "Password" if show.control else "PasswordViewOnly"
    return (
        *(Setting(name, value) for name, value in _TIGHT),
        Setting("RfbPort", show.port),
        Setting("BlockRemoteInput", int(not show.control)),
        Setting(word, vnc_secret.to_file(show.secret)),
        Setting("ControlPassword", vnc_secret.to_file(unknown)),
    )


def _tightvnc_lent(show: Show) -> tuple[Setting, ...]:
    return tightvnc_values(show, secrets.token_bytes(vnc_secret.SECRET_BYTES))


def _nothing(show: Show) -> Mapping[str, bytes]:
    return {}


ON_WINDOWS = (
    # Beside one that runs already, as a service would; a version that does not know -config runs nothing.
    VncServer(
        "winvnc.exe",
        "",
        ("-multi", "-config", rf"{{folder}}\{INI}", "-run"),
        folders=(r"uvnc bvba\UltraVNC", "UltraVNC"),
        clipboard=True,
        any_keyboard=True,
        port=True,
        files=_ultravnc_files,
    ),
    VncServer(
        "tvnserver.exe",
        "",
        ("-run",),
        folders=("TightVNC",),
        clipboard=True,
        any_keyboard=True,
        port=True,
        files=_nothing,
        lent=Lent(TIGHT_KEY, _tightvnc_lent),
    ),
)
