"""The main window: frame, menus, status bar."""
