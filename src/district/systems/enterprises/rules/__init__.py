"""Pure rules of enterprises: credit codes, industries, whom to believe, the growth ladder."""
