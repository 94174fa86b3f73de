"""Nets: each begins with the same affine layer over columns."""
