"""Publishing over a long history against a short one, by the real flow on a real Prefect server.

Both histories are of three years, so that the long one has a hundred times as many mentions in every week.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from core.clock import utc_now
from core.settings import Settings
from flows.serving import prefect_server
from flows.steps.daily import count_days
from flows.wiring import open_wiring
from history import fill
from nlp.model import Model
from storage.database import open_database
from storage.migrate import upgrade

SHORT, LONG = 10_000, 1_000_000
SPAN = timedelta(days=3 * 365)
TIMES = 5


def measure() -> dict[str, float]:
    """Publish in turns; the first time of each, which reads the files from the disk, is left out."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        short, _ = prepared(home / "short", SHORT)
        long, first_count = prepared(home / "long", LONG)
        with prefect_server(home / "prefect", free_port(), lambda _: None):
            seconds: dict[int, list[float]] = {SHORT: [], LONG: []}
            for _ in range(TIMES + 1):
                seconds[SHORT].append(publishing(short))
                seconds[LONG].append(publishing(long))
    of_short, of_long = median(seconds[SHORT][1:]), median(seconds[LONG][1:])
    return {
        f"seconds to publish over {SHORT:,} mentions": of_short,
        f"seconds to publish over {LONG:,} mentions": of_long,
        "the long history over the short one": of_long / of_short,
        f"seconds to count {LONG:,} mentions for the first time": first_count,
    }


def prepared(folder: Path, mentions: int) -> tuple[Settings, float]:
    """An installation with a history, and the seconds that its first count took."""
    folder.mkdir()
    target = {"source": "hackernews", "name": "history", "query": "acme"}
    (folder / "brands.yaml").write_text(json.dumps({"brands": [{"name": "Acme", "targets": [target]}]}))
    given = Settings(config=folder, database_url=f"sqlite:///{folder}/earful.db", reports=str(folder))
    database = open_database(given.database_url)
    upgrade(database)
    fill(database, "Acme", mentions, utc_now(), SPAN, Model().revision)
    database.close()
    with open_wiring(given) as wiring:
        began = time.perf_counter()
        count_days(wiring)
        return given, time.perf_counter() - began


def publishing(given: Settings) -> float:
    """Seconds of one run of the flow."""
    from flows.publish import publish  # Prefect reads its settings when it is imported

    os.environ |= {
        "EARFUL_CONFIG": str(given.config),
        "EARFUL_DATABASE_URL": given.database_url,
        "EARFUL_REPORTS": given.reports,
    }
    began = time.perf_counter()
    state = publish(return_state=True)
    took = time.perf_counter() - began
    if state.name != "Completed":
        raise RuntimeError(f"{state.name}: {state.message}")
    return took


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<60} {figure:>12,.3f}")
