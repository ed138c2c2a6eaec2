"""A scalar autograd engine to read: every operation is one row of calculus, every gradient can be seen."""

from autograd.derivatives import *
from autograd.errors import *
from autograd.explanation import *
from autograd.files import *
from autograd.functions import *
from autograd.nn import *
from autograd.numeric import *
from autograd.program import *
from autograd.show.figure import *
from autograd.show.graph import *
from autograd.show.graph import small_picture
from autograd.show.networks import *
from autograd.training import *
from autograd.value import *

Value._repr_svg_ = small_picture  # type: ignore[attr-defined]  # Jupyter asks for it; value.py imports nothing from above
