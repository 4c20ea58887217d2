"""Scorers, gates and what is fitted on dev: accuracy on held-out text. Outside the wheel."""
