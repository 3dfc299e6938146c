"""Charge plans: what each is asked for, what it plans, and what it has done."""
