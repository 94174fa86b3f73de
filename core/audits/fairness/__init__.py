"""Who is treated how: groups of people beside each other."""
