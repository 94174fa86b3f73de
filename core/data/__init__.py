"""Data: from an upload to a checked table, and from a task to rows for training, validation and test."""
