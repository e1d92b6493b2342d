"""What holds of appeals without a database and without a clock."""
