"""Stage: tag."""
