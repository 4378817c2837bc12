"""What the frozen window program starts with."""

import os
import sys
from multiprocessing import freeze_support

# A window on Windows has no terminal, and then these are None; what is said there is for nobody.
sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - until the process ends
sys.stderr = sys.stderr or sys.stdout
freeze_support()

from gui.__main__ import main  # noqa: E402 - a process that was started to compute must not get as far as here

raise SystemExit(main())
