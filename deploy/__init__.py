"""Starting and preparing an installation."""
