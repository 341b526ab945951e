"""The commission: what is decided about a finding, by whom, and on what ground."""
