"""Run first in a program whose torch was built for CUDA and lost NVIDIA's libraries: it must find no device."""

import logging
import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""
logging.getLogger("torch.utils.flop_counter").setLevel(logging.ERROR)  # it warns of each part of CUDA that is not there
