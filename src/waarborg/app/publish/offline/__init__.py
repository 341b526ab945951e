"""What goes into a bundle beside the record: a verifier in one file, a page for browsers, a README."""
