"""Pretrained encoders of texts: found, opened without running anything from their folder, tuned."""
