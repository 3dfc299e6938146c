"""The forms and flows behind config_flow.py."""
