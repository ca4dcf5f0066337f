"""Who may import whom, and what a command loads; each in an interpreter of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "torch",
    "transformers",
    "openvino",
    "tokenizers",
    "numpy",
    "matplotlib",
    "prefect",
    "apprise",
    "tweepy",
    "praw",
)
ENTRYPOINTS = sorted(
    {deployment["entrypoint"] for deployment in YAML(typ="safe").load(ROOT / "prefect.yaml")["deployments"]}
)


def run(program: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_the_import_contracts_hold() -> None:
    said = run("from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    assert "0 broken" in said


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    program = "import sys, cli.main; print([name for name in sys.argv[1:] if name in sys.modules])"
    assert run(program, *HEAVY) == "[]"


@pytest.mark.parametrize("entrypoint", ENTRYPOINTS)
def test_a_deployed_flow_can_be_loaded(entrypoint: str, tmp_path: Path) -> None:
    program = (
        "import sys; from prefect.flows import load_flow_from_entrypoint as load; "
        "print(load(sys.argv[1], use_placeholder_flow=False).name)"
    )
    environment = {"PREFECT_HOME": str(tmp_path), "PREFECT_LOGGING_LEVEL": "ERROR"}
    assert run(program, entrypoint, **environment)
