"""What the frozen window program starts with."""

from multiprocessing import freeze_support

freeze_support()

from gui.__main__ import main  # noqa: E402 - a process that was started to compute must not get as far as here

raise SystemExit(main())
