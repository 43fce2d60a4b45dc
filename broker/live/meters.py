"""What runs here, counted: for whoever keeps the broker running. No name of a customer or a person is ever a label.

Counters grow where the thing happens; what is a state of the moment is set when somebody asks (`cases.measure`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_HTTP_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_APPEND_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)


@dataclass(frozen=True, slots=True)
class Family:
    """`name` without what the format adds to it."""

    name: str
    type: str
    labels: tuple[str, ...]


class Meters:
    """Of one broker, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()

        self._families = families = list[Family]()

        def gauge(name: str, words: str, *labels: str) -> Gauge:
            families.append(Family(f"verbale_{name}", "gauge", labels))
            return Gauge(f"verbale_{name}", words, labels, registry=registry)

        def counter(name: str, words: str, *labels: str) -> Counter:
            families.append(Family(f"verbale_{name}", "counter", labels))
            return Counter(f"verbale_{name}", words, labels, registry=registry)

        def histogram(name: str, words: str, buckets: Sequence[float], *labels: str) -> Histogram:
            families.append(Family(f"verbale_{name}", "histogram", labels))
            return Histogram(f"verbale_{name}", words, labels, buckets=buckets, registry=registry)

        self.http = histogram(
            "http_seconds",
            "Time to the beginning of an answer, by route as the API describes it.",
            _HTTP_S,
            "method",
            "route",
            "status",
        )
        self.appended = histogram(
            "log_append_seconds",
            "Time of a transaction on a log, its commit and its wait for others that share it.",
            _APPEND_S,
        )
        self.job_runs = counter("job_runs", "Turns of a job.", "job")
        self.job_failures = counter("job_failures", "Turns of a job that ended by a fault.", "job")
        self.mail_failures = counter("mail_failures", "Mails that a server did not take, each try.")
        self.carried = counter("relay_bytes", "Bytes of sessions' channels.", "direction")
        self.agents = gauge("agents_connected", "Hosts whose agent is connected.")
        self.sessions = gauge("sessions_live", "Sessions that are ordered, run or are paused.")
        self.queue = gauge("queue_length", "Incidents that may be worked on and wait.")
        self.queue_age = gauge("queue_oldest_seconds", "For how long the first of them waits.")
        self.records = gauge("log_records", "Records in all logs.")
        self.head_age = gauge(
            "checkpoint_age_seconds",
            "Since the last record of the log that was quiet longest; each beats daily.",
        )
        self.closed = gauge("logs_closed", "Logs that take nothing more, because their check failed.")
        self.outbox = gauge("outbox_waiting", "Letters whose time has come and that wait.")
        self.outbox_age = gauge("outbox_oldest_seconds", "For how long the oldest of them waits.")
        self.webhooks = gauge("webhooks", "Webhooks by state.", "state")
        self.webhook_lag = gauge(
            "webhook_lag_seconds", "For how long the webhook in longest trouble delivers nothing."
        )
        self.webhook_behind = gauge(
            "webhook_behind_records", "Records that the webhook furthest behind has to look at."
        )

    def families(self) -> tuple[Family, ...]:
        """All there are, also those that nothing was counted of yet."""
        return tuple(self._families)

    def text(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self._registry)
