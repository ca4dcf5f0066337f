"""A pass over many targets that have nothing new: side by side, and one by one, over a real socket.

The platform is a process of its own that takes 50 ms for each answer. Only a part of the targets is asked one
by one, as that takes long; the ratio is of seconds a target.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from core.settings import Settings
from flows.steps.listen import listen, listen_all
from flows.wiring import open_wiring
from storage.database import open_database
from storage.migrate import upgrade

TARGETS, ONE_BY_ONE = 500, 40
FEEDS = 250
"""How many of them are feeds; the others are searches of one platform."""


def measure() -> dict[str, float]:
    """Asks twice, so that the second time nothing is new; the second time counts."""
    with tempfile.TemporaryDirectory() as folder, platform() as url:
        settings = configured(Path(folder), url)
        with open_wiring(settings, console=Console(quiet=True)) as wiring:
            targets = wiring.targets()
            listen_all(wiring, targets)
            some = targets[:: len(targets) // ONE_BY_ONE][:ONE_BY_ONE]
            began = time.perf_counter()
            for target in some:
                listen(wiring, target)
            alone = (time.perf_counter() - began) / len(some) * TARGETS
            began = time.perf_counter()
            heard = listen_all(wiring, targets)
            together = time.perf_counter() - began
        if {each.state for each in heard} != {"complete"} or any(each.saved.new for each in heard):
            msg = f"expected nothing new: {[each for each in heard if not each.complete][:3]}"
            raise RuntimeError(msg)
    return {
        f"seconds for {TARGETS} targets with nothing new": together,
        "the same, asked one by one": alone,
        "side by side over one by one": together / alone,
    }


def configured(folder: Path, url: str) -> Settings:
    """A brand with that many targets, and an empty database."""
    feeds = [{"source": "feed", "name": f"feed{n}", "url": f"{url}/feed/{n}.xml"} for n in range(FEEDS)]
    searches = [
        {"source": "hackernews", "name": f"search{n}", "query": f"acme{n}", "base_url": url}
        for n in range(TARGETS - FEEDS)
    ]
    brands = {"brands": [{"name": "Acme", "targets": [*feeds, *searches]}]}
    (folder / "brands.yaml").write_text(json.dumps(brands), encoding="utf-8")
    settings = Settings(config=folder, database_url=f"sqlite:///{folder}/bench.db")
    database = open_database(settings.database_url)
    upgrade(database)
    database.close()
    return settings


@contextmanager
def platform() -> Iterator[str]:
    """A server that has nothing new, and takes its time to say so."""
    command = [sys.executable, str(Path(__file__).parent / "slow_platform.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<60} {figure:>12,.3f}")
