"""Audits of robustness."""
