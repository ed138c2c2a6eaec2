"""The API reference and the guides as pages, from docstrings alone."""
