"""What a graph is: rows, notations, numbers, and `Value`. Nothing here imports from above."""
