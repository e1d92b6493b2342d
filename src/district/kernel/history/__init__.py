"""Append-only, hash-chained events; sealer; outbox; personal fields."""
