"""Say which system libraries the window still needs: `python packaging/check_system.py window|offscreen`.

Qt ends the process without a usable message when one of them is missing; this names the package instead.
"""

import ctypes
import os
import sys

# library -> Debian package
OFFSCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
WINDOW = OFFSCREEN | {
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


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def main() -> int:
    if not sys.platform.startswith("linux"):
        return 0
    needed = WINDOW if sys.argv[1:] == ["window"] else OFFSCREEN
    missing = [package for library, package in needed.items() if not loads(library)]
    if missing:
        print(f"error: {len(missing)} system libraries that the window needs are missing.", file=sys.stderr)
        print(f"  Debian, Ubuntu: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    if needed is WINDOW and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print("error: there is no display here. `make demo` runs the main job without one.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
