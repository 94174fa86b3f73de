"""The small nets of the lessons; everything here needs torch, so no page imports it."""
