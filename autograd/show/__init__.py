"""What people look at: graphs and networks as drawings, and gradients explained.

`style` says how drawings look, `folding` what of a graph is drawn; `graph` and `networks` draw, on
the paper of `figure`.
"""
