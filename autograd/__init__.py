"""A scalar autograd engine to read: every operation is one row of calculus, every gradient can be seen."""

from autograd.derivatives import *
from autograd.drawing import *
from autograd.errors import *
from autograd.explanation import *
from autograd.files import *
from autograd.functions import *
from autograd.layout import *
from autograd.nn import *
from autograd.numeric import *
from autograd.program import *
from autograd.training import *
from autograd.value import *
