"""Drafting conditions from the text of a policy, as proposals beside the words that say them."""

from district.systems.policies.rules.drafting.drafting import Draft, Proposal, draft
from district.systems.policies.rules.drafting.vocabulary import Terms, Vocabulary, read_terms

__all__ = ["Draft", "Proposal", "Terms", "Vocabulary", "draft", "read_terms"]
