"""What waiting for a cheaper day is worth: tests of the rule, the scenarios, and what they show."""
