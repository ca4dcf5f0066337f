"""Begins a new source: `python tools/new_source.py NAME`, then docs/adding-a-source.md.

Writes a listener for an invented platform, its scenario for the contract suite, its tests and its page, and
registers it. Everything passes as it is; from there, each change towards the real platform is checked.
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).parent / "source_template"
PLACES = {
    "listener.py.txt": "listeners/{}.py",
    "scenario.py.txt": "tests/listeners/scenarios/{}.py",
    "test.py.txt": "tests/listeners/test_{}.py",
    "page.md.txt": "docs/sources/{}.md",
}
REGISTRY = Path("listeners", "registry.py")
CONTRACTS = Path("pyproject.toml")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}\Z")
_OWN = re.compile(r"\nOWN = \((.*?)\)", re.DOTALL)
_INDEPENDENT = re.compile(r'"sources do not import each other"\n[^\[]*modules = \[(.*?)\]', re.DOTALL)


def begin(name: str, root: Path) -> list[Path]:
    """Write the files of a source; gives where they are.

    Raises:
        ValueError: the name is none for a module, or taken, or a list to enter it in is gone; nothing was
            written.
    """
    if not _NAME.match(name) or keyword.iskeyword(name):
        raise ValueError(f"'{name}' is no name for a module: small letters, digits and _, such as my_forum")
    files = {root / place.format(name): TEMPLATES / template for template, place in PLACES.items()}
    taken = [path for path in (*files, root / "listeners" / name) if path.exists()]
    if taken:
        raise ValueError(f"{taken[0].relative_to(root)} is there already; choose another name")
    words = {
        "name": name,
        "upper": name.upper(),
        "title": name.replace("_", " ").title(),
        "class_name": name.title().replace("_", ""),
    }
    written = {
        path: Template(template.read_text(encoding="utf-8")).substitute(words)
        for path, template in files.items()
    }
    registry, contracts = root / REGISTRY, root / CONTRACTS
    written[registry] = _entered(registry, _OWN, f'"{name}"')
    written[contracts] = _entered(contracts, _INDEPENDENT, f'"listeners.{name}"')
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def _entered(path: Path, list_: re.Pattern[str], entry: str) -> str:
    """A file's text with an entry more in the list that it has, in the order of the alphabet."""
    text = path.read_text(encoding="utf-8")
    found = list_.search(text)
    if found is None:
        raise ValueError(
            f"{path.name} no longer has the list that sources are entered in; enter {entry} there"
        )
    entries = sorted({*re.findall(r'"[^"]+"', found[1]), entry})
    listed = "\n" + "".join(f"    {each},\n" for each in entries)
    return text[: found.start(1)] + listed + text[found.end(1) :]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="of the module, and in brands.yaml: small letters, such as my_forum")
    try:
        written = begin(parser.parse_args().name, ROOT)
    except ValueError as error:
        sys.exit(f"error: {error}")
    for path in written:
        print(f"wrote {path.relative_to(ROOT)}")
    print("It passes the contract suite as it is: pytest tests/listeners. Now docs/adding-a-source.md.")


if __name__ == "__main__":
    main()
