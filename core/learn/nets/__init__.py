"""Nets: each begins with the same affine layer over columns."""

from core.learn import device  # noqa: F401 - before torch: it sets up OpenMP
