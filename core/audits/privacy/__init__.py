"""What the table and the model give away about people."""
