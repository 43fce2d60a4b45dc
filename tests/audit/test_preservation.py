"""C-24, C-25: a package for preservation, whose index is of a profile and misses nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from audit import bundle, cli
from audit.preservation import (
    FOLDER,
    INDEX,
    METADATA,
    PROFILES,
    README_NAME,
    Document,
    Package,
    files,
    index,
    verify_preservation,
)

CONTENTS = {
    "rapporto.pdf": b"%PDF-1.7", "registro.jsonl": b"{}\n", "teste/12.txt": b"head\n", "marche/12.tsr": b"\x30",
    "prove/" + "ab" * 32: b"what was signed",
}  # fmt: skip
GROUP = {
    "rapporto.pdf": "report",
    "registro.jsonl": "log",
    "teste/12.txt": "checkpoint",
    "marche/12.tsr": "timestamp",
}


def package(profile: str = "sincro") -> Package:
    documents = tuple(
        Document.of(
            path, data, group=GROUP.get(path, "evidence"), date="2026-12-01", subject=f"Documento <{path}> & altro",
            author="Fornitore Alfa", media="application/octet-stream", months=120,
        )
        for path, data in CONTENTS.items()
    )  # fmt: skip
    made = "2026-12-02T09:00:00.000Z"
    return Package("2026-11/0001", profile, "Fornitore Alfa", "Albergo Esempio", "2026-11", made, documents)


def codes(found: dict[str, bytes]) -> set[str]:
    verdict = verify_preservation(bundle.pack({README_NAME: found[README_NAME]} | found))
    return {one.code for one in verdict.findings}


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_c25_two_profiles_from_one_fixture(profile: str) -> None:
    made = files(package(profile), CONTENTS)
    assert codes(made) == set()
    root = ET.fromstring(made[INDEX])
    written = PROFILES[profile]
    names = [one.tag.rpartition("}")[2] for one in root]
    assert names[:2] == [written.about_index, written.about_package]
    assert names[-1] == written.process
    assert names.count(written.group) == 5
    listed = [one for one in root.iter() if one.tag.endswith("}" + written.file)]
    assert len(listed) == len(CONTENTS)
    said = [
        {name: one.get(name) for _, name in written.fields}
        if written.attributes
        else {child.tag.rpartition("}")[2]: child.text for child in one}
        for one in listed
    ]
    his = dict(written.fields)
    assert all(line[his[key]] for line in said for key in written.needed)
    assert said[0][his["subject"]] == "Documento <rapporto.pdf> & altro"
    assert root.tag.startswith("{" + written.namespace + "}")


def test_c24_removing_adding_or_changing_a_file_breaks_the_check() -> None:
    made = files(package(), CONTENTS)
    for name in made:
        if name not in (README_NAME, METADATA):
            assert codes({n: data for n, data in made.items() if n != name}) == {"file_missing"}
            assert codes(made | {name: made[name] + b" "}) == {"file_differs"}
    assert codes(made | {FOLDER + "altro.pdf": b"x"}) == {"file_extra"}
    assert codes(made | {INDEX: index(package("semplice"), PROFILES["semplice"])}) == {"file_differs"}
    assert codes(made | {METADATA: b"{}"}) == {"zip"}
    assert not verify_preservation(b"PK").sound


def test_c24_a_months_worth_of_documents() -> None:
    """Hundreds of signatures: far more than any one record may hold."""
    contents = CONTENTS | {f"prove/{n:064x}": b"%d" % n for n in range(1000)}
    few = package()
    documents = tuple(replace(few.documents[-1], path=path) for path in contents)
    many = replace(
        few,
        documents=tuple(
            replace(
                one, sha256=hashlib.sha256(contents[one.path]).hexdigest(), octets=len(contents[one.path])
            )
            for one in documents
        ),
    )
    made = files(many, contents)
    assert len(made[METADATA]) > 200_000
    assert codes(made) == set()


def test_c24_each_document_has_what_its_profile_demands() -> None:
    whole = package()
    bare = replace(whole, documents=(replace(whole.documents[0], subject="", months=0), *whole.documents[1:]))
    assert codes(files(bare, CONTENTS)) == {"metadata_missing"}
    assert Package.parse(whole.encode()) == whole


def test_c24_the_command_takes_it(tmp_path, capsys) -> None:
    made = files(package(), CONTENTS)
    (tmp_path / "v.zip").write_bytes(bundle.pack({README_NAME: made[README_NAME]} | made))
    assert cli.main([str(tmp_path / "v.zip")]) == 0
    assert "profilo sincro: 5 documenti" in capsys.readouterr().out
