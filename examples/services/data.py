"""The data folder of a service: emptied and laid out anew before each start.

What takes long and is the same each time (a database's migrations, say) runs once: its result is kept beside the
data folder as a template, and copied at every start that asks for the same thing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from examples.services.install import LOCKS
from examples.services.places import Place
from examples.services.record import Record
from examples.services.values import Filler


class Data:
    """One service's data folder."""

    def __init__(self, record: Record, place: Place, fill: Filler) -> None:
        self._record = record
        self._place = place
        self._fill = fill

    def lay_out(self, once: Callable[[], None], key: str) -> None:
        """Empty the folder, put the template in (made by `once` if none was made for this key), then the files."""
        shutil.rmtree(self._place.data, ignore_errors=True)
        if self._record.once and not self._keep_template(key):
            self._place.data.mkdir(parents=True)
            self._write_files()
            once()
            self._save_template(key)
        elif self._record.once:
            shutil.copytree(self._place.template, self._place.data, symlinks=True)
        self._place.data.mkdir(parents=True, exist_ok=True)
        self._write_files()

    def files(self) -> dict[Path, bytes]:
        """The record's own files, filled in, by their path in the data folder."""
        folder = self._record.files
        found = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {path.relative_to(folder): self._filled(path) for path in found if path.name not in LOCKS}

    def _write_files(self) -> None:
        for path, content in self.files().items():
            target = self._place.data / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def _filled(self, path: Path) -> bytes:
        content = path.read_bytes()
        try:
            return self._fill.fill(content.decode("utf-8")).encode()
        except UnicodeDecodeError:
            return content

    def _keep_template(self, key: str) -> bool:
        try:
            made = json.loads(self._place.template_stamp.read_text("utf-8"))
        except (OSError, ValueError):
            made = None
        return made == key and self._place.template.is_dir()

    def _save_template(self, key: str) -> None:
        # The stamp goes first and comes last, so that half a template never counts.
        self._place.template_stamp.unlink(missing_ok=True)
        shutil.rmtree(self._place.template, ignore_errors=True)
        shutil.copytree(self._place.data, self._place.template, symlinks=True)
        self._place.template_stamp.write_text(json.dumps(key), "utf-8")
