"""Tests of what a home with an export tariff has: its prices, their requests, actions and plans."""
