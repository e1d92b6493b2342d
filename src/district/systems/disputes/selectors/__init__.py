"""All reads of disputes."""
