"""Put the parts together and run the broker with its pages: what `verbale serve` does."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import resource
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from audit import instant
from audit.forms import REPORTED
from audit.mail_evidence.judgement import MAX_MAIL_BYTES
from audit.periods import family
from broker import app, control, door
from broker.bastion import front
from broker.cases.ask_lists import ask_lists
from broker.cases.check_logs import check_all, check_completely
from broker.cases.close_month import close_month
from broker.cases.close_recordings import close_recordings
from broker.cases.close_watches import close_watches
from broker.cases.erase import erase_due
from broker.cases.expect_witnesses import expect_witnesses
from broker.cases.export_trust import tenant_trust
from broker.cases.known_of_mail import known_of_mail
from broker.cases.list_queue import list_queue
from broker.cases.measure import measure
from broker.cases.missing_lists import missing_lists
from broker.cases.recover_log import NotHeard, recover_log
from broker.cases.rotate_log_key import rotate_log_key
from broker.cases.setup import make_setup_secret, renew_first_invitation
from broker.cases.tell_period import tell_period
from broker.domain.refusal import Refused, Why
from broker.jobs import (
    cadence,
    deliver,
    duties,
    erase,
    fetch_mail,
    head_letters,
    heartbeat,
    holds,
    lapse,
    letters_with_receipts,
    lists,
    logins,
    months,
    moved_clock,
    paper_sets,
    programs,
    publish,
    queue_jumps,
    recordings,
    silence,
    stamps,
    webhooks,
    witnesses,
)
from broker.jobs.fetch_mail import take_mail
from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.out import lmtp, metrics_listener
from broker.out.clock import SystemChance, SystemClock
from broker.out.key_file import KeyFiles
from broker.out.mail import SmtpMailer
from broker.out.provider_call import HttpProviderCaller
from broker.out.reporter import SealedReports
from broker.out.webhook_call import HttpWebhookCaller
from broker.out.witness_call import HttpWitnessCaller
from broker.parts import Parts
from broker.ports import Chance
from broker.serve import CannotListen, Job, bind, serve
from broker.settings import Settings
from broker.store import estate
from broker.store.database import open_database
from broker.store.recording_folder import FOLDER as RECORDINGS
from broker.store.tile_folder import FOLDER
from broker.store.tx import Store
from web.commands import post, sealing
from web.mount import mount

BEHIND_PROXY = (
    "Un’origine https vuol dire che davanti c’è un proxy: ne dica l’indirizzo con --trusted-proxy. "
    "Senza, ogni accesso risulterebbe fatto dal proxy."
)


CLOSED = (
    "Per questo cliente non si registra né si apre nulla; gli altri continuano. "
    "Con `verbale check-log` si vede dove; poi si ripristini la copia e si riavvii."
)


LISTENING = "In ascolto: {origin}; ssh alla porta {ssh_port}, impronta {ssh_fingerprint}."


MakeHub = Callable[[Chance], Hub]
MAILBOX_S = 15  # between two looks into a mailbox


def run(args: argparse.Namespace, *, make_hub: MakeHub = Hub) -> int:
    if (args.origin or "").startswith("https:") and not args.trusted_proxy:
        _say(args, BEHIND_PROXY)
        return 2
    try:
        sealing.check(args)
        way = post.way(args)
    except sealing.Misuse as no:
        _say(args, str(no))
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of its own parts
    _raise_descriptors()
    try:
        with door.sole_owner(args.state), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(args, make_hub, way))
    except door.AlreadyRunning:
        _say(args, f"Un altro broker usa già {args.state}: lo fermi, o scelga un’altra cartella con --state.")
        return 1
    except CannotListen as no:
        _say(args, str(no))
        return 1
    except KeyboardInterrupt:
        return 0  # raised once all has ended in order
    return 0


def _raise_descriptors() -> None:
    """An agent is a descriptor, a viewer too: the usual soft limit of 1,024 is a customer or two."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _serve(args: argparse.Namespace, make_hub: MakeHub, way: post.Way) -> None:
    sockets, ssh_sockets = bind(args.host, args.port), bind(args.host, args.ssh_port, "--ssh-port")
    watched: tuple[str, int] | None = getattr(args, "metrics", None)
    metrics_sockets = [] if watched is None else bind(*watched, "--metrics")
    lmtp_sockets = [] if way.lmtp is None else bind(*way.lmtp, "--lmtp")
    settings = settings_of(args, _port(sockets), _port(ssh_sockets))
    async with AsyncExitStack() as stack:
        parts = replace(await make_parts(settings, stack, make_hub), mail=way.desk, channels=way.channels)
        site = app.build(parts)
        mount(site, parts, args.agents or settings.state / "agents")
        key = front.host_key(settings.state / "keys")
        site.state.ssh_fingerprint = key.get_fingerprint("sha256")
        site.state.ssh_port = settings.ssh_port
        await stack.enter_async_context(control.listening(parts, COMMANDS))

        def ready() -> None:
            said = {
                "port": settings.port,
                "ssh_port": settings.ssh_port,
                "lmtp_port": _port(lmtp_sockets) if lmtp_sockets else None,
                "metrics_port": _port(metrics_sockets) if metrics_sockets else None,
                "ssh_fingerprint": site.state.ssh_fingerprint,
            }
            path = settings.state / door.READY
            path.with_suffix(".new").write_text(json.dumps(said))
            path.with_suffix(".new").rename(path)
            _say(args, LISTENING.format(origin=settings.origin, **said), ready=settings.origin, **said)

        (settings.state / door.READY).unlink(missing_ok=True)
        remember(settings)
        (settings.state / RECORDINGS).mkdir(mode=0o700, exist_ok=True)  # also before there is one, for copies
        for checked in await check_all(parts):
            if checked.wrong is not None:
                _say(args, f"{checked.wrong} {CLOSED}", closed=checked.tenant)
        await expect_witnesses(parts)
        await _greet(args, parts)
        caller = HttpWitnessCaller()
        stack.push_async_callback(caller.close)
        jobs = [*timetable(parts), Job("witnesses", 1, witnesses.collection(caller))]
        jobs += [Job("mailbox", MAILBOX_S, fetch_mail.fetching(box)) for box in way.boxes]
        if metrics_sockets:
            parts.store.took = parts.meters.appended.observe
            await stack.enter_async_context(
                metrics_listener.listening(metrics_sockets, partial(measure, parts))
            )
        if lmtp_sockets:
            take = partial(take_mail, parts)
            await stack.enter_async_context(lmtp.listening(lmtp_sockets, take, MAX_MAIL_BYTES, parts.clock))
        await serve(parts, site, sockets, ssh_sockets, jobs, first=await _first(parts), ready=ready)


async def _first(parts: Parts) -> list[Callable[[], Awaitable[object]]]:
    """Whoever watched when the broker stopped watches no more, and what it recorded is closed. Side by side: each waits for the witnesses of
    its own customer's log."""
    async with parts.store.read() as work:
        customers = await estate.customers(work)
    open_logs = [one.id for one in customers if not parts.store.is_closed(one.id)]
    return [
        partial(close, parts, tenant) for tenant in open_logs for close in (close_watches, close_recordings)
    ]


def _say(args: argparse.Namespace, it: str, **facts: object) -> None:
    """A line for whoever started it; for a program an object, with the sentence in it."""
    print(json.dumps({"it": it, **facts}) if args.json else it, flush=True)


async def _greet(args: argparse.Namespace, parts: Parts) -> None:
    """How to come in, while nobody has yet."""
    secret = await make_setup_secret(parts)
    if secret is not None:
        address = f"{parts.settings.origin}/avvio"
        _say(
            args,
            f"Primo avvio: apra {address} e scriva questo segreto: {secret}",
            open=address,
            secret=secret,
        )
    try:
        invited = await renew_first_invitation(parts)
    except Refused as no:
        if no.why is not Why.LOG_CLOSED:
            raise
        return  # said above
    if invited is not None:
        said = f"Il responsabile non è ancora entrato: lo faccia con questo invito: {invited.link}"
        _say(args, said, invitation=invited.link)


def _port(sockets: Sequence[socket.socket]) -> int:
    found: int = sockets[0].getsockname()[1]
    return found


def settings_of(args: argparse.Namespace, port: int, ssh_port: int) -> Settings:
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
        ssh_port=ssh_port,
        smtp_host=smtp_host or None,
        smtp_port=int(smtp_port or 25),
        mail_from=args.mail_from,
        zone=args.zone,
        patron=args.patron,
        demo=args.demo,
        **sealing.settings_of(args),
        rest_s=60 * args.rest_minutes,
        webhook_inside=",".join(getattr(args, "webhook_inside", ())),
        trusted_proxies=args.trusted_proxy,
    )


def remember(settings: Settings) -> None:
    """Keep the settings beside the store, for commands that come when no broker runs."""
    kept = {**asdict(settings), "state": str(settings.state)}
    path = settings.state / door.SETTINGS
    # Made anew, not written over: it may hold the database's password, and was readable once.
    path.with_suffix(".new").write_text(json.dumps(kept, indent=1))
    path.with_suffix(".new").rename(path)


def kept_settings(state: Path) -> Settings:
    """`FileNotFoundError` where no broker ever ran."""
    kept = json.loads((state / door.SETTINGS).read_text())
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
        reporter=SealedReports(
            settings.state / "keys",
            settings.vendor,
            given=sealing.certificate(settings),
            authority=sealing.authority(settings),
        ),
        webhooks=HttpWebhookCaller(settings.inside),
        providers=HttpProviderCaller(),
    )


def timetable(parts: Parts) -> list[Job]:
    jobs = [
        Job("heartbeat", 600, heartbeat.tick),
        Job("lapse", 15, lapse.tick),
        Job("paper sets", 300, paper_sets.tick),
        Job("queue jumps", 2, queue_jumps.tick),
        Job("programs", 5, programs.tick),
        Job("silence", 5, silence.silence(parts.clock.now())),
        Job("lists of sessions", 60, lists.asking()),
        Job("months", 600, months.tick),
        Job("cadence", 600, cadence.tick),
        Job("logins", 60, logins.tick),
        Job("clock", 10, moved_clock.moved_clock(parts.clock.now())),
        Job("recordings", recordings.EVERY_S, recordings.tick),
        Job("erasure", 86_400, erase.tick),
        Job("duties", duties.EVERY_S, duties.tick),
        Job("webhooks", 1, webhooks.tick),
        Job("log tiles", 1, publish.publishing(parts.settings.state / FOLDER)),
    ]
    if parts.channels:
        jobs.append(Job("letters with receipts", 5, letters_with_receipts.tick))
        jobs.append(
            Job("reports by certified mail", letters_with_receipts.REPORTS_S, letters_with_receipts.reports)
        )
    authority = sealing.authority(parts.settings)
    if authority is not None:
        jobs.append(Job("timestamps", 60, stamps.stamping(authority)))
    if parts.settings.smtp_host is not None:
        mailer = SmtpMailer(parts.settings.smtp_host, parts.settings.smtp_port)
        jobs.append(Job("mail", 2, deliver.delivery(mailer)))
        jobs.append(Job("heads by mail", 600, head_letters.tick))
        jobs.append(Job("holds to review", 600, holds.tick))
    return jobs


# ------------------------------------------------------------- commands over the control socket


async def _close_month(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    tenant, period = str(asked["tenant"]), str(asked["period"])
    if REPORTED.fits(period) and family(period) != "month":
        told = await tell_period(parts, tenant, period)
        return {"number": told.number, "record": told.n, "missing": []}
    issued = await close_month(parts, tenant, period, partial=bool(asked.get("partial")))
    return {"number": issued.number, "record": issued.n, "missing": await missing_lists(parts, issued)}


async def _ask_lists(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    tenant = str(asked["tenant"])
    found = await ask_lists(parts, tenant, parts.clock.now())
    async with parts.store.read() as work:
        labels = estate.labels(await estate.tenant_hosts(work, tenant))
    return {"asked": [labels[host] for host in found.asked], "away": [labels[host] for host in found.away]}


async def erase_now(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was erased, as counts of texts and names and of reports by tenant; of one, or of every customer and
    then the house, whose people's names go after the last customer's."""
    async with parts.store.read() as work:
        found = await estate.customers(work)
        house = await estate.house(work)
    found += [] if house is None else [house]
    wanted = [one for one in found if asked.get("tenant") in (None, one.id)]
    if not wanted and asked.get("tenant") is not None:
        raise Refused(Why.NOT_FOUND)
    done = {one.id: await erase_due(parts, one) for one in wanted}
    return {"erased": {tenant: [len(what.texts), len(what.reports)] for tenant, what in done.items()}}


async def _setup_secret(parts: Parts, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"secret": await make_setup_secret(parts)}


async def _check_log(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    tenant = asked.get("tenant")
    found = await check_completely(parts, None if tenant is None else str(tenant))
    return {"logs": [asdict(one) for one in found]}


async def _mail_known(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    found = await known_of_mail(parts, str(asked["tenant"]), instant.parse(str(asked["at"])))
    return {"known": found.to_value()}


async def _trust(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"trust": (await tenant_trust(parts, str(asked["tenant"]))).encode().decode()}


async def _recover(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = await recover_log(parts, str(asked["tenant"]), now=bool(asked.get("now")))
    except NotHeard as names:
        return {
            "refused": "not_heard",
            "it": f"Non si sono ancora collegate: {names}. Le aspetti, o ripeta con --now: quelle che sanno "
            "di più andranno iscritte di nuovo.",
        }
    except Refused as no:
        if no.why is not Why.WRONG_STATE:
            raise
        return {
            "refused": no.why.value,
            "it": "Nessuna macchina ha mostrato registrazioni che qui mancano: si colleghino, e ripeta.",
        }
    return asdict(found)


async def _queue(parts: Parts, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"queue": await list_queue(parts)}


async def _rotate_log_key(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"origin": await rotate_log_key(parts, str(asked["tenant"]))}


COMMANDS: dict[str, control.Command] = {
    "queue": _queue,
    "ask_lists": _ask_lists,
    "close_month": _close_month,
    "erase": erase_now,
    "setup_secret": _setup_secret,
    "trust": _trust,
    "check_log": _check_log,
    "rotate_log_key": _rotate_log_key,
    "recover": _recover,
    "mail_known": _mail_known,
}
