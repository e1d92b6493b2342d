"""企业诉求: what enterprises ask for and complain about, over “1+8+11”, and the visits log."""
