"""Stage: dispute. Statements -> Links: what answers what, within a story (link.py) and across stories (claims.py)."""
