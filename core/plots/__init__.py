"""Figures: value -> plotly figure, nothing else."""
