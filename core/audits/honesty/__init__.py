"""Whether the model is what it seems, and what it costs."""
