"""Functions of vectors: what optimizers are given is what `grad` and its kin give, always."""
