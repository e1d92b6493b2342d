"""The register of enterprises: who they are, what each source says of them, how they grow."""
