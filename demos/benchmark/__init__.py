"""How fast the engine is beside micrograd, NumPy, PyTorch, JAX and C on the same work."""
