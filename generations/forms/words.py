"""An order given as texts, for the command line."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from generations.catalogue.media import Media
from generations.catalogue.params import Toggle
from generations.catalogue.spec import ModelSpec, Problem
from generations.files.given import File
from generations.forms.order import OrderForm
from generations.models.asset import asset_uuid
from generations.orders.sources import NUMBER

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|(https?|data):", re.IGNORECASE)


def values_from_texts(spec: ModelSpec, person: User, pairs: Mapping[str, list[str]]) -> OrderForm:
    """A bound form from texts, as given on the command line.

    A toggle takes true, false, 1 or 0, and its default when it is not named; an image, video or sound is the
    path of a file, an https URL or a task of ours (“#12”), a list of records is JSON. All problems are
    errors of the form.
    """
    data, files, problems = QueryDict(mutable=True), MultiValueDict[str, Any](), []
    for name, texts in pairs.items():
        param = spec.by_name.get(name)
        if param is None or param not in spec.offered:
            takes = ", ".join(p.name for p in spec.offered)
            problems.append(Problem(param="", text=f"{spec.label} has no “{name}”. It takes {takes}."))
        elif isinstance(param, Media):
            problems += _read(param, texts, data, files)
        else:
            data.setlist(name, texts)
    for toggle in spec.offered:
        if isinstance(toggle, Toggle) and toggle.name not in data:
            data[toggle.name] = "on" if toggle.default else "off"
    return OrderForm(spec, person, data, files, problems=problems)


def _read(param: Media, texts: list[str], data: QueryDict, files: MultiValueDict[str, Any]) -> list[Problem]:
    """References and addresses are passed on as they are, paths become files."""
    problems = []
    for text in filter(str.strip, texts):
        if not param.takes_files and not _ADDRESS.match(text):
            problems.append(Problem(param=param.name, text=param.only_addresses))
            continue
        if _ADDRESS.match(text) or asset_uuid(text) or NUMBER.fullmatch(text):
            data.appendlist(param.name, text)
            continue
        try:
            files.appendlist(param.name, _file(text, param.noun))
        except ValueError as refusal:
            problems.append(Problem(param=param.name, text=str(refusal)))
    return problems


class FileAtPath(File):
    """A file of this machine, read in pieces when it is taken."""

    def __init__(self, path: Path) -> None:
        super().__init__(None, path.name, size=path.stat().st_size)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while piece := file.read(chunk_size or self.DEFAULT_CHUNK_SIZE):
                yield piece


def _file(text: str, noun: str) -> FileAtPath:
    """The file at a path. Raises ValueError with a sentence that says why there is none to send."""
    try:
        path = Path(text).expanduser()
        if path.is_dir():
            raise ValueError(f"{text} is a folder. Name one {noun} in it.")
        if path.exists() and not path.is_file():
            raise ValueError(f"{text} is no file that can be sent.")
        file = FileAtPath(path)
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise ValueError(f"There is no file {text}.") from None
    except OSError as failure:
        why = (failure.strerror or "no reason given").lower()
        raise ValueError(f"{text} cannot be read: {why}.") from failure
    except RuntimeError:
        raise ValueError(f"There is no file {text}: that home folder does not exist.") from None
    if not file.size:
        raise ValueError(f"{text} is empty.")
    return file
