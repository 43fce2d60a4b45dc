"""Which way imports run, seen as a graph and in live processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("fastapi", "starlette", "sqlalchemy", "pydantic", "jinja2", "uvicorn")


def loaded(statement: str) -> set[str]:
    """Top-level modules in a fresh process after the statement."""
    code = f"import sys; {statement}; print(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_agent_carries_no_server() -> None:
    assert loaded("import agent.main") & {*HEAVY, "broker", "web", "typst", "pyhanko"} == set()


def test_agent_carries_no_verifier() -> None:
    code = "import sys, agent.main; print([m for m in sys.modules if m.startswith('audit.verify')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_verifier_carries_only_what_it_needs() -> None:
    found = loaded("import audit.cli")
    assert found & {*HEAVY, "agent", "broker", "web", "asyncssh", "websockets", "asyncio", "pyhanko"} == set()


def test_a_witness_carries_the_bare_install_only() -> None:
    found = loaded("import agent.witness_main")
    assert found & {*HEAVY, "broker", "web", "asyncssh", "websockets", "httpx", "pyhanko"} == set()


def test_a_broker_starts_without_what_only_reports_need() -> None:
    """A second start of the demo takes seconds, most of them imports."""
    assert loaded("import web.commands.run_broker") & {"pyhanko", "typst"} == set()


def test_the_demo_and_its_scripts_load_no_broker() -> None:
    found = loaded("import web.site, web.demo.hands, web.commands.close_month")
    assert found & {*HEAVY, "asyncssh", "pyhanko"} == set()


def test_wire_needs_the_standard_library_only() -> None:
    statement = "import agent.wire.frames, agent.wire.link, agent.wire.channel"
    ours = loaded(statement) - loaded("pass") - {"agent"}
    assert ours <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("package", ["audit", "agent", "broker", "web"])
def test_no_module_depends_on_itself(package: str) -> None:
    """No knot, type-only imports included (they hide one, they do not remove it)."""
    graph = grimp.build_graph(package, exclude_type_checking_imports=False, cache_dir=None)
    knots = []
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            if graph.find_shortest_chain(imported, module):
                knots.append((module, imported))  # noqa: PERF401 (the loop reads as the sentence above)
    assert knots == []
