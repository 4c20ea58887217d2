"""Stage: corpus. Many stories -> their readings, in input order, by several processes."""
