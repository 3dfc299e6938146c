"""The actions answer as documented, refuse what makes no sense, and leave the house responsive."""
