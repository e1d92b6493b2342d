"""Residents' appeals (民生诉求): reported from a phone, handled over the tree, called back."""
