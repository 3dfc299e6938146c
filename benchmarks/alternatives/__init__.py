"""Price integrations that ship with Home Assistant, measured in the same installation."""
