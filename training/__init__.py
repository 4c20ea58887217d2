"""Corpora -> the shipped model. Outside the wheel; needs the extra `train`."""
