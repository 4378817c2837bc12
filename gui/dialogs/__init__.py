"""Dialogs: about, shortcuts, problem, new project."""
