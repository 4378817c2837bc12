"""Which of the libraries that PyInstaller found a program for the CPU needs, on Linux.

It takes all that lies in torch's and Qt's folders; here goes what nothing is linked against. A torch that was built for
CUDA, as PyPI has it, is linked against 2 GB of NVIDIA's libraries as well. A program for the CPU never calls them, but
the loader wants them, with every name that torch's own ask of them: so a library of some kilobytes takes the place of
each, with the same names, and a program that calls one of them ends.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePath
from subprocess import run

Entry = tuple[str, str, str]  # place in the program, source (of a link: what it points to), kind; as in PyInstaller

# Folders of libraries that are of use only where something is linked against them.
LIBRARIES = re.compile(r"(^|/)(nvidia/.*|torch/lib|PySide6/Qt/lib)/[^/]+$")
BY_NAME = re.compile(r"libpython[^/]*|libtorch_global_deps\.so")  # loaded by name
CUDA = "libtorch_cuda.so"  # what alone leads to NVIDIA's libraries, but for a few small ones
PLUGINS = re.compile(
    r"plugins/(iconengines|imageformats|platforminputcontexts|wayland-.*-client|wayland-shell-integration"
    r"|xcbglintegrations|platforms/libq(xcb|wayland|offscreen|minimal)\.so|platformthemes/libqxdgdesktopportal\.so)"
)


def weeded(binaries: Iterable[Entry], folder: Path) -> list[Entry]:
    """Return what stays of the files that PyInstaller collected, with stand-ins for NVIDIA's.

    Parameters
    ----------
    folder
        Where the stand-ins are made.

    Raises
    ------
    CalledProcessError, FileNotFoundError
        As `stand_in`.
    """
    entries = list(binaries)
    files = {PurePath(place).name: (place, Path(source)) for place, source, kind in entries if kind != "SYMLINK"}

    def reached(first: Iterable[str], without: frozenset[str] = frozenset()) -> frozenset[str]:
        found: set[str] = set()
        left = set(first)
        while left:
            found |= left
            left = {name for one in left for name in needed(files[one][1]) if name in files} - found - without
        return frozenset(found)

    first = [PurePath(entry[0]).name for entry in entries if _of_use_by_itself(entry)]
    called = reached(first, without=frozenset({CUDA}))
    for_cuda = frozenset(name for name in reached(first) - called if "nvidia" in PurePath(files[name][0]).parts)
    stay = reached(first, without=for_cuda)
    users = [files[name][1] for name in stay if not for_cuda.isdisjoint(needed(files[name][1]))]
    stand_ins = [(files[name][0], str(stand_in(files[name][1], users, folder)), "BINARY") for name in sorted(for_cuda)]
    return stand_ins + [
        entry
        for entry in entries
        if (name := PurePath(entry[0]).name) in stay or (entry[2] == "SYMLINK" and name in for_cuda)
    ]


def _of_use_by_itself(entry: Entry) -> bool:
    place, source, kind = entry
    if kind == "SYMLINK":
        return False
    if "/plugins/" in place:
        return PLUGINS.search(place) is not None
    if BY_NAME.fullmatch(PurePath(place).name):
        return True
    system = not Path(source).is_relative_to(sys.prefix)
    return kind == "EXTENSION" or not (system or LIBRARIES.search(place))


@cache
def needed(library: Path) -> tuple[str, ...]:
    """Return the file names of the libraries that one is linked against."""
    listed = run(["objdump", "-p", library], check=True, capture_output=True, text=True)
    return tuple(re.findall(r"^\s*NEEDED\s+(\S+)", listed.stdout, re.MULTILINE))


def symbols(library: Path, which: str) -> set[str]:
    """Return the names, as ``name``, ``name@version`` or ``name@@version``, that a library has or asks for.

    Parameters
    ----------
    which
        "--defined-only" or "--undefined-only".
    """
    listed = run(["nm", "-D", "--format=just-symbols", which, library], check=True, capture_output=True, text=True)
    return set(listed.stdout.split())


def stand_in(library: Path, users: Iterable[Path], folder: Path) -> Path:
    """Compile what takes a library's place, by the same file name, and return where it lies.

    Raises
    ------
    CalledProcessError, FileNotFoundError
        There is no C compiler `cc` or no `nm`, or one of them fails.
    """
    asked = {name.partition("@")[0] for user in users for name in symbols(user, "--undefined-only")}
    by_version = defaultdict(list)
    for symbol in sorted(symbols(library, "--defined-only")):
        name, _, version = symbol.partition("@")
        if name in asked:
            by_version[version.lstrip("@")].append(name)
    folder.mkdir(parents=True, exist_ok=True)
    output, source, versions = (folder / (library.name + ending) for ending in ("", ".c", ".map"))
    entries = [f"void {name}(void) {{ abort(); }}" for names in by_version.values() for name in names]
    source.write_text("\n".join(["#include <stdlib.h>", *entries, ""]), "utf-8")
    groups = [f"{version} {{ {' '.join(f'{name};' for name in names)} }};" for version, names in by_version.items()]
    versions.write_text("\n".join(groups), "utf-8")
    scripted = [f"-Wl,--version-script={versions}"] if any(by_version) else []
    run(["cc", "-shared", "-fPIC", f"-Wl,-soname,{library.name}", *scripted, source, "-o", output], check=True)
    return output
