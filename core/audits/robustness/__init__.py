"""What breaks the model, and how soon."""
