"""A graph as a program: its text, the engines that run it, and what a person calls."""

from autograd.program.compiling import compile
from autograd.program.program import CompileError, Program

__all__ = ["CompileError", "Program", "compile"]
