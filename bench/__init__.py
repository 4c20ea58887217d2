"""Speed, start-up and memory. Outside the wheel."""
