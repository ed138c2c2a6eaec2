"""`Value` in C: the same node written from the same rows, where a compiler was at hand."""
