"""From labelled rows to a report: with the shipped model, and with readings written down here."""

from __future__ import annotations

import json

import pytest

from core.reading import SENTIMENTS
from core.settings import Settings
from nlp.adapter.trained import Trained
from nlp.corpora.files import find_files
from nlp.corpora.table import TABLE
from nlp.evaluation.gather import READERS
from nlp.evaluation.marks import MARKS
from nlp.evaluation.pictures import draw
from nlp.evaluation.report import as_json, headlines
from nlp.evaluation.run import evaluate
from nlp.model import Model
from nlp.readers import reader_for
from tests.tiny_checkpoint import a_text, make_checkpoint
from tests.written import Plain, Written, of, run, write

ROWS = (
    {"text": "bags are delay complaint negative blame", "sentiment": "negative", "complaint": 1}
    | {"severity": "blame", "topics": ["delay"], "own_topics": ["locker"], "reason": "bags", "lang": "en"},
    {"text": "negative hm", "sentiment": "positive", "complaint": 0, "topics": [], "own_topics": []},
    {"text": "positive joy", "sentiment": "positive", "emotion": "joy", "irony": 0, "offensive": 0},
    {"text": "neutral swear irony", "sentiment": "neutral", "irony": 1, "offensive": 1, "emotion": "anger"},
    {"text": "one word", "target": "negative", "sentiment": "negative"},
    {"text": "fremd", "lang": "de", "sentiment": "negative"},
)


@pytest.mark.parametrize(
    ("head", "texts", "measure", "value"),
    [
        ("sentiment", 5, "macro-F1", (4 / 5 + 1 + 2 / 3) / 3),
        ("target", 1, "accuracy", 1),
        ("complaint", 2, "macro-F1", 1),
        ("severity", 1, "macro-F1", 1),
        ("severity or none", 2, "macro-F1", 1),
        ("topics", 1, "likeliest topic right", 1),
        ("topics, each", 2, "F1, mean of topics", 1),
        ("own topics", 2, "F1, mean of topics", 2 / 3),
        ("emotion", 2, "macro-F1", 1),
        ("offensive", 2, "macro-F1", 1),
        ("irony", 2, "F1 of irony", 1),
        ("evidence", 1, "F1 of words", 1),
        ("alerts", 6, "precision", 1),
    ],
)
def test_each_head_is_measured(tmp_path, head, texts, measure, value) -> None:
    found = of(run(write(tmp_path, *ROWS)), head)
    assert (found.score.texts, found.measure) == (texts, measure)
    assert found.figure.value == pytest.approx(value)


def test_alerts_have_a_rate_that_does_not_depend_on_how_many_are_unhappy(tmp_path) -> None:
    texts = ("complaint", "complaint a", "complaint b", "c", "d", "e")
    rows = [{"text": text, "complaint": int(text == "complaint")} for text in texts]
    figures = of(run(write(tmp_path, *rows)), "alerts").score.figures
    assert {name: f.value for name, f in figures.items()} == {
        "precision": pytest.approx(1 / 3),
        "recall": 1,
        "false-alarm rate": pytest.approx(2 / 5),
    }


def test_of_a_row_with_a_target_the_alert_is_that_of_its_target(tmp_path) -> None:
    """`Written` reads what stands in the target, where there is one."""
    rows = [
        {"text": "complaint", "target": "thanks", "sentiment": "positive", "complaint": 0},
        {"text": "thanks", "target": "complaint", "sentiment": "neutral", "complaint": 1},
        {"text": "complaint", "target": "thanks", "complaint": 1},
    ]
    confusion = of(run(write(tmp_path, *rows)), "alerts").score.confusion
    assert confusion is not None
    assert confusion.counts == ((1, 0), (0, 2))


def test_a_set_without_severities_says_nothing_of_severity(tmp_path) -> None:
    rows = [{"text": "negative hm", "complaint": 0}, {"text": "complaint", "complaint": 1}]
    assert {r.head for r in run(write(tmp_path, *rows)).results} == {"complaint", "alerts"}


def test_certainty_language_and_calibration_are_measured(tmp_path) -> None:
    report = run(write(tmp_path, *ROWS))
    score = of(report, "sentiment").score
    assert score.unsure == pytest.approx(1 / 5)
    assert score.sure == pytest.approx(1.0)
    assert score.unsupported == pytest.approx(1 / 5)
    assert score.calibration is not None
    assert score.calibration.error == pytest.approx(0.0)  # four of five are right, each said with 0.8
    assert of(report, "language", "de").figure.value == 0
    assert of(report, "language", "en").figure.value == 1


@pytest.mark.parametrize(
    ("head", "of_class", "said", "true", "threshold"),
    [
        ("sentiment", "negative", (0.8 + 0.8 + 0.1 + 0.1 + 0.8) / 5, 2 / 5, 0.55),
        ("target", "negative", 0.8, 1, 0.55),
        ("complaint", "complaint", (0.9 + 0.1) / 2, 1 / 2, 0.8),
    ],
)
def test_the_probability_by_which_rules_flag_is_measured(
    tmp_path, head, of_class, said, true, threshold
) -> None:
    found = of(run(write(tmp_path, *ROWS)), head).score.class_calibration
    assert found is not None
    assert (found.of, found.threshold) == (of_class, threshold)
    assert (found.said, found.true) == (pytest.approx(said), pytest.approx(true))


def test_a_head_that_is_not_there_is_not_measured_and_named(tmp_path) -> None:
    blank = Plain(severity={}, topics={}, emotion={}, offensive=None, irony=None, evidence=())
    report = run(write(tmp_path, *ROWS), plain=blank)
    assert {r.head for r in report.results} == {"sentiment", "complaint", "alerts", "language"}
    assert report.unasked["plain"] == {
        "target": 1,
        "severity": 1,
        "severity or none": 2,
        "topics": 1,
        "topics, each": 2,
        "own topics": 2,
        "emotion": 2,
        "offensive": 2,
        "irony": 2,
        "evidence": 1,
    }


def test_models_read_the_same_texts(tmp_path) -> None:
    report = run(write(tmp_path, *ROWS), one=Written(), other=Written(complaint=0.9))
    complaints = {r.model: r for r in report.results if r.head == "complaint"}
    assert {name: r.score.texts for name, r in complaints.items()} == {"one": 2, "other": 2}
    assert complaints["one"].figure.value > complaints["other"].figure.value


def test_a_published_set_is_measured_by_its_own_measure_and_its_part_besides(tmp_path) -> None:
    write(
        tmp_path,
        *({"text": f"{i} {SENTIMENTS[i % 3]}", "label": 0} for i in range(60)),
        name="tweeteval_sentiment",
    )
    domains = ("food", "random_tweet", "food", "random_reply")
    write(
        tmp_path,
        *({"text": f"{d} {i}", "label": 0, "domain": d} for i, d in enumerate(domains)),
        name="complaints_acl19",
    )
    report = run(tmp_path)
    found = of(report, "sentiment")
    assert (found.measure, found.mark.goal, found.reached) == ("macro-recall", 72.8, False)
    assert found.score.texts == 60
    whole, part = of(report, "complaint"), of(report, "complaint", "brand domains")
    assert (whole.score.texts, part.score.texts) == (4, 2)
    assert whole.mark.goal is None, "too few texts to be set beside anybody's"


def test_airline_tweets_are_read_towards_their_airline_as_well(tmp_path) -> None:
    """`Written` reads what stands in the target, where there is one: it is right there, and nowhere else."""
    row = {"airline_sentiment": "negative", "negativereason": "Late Flight"}
    rows = ({"text": f"price {i}", "airline": "complaint delay", **row} for i in range(3))
    report = run(write(tmp_path, *rows, name="us_airline_sentiment"))
    for head in ("complaint", "topics"):
        whole, part = of(report, head), of(report, head, "towards the brand")
        assert (whole.score.texts, part.score.texts) == (3, 3)
        assert (whole.figure.value, part.figure.value) == (0, 1)
    assert {r.head for r in report.results if r.part} == {"complaint", "topics"}


@pytest.mark.parametrize(
    ("name", "split", "shown"),
    [
        ("shop", "test", False),
        ("complaints_acl19", "test", False),
        ("complaints_acl19", "all", True),  # a test cut is drawn from it
    ],
)
def test_what_training_happened_to_leave_of_a_file_is_no_sample_of_it(tmp_path, name, split, shown) -> None:
    rows = [{"text": f"complaint {w}", "complaint": 1, "label": 1, "domain": "food"} for w in ("a", "b", "c")]
    path = write(tmp_path / "data", *rows, name=name) / name / "test.jsonl"
    path.rename(path.with_name(f"{split}.jsonl"))
    for trained_on, wanted in ((1, True), (2, shown)):
        Trained.save(tmp_path / "trained.npz", [f"complaint {w}" for w in ("a", "b")[:trained_on]])
        trained = Trained.load(tmp_path / "trained.npz")
        report = evaluate(find_files(tmp_path / "data"), {"w": Written()}, trained, tell=pytest.fail, limit=1)
        assert bool(report.results) == wanted
        assert as_json(report)["files"][0]["is_sample"] == wanted


def test_several_topics_count_as_right(tmp_path) -> None:
    rows = (
        {"text": f"{key} {i}", "airline_sentiment": "negative", "negativereason": "Customer Service Issue"}
        | {"airline": "A"}
        for i, key in enumerate(("staff", "unreachable", "price"))
    )
    found = of(run(write(tmp_path, *rows, name="us_airline_sentiment")), "topics")
    assert found.figure.value == pytest.approx(2 / 3)
    assert found.score.confusion is not None
    assert found.score.confusion.wanted == ("staff or unreachable",)
    assert found.score.confusion.got == ("staff", "unreachable", "price")


def test_a_topic_that_always_has_the_same_answer_counts_for_nothing(tmp_path) -> None:
    """CESAMARD's `quality` is present or unknown: whoever always says yes would have an F1 of 100."""
    common = {"label": 1, "severity_name": "Blame"}
    about = (("quality", "quality"), ("quality price", "quality"), ("dear", "price"))
    rows = ({"text": text, "aspects": [{"aspect": aspect}], **common} for text, aspect in about)
    found = of(run(write(tmp_path, *rows, name="cesamard_aspect")), "topics, each")
    assert found.score.each["quality"]["f1"] == 1
    assert found.figure.value == 0, "of `price` alone, which is found where it is not and not where it is"


def test_the_shipped_model_is_measured(tmp_path, model: Model, sentences) -> None:
    write(
        tmp_path,
        *(
            {"text": text, "sentiment": name, "complaint": int(name == "negative")}
            for text, name in sentences[:30]
        ),
    )
    report = evaluate(find_files(tmp_path), {"earful": model}, Trained.nothing(), tell=print)
    assert report.models == {"earful": model.revision}
    assert of(report, "sentiment").figure.value > 0.6
    assert of(report, "complaint").figure.value > 0.6


def test_a_checkpoint_is_credited_with_what_is_its_own(tmp_path, model: Model) -> None:
    """Everything else in its readings, towards a target above all, is what Earful's own model says."""
    tiny = str(make_checkpoint(tmp_path / "tiny"))
    rows = [dict(row) for row in ROWS if "target" not in row]
    rows += [{"text": a_text(name), "target": "parcel", "sentiment": name} for name in SENTIMENTS]
    files = find_files(write(tmp_path / "data", *rows))
    readers = {"earful": model, "tiny": reader_for(Settings(), tiny)}
    report = evaluate(files, readers, Trained.nothing(), tell=print, flagged=lambda *_: True)
    heads = {name: {r.head for r in report.results if r.model == name} for name in readers}
    assert {"sentiment", "target", "complaint", "topics", "emotion", "evidence"} <= heads["earful"]
    assert heads["tiny"] == {"sentiment", "language", "alerts"}
    assert report.unasked["tiny"]["target"] == 3
    assert report.unasked["tiny"]["complaint"] == 2


def test_the_report_is_plain_json(tmp_path) -> None:
    found = as_json(run(write(tmp_path, *ROWS)))
    again = json.loads(json.dumps(found, allow_nan=False))
    assert again == found
    (sentiment,) = [r for r in found["results"] if r["head"] == "sentiment"]
    assert sentiment["confusion"]["wanted"] == list(SENTIMENTS)
    assert sum(map(sum, sentiment["confusion"]["counts"])) == 5
    assert len(sentiment["calibration"]["bins"]) == 15


def test_the_pictures_are_small_and_the_same_every_time(tmp_path) -> None:
    report = run(
        write(tmp_path / "data", *(row | {"text": f"{row['text']} {i}"} for i in range(20) for row in ROWS))
    )
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append({path.name: path.read_bytes() for path in draw(report, tmp_path / name)})
    assert made[0] == made[1]
    assert set(made[0]) == {"calibration.svg", "confusion.svg", "coverage.svg"}
    assert all(1_000 < len(content) < 60_000 for content in made[0].values())
    assert b"severity" in made[0]["confusion.svg"], "text stays text"


def test_one_result_a_head_is_shown(tmp_path) -> None:
    shown = headlines(run(write(tmp_path, *ROWS)).results)
    assert len({r.head for r in shown}) == len(shown)
    assert "language" in {r.head for r in shown}


def test_marks_name_sets_that_are_read() -> None:
    assert {name for _, name, _ in MARKS} <= {corpus.name for corpus in TABLE} <= set(READERS)
