"""The command line of `ml`: the label engine and the networks on files, without the web app or a database.

Answers go to standard output: one line of JSON, or a table for people where a command has one and `--json`
is not given. Errors go to standard error as one line of JSON with `code` and `message` (the last line, after
any progress) and exit status 2. Where the reader of the answer has left (`| head`), the status is 141, as
for any program that the system ends for it.

A command is a module of this package with its name: `add_arguments(parser)`, `run(options)` returning the
answer, and, where people read it, `as_text(answer)`. Only the command that is called is imported.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType
from typing import NoReturn

from ml.cli.command import BadArgumentsError, OutputNotWritableError
from ml.errors import MlError

EXIT_REFUSED, EXIT_READER_LEFT = 2, 141
COMMANDS = {
    "calibrate": "limits of the correction from your own pairs of labels",
    "correct": "remove from a mask what the image does not bear out, and say why",
    "experiment": "run an experiment on phantoms, or list them",
    "explain": "what a classifier says of one image, and a heatmap of what it rests on",
    "metrics": "how well one mask agrees with another",
    "normalise": "one image on a grey scale that does not depend on the exposure",
    "phantom": "digital mammograms with known calcification, as DICOM files with their truth",
    "predict": "probability of calcification for one image",
    "quantify": "length, area, scores and calcium mass of what a mask or a probability map marks",
    "segment": "compressed breast, periphery and chest muscle of one image",
    "study": "what the errors of a campaign's readers are estimated to be, tried on known ones",
    "train": "train a network as a recipe says",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; those of the process by default.

    Returns
    -------
    int
        Exit status: 0, 2 after a refusal, or 141 if the reader of standard output has left.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        name = _command_parser().parse_args(given[:1]).command
        command = importlib.import_module(f"ml.cli.{name}")
        options = _options_parser(name, command).parse_args(given[1:])
        answer = command.run(options)
    except MlError as error:
        return _refuse(error)
    is_for_people = hasattr(command, "as_text") and not options.json
    return _show(command.as_text(answer) if is_for_people else json.dumps(answer, allow_nan=False))


def _refuse(error: MlError) -> int:
    with suppress(OSError):
        print(json.dumps({"code": error.code, "message": error.message}), file=sys.stderr)
    return EXIT_REFUSED


def _show(text: str) -> int:
    try:
        print(text, flush=True)
    except OSError as error:
        # What is left is written once more as the process ends; by then it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return EXIT_READER_LEFT
        message = f"The answer cannot be written to standard output: {error.strerror}."
        return _refuse(OutputNotWritableError(message))
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadArgumentsError(f"{message}. See: {self.prog} --help")

    def print_help(self, file: object = None) -> None:
        del file
        raise SystemExit(_show(self.format_help().rstrip()))


def _command_parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:10} {summary}" for name, summary in COMMANDS.items())
    parser = _Parser(
        prog="python -m ml",
        usage="python -m ml COMMAND ...",
        description=f"Research use only. Commands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="see COMMAND --help")
    return parser


def _options_parser(name: str, command: ModuleType) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"python -m ml {name}",
        description=f"{COMMANDS[name]}. Research use only.",
        epilog="A file whose name begins with a dash is named after --, behind all options, or as ./-NAME.",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    command.add_arguments(parser)
    return parser
