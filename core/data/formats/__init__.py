"""Kinds of files: each file here turns bytes of one kind into a ``Grid``; ``core.data.read`` chooses by content."""
