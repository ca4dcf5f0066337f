"""Another model's sentiment in Earful's readings: through the settings, the interface and the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.settings import Settings
from nlp.model import Model
from nlp.readers import OWN, OtherSentiment, reader_for
from tests.earful import earful
from tests.tiny_checkpoint import make_checkpoint

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = "@acme the parcel was late and it is broken, where is my refund for the order"
GERMAN = "Der Zug ist heute wieder kaputt und niemand sagt uns, wie es jetzt weitergehen soll."
FRENCH = "Le train est encore en retard et personne ne nous dit ce qui se passe."


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its labels in an order of its own, so that a mix-up would be seen."""
    return make_checkpoint(
        tmp_path_factory.mktemp("made") / "tiny", ("P", "U", "N"), ("positive", "neutral", "negative")
    )


def settings(tiny: Path, **more: str) -> Settings:
    given = {"sentiment_labels": "P=positive,U=neutral,N=negative", **more}
    return Settings(**{"sentiment_model": str(tiny), **given})


def test_without_the_setting_it_is_earfuls_own_model() -> None:
    assert isinstance(reader_for(Settings()), Model)


def test_a_model_asked_for_by_name_comes_before_the_setting(tiny: Path) -> None:
    assert isinstance(reader_for(settings(tiny), OWN), Model)
    named = Settings(sentiment_labels="P=positive,U=neutral,N=negative")
    assert reader_for(named, str(tiny)).revision == reader_for(settings(tiny)).revision


def test_what_is_said_of_the_set_checkpoint_is_not_said_of_another(tiny: Path, tmp_path: Path) -> None:
    other = make_checkpoint(tmp_path / "other")
    given = settings(tiny, sentiment_temperature="1.4", sentiment_languages="de")
    beside, alone = reader_for(given, str(other)), reader_for(Settings(), str(other))
    beside.check()
    assert beside.revision == alone.revision
    assert reader_for(given, str(tiny)).revision == reader_for(given).revision


def test_only_sentiment_and_unsure_are_replaced(model: Model, tiny: Path) -> None:
    reader = reader_for(settings(tiny))
    own, (found, praise) = model.read([ENGLISH])[0], reader.read([ENGLISH, "thanks, it is great and lovely"])
    assert found.model == reader.revision == f"{model.revision}+{reader.revision.split('+')[1]}"
    assert found.sentiment["negative"] > 0.9
    assert praise.sentiment["positive"] > 0.9
    assert found.sentiment != own.sentiment
    assert not found.unsure
    kept = ("language", "supported", "complaint", "severity", "topics", "emotion", "evidence")
    assert [getattr(found, name) for name in kept] == [getattr(own, name) for name in kept]


def test_a_language_that_only_the_checkpoint_reads_gets_its_sentiment_and_nothing_made_up(
    model: Model, tiny: Path
) -> None:
    assert not model.read([GERMAN])[0].supported
    found = reader_for(settings(tiny)).read([GERMAN])[0]
    assert (found.language, found.supported, found.unsure) == ("de", True, False)
    assert found.sentiment["negative"] > 0.9
    assert (found.complaint, found.topics, found.emotion, found.evidence) == (0, {}, {}, ())


def test_towards_a_target_a_text_that_only_the_checkpoint_reads_is_its(model: Model, tiny: Path) -> None:
    german, english = reader_for(settings(tiny)).read([GERMAN, ENGLISH], ["Zug", "parcel"])
    assert (german.supported, german.unsure, german.sentiment["negative"] > 0.9) == (True, False, True)
    assert english.sentiment == model.read([ENGLISH], ["parcel"])[0].sentiment


def test_where_languages_are_named_the_others_are_read_towards_the_brand(model: Model, tiny: Path) -> None:
    german = reader_for(settings(tiny, sentiment_languages="de"))
    both = reader_for(settings(tiny, sentiment_languages="de,en"))
    assert (german.aims, both.aims, reader_for(settings(tiny)).aims) == (True, True, False)
    texts, targets = [ENGLISH, GERMAN, "acme great"], ["parcel", "Zug", "acme"]
    aimed = model.read(texts, targets)
    english, zug, short = german.read(texts, targets)
    assert english.sentiment == aimed[0].sentiment
    assert zug.sentiment["negative"] > 0.9
    assert short.sentiment["positive"] > 0.9, "too short to tell: the checkpoint is asked"
    assert both.read(texts, targets)[0].sentiment != aimed[0].sentiment


def test_a_language_that_the_checkpoint_does_not_read_stays_with_earfuls_own_head(
    model: Model, tiny: Path
) -> None:
    reader = reader_for(settings(tiny, sentiment_languages="de-AT, it"))
    own = model.read([ENGLISH, FRENCH])
    english, french, german, short = reader.read([ENGLISH, FRENCH, GERMAN, "great"])
    assert english.sentiment == own[0].sentiment
    assert (french.supported, french.sentiment) == (False, own[1].sentiment)
    assert (german.supported, german.sentiment["negative"] > 0.9) == (True, True)
    assert short.sentiment["positive"] > 0.9, "too short to tell: it is asked"
    assert {r.model for r in (english, french, german)} == {reader.revision}
    assert reader.revision != reader_for(settings(tiny)).revision


@pytest.mark.parametrize("text", ["", "\u200b", " \n "])
def test_a_text_with_nothing_in_it_is_unsure(tiny: Path, text: str) -> None:
    nothing, neighbour = reader_for(settings(tiny)).read([text, "it is late"])
    assert nothing.unsure
    assert neighbour.sentiment["negative"] > 0.9


def test_nothing_to_read_loads_nothing(tiny: Path) -> None:
    reader = reader_for(settings(tiny))
    assert isinstance(reader, OtherSentiment)
    assert reader.read([]) == []
    assert reader._checkpoint._loaded is None


def test_naming_the_revision_loads_no_heavy_library(tiny: Path) -> None:
    program = (
        "import sys; from core.settings import Settings; from nlp.readers import reader_for; "
        "print(reader_for(Settings(sentiment_model=sys.argv[1], sentiment_labels=sys.argv[2])).revision, "
        "sorted({'torch', 'transformers', 'huggingface_hub'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tiny), "P=positive,U=neutral,N=negative"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [reader_for(settings(tiny)).revision, "[]"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"sentiment_labels": "P=negative"},
            "EARFUL_SENTIMENT_LABELS: is set without EARFUL_SENTIMENT_MODEL",
        ),
        (
            {"sentiment_model": "m", "sentiment_labels": "P"},
            "EARFUL_SENTIMENT_LABELS: 'P' is not LABEL=SENTIMENT",
        ),
        (
            {"sentiment_model": "m", "sentiment_languages": "German"},
            "EARFUL_SENTIMENT_LANGUAGES: 'german' is no",
        ),
        (
            {"sentiment_model": "m", "sentiment_temperature": "warm"},
            "EARFUL_SENTIMENT_TEMPERATURE: is 'warm'",
        ),
        ({"sentiment_model": "m", "sentiment_temperature": "0"}, "EARFUL_SENTIMENT_TEMPERATURE: is '0'"),
        ({"sentiment_model": "m", "sentiment_temperature": "nan"}, "EARFUL_SENTIMENT_TEMPERATURE: is 'nan'"),
    ],
)
def test_settings_without_a_meaning_are_refused(given: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        reader_for(Settings(**given))
    assert str(caught.value).startswith(said)


def test_the_command_reads_with_it(tiny: Path, tmp_path: Path) -> None:
    records = [{"id": "de", "text": GERMAN}, {"id": "en", "text": "thanks, it is great and lovely"}]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    env = {
        "EARFUL_SENTIMENT_MODEL": str(tiny),
        "EARFUL_SENTIMENT_LABELS": "P=positive,U=neutral,N=negative",
        "EARFUL_SENTIMENT_TEMPERATURE": "2",
    }
    done = earful("read", tmp_path / "t.jsonl", env=env)
    assert done.returncode == 0, done.stderr
    german, english = map(json.loads, done.stdout.splitlines())
    assert german["model"].startswith("earful-")
    assert "+tiny@" in german["model"]
    assert german["sentiment"]["negative"] > 0.8
    assert english["sentiment"]["positive"] > 0.8


@pytest.mark.parametrize("command", ["read", "check"])
def test_a_command_says_what_to_set(tiny: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "brands.yaml").write_text(
        "brands: [{name: Acme, targets: [{source: archive, path: t.jsonl}]}]"
    )
    (tmp_path / "t.jsonl").write_text('{"id": "1", "text": "late"}\n')
    arguments = ["--config", tmp_path] if command == "check" else [tmp_path / "t.jsonl"]
    done = earful(command, *arguments, env={"EARFUL_SENTIMENT_MODEL": str(tiny)})
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert 'EARFUL_SENTIMENT_LABELS="P=…,U=…,N=…"' in done.stderr
