"""What if: other answers for other cells, how far they may be believed, and the ways to a wanted answer."""
