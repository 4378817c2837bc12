"""What the window needs of the system, checked before Qt is imported: `python -m gui.system`.

Qt ends the process without a usable message where a library is missing; this names the package that brings it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

# library -> Debian package
ANY_PLATFORM = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def library_loads(library: str) -> bool:
    """Tell whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def display_trouble(platform: str, environment: Mapping[str, str], loads: Callable[[str], bool] = library_loads) -> str:
    """Say why Qt cannot open a window here, or return "" where it can.

    Parameters
    ----------
    platform
        As in `sys.platform`. Only Linux leaves these libraries to the system.
    environment
        DISPLAY, WAYLAND_DISPLAY and QT_QPA_PLATFORM are read.
    loads
        Tells whether a shared library is there.
    """
    if not platform.startswith("linux"):
        return ""
    asked = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    x11 = asked in {"", "xcb"} and bool(environment.get("DISPLAY"))
    shown = x11 or bool(environment.get("WAYLAND_DISPLAY")) or asked not in {"", "xcb", "wayland"}
    needed = ANY_PLATFORM | (X11 if x11 else {})
    missing = [package for library, package in needed.items() if not loads(library)]
    if missing:
        return (
            "the window needs system libraries that are missing.\n"
            f"  Debian, Ubuntu: sudo apt-get install {' '.join(missing)}"
        )
    if not shown:
        return (
            "there is no display here (DISPLAY and WAYLAND_DISPLAY are both empty).\n"
            "  Without one, flawsight-cli does the same work."
        )
    return ""


if __name__ == "__main__":
    if trouble := display_trouble(sys.platform, os.environ):
        raise SystemExit(f"error: {trouble}")
