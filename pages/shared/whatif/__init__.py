"""What if, as the page shows it: the case, its inputs, the answer, and scenarios side by side."""
