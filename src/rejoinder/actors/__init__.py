"""Stage: resolve. Who the words belong to: mentions -> actors of a story, and actors across stories."""
