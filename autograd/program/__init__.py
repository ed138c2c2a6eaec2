"""A graph as a program: its text, the engines that run it, and what a person calls."""

from autograd.program.program import CompileError, Program, compile

__all__ = ["CompileError", "Program", "compile"]
