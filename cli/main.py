"""The entry point: commands, exit codes, and errors as one line that a person can act on.

Exit codes: 0 done, 1 failed, 2 bad usage or configuration.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from cli import (
    alerts,
    automations,
    backfill,
    check,
    demo,
    erase,
    evaluate,
    export,
    mentions,
    questions,
    read,
    report,
    revisit,
    run,
    serve,
    status,
)
from cli.terminal import err, say
from core.errors import ConfigError, EarfulError
from core.text import plain

app = typer.Typer(
    name="earful",
    help="Hears unhappy customers in social posts and reviews, and hands each of them to support.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.command()(check.check)
app.command()(run.run)
app.command()(serve.serve)
app.command()(read.read)
app.command()(evaluate.evaluate)
app.command()(status.status)
app.command()(report.report)
app.command("export")(export.export_command)
app.command()(revisit.revisit)
app.command("erase")(erase.erase_command)
app.command()(run.listen)
app.command("backfill")(backfill.backfill_command)
app.add_typer(mentions.app, name="mentions")
app.add_typer(alerts.app, name="alerts")
app.add_typer(automations.app, name="automations")
app.add_typer(questions.app, name="questions")
app.add_typer(check.db_app, name="db")


def main() -> NoReturn:
    """Run the command line; never end in a traceback unless EARFUL_TRACEBACK asks for one."""
    try:
        app()
    except ConfigError as error:
        _fail(str(error), 2)
    except EarfulError as error:
        _fail(str(error), 1)
    except BrokenPipeError:  # whoever read our output has seen enough; nothing is left to flush into
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("EARFUL_TRACEBACK"):
            raise
        _fail(
            f"Earful did not expect this: {type(error).__name__}: {plain(str(error), 300)} "
            "(set EARFUL_TRACEBACK=1 to see where, and please report it)",
            1,
        )
    sys.exit(0)


def _fail(message: str, code: int) -> NoReturn:
    say(f"error: {' '.join(message.split())}", to=err, style="red")
    sys.exit(code)
