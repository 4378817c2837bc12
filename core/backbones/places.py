"""Where a backbone's weights are on this computer, or where they could come from. No torch: forms ask this."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import platformdirs

from core.backbones.catalog import BackboneSpec, WeightSource


def cache_folder() -> Path:
    """Return the folder where downloaded weights are kept, and where a person can put a file by hand."""
    return Path(platformdirs.user_cache_dir("flawsight", appauthor=False)) / "weights"


def present(spec: BackboneSpec, folder: Path | None = None) -> tuple[WeightSource, Path] | None:
    """Return the best source whose file is there, and the file; its content is not looked at.

    Parameters
    ----------
    folder
        Where downloads are kept; `cache_folder()` when None.
    """
    folder = cache_folder() if folder is None else folder
    for source in spec.sources:
        path = _in_package(source) if source.kind == "package" else folder / source.file_name
        if path is not None and path.is_file():
            return source, path
    return None


def download_of(spec: BackboneSpec) -> WeightSource | None:
    """Return where the weights could be fetched from, or None where they only come in a package."""
    return next((source for source in spec.sources if source.kind == "url"), None)


def own_of(spec: BackboneSpec) -> WeightSource | None:
    """Return the place of a person's own weights, or None where there are published ones only."""
    return next((source for source in spec.sources if source.kind == "own"), None)


def _in_package(source: WeightSource) -> Path | None:
    """Return the file inside its package, or None where it is not installed. The package's code is not run."""
    package, _, inner = source.place.partition("/")
    found = importlib.util.find_spec(package)
    roots = (found.submodule_search_locations or ()) if found else ()
    return next((path for root in roots if (path := Path(root) / inner).is_file()), None)
