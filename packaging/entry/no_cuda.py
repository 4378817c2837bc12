"""Run first in a program whose torch was built for CUDA and lost NVIDIA's libraries: it must find no device."""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""
