"""The dialogs that config_flow.py leads to."""
