"""Vitrine's engine: values and the verbs that make them; no screen, no web."""
