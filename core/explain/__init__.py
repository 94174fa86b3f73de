"""Reasons: why the model answers as it does, in the columns of the file."""
