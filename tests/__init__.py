"""Tests of the integration; their folders mirror the package."""
