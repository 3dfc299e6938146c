"""A Home Assistant to try the integration in, with prices of its own. `scripts/demo` starts it."""
