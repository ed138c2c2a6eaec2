"""What stands around everything that a notebook shows as HTML."""

# By these classes MathJax, of either version, leaves alone what has a $ in it.
_NO_TEX = "tex2jax_ignore mathjax_ignore"


def framed(content: str) -> str:
    """HTML in a frame that scrolls by itself where it is wider than the cell.

    >>> framed("<p>1 $</p>")
    '<div class="tex2jax_ignore mathjax_ignore" style="overflow-x: auto"><p>1 $</p></div>'
    """
    return f'<div class="{_NO_TEX}" style="overflow-x: auto">{content}</div>'
