"""Canary: PySide6 6.12.0 on Python 3.11 loses a reference to True at every emitted signal.

After about a thousand emits such an interpreter aborts, at worst when it exits, after all tests passed.
"""

import subprocess
import sys

PROBE = """
import sys
from PySide6.QtCore import QObject, Signal

class Sender(QObject):
    told = Signal(bool)

sender = Sender()
seen = []
sender.told.connect(seen.append)
seen.extend([True] * 4096)
seen.clear()
before = sys.getrefcount(True), sys.getrefcount(None)
for _ in range(2000):
    sender.told.emit(True)
    seen.clear()
after = sys.getrefcount(True), sys.getrefcount(None)
print(after[0] - before[0], after[1] - before[1])
"""


def test_two_thousand_emits_keep_the_references_to_true_and_none():
    ran = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    lost = [int(number) for number in ran.stdout.split()]
    assert all(number > -100 for number in lost), f"references to True and None changed by {lost}"
