"""The folder that a command writes its results to."""

from pathlib import Path

from ml.cli.command import OutputNotWritableError


def make_folder(path: Path) -> None:
    """Make a folder for results where there is none yet, before any work.

    Parameters
    ----------
    path : Path
        The folder; the one it lies in is there.

    Raises
    ------
    OutputNotWritableError
        If it cannot be made, or is a file.
    """
    try:
        path.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise OutputNotWritableError(f"The folder {path.parent} does not exist; make it first.") from None
    except OSError as error:
        raise OutputNotWritableError(f"{path} cannot be made a folder: {error.strerror}.") from None
