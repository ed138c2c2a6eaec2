"""What a graph's numbers truly are: enclosed by balls, and compared with the engine's."""
