"""The playground: train a small network in the browser, stop at any sample, and look inside its gradients."""
