from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nlp.adapter.trained import Trained
from tests.earful import earful, environment
from tests.tiny_checkpoint import make_checkpoint

ROOT = Path(__file__).resolve().parents[2]
ROWS = (
    {
        "id": "1",
        "text": "The larch parcel came broken and nobody answers me",
        "sentiment": "negative",
        "complaint": 1,
    },
    {"id": "2", "text": "Lovely larch shop, thank you so much", "sentiment": "positive", "complaint": 0},
    {"id": "3", "text": "The larch shop opens at nine on Monday", "sentiment": "neutral"},
)
CARD = "# Card\n\n<!-- figures: written by `make figures` -->\nold\n<!-- end of figures -->\n\nrest\n"


@pytest.fixture
def data(tmp_path) -> Path:
    folder = tmp_path / "data"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return folder


def test_tables_json_pictures_and_the_card(data, tmp_path) -> None:
    done = earful("evaluate", data, "--out", tmp_path / "found")
    assert done.returncode == 0, done.stderr
    for word in ("sentiment", "complaint", "macro-F1", "shop/mine", "rows what people said"):
        assert word in done.stdout
    found = json.loads((tmp_path / "found" / "results.json").read_text())
    (sentiment,) = [r for r in found["results"] if r["head"] == "sentiment"]
    assert (sentiment["set"], sentiment["split"], sentiment["texts"]) == ("shop", "mine", 3)
    assert (tmp_path / "found" / "confusion.svg").stat().st_size > 1_000
    (tmp_path / "README.md").write_text(CARD)
    arguments = ["tools/card.py", str(tmp_path / "found"), "--card", str(tmp_path / "README.md")]
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment(), check=True)
    card = (tmp_path / "README.md").read_text()
    assert card.startswith("# Card\n\n<!-- figures")
    assert card.endswith("<!-- end of figures -->\n\nrest\n")
    assert "old" not in card
    assert found["models"]["earful"] in card
    assert "](pictures/confusion.svg)" in card
    assert (tmp_path / "pictures" / "confusion.svg").is_file()


def test_make_figures_writes_the_card_before_it_fails_of_a_damaged_row(data, tmp_path) -> None:
    for name, line in (("earful", '-c "from cli.main import main; main()"'), ("python", "")):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {line} "$@"\n')
        program.chmod(0o755)
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    card = tmp_path / "nlp" / "adapter" / "README.md"
    card.parent.mkdir(parents=True)
    card.write_text(CARD)
    rows = "".join(
        json.dumps({**row, "text": f"{row['text']} {i}"}) + "\n" for i in range(20) for row in ROWS
    )
    (data / "shop" / "mine.jsonl").write_text(rows + '{"id"\n')
    installed = tmp_path / ".venv" / "installed-dev"
    arguments = ["-f", ROOT / "Makefile", "-o", installed.relative_to(tmp_path), "BIN=bin", f"DATA={data}"]
    there = environment(PYTHONPATH=str(ROOT), EARFUL_SENTIMENT_MODEL="./no-such-model")
    done = subprocess.run(
        ["make", *arguments, "figures"], cwd=tmp_path, env=there, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "shop/mine.jsonl:61: is no JSON" in done.stderr
    assert "| sentiment | shop/mine | 60 |" in card.read_text()


def test_figures_are_whole_on_eighty_columns(data, tmp_path) -> None:
    make_checkpoint(tmp_path / "three")
    models = ("--model", "earful", "--model", "./three")
    there = {"env": {"COLUMNS": "80", "PYTHONPATH": str(ROOT)}, "cwd": tmp_path}
    done = earful("evaluate", data, *models, "--out", "found", **there)
    assert done.returncode == 0, done.stderr
    for result in json.loads((tmp_path / "found" / "results.json").read_text())["results"]:
        figure = next(iter(result["figures"].values()))
        assert f" {100 * figure['value']:.1f} " in done.stdout, result
    assert "\u2026" not in done.stdout


def test_what_cannot_be_written_is_told(data, tmp_path) -> None:
    (tmp_path / "found" / "results.json").mkdir(parents=True)
    done = earful("evaluate", data, "--out", tmp_path / "found")
    assert done.returncode == 2
    assert "results.json: cannot be written: Is a directory" in done.stderr


def test_damage_is_told_and_the_rest_is_measured(data) -> None:
    with (data / "shop" / "mine.jsonl").open("a") as file:
        file.write('{"id"\n')
    done = earful("evaluate", data, "--json")
    assert done.returncode == 1
    assert "shop/mine.jsonl:4: is no JSON" in done.stderr
    assert {r["head"] for r in json.loads(done.stdout)["results"]} >= {"sentiment", "complaint"}
    assert "Traceback" not in done.stderr


def test_without_matplotlib_everything_else_is_there(data, tmp_path) -> None:
    program = (
        "import sys; sys.modules['matplotlib'] = None; sys.argv[0] = 'earful'; "
        "from cli.main import main; main()"
    )
    arguments = ["evaluate", str(data), "--out", str(tmp_path / "found")]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "pip install -c constraints.txt -e '.[evaluate]'" in done.stderr
    assert [path.name for path in (tmp_path / "found").iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "is no folder"),
        ((".",), "holds no NAME/SPLIT"),
        ((".", "--model", "no-such-folder/"), "no-such-folder"),
        ((".", "--limit", "-1"), "limit"),
        ((".", "--config", "nowhere"), "nowhere"),
    ],
)
def test_bad_usage(tmp_path, arguments, said) -> None:
    done = earful("evaluate", *arguments, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_to_measure_is_a_failure(tmp_path) -> None:
    (tmp_path / "mine.jsonl").write_text('{"id": "1", "text": "hello"}\n')
    done = earful("evaluate", tmp_path)
    assert done.returncode == 1
    assert "is skipped: none of its rows has a label" in done.stdout
    assert "nothing was measured" in done.stderr


def test_what_the_adapter_was_made_with_can_be_loaded() -> None:
    assert len(Trained.load(ROOT / "nlp" / "adapter" / "trained.npz")) > 0


def test_own_topics_are_measured_beside_the_built_in_ones(data, place) -> None:
    place.brands({"source": "archive", "path": "posts.jsonl"})
    topic = {
        "key": "parcel_locker",
        "sentence": "The parcel locker does not open.",
        "examples": ["the locker stays shut", "I stand at the locker and the door does not open"],
    }
    (place.config / "topics.yaml").write_text(json.dumps({"topics": [topic]}))
    rows = (
        {"text": "your parcel locker would not open for me", "own_topics": ["parcel_locker"], "topics": []},
        {"text": "my parcel is three days late", "own_topics": [], "topics": ["delay"]},
    )
    (data / "shop" / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    sensitive = {"key": "pregnant", "sentence": "I am pregnant and need a seat.", "sources": ["archive"]}
    (place.config / "topics.yaml").write_text(json.dumps({"topics": [topic, sensitive]}))
    done = earful("evaluate", data, "--config", place.config, "--json")
    assert done.returncode == 0, done.stderr
    assert "not measured: own topic pregnant, which is computed for named sources only" in done.stderr
    by_head = {r["head"]: r for r in json.loads(done.stdout)["results"]}
    assert by_head["own topics"]["each"]["parcel_locker"]["texts"] == 2
    assert "delay" in by_head["topics, each"]["each"]


def test_alerts_by_stars_and_followers_are_measured(data, place) -> None:
    place.brands({"source": "archive", "path": "posts.jsonl"})
    rules = [{"name": "low-rating", "rating": 2}, {"name": "loud", "reach": 5_000}]
    (place.config / "alerts.yaml").write_text(json.dumps({"rules": rules}))
    given = ({"rating": 1}, {"followers": 9_000}, {"rating": 5, "followers": 10})
    rows = [{"text": f"thank you {i}", "complaint": int(i < 2), **some} for i, some in enumerate(given)]
    (data / "shop" / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = earful("evaluate", data, "--config", place.config, "--json")
    assert done.returncode == 0, done.stderr
    (alerts,) = [r for r in json.loads(done.stdout)["results"] if r["head"] == "alerts"]
    assert alerts["confusion"]["counts"] == [[1, 0], [0, 2]]


def test_the_command_line_starts_without_what_only_measuring_needs() -> None:
    program = (
        "import sys, cli.main; "
        "print([n for n in sys.modules if n in ('matplotlib', 'torch') or n.startswith('nlp.evaluation')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
