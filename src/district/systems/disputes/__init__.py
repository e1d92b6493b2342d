"""Disputes (调援裁诉, 信访): mediation, legal aid, arbitration, hand-over to court, petitions."""
