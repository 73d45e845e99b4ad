"""Texts by key, in the languages there are: read from TOML files, flattened to `part.of.the.key`."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LANGUAGES = ("nb", "en")


def load_texts(folder: Path, language: str) -> dict[str, str]:
    """Every text of one language by its key; `folder` holds a folder a language. KeyError if a key stands twice."""
    texts: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.toml")):
        for key, text in _flat(tomllib.loads(path.read_text(encoding="utf-8")), ""):
            if key in texts:
                raise KeyError(f"{key} stands twice in the texts of {language} ({path.name})")
            texts[key] = text
    return texts


def _flat(node: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
