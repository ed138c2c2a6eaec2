"""The playground: train a small network in a page, and look inside any of its gradients."""
