"""The pages on which auditors read and verify history; history itself knows no member."""
