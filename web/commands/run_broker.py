"""`verbale serve`: put the parts together and run the broker with its pages."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop

from broker import app, control
from broker.bastion import front
from broker.cases.close_month import close_month
from broker.cases.close_watches import close_watches
from broker.cases.export_trust import tenant_trust
from broker.cases.setup import make_setup_secret
from broker.jobs import deliver, heartbeat, lapse, logins, months, silence
from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.out.clock import SystemChance, SystemClock
from broker.out.key_file import KeyFiles
from broker.out.mail import SmtpMailer
from broker.out.reporter import SealedReports
from broker.parts import Parts
from broker.ports import Chance
from broker.serve import Job, PortBusy, bind, serve
from broker.settings import Settings
from broker.store import estate
from broker.store.database import open_database
from broker.store.tx import Store
from web.mount import mount

READY = "broker.json"  # where it listens, once it does
KEPT = "settings.json"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, required=True, help="folder of database and keys")
    parser.add_argument(
        "--host", default="localhost", help="address to listen on (localhost: both loopbacks)"
    )
    parser.add_argument("--port", type=int, default=8700, help="0: any free one")
    parser.add_argument("--ssh-port", type=int, default=2222, help="0: any free one")
    parser.add_argument("--origin", help="what browsers call this broker; default http://localhost:PORT")
    parser.add_argument(
        "--signing-origin", required=True, help="the signing site, e.g. https://firma.example"
    )
    parser.add_argument("--registry", default="registro.localhost", help="domain part of the logs' names")
    parser.add_argument("--vendor", default="Verbale", help="name in the report's certificate")
    parser.add_argument(
        "--database", help="sqlite:///… or postgresql+asyncpg://…; default in the state folder"
    )
    parser.add_argument("--smtp", metavar="HOST:PORT", help="mail server; without it no mail is sent")
    parser.add_argument("--mail-from", default="verbale@localhost")
    parser.add_argument("--zone", default="Europe/Rome")
    parser.add_argument("--trusted-proxy", default="", help="addresses of the reverse proxy, by commas")
    parser.add_argument("--demo", action="store_true", help="customers opened here are a demo's")


MakeHub = Callable[[Chance], Hub]


def run(args: argparse.Namespace, *, make_hub: MakeHub = Hub) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        with control.sole_owner(args.state), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(args, make_hub))
    except control.AlreadyRunning:
        print(f"Un altro broker usa già {args.state}: lo fermi, o scelga un’altra cartella con --state.")
        return 1
    except PortBusy as busy:
        print(busy)
        return 1
    return 0


async def _serve(args: argparse.Namespace, make_hub: MakeHub) -> None:
    sockets = bind(args.host, args.port)
    port = sockets[0].getsockname()[1]
    settings = settings_of(args, port)
    async with AsyncExitStack() as stack:
        parts = await make_parts(settings, stack, make_hub)
        site = app.build(parts)
        mount(site, parts)
        key = front.host_key(settings.state / "keys")
        site.state.ssh_fingerprint = key.get_fingerprint("sha256")
        await stack.enter_async_context(control.listening(parts, COMMANDS))

        def ready(ssh_port: int) -> None:
            site.state.ssh_port = ssh_port
            said = {"port": port, "ssh_port": ssh_port, "ssh_fingerprint": site.state.ssh_fingerprint}
            path = settings.state / READY
            path.with_suffix(".new").write_text(json.dumps(said))
            path.with_suffix(".new").rename(path)

        (settings.state / READY).unlink(missing_ok=True)
        remember(settings)
        async with parts.store.read() as work:
            customers = await estate.customers(work)
        for customer in customers:
            await close_watches(parts, customer.id)
        secret = await make_setup_secret(parts)
        if secret is not None:
            print(f"Primo avvio: apra {settings.origin}/avvio e scriva questo segreto: {secret}", flush=True)
        await serve(parts, site, sockets, timetable(parts), ready=ready)


def settings_of(args: argparse.Namespace, port: int) -> Settings:
    smtp_host, _, smtp_port = (args.smtp or "").rpartition(":")
    return Settings(
        state=args.state,
        database=args.database or f"sqlite:///{args.state}/verbale.db",
        origin=args.origin or f"http://localhost:{port}",
        signing_origin=args.signing_origin,
        registry=args.registry,
        vendor=args.vendor,
        listen_host=args.host,
        port=port,
        ssh_port=args.ssh_port,
        smtp_host=smtp_host or None,
        smtp_port=int(smtp_port or 25),
        mail_from=args.mail_from,
        zone=args.zone,
        demo=args.demo,
        trusted_proxies=args.trusted_proxy,
    )


def remember(settings: Settings) -> None:
    """Keep the settings beside the store, for commands that come when no broker runs."""
    kept = {**asdict(settings), "state": str(settings.state)}
    (settings.state / KEPT).write_text(json.dumps(kept, indent=1))


def kept_settings(state: Path) -> Settings:
    """`FileNotFoundError` where no broker ever ran."""
    kept = json.loads((state / KEPT).read_text())
    return Settings(**{**kept, "state": state})


async def make_parts(settings: Settings, stack: AsyncExitStack, make_hub: MakeHub = Hub) -> Parts:
    """Real parts over the settings' database, whose tables are made if missing."""
    chance = SystemChance()
    keys = KeyFiles(settings.state / "keys", chance)
    database = open_database(settings.database)
    stack.push_async_callback(database.close)
    await database.create()
    return Parts(
        clock=SystemClock(),
        chance=chance,
        keys=keys,
        store=Store(database, keys, chance),
        hub=make_hub(chance),
        bus=Bus(),
        settings=settings,
        reporter=SealedReports(settings.state / "keys", settings.vendor),
    )


def timetable(parts: Parts) -> list[Job]:
    jobs = [
        Job("heartbeat", 600, heartbeat.tick),
        Job("lapse", 15, lapse.tick),
        Job("silence", 5, silence.silence(parts.clock.now())),
        Job("months", 600, months.tick),
        Job("logins", 60, logins.tick),
    ]
    if parts.settings.smtp_host is not None:
        mailer = SmtpMailer(parts.settings.smtp_host, parts.settings.smtp_port)
        jobs.append(Job("mail", 2, deliver.delivery(mailer)))
    return jobs


# ------------------------------------------------------------- commands over the control socket


async def _close_month(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    issued = await close_month(
        parts, str(asked["tenant"]), str(asked["period"]), partial=bool(asked.get("partial"))
    )
    return {"number": issued.number, "record": issued.n}


async def _setup_secret(parts: Parts, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"secret": await make_setup_secret(parts)}


async def _trust(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"trust": (await tenant_trust(parts, str(asked["tenant"]))).encode().decode()}


COMMANDS: dict[str, control.Command] = {
    "close_month": _close_month,
    "setup_secret": _setup_secret,
    "trust": _trust,
}
