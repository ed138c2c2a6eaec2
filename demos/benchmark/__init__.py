"""How fast, and how much of it: the engine beside micrograd, NumPy, PyTorch, JAX and C on the same work."""
