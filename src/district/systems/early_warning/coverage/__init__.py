"""Coverage of woodland by sensors and drone nests: pure, without database and clock."""
