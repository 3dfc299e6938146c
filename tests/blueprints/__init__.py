"""Every blueprint imports, and its automation does what its description says."""
