"""Imported first: numba looks for the package `coverage`, and must not find this folder's file."""

from __future__ import annotations

import importlib
import sys

_here = sys.path.pop(0)
importlib.import_module("numba")
sys.path.insert(0, _here)
