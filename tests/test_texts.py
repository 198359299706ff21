"""The policies held against the official texts, where those are at hand: they are not part of the repository.

``POLICYLANG_TEXTS`` names a folder with a text for each measure, ``liuzhou.txt`` for ``policies/liuzhou.pol``. The text
of the worked example, a measure of no real city, lies beside it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policylang.audit.check import audit
from policylang.audit.render import audit_text
from policylang.facts.fingerprint_file import read_fingerprints
from policylang.measure.official import split
from policylang.source.text import decode
from policylang.workspace import compile_file, fingerprint_file, policies_folder

FOLDER = os.environ.get("POLICYLANG_TEXTS")
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "qingwu" / "qingwu.pol"
POLICIES = [*sorted(policies_folder().glob("*.pol")), EXAMPLE]


def text_of(policy: Path) -> str:
    found = policy.with_suffix(".txt")
    if not found.exists():
        found = Path(FOLDER or "") / found.name
    if not found.exists():
        pytest.skip(f"the official texts are not in the repository; POLICYLANG_TEXTS names no folder with {found.name}")
    source, _ = decode(found.read_bytes(), found.name)
    assert source is not None
    return source.text


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_a_text_is_split_without_loss_and_names_its_measure(policy: Path) -> None:
    text = text_of(policy)
    found = split(text)
    assert "".join(unit.text for unit in found.units) == text
    core = compile_file(str(policy)).policy
    assert core is not None
    assert found.title == core.title
    numbers = [unit.citation.path[0] for unit in found.units if unit.kind == "article" and unit.citation]
    assert numbers == [f"条{number}" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_a_policy_accounts_for_its_text(policy: Path) -> None:
    text = text_of(policy)
    core = compile_file(str(policy)).policy
    assert core is not None
    kept = Path(str(fingerprint_file(str(policy))))
    assert kept.exists(), "keep the fingerprints: policylang audit … --text … --accept"
    source, _ = decode(kept.read_bytes(), kept.name)
    assert source is not None
    fingerprints, faults = read_fingerprints(source)
    assert faults == ()
    found = audit(core, split(text), fingerprints)
    assert found.clean, audit_text(found, "zh", source=f"{policy.stem}.txt")
