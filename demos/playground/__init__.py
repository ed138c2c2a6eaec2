"""The playground: train a small network in the browser, and look inside any of its gradients."""
