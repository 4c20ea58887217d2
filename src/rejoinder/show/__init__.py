"""Stage: show. A Reading for machines (contract.py) and for people (terminal.py)."""
