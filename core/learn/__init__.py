"""Learning: from a recipe and a table to a trained model, and what it is worth on rows it never saw."""
